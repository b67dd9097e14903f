"""study.yml -> frozen Study: everything that must be fixed before the data are looked at."""

import hashlib
from datetime import date
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from analysis.study.errors import UsageError
from analysis.study.forms import Frozen, named_file, read_form
from analysis.study.ranges import FollowerRange

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


class Tiers(Frozen):
    """Follower ranges: arms, macro's parts, steps of a table."""

    micro: Range
    macro: Range
    macro_parts: tuple[Range, ...]
    steps: tuple[Range, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _arms_are_apart(self) -> "Tiers":
        if self.micro.overlaps(self.macro):
            raise ValueError(f"micro {self.micro} and macro {self.macro} overlap")
        return self


class Minimums(Frozen):
    """Smallest amounts of data on which a number is shown; every count is of persons.

    Attributes:
        creators_per_arm: in each arm.
        creators_with_outcome: of them with any order, click and so on.
        effective_creators: equal ones that would spread a portfolio's exposure or money so.
        expected_count: of a creator, below which a rate has no sensible logarithm.
        clicks, impressions: of a creator in a campaign, from which its own rates count.
    """

    creators_per_arm: int = Field(ge=2)
    creators_with_outcome: int = Field(ge=2)
    effective_creators: float = Field(ge=1)
    expected_count: float = Field(ge=0)
    clicks: int = Field(ge=1)
    impressions: int = Field(ge=1)


class Niches(Frozen):
    """Niches of the confirmatory family and their aliases."""

    named: tuple[str, ...]
    aliases: dict[str, dict[str, str]] = Field(min_length=1)

    def names(self, niche: str, *, aliases: str | None = None) -> bool:
        """Whether a niche is named, itself or by alias.

        Args:
            niche: label of the data.
            aliases: which declared set of aliases; None takes the first.
        """
        chosen = self.aliases[aliases or next(iter(self.aliases))]
        return not self.named or chosen.get(niche, niche) in self.named


class Robustness(Frozen):
    """How answers are asked whether they survive other ways of counting.

    Attributes:
        permutations: of whole persons, behind what all ways say together.
        forks: choices that are crossed; one that is added later makes what it finds exploratory.
    """

    permutations: int = Field(ge=99)
    forks: tuple[str, ...]


class Claim(Frozen):
    """One claim under test, with its smallest ratio that matters.

    ``name`` is what people call it; ``between`` niches compares the ratio of the named niches with
    that of all others; claims about the ``relationship`` of creators and followers stand in a block
    of their own and are never confirmatory.
    """

    name: str
    says: str
    metrics: tuple[str, ...]
    direction: Direction
    margin: Margin
    margin_because: str
    between: Literal["tiers", "niches"] = "tiers"
    about: Literal["results", "relationship"] = "results"


class Decisions(Frozen):
    """What advice on the next campaign takes for granted.

    Attributes:
        bounds: least and most spend of an arm, in what it had per past campaign; nothing further
            off was ever tried.
        diminishing: least and most power by which outcomes grow with an arm's spend. Past bookings
            cannot tell it, so answers are repeated at both ends.
        campaigns_ahead: for how many campaigns what a test teaches is of use.
        detectable_ratio: between the arms' costs, which the deciding test is to find.
    """

    bounds: Annotated[tuple[float, float], AfterValidator(_around_one)]
    diminishing: tuple[float, float]
    campaigns_ahead: int = Field(ge=1)
    detectable_ratio: float = Field(gt=1)

    @model_validator(mode="after")
    def _grows_at_most_in_proportion(self) -> "Decisions":
        low, high = self.diminishing
        if not 0 < low <= high <= 1:
            raise ValueError("diminishing: two powers above 0 and at most 1, the lower one first")
        return self


class Amendment(Frozen):
    """A dated change of the study after its registration."""

    day: Day
    what: str


class Study(Frozen):
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
    robustness: Robustness
    decisions: Decisions
    claims: dict[str, Claim]
    digest: str

    @model_validator(mode="after")
    def _confirmatory_claims_exist(self) -> "Study":
        if unknown := [claim for claim in self.confirmatory if claim not in self.claims]:
            raise ValueError(f"confirmatory names no claim of the study: {', '.join(unknown)}")
        if beside := [one for one in self.confirmatory if self.claims[one].about != "results"]:
            raise ValueError(f"about the relationship and never confirmatory: {', '.join(beside)}")
        return self

    @model_validator(mode="after")
    def _names_are_unique(self) -> "Study":
        names = [claim.name for claim in self.claims.values()]
        if twice := sorted({name for name in names if names.count(name) > 1}):
            raise ValueError(f"two claims share a name: {', '.join(twice)}")
        return self

    def code_of(self, claim: str) -> str:
        """Code of a claim given by code or name.

        In upper or lower case.

        Raises:
            UsageError: there is no such claim; the message lists them all.
        """
        known = {code.lower(): code for code in self.claims}
        known |= {claim.name.lower(): code for code, claim in self.claims.items()}
        if claim.lower() not in known:
            listed = (f"{code} ({one.name}): {one.says}" for code, one in self.claims.items())
            raise UsageError(
                f"the study has no claim {claim!r}; write a code or a name: {'; '.join(listed)}"
            )
        return known[claim.lower()]

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
    text = named_file(path, "study")
    digest = hashlib.sha256(text).hexdigest()[:16]
    return read_form(text, Study, str(path), refusal=UsageError, digest=digest)
