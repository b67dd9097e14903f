"""Names of people and secrets in other text: replaced before anything is kept or shown."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from analysis.store.pseudonyms import Erased, pseudonyms
from analysis.study.addresses import SECRET_WORDS

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

ERASED_NAME = "erased"
_PIECES = re.compile(r"((?:\W|_)+)")  # words at even places, what divides them between
_LONGEST = 11  # words and what divides them: a handle may hold points
_QUOTED = re.compile(r"(?<!\w)(['\"])(.*?)\1(?!\w)")
_MAIL = re.compile(r"[\w.+-]+@\w[\w-]*(?:\.\w[\w-]*)+")
_LOGIN = re.compile(r"(?<=://)[^/@\s]+@")
_WORDS = "|".join(SECRET_WORDS)
_NAMED = re.compile(
    rf"(?i)(?<![\w-])([\w-]*(?:{_WORDS})(?:word|wd|phrase|nature|s)?=|(?:pass(?:word|wd)|pwd):\s?)"
    r"([^&\s'\",;]{4,})"
)
_LONG = re.compile(r"(?<![\w-])[\w-]{24,}(?![\w-])", re.ASCII)
_SWITCH = re.compile(r"(?<=[A-Za-z])[0-9]|(?<=[0-9])[A-Za-z]")


def without_secrets(text: str) -> str:
    """A text without e-mail addresses, logins of addresses, tokens and passwords.

    Example:
        >>> without_secrets("pg://ann:pw@db/w, ann@shop.example, export?access_token=abcdef")
        'pg://db/w, (e-mail), export?access_token=(secret)'
    """
    text = _with_secrets_as(_LOGIN.sub("", text), lambda kind, _: f"({kind})")
    return _LONG.sub(lambda word: "(token)" if _is_token(word[0]) else word[0], text)


def _with_secrets_as(text: str, instead: Callable[[str, str], str]) -> str:
    """A text with something else for each e-mail address and named secret: by kind and text."""
    if "@" in text:
        text = _MAIL.sub(lambda found: instead("e-mail", found[0]), text)
    return _NAMED.sub(lambda found: found[1] + instead("secret", found[2]), text)


def _is_token(word: str) -> bool:
    """Whether a long word is of no language: letters and digits change places often."""
    mixed = word.lower() != word != word.upper() or re.fullmatch("[0-9a-f]{32,}", word)
    return bool(mixed) and len(_SWITCH.findall(word)) >= 5


@dataclass(frozen=True, slots=True)
class Coded:
    """Pseudonyms of accounts, made when one is asked for: a site may have millions.

    Attributes:
        handles: sorted; a handle of several platforms stands for the first.
        platforms: theirs.
        key: of the pseudonyms.
    """

    handles: pa.Array
    platforms: pa.Array
    key: bytes

    def of(self, word: str) -> str:
        """Pseudonym of the account with a handle; empty where there is none."""
        import pandas as pd

        place = bisect_left(self.handles, word, key=lambda one: one.as_py())
        if place == len(self.handles) or self.handles[place].as_py() != word:
            return ""
        platform = self.platforms[place].as_py()
        found: str = pseudonyms(pd.Series([word]), platform, key=self.key)[0]
        return found


@dataclass(frozen=True)
class Mask:
    """Replaces account names by pseudonyms, and secrets, in text that is not a column of names.

    Attributes:
        coded: every account.
        erased: nobody knows their names any more, so every few words are asked about.
        key: of the pseudonyms.
    """

    coded: Coded
    erased: Erased
    key: bytes
    _asked: dict[str, str] = field(default_factory=dict)

    def name(self, text: str) -> str:
        """A name of a file or folder, or the reason why one was refused: every word."""
        return self._words(without_secrets(text))

    def sentence(self, text: str) -> str:
        """A sentence of ours: what it quotes, and handles that are no plain words."""
        return self._quoted(without_secrets(text))

    def cell(self, text: str, *, plain: bool = True) -> str:
        """A text of a table, such as a campaign: what differed differs still.

        Secrets become pseudonyms too. Long words stay: names of campaigns are written like tokens.

        Args:
            plain: replace handles that are plain words wherever they stand, not quoted alone.
        """
        told = _with_secrets_as(
            _LOGIN.sub(lambda found: self._secret("login", found[0]), text), self._secret
        )
        return self._words(told) if plain else self._quoted(told)

    def _secret(self, kind: str, text: str) -> str:
        import pandas as pd

        return f"({kind} {pseudonyms(pd.Series([text]), kind, key=self.key)[0]})"

    def _quoted(self, text: str) -> str:
        quoted = _QUOTED.sub(lambda found: self._words(found[0]), text)
        return self._words(quoted, plain=False)

    def _words(self, text: str, *, plain: bool = True) -> str:
        pieces = _PIECES.split(text)
        for length, start in _spans(len(pieces)):
            word = "".join(pieces[start : start + length])
            stands_for = self._stands_for(word.lower())
            if stands_for and (plain or not word.isalpha() or not word.isascii()):
                before, after = pieces[:start], pieces[start + length :]
                around = [self._words("".join(part), plain=plain) for part in (before, after)]
                return stands_for.join(around)
        return text

    def _stands_for(self, word: str) -> str:
        if word not in self._asked:
            found = self.coded.of(word) or (ERASED_NAME if self.erased.names(word) else "")
            self._asked[word] = found if word else ""
        return self._asked[word]


def masking(accounts: pd.DataFrame, erased: Erased, *, key: bytes) -> Mask:
    """What replaces account names.

    Args:
        accounts: platform and handle of everybody who was seen.
        erased: the accounts to forget.
        key: of the pseudonyms.

    Returns:
        The same in whatever order they come: a handle of several platforms stands for the first.
    """
    import pyarrow as pa

    seen = accounts.loc[accounts["handle"].notna() & ~erased(accounts), ["handle", "platform"]]
    text = pa.schema({"handle": pa.large_string(), "platform": pa.large_string()})
    ordered = pa.Table.from_pandas(seen, text, preserve_index=False)
    ordered = ordered.sort_by([("handle", "ascending"), ("platform", "ascending")])
    handles, platforms = (column.combine_chunks() for column in ordered.columns)
    return Mask(Coded(handles, platforms, key), erased, key)


def _spans(pieces: int) -> Iterator[tuple[int, int]]:
    """Lengths and starts of runs of words, longest first."""
    longest = min(pieces, _LONGEST)
    for length in range(longest if longest % 2 else longest - 1, 0, -2):
        yield from ((length, start) for start in range(0, pieces - length + 1, 2))
