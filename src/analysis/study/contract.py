"""What one row of creators, posts, placements and so on is: the declared contract of the tables.

``contract.csv`` declares the columns, one row each; the blank workbook, the data dictionary, the
importers and the checks are all made from it.
"""

from dataclasses import dataclass
from typing import Literal, get_args

from analysis.study.declared import declared_rows

Kind = Literal["text", "choice", "count", "amount", "proportion", "day", "time", "flag"]

PLATFORM_NAMES = {"instagram": "Instagram", "tiktok": "TikTok", "youtube": "YouTube"}
PLATFORMS = tuple(PLATFORM_NAMES)
PLATFORM_HOSTS = {"instagram": "instagram.com", "tiktok": "tiktok.com", "youtube": "youtu"}
PLATFORM_SPELLINGS = {
    "ig": "instagram",
    "insta": "instagram",
    "yt": "youtube",
    "you tube": "youtube",
    "tt": "tiktok",
    "tik tok": "tiktok",
    "tik-tok": "tiktok",
}

NOT_STATED = "not stated"  # the niche of creators without one: no niche of its own
# On every page these stand for all niches together, so no creator's niche can be called so.
RESERVED_NICHES = ("all", "all niches")

# What a metric can be. Only observed and zero have a value.
STATES = ("observed", "zero", "hidden", "not available", "suppressed", "too young")
OBSERVED, ZERO, HIDDEN, NOT_AVAILABLE, SUPPRESSED, TOO_YOUNG = STATES


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a contract table.

    Attributes:
        name: the header people write.
        kind: how its text is read. Counts are whole and not negative, proportions decimal and
            not negative, amounts decimal (below 0 is money back), times UTC without zone.
        meaning: one sentence for the data dictionary and the workbook.
        needed: a file without this column is refused.
        filled: a row without a value here is excluded.
        choices: for ``choice``, the values allowed, in lower case.
        personal: identifies a person; becomes a pseudonym on the way in.
        metric: stands beside a column ``<name>_state``, one of ``STATES``.
    """

    name: str
    kind: Kind
    meaning: str
    needed: bool = False
    filled: bool = False
    choices: tuple[str, ...] = ()
    personal: bool = False
    metric: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """One contract table.

    Attributes:
        key: columns by which a later capture replaces an earlier one.
        columns: in the order of the workbook.
        unique: within one capture no two rows may share a key.
    """

    name: str
    meaning: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    unique: bool = True

    def __getitem__(self, name: str) -> Column:
        return next(column for column in self.columns if column.name == name)

    @property
    def names(self) -> tuple[str, ...]:
        """Column names in their declared order."""
        return tuple(column.name for column in self.columns)

    @property
    def needed(self) -> frozenset[str]:
        """Columns without which a file of this table is refused."""
        return frozenset(column.name for column in self.columns if column.needed)

    @property
    def metrics(self) -> tuple[str, ...]:
        """Columns that have a state beside them."""
        return tuple(column.name for column in self.columns if column.metric)


def _column(row: dict[str, str]) -> Column:
    flags, kind = row["flags"].split(), row["kind"]
    if kind not in get_args(Kind) or not set(flags) <= set(_FLAGS):
        raise ValueError(f"contract.csv, {row['table']} {row['column']}: {kind} {flags}")
    return Column(
        row["column"],
        kind,  # type: ignore[arg-type]
        row["meaning"],
        choices=PLATFORMS if row["column"] == "platform" else (),
        **dict.fromkeys(flags, True),
    )


_FLAGS = ("needed", "filled", "personal", "metric")
_ROWS = declared_rows("analysis.study", "contract.csv")


def _table(name: str, meaning: str, key: str, *, unique: bool = True) -> Table:
    columns = tuple(_column(row) for row in _ROWS if row["table"] == name)
    return Table(name, meaning, tuple(key.split()), columns, unique)


CREATORS = _table(
    "creators",
    "One row per account: who it is, what it is about, how many follow it.",
    "platform handle",
)
POSTS = _table(
    "posts",
    "One row per post, with the counts it had when the export was made.",
    "platform handle post_id",
)
PLACEMENTS = _table(
    "placements",
    "One row per booking of a creator in a campaign, or a creator's total over a window.",
    "campaign platform handle booking_id code utm link",
    unique=False,
)
COMMENTS = _table(
    "comments",
    "One row per comment under a post, and when the creator answered it; never what it says or who"
    " wrote it.",
    "platform handle post_id",
    unique=False,
)
MENTIONS = _table(
    "mentions",
    "One row per post that names your brand; never whom else it names.",
    "platform handle post_id",
    unique=False,
)
AUDIENCE = _table(
    "audience",
    "One row per part of a creator's audience; never a follower.",
    "platform handle dimension segment as_of",
    unique=False,
)
THREADS = _table(
    "threads",
    "One row per comment or answer as a platform lists them. It never leaves the import: which"
    " comments the creator answered, and when, does.",
    "platform handle post_id comment_id",
    unique=False,
)
TRACKED = _table(
    "tracked",
    "One row per order, or per line of a report, that a code, UTM mark or link ties to a placement."
    " It never leaves the import: its sums do.",
    "order_id",
    unique=False,
)
CANDIDATES = _table(
    "candidates",
    "One row per creator who could be booked next; `micromacro draw` takes it.",
    "platform handle",
)
ASSIGNMENTS = _table(
    "assignments",
    "One row per unit of a lot and its arm, written by `micromacro draw` and `assign`.",
    "experiment unit",
)
MARKET_WEEKS = _table(
    "market_weeks",
    "One row per market and week with all orders of the shop; `micromacro analyse` takes it.",
    "market week",
)
FORMS = {table.name: table for table in (CANDIDATES, ASSIGNMENTS, MARKET_WEEKS)}  # of a test
TABLES = {
    table.name: table for table in (CREATORS, POSTS, PLACEMENTS, COMMENTS, MENTIONS, AUDIENCE)
}
PLANNED = "placements_planned"  # bookings to come
FOLLOWERS_HISTORY = Table(
    "followers_history",
    "One row per account and day on which its followers were counted; intake keeps it.",
    ("platform", "handle", "day"),
    (
        CREATORS["platform"],
        CREATORS["handle"],
        Column("day", "text", "the day"),
        CREATORS["followers"],
    ),
)
ASKED = (*TABLES.values(), FOLLOWERS_HISTORY)  # by the queries of the panel
HISTORY = (FOLLOWERS_HISTORY.name, "placements_captured", PLANNED)  # beside what counts
IMPORTED = TABLES | {THREADS.name: THREADS, TRACKED.name: TRACKED}
