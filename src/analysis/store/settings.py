"""dataset.yml: what the files of a dataset do not say themselves."""

from fnmatch import fnmatchcase
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field, PositiveInt, model_validator

from analysis.sources.values.declared import Currency, DateFormat, Decimal, Encoding, TimeZone
from analysis.store.places.declared import Address, Tables, known_columns
from analysis.study.forms import Frozen, several

_RESERVED = {"draws", "erased", "key"}  # beside the datasets in data/private
_LONGEST_NAME = 100
LONGEST_WINDOW = 36_500  # days; a century
_MOST_MONEY = 10**15


class PlantedRatio(Frozen):
    """A ratio micro/macro that was planted in an invented dataset."""

    metric: str
    estimand: str
    platform: str
    niche: str
    ratio: float


def usable_name(name: str) -> str:
    """The name of a dataset, which names folders beside files of ours.

    Raises:
        ValueError: it would take the place of one of them, or no folder can have it.
    """
    ours = name.casefold() in _RESERVED or name.startswith(".")
    if ours or not 0 < len(name) <= _LONGEST_NAME or "\\" in name:
        reserved = ", ".join(sorted(_RESERVED))
        raise ValueError(
            f"{name[:40]!r} cannot name a dataset: 1 to {_LONGEST_NAME} characters, no point before"
            f" them, and not {reserved}, which are ours; write name: in dataset.yml"
        )
    return name


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
        target: audience that is sought, by dimension the segments that count, as the audience table
            calls them: ``{age: [18-24, 25-34], gender: female}``.
        tables: contract tables that stay where they are, by their name.
        engine, engine_file: where tables of an engine are: its address, which holds no password,
            like ``duckdb://shop.duckdb`` or ``pyspark://``; or a file that holds the address.
            MICROMACRO_ENGINE goes before both.
        mature_after_days: a post younger than this when it was captured is too young to compare.
    """

    name: Annotated[str, AfterValidator(usable_name)] | None = Field(
        default=None, pattern=r"^\w[\w .-]*$"
    )
    brand: str | None = None
    currency: Currency | None = None
    rates: dict[Currency, Annotated[float, Field(ge=1e-7, le=1e7)]] = Field(default_factory=dict)
    date_format: DateFormat | None = None
    time_zone: TimeZone | None = None
    decimal: Decimal | None = None
    abbreviated: bool = False
    encoding: Encoding | None = None
    header_row: Annotated[dict[str, PositiveInt], BeforeValidator(_of_every_file)] = Field(
        default_factory=dict
    )
    ignore: tuple[str, ...] = ()
    accounts: dict[str, str] = Field(default_factory=dict)
    attribution: tuple[Attribution, ...] = ("roster", "code", "utm", "link", "account")
    sales: tuple[Sale, ...] = ("paid",)
    window_days: int | None = Field(default=None, ge=1, le=LONGEST_WINDOW)
    margin: float | None = Field(default=None, gt=0, le=1)
    outcome: Outcome = "orders"
    target_cost_per_order: float | None = Field(default=None, gt=0, le=_MOST_MONEY)
    budget: float | None = Field(default=None, gt=0, le=_MOST_MONEY)
    target: dict[str, Annotated[tuple[str, ...], BeforeValidator(several)]] = Field(
        default_factory=dict
    )
    tables: Annotated[Tables, AfterValidator(known_columns)] = Field(default_factory=dict)
    engine: Address | None = None
    engine_file: str | None = None
    mature_after_days: int = Field(default=7, ge=0, le=LONGEST_WINDOW)
    synthetic: bool = False
    planted: tuple[PlantedRatio, ...] = ()

    @model_validator(mode="after")
    def _one_rate_each(self) -> "Settings":
        codes = [code.upper() for code in self.rates]
        if twice := sorted({code for code in codes if codes.count(code) > 1}):
            raise ValueError(f"rates: {', '.join(twice)} stands twice; keep one of them")
        own = (self.currency or "").upper()
        if any(rate != 1 for code, rate in self.rates.items() if code.upper() == own):
            raise ValueError(f"rates: {own} is the dataset's own currency, so its rate is 1")
        return self

    @property
    def target_text(self) -> str | None:
        """The target as ``|age=18-24|age=25-34|gender=female|``; None where none is named."""
        found = [f"{name}={one}" for name, segments in self.target.items() for one in segments]
        return "|".join(["", *found, ""]).lower() if found else None

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
