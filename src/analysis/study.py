"""study.yml -> frozen Study: everything that must be fixed before the data are looked at."""

import hashlib
from pathlib import Path
from typing import Annotated, Literal

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from analysis.errors import UsageError
from analysis.scope import FollowerRange

Direction = Literal["higher", "lower"]
Range = Annotated[FollowerRange, BeforeValidator(lambda value: FollowerRange.parse(str(value)))]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)


class Tiers(_Frozen):
    """Follower ranges: the two arms, the parts of the macro arm, the four steps of a table."""

    micro: Range
    macro: Range
    macro_parts: tuple[Range, ...]
    steps: tuple[Range, ...]


class Minimums(_Frozen):
    """Smallest amounts of data on which a number is shown."""

    creators_per_arm: int = Field(ge=2)
    clicks: int = Field(ge=1)
    impressions: int = Field(ge=1)


class Niches(_Frozen):
    """Niches of the confirmatory family and the labels that count as one of them."""

    named: tuple[str, ...]
    aliases: dict[str, str]

    def names(self, niche: str) -> bool:
        """Whether a niche label belongs to the named family, itself or by alias."""
        return not self.named or self.aliases.get(niche, niche) in self.named


class Claim(_Frozen):
    """One claim under test, with the ratio that would be too small to act on."""

    says: str
    metrics: tuple[str, ...]
    direction: Direction
    margin: tuple[float, float]
    margin_because: str


class Amendment(_Frozen):
    """A dated change of the study after its registration."""

    on: str
    what: str


class Study(_Frozen):
    """The registration. ``digest`` identifies the text it was read from."""

    title: str
    registered: str = Field(pattern=r"\d{4}-\d{2}-\d{2}")
    amendments: tuple[Amendment, ...]
    level: float = Field(gt=0.5, lt=1)
    permutations: int = Field(ge=99)
    valid_for_days: int = Field(ge=1)
    tiers: Tiers
    minimums: Minimums
    niches: Niches
    claims: dict[str, Claim]
    digest: str

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
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{path}: cannot read the study: {error.strerror}") from error
    try:
        content = yaml.safe_load(text)
        digest = hashlib.sha256(text.encode()).hexdigest()[:16]
        return Study.model_validate({**content, "digest": digest})
    except (yaml.YAMLError, TypeError) as error:
        raise UsageError(f"{path}: not a YAML mapping: {error}") from error
    except ValidationError as error:
        raise UsageError(f"{path}: {validation_summary(error)}") from error


def validation_summary(error: ValidationError) -> str:
    """Every failing entry of a declared file in one line: where it stands and what is wrong."""
    return "; ".join(
        f"{'.'.join(str(part) for part in failure['loc'])}: {failure['msg']}"
        for failure in error.errors()
    )
