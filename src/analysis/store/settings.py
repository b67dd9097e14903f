"""dataset.yml: what the files of a dataset do not say themselves."""

from fnmatch import fnmatchcase
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, PositiveInt

from analysis.sources.formats import Decimal, TimeZone
from analysis.study.forms import Frozen


class PlantedRatio(Frozen):
    """A ratio micro/macro that was planted in an invented dataset."""

    metric: str
    estimand: str
    platform: str
    niche: str
    ratio: float


def _of_every_file(value: object) -> object:
    return {"*": value} if isinstance(value, int) else value


Sale = Literal["paid", "free", "cancelled", "pending", "delivered"]
Outcome = Literal["orders", "clicks", "views"]
Attribution = Literal["roster", "code", "utm", "link", "account"]


class Settings(Frozen):
    """dataset.yml: what the files themselves do not say.

    Attributes:
        currency, rates: what money is counted in, and what one unit of another currency is worth.
        date_format, time_zone, decimal, abbreviated, encoding: how text is written where no format
            says; abbreviated: 12.5K is a number.
        header_row: row of the column names in files that begin with a title, or that row for each
            of several files; a file whose first row is known is read from there.
        ignore: files and folders that are no data, such as ``drafts/*`` or ``*.zip``.
        accounts: file or folder -> account, for exports that name none.
        attribution: what says which orders and visits are a placement's; the first that has a
            number counts, so that an order seen by two tools counts once. What the roster states
            stands where none of them has a number.
        sales: kinds of orders that count: delivered is before it is paid, as with cash on delivery.
        window_days: days from a placement's start on which orders count; None counts all from its
            start on.
        margin: share of net revenue that is left before marketing, like 0.5; without it pages print
            the margin at which a booking pays for itself.
        outcome: what advice counts; clicks or views where no orders are tracked.
        target_cost_per_order: what one more of that outcome may cost.
        budget: of the next campaign.
        mature_after_days: a post younger than this when it was captured is too young to compare.
    """

    name: str | None = Field(default=None, pattern=r"^\w[\w .-]*$")  # it names folders
    brand: str | None = None
    currency: str | None = None
    rates: dict[str, float] = Field(default_factory=dict)
    date_format: str | None = None
    time_zone: TimeZone | None = None
    decimal: Decimal | None = None
    abbreviated: bool = False
    encoding: str | None = None
    header_row: Annotated[dict[str, PositiveInt], BeforeValidator(_of_every_file)] = Field(
        default_factory=dict
    )
    ignore: tuple[str, ...] = ()
    accounts: dict[str, str] = Field(default_factory=dict)
    attribution: tuple[Attribution, ...] = ("roster", "code", "utm", "link", "account")
    sales: tuple[Sale, ...] = ("paid",)
    window_days: int | None = Field(default=None, ge=1)
    margin: float | None = Field(default=None, gt=0, le=1)
    outcome: Outcome = "orders"
    target_cost_per_order: float | None = Field(default=None, gt=0)
    budget: float | None = Field(default=None, gt=0)
    mature_after_days: int = Field(default=7, ge=0)
    synthetic: bool = False
    planted: tuple[PlantedRatio, ...] = ()

    def ignores(self, name: str) -> bool:
        """Whether a file, named by its path below the dataset folder, is declared no data."""
        return any(_names(pattern, name) for pattern in self.ignore)

    def header_row_of(self, name: str) -> int:
        """Row of a file's column names, as declared; 1 where nothing is."""
        return next((row for one, row in self.header_row.items() if _names(one, name)), 1)


def _names(pattern: str, name: str) -> bool:
    """Whether a pattern names a file, its folder, or the file in any folder."""
    inside = pattern.rstrip("/") + "/"
    last = name.rpartition("/")[2]
    return fnmatchcase(name, pattern) or fnmatchcase(last, pattern) or name.startswith(inside)
