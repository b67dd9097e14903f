"""One account under all its spellings, and accounts that only look alike."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING
from urllib.parse import unquote

if TYPE_CHECKING:
    import pandas as pd

PLAIN_NAME = r"[a-z0-9._-]*[a-z0-9_-]"  # already as platforms compare names
_HOSTS = (
    "instagram|tiktok|youtube|facebook|twitter|x|threads|twitch|pinterest|snapchat|linkedin|weibo"
    "|bilibili|xiaohongshu|kick|vk"
)
_ADDRESS = re.compile(
    rf"(?:https?://)?(?:(?:www|m|mobile|web|(?!v[mt]\.)[a-z]{{2}})\.)?(?P<host>{_HOSTS})\.(?:com|tv|net|cn)/+(?P<path>[^?#]*).*",
    re.DOTALL,
)
_BEFORE_THE_NAME = {"channel", "c", "user", "in", "profile", "u"}
_LETTERS_ALIKE = str.maketrans(
    "авекмнорстухѕіјһԛԝӏɡαεικνορτυχγηօոհ",
    "abekmhopctyxsijhqwlgaeikvoptuxynonh",
)


def account_names(handles: pd.Series) -> pd.Series:
    """Handles as platforms compare them: one name however it was written.

    Lower case, without @, without characters that nobody sees, in compatible form (NFKC); of the
    address of a profile the name in it. Letters of other scripts stay what they are, and missing
    stays missing.

    Example:
        >>> import pandas as pd
        >>> written = ["@Anna.F", "https://www.instagram.com/anna.f/?hl=de", "anna.f\u200b"]
        >>> account_names(pd.Series(written)).to_list()
        ['anna.f', 'anna.f', 'anna.f']
    """
    text = handles.astype("str").str.strip()
    odd = text.notna() & ~text.str.fullmatch(PLAIN_NAME).fillna(True).astype(bool)
    if not odd.any():
        return text
    names = {one: _account_name(one) for one in text[odd].unique()}
    return text.where(~odd, text[odd].map(names).reindex(text.index)).astype("str")


def _account_name(text: str) -> str:
    composed = unicodedata.normalize("NFKC", text)
    name = "".join(char for char in composed if unicodedata.category(char) != "Cf").strip().lower()
    if address := _ADDRESS.fullmatch(name):
        parts = [part for part in unquote(address["path"]).split("/") if part.strip()]
        if len(parts) > 1 and parts[0] in _BEFORE_THE_NAME:
            parts = parts[1:]
        name = parts[0] if parts else name
    return name.strip().rstrip("/").removeprefix("@").strip()


def host_of(handle: str) -> str | None:
    """Name of the platform whose address a handle is; None where it is none.

    Example:
        >>> host_of("https://www.tiktok.com/@anna?lang=en"), host_of("anna")
        ('tiktok', None)
    """
    address = _ADDRESS.fullmatch(handle.strip().lower())
    return address["host"] if address else None


def look_alikes(names: pd.Series) -> pd.Series:
    """Names that could be taken for another one of them, in groups.

    Args:
        names: as from ``account_names``.

    Returns:
        Those that share what they look like with another name, sorted by it; index as given. They
        may be two accounts, so nothing merges them.

    Example:
        >>> import pandas as pd
        >>> look_alikes(pd.Series(["anna", "\u0430nna", "bea"])).index.to_list()
        [0, 1]
    """
    distinct = names.dropna().drop_duplicates()
    odd = distinct[~distinct.str.fullmatch("[ -~]*")]
    if odd.empty:
        return odd
    shapes = distinct.map(looks)
    alike = shapes[shapes.isin(shapes[odd.index])]
    return distinct[alike[alike.duplicated(keep=False)].sort_values(kind="stable").index]


def looks(name: str) -> str:
    """What a name looks like: letters of other scripts as the Latin ones that they resemble.

    Example:
        >>> looks("\u0430nna")
        'anna'
    """
    decomposed = unicodedata.normalize("NFKD", name.translate(_LETTERS_ALIKE))
    return "".join(char for char in decomposed if not unicodedata.combining(char))
