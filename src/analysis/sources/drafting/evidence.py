"""Which contract columns a file's columns may be, and which tables it therefore feeds."""

from dataclasses import dataclass

import pandas as pd

from analysis.sources.drafting.names import Grade, Named, canonical, named
from analysis.sources.drafting.plausible import are_moments, contradiction, names_posts, readings
from analysis.sources.reading.tables import TextTable
from analysis.study.contract import IMPORTED

POST_COUNTS = ("likes", "comments", "views", "shares", "saves", "reach")
_WHOSE = ("platform", "handle", "account_id")
_GROWTH = {"gained", "lost", "growth"}
_READ = 2000  # rows that a draft looks at
_BOOKED = ("orders", "fee", "revenue")  # clicks alone may be a post's
_MARKS = ("order_id", "code", "utm")
_TRACKED = ("orders", "clicks", "sessions", "revenue")


@dataclass(frozen=True, slots=True)
class Evidence:
    """What names and values of a file say.

    Attributes:
        rows: the first of the file.
        fitting: by contract column the file's columns that it may be, best first.
        against: by the file's column why it is not what its name says.
    """

    rows: pd.DataFrame
    fitting: dict[str, list[Named]]
    against: dict[str, str]

    def has(self, *columns: str, grade: Grade = Grade.LOOSE) -> bool:
        """Whether one of these contract columns is in the file, this surely or better."""
        return any(one.grade <= grade for column in columns for one in self.of(column))

    def of(self, column: str) -> list[Named]:
        """The file's columns that a contract column may be, best first."""
        return self.fitting.get(column, [])

    def values(self, one: Named) -> pd.Series:
        """The values of a column."""
        return self.rows[one.of]

    def one_per_account(self, of: str) -> bool:
        """Whether a column says one thing about an account in all of its several rows."""
        account = self._of_several_rows()
        return bool(
            len(account) and self.rows[of][account.index].groupby(account).nunique().le(1).all()
        )

    def accounts_repeat(self) -> bool:
        """Whether an account has several rows."""
        return not self._of_several_rows().empty

    def moments(self) -> list[str]:
        """Columns of moments by their values, whatever they are called, that nothing else names."""
        known = {one.of for found in self.fitting.values() for one in found}
        return [of for of in self.rows if of not in known and are_moments(self.rows[of])]

    def _of_several_rows(self) -> pd.Series:
        """The accounts of rows whose account has another row too."""
        accounts = [*self.of("handle"), *self.of("account_id")]
        account = self.values(accounts[0]) if accounts else pd.Series(dtype="str")
        return account[account.duplicated(keep=False) & account.ne("")]


def evidence(text: TextTable) -> Evidence:
    """Names of a file's columns, as far as their values bear them out."""
    rows = text.rows.head(_READ)
    fitting: dict[str, list[Named]] = {}
    against: dict[str, str] = {}
    columns = {column.name: column for table in IMPORTED.values() for column in table.columns}
    for one in named(text.header):
        column = columns[one.column]
        said = contradiction(column, rows[one.of])
        if said is None and not readings(column, rows[one.of]):
            said = "cannot be read"
        if said is None:
            fitting.setdefault(one.column, []).append(one)
        else:
            against.setdefault(one.of, f"{said}, so it is not {one.column}")
    return Evidence(rows, _of_a_list(fitting, text.above) if text.above else fitting, against)


def _of_a_list(fitting: dict[str, list[Named]], above: frozenset[str]) -> dict[str, list[Named]]:
    """What a list inside a document says: its own values, and above it only whose they are."""
    whose = {name: [one for one in fitting.get(name, []) if one.of in above] for name in _WHOSE}
    own = {name: [one for one in found if one.of not in above] for name, found in fitting.items()}
    return own | {name: found for name, found in whose.items() if found}


def tables_of(seen: Evidence) -> list[str]:
    """Contract tables that a file feeds: several for posts with their accounts' followers."""
    if "comment id" in map(canonical, seen.rows.columns):
        return []  # comments, which no table holds
    posts, accounts = _has_posts(seen), seen.has("handle", "account_id")
    paid = seen.has(*_BOOKED, grade=Grade.ASKED)
    booked = accounts and (paid or (seen.has("clicks", grade=Grade.ASKED) and not posts))
    marked = seen.has(*_MARKS, grade=Grade.ASKED) and seen.has(*_TRACKED, grade=Grade.ASKED)
    ordered = seen.has("order_id")  # one line each, which its code, mark or account leads home
    marked |= ordered and seen.has("code", "utm", grade=Grade.ASKED)
    feeds = {
        "creators": seen.has("followers", grade=Grade.ASKED) and (accounts or not posts),
        "posts": posts,
        "placements": booked and not ordered,
        "tracked": (ordered or (marked and not accounts)) and not posts,
    }
    return [table for table, fed in feeds.items() if fed]


def _has_posts(seen: Evidence) -> bool:
    if not seen.has(*POST_COUNTS):
        return False
    known = _numbers_posts(seen) or seen.has("age_days")
    linked = any(names_posts(seen.values(one)) for one in seen.of("link"))
    if seen.has("followers"):  # else days of an account, or the day on which it was opened
        dated = seen.has("posted_at", grade=Grade.EXACT) and seen.has("likes", "comments")
    else:
        surely = Grade.ASKED if seen.has("likes") else Grade.LOOSE
        dated = seen.has("posted_at", grade=surely) and not _tells_growth(seen)
    return known or linked or dated


def _tells_growth(seen: Evidence) -> bool:
    """Whether a column is of followers gained or lost, which days of an account have."""
    return any(_GROWTH & set(canonical(of).split()) for of in seen.rows.columns)


def _numbers_posts(seen: Evidence) -> bool:
    """Whether a number is a post's: lists of accounts number their lines and accounts too."""
    ids = seen.of("post_id")
    if not ids or ids[0].of.strip().lower() != "id" or not seen.has("followers"):
        return bool(ids)
    lines = pd.Series(range(1, 1 + len(seen.rows)), seen.rows.index).astype("str")
    return seen.accounts_repeat() and not seen.values(ids[0]).equals(lines)
