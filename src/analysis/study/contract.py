"""What one row of creators, posts and placements is: the declared contract of the three tables.

Every column has a kind, a meaning, a unit and a range; the blank workbook, the data dictionary,
the importers and the checks are all made from these declarations.
"""

from dataclasses import dataclass
from typing import Literal

import pyarrow as pa

Kind = Literal["text", "choice", "count", "amount", "proportion", "day", "time", "flag"]

PLATFORM_NAMES = {"instagram": "Instagram", "tiktok": "TikTok", "youtube": "YouTube"}
PLATFORMS = tuple(PLATFORM_NAMES)

# On every page these stand for all niches together, so no creator's niche can be called so.
RESERVED_NICHES = ("all", "all niches")

# What a metric can be. Only observed and zero have a value.
STATES = ("observed", "zero", "hidden", "not available", "suppressed", "too young")
OBSERVED, ZERO, HIDDEN, NOT_AVAILABLE, SUPPRESSED, TOO_YOUNG = STATES

ARROW_TYPE: dict[Kind, pa.DataType] = {
    "text": pa.string(),
    "choice": pa.string(),
    "count": pa.int64(),
    "amount": pa.float64(),
    "proportion": pa.float64(),
    "day": pa.date32(),
    "time": pa.timestamp("us"),
    "flag": pa.bool_(),
}


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


def _metric(name: str, meaning: str, *, needed: bool = False) -> Column:
    return Column(name, "count", meaning, needed=needed, metric=True)


_PLATFORM = Column(
    "platform", "choice", "where the account is", needed=True, filled=True, choices=PLATFORMS
)
_HANDLE = Column(
    "handle", "text", "account name, without @", needed=True, filled=True, personal=True
)

CREATORS = Table(
    "creators",
    "One row per account: who it is, what it is about, how many follow it.",
    ("platform", "handle"),
    (
        _PLATFORM,
        _HANDLE,
        Column(
            "niche",
            "text",
            "what the account is about, in your own words",
            needed=True,
            filled=True,
        ),
        Column("followers", "count", "followers of the account", needed=True, filled=True),
        Column("followers_as_of", "day", "day on which the followers were counted"),
        Column("person", "text", "same text for accounts of one person", personal=True),
        Column("account_id", "text", "the platform's own id of the account", personal=True),
        Column("country", "text", "country code, like FR"),
        Column("found_through", "text", "how the creator came to the list: hashtag, agency ..."),
        Column("lifetime_posts", "count", "posts since the account began"),
        Column("lifetime_likes", "count", "likes since the account began"),
        Column("lifetime_views", "count", "views since the account began"),
    ),
)

POSTS = Table(
    "posts",
    "One row per post, with the counts it had when the export was made.",
    ("platform", "handle", "post_id"),
    (
        _PLATFORM,
        _HANDLE,
        Column(
            "post_id",
            "text",
            "the platform's id of the post",
            needed=True,
            filled=True,
            personal=True,
        ),
        Column(
            "posted_at",
            "time",
            "when it went online (UTC unless dataset.yml says)",
            needed=True,
            filled=True,
        ),
        _metric("likes", "likes; empty when hidden or not exported", needed=True),
        _metric("comments", "comments; empty when not exported", needed=True),
        Column("format", "text", "image, carousel, reel, story, video ..."),
        _metric("views", "views or plays"),
        Column("views_kind", "text", "what counts as a view: views, plays, impressions ..."),
        _metric("reach", "accounts that saw it"),
        _metric("saves", "saves"),
        _metric("shares", "shares"),
        _metric("profile_visits", "visits of the profile that came from the post"),
        Column("comments_read", "count", "comments that were read for what they say"),
        Column("comments_purchase_intent", "count", "of those, comments that ask where to buy"),
        Column("followers_at_posting", "count", "followers when the post went online"),
        Column("is_sponsored", "flag", "yes for paid or gifted posts"),
        Column("is_boosted", "flag", "yes if money was spent to show it to more people"),
        Column("is_giveaway", "flag", "yes for raffles and giveaways"),
        Column("campaign", "text", "campaign it belongs to; empty outside campaigns"),
        Column("link", "text", "address of the post", personal=True),
    ),
)

PLACEMENTS = Table(
    "placements",
    "One row per booking of a creator in a campaign, or a creator's total over a window.",
    ("campaign", "platform", "handle", "code", "utm", "link"),
    (
        Column("campaign", "text", "campaign; may be empty", needed=True),
        _PLATFORM,
        _HANDLE,
        _metric("clicks", "clicks towards the shop", needed=True),
        _metric("orders", "orders attributed to the placement", needed=True),
        Column("clicks_rounded", "flag", "yes if clicks come from a rounded rate"),
        _metric("reach", "accounts reached"),
        _metric("impressions", "times it was shown"),
        _metric("views", "views or plays"),
        _metric("sessions", "visits of the shop"),
        _metric("orders_refunded", "orders that were refunded in full"),
        Column("revenue", "amount", "revenue of the orders, in the dataset's currency"),
        Column("fee", "amount", "fee or commission paid to the creator"),
        Column("product_cost", "amount", "cost of products sent, with shipping"),
        Column("agency_fee", "amount", "agency's share"),
        Column("boost_spend", "amount", "money spent to show it to more people"),
        Column("handling_hours", "amount", "hours of your own work on this booking"),
        Column("currency", "text", "three letters, like EUR; dataset.yml may say it once"),
        Column("code", "text", "discount code", personal=True),
        Column("utm", "text", "UTM content or campaign of the tracked link", personal=True),
        Column("link", "text", "tracked link, or address of the post", personal=True),
        Column("starts_on", "day", "first day on which orders count"),
        Column("collaboration", "text", "gifted, paid, affiliate ..."),
        Column("attribution", "text", "rule that attributed the orders: code, last click ..."),
        Column("window_days", "count", "days after posting that count"),
    ),
    unique=False,
)

TRACKED = Table(
    "tracked",
    "One row per order, or per line of a report, that a code, UTM mark or link ties to a placement."
    " It never leaves the import: its sums do.",
    ("order_id",),
    (
        Column("order_id", "text", "number of the order", personal=True),
        Column("code", "text", "discount codes of the order, divided by commas", personal=True),
        Column("utm", "text", "UTM content or campaign", personal=True),
        Column("link", "text", "tracked link", personal=True),
        Column("day", "time", "when it was ordered or clicked"),
        _metric("clicks", "clicks towards the shop"),
        _metric("sessions", "visits of the shop"),
        _metric("orders", "orders"),
        _metric("orders_refunded", "orders that were refunded in full"),
        Column("revenue", "amount", "revenue of the orders"),
        Column("boost_spend", "amount", "money spent to show it to more people"),
        Column("currency", "text", "three letters, like EUR"),
    ),
    unique=False,
)

TABLES = {table.name: table for table in (CREATORS, POSTS, PLACEMENTS)}
IMPORTED = TABLES | {TRACKED.name: TRACKED}
