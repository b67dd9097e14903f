"""study.yml -> frozen Study: everything that must be fixed before the data are looked at."""

import hashlib
from datetime import date
from pathlib import Path
from typing import Annotated, Literal, TypeVar

import yaml
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    model_validator,
)

from analysis.study.errors import AnalysisError, UsageError
from analysis.study.ranges import FollowerRange

Form = TypeVar("Form", bound=BaseModel)
Direction = Literal["higher", "lower"]


def _range(value: object) -> FollowerRange:
    try:
        return FollowerRange.parse(str(value))
    except UsageError as error:  # pydantic collects ValueErrors, with the entry's name
        raise ValueError(str(error)) from error


def _day(value: object) -> str:
    return date.fromisoformat(str(value)).isoformat()


def _around_one(margin: tuple[float, float]) -> tuple[float, float]:
    if not 0 < margin[0] < 1 < margin[1]:
        raise ValueError("the first number lies between 0 and 1, the second above 1")
    return margin


Range = Annotated[FollowerRange, BeforeValidator(_range)]
Day = Annotated[str, BeforeValidator(_day)]
Margin = Annotated[tuple[float, float], AfterValidator(_around_one)]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)


class Tiers(_Frozen):
    """Follower ranges: the two arms, the parts of the macro arm, the four steps of a table."""

    micro: Range
    macro: Range
    macro_parts: tuple[Range, ...]
    steps: tuple[Range, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _arms_are_apart(self) -> "Tiers":
        if self.micro.overlaps(self.macro):
            raise ValueError(f"micro {self.micro} and macro {self.macro} overlap")
        return self


class Minimums(_Frozen):
    """Smallest amounts of data on which a number is shown."""

    creators_per_arm: int = Field(ge=2)
    clicks: int = Field(ge=1)
    impressions: int = Field(ge=1)


class Niches(_Frozen):
    """Niches of the confirmatory family and the labels that count as one of them."""

    named: tuple[str, ...]
    aliases: dict[str, dict[str, str]] = Field(min_length=1)

    def names(self, niche: str, *, aliases: str | None = None) -> bool:
        """Whether a niche label belongs to the named family, itself or by alias.

        Args:
            niche: label of the data.
            aliases: which declared set of aliases; None takes the first.
        """
        chosen = self.aliases[aliases or next(iter(self.aliases))]
        return not self.named or chosen.get(niche, niche) in self.named


class Claim(_Frozen):
    """One claim under test, with the ratio that would be too small to act on.

    ``between`` niches compares the ratio of the named niches with that of all others.
    """

    says: str
    metrics: tuple[str, ...]
    direction: Direction
    margin: Margin
    margin_because: str
    between: Literal["tiers", "niches"] = "tiers"


class Amendment(_Frozen):
    """A dated change of the study after its registration."""

    on: Day
    what: str


class Study(_Frozen):
    """The registration. ``digest`` identifies the text it was read from."""

    title: str
    registered: Day
    amendments: tuple[Amendment, ...]
    decide_on: tuple[Day, ...]
    confirmatory: tuple[str, ...]
    level: float = Field(gt=0.5, lt=1)
    power: float = Field(gt=0.5, lt=1)
    permutations: int = Field(ge=99)
    valid_for_days: int = Field(ge=1)
    handling_cost_per_hour: float = Field(ge=0)
    extra_handling_cost: float = Field(ge=0)
    tiers: Tiers
    minimums: Minimums
    niches: Niches
    claims: dict[str, Claim]
    digest: str

    @model_validator(mode="after")
    def _confirmatory_claims_exist(self) -> "Study":
        if unknown := [claim for claim in self.confirmatory if claim not in self.claims]:
            raise ValueError(f"confirmatory names no claim of the study: {', '.join(unknown)}")
        return self

    @property
    def alpha(self) -> float:
        """Family-wise error rate at which a verdict is reached."""
        return round(1 - self.level, 12)


def load_study(path: Path) -> Study:
    """Read and check a study file.

    Raises:
        UsageError: the file is missing, is no YAML, or breaks the form; every failing entry is
            named in one message.
    """
    try:
        text = path.read_bytes()
    except OSError as error:
        raise UsageError(f"{path}: cannot read the study: {error.strerror}") from error
    digest = hashlib.sha256(text).hexdigest()[:16]
    return read_form(text, Study, str(path), refusal=UsageError, digest=digest)


def read_form(
    text: str | bytes, form: type[Form], where: str, *, refusal: type[AnalysisError], **known: str
) -> Form:
    """A declared form from YAML text.

    Args:
        text: content of the file; an empty one declares nothing.
        form: the entries it may have.
        where: the file, for messages.
        refusal: class of the error that a wrong file raises, in one line.
        known: entries that the file does not say itself.
    """
    try:
        content = yaml.safe_load(text)
        if not isinstance(content := {} if content is None else content, dict):
            raise refusal(f"{where}: a mapping is expected, lines like 'name: value'")
        return form.model_validate({**content, **known})
    except ValidationError as error:
        raise refusal(f"{where}: {validation_summary(error)}") from error
    except (yaml.YAMLError, ValueError) as error:
        raise refusal(f"{where}: not YAML: {' '.join(str(error).split())}") from error


def validation_summary(error: ValidationError) -> str:
    """Every failing entry of a declared file in one line: where it stands and what is wrong."""
    return "; ".join(
        f"{'.'.join(str(part) for part in failure['loc'])}: {failure['msg']}"
        for failure in error.errors()
    )
