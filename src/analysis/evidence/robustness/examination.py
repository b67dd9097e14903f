"""What was found when a headline answer was asked in other ways: flat records, kept as JSON."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from pydantic import TypeAdapter

from analysis.evidence.robustness.counting.joint import Joint
from analysis.evidence.robustness.survival import Spread, Standing
from analysis.store.disk import write_whole

_A_FIFTH = 0.2


@dataclass(frozen=True, slots=True)
class Way:
    """One way to count.

    Attributes:
        options: number of the option of every choice, 0 for the registered one.
        ratio: micro over macro.
        t: of its logarithm over its own error.
    """

    options: tuple[int, ...]
    ratio: float
    t: float


@dataclass(frozen=True, slots=True)
class Counted:
    """The answer in every way to count.

    Attributes:
        choices: names, each with its options in words, the registered one first.
        ways: with enough creators in both tiers, the registered one first.
        chance: ratios between which the lowest way, the second lowest and so on fall where tiers
            are permuted.
        joint: of all of them; None where they are too few.
        spreads: per choice with several options, the one that moves the ratio most first.
        without_a_niche: lowest and highest ratio with one niche left out; None with a single one.
        without_largest: creators left out, who hold most, and the ratio without them; empty where
            every creator has the same weight.
    """

    choices: tuple[tuple[str, tuple[str, ...]], ...]
    ways: tuple[Way, ...]
    chance: tuple[tuple[float, float], ...]
    joint: Joint | None
    spreads: tuple[Spread, ...]
    without_a_niche: tuple[float, float] | None
    without_largest: tuple[tuple[int, float], ...]


@dataclass(frozen=True, slots=True)
class Cut:
    """A line between small and large, with the step at it over a smooth curve.

    Attributes:
        followers: at which the larger side begins.
        lead: ratio with the line there.
        jump, low, high: ratio of both sides at the line itself.
    """

    followers: float
    lead: float
    jump: float
    low: float
    high: float

    @property
    def ends(self) -> tuple[float, float, float]:
        """The jump and its interval."""
        return self.jump, self.low, self.high


@dataclass(frozen=True, slots=True)
class Line:
    """Is anything special at the line?

    Attributes:
        word: jumps, gradual or cannot tell; empty without a decided lead.
        registered: the step at the study's line.
        most_of_lead: largest share of the lead that arises at the line.
        creators_needed: with whom there would be a word.
        placebos: other lines, whose most extreme is no test.
    """

    word: str
    registered: Cut
    most_of_lead: float
    creators_needed: int
    placebos: tuple[Cut, ...]


@dataclass(frozen=True, slots=True)
class Yardstick:
    """A covariate, and how many times as strong an unseen cause would have to be.

    ``apart`` is how far the tiers were apart in it, in standard deviations; ``multiple`` is None
    where the covariate explains too little to measure by.
    """

    covariate: str
    apart: float
    multiple: float | None


@dataclass(frozen=True, slots=True)
class Alike:
    """The ratio among creators who are alike.

    Attributes:
        ratio, low, high: with overlap weights.
        adjusted: with least squares instead.
        effective_micro, effective_macro: equal creators that would weigh as these do.
        outside: share of creators who have hardly a match in the other tier.
        robustness_value: share of what is left of tier and rate that an unseen cause would have to
            explain, of each.
        e_value: ratio that it would have to have with both.
        yardsticks: per covariate.
    """

    ratio: float
    low: float
    high: float
    adjusted: float
    effective_micro: float
    effective_macro: float
    outside: float
    robustness_value: float
    e_value: float
    yardsticks: tuple[Yardstick, ...]


@dataclass(frozen=True, slots=True)
class OffCounts:
    """What would be left if follower counts were off.

    Attributes:
        bands: error as a share, and the ratio with its interval that would be left.
        explaining_error: share that would explain the whole lead.
        bots_in: the tier in which followers who are no people would explain it.
        bots_share: their share of its followers.
    """

    bands: tuple[tuple[float, float, float, float], ...]
    explaining_error: float
    bots_in: str
    bots_share: float

    @property
    def off_by_a_fifth(self) -> tuple[float, float, float]:
        """Ratio and interval that would be left if counts were off by 20 %."""
        return next(band[1:] for band in self.bands if band[0] == _A_FIFTH)


@dataclass(frozen=True, slots=True)
class Captures:
    """The ratio by the follower counts of two days.

    Attributes:
        accounts: that were counted on both days.
        share: of the accounts behind the answer.
        days: between the counts, at the median.
        error: standard deviation of the error of log followers at most; growth is in it.
        same_accounts: the ratio of these accounts as reported.
        ratio, low, high: with the tier by the earlier count and the rate by the later one.
    """

    accounts: int
    share: float
    days: float
    error: float
    same_accounts: float
    ratio: float
    low: float
    high: float

    @property
    def ends(self) -> tuple[float, float, float]:
        """The ratio and its interval."""
        return self.ratio, self.low, self.high


@dataclass(frozen=True, slots=True)
class Control:
    """Revenue per order, which a tier should not move; ``flagged`` where it does."""

    ratio: float
    low: float
    high: float
    flagged: bool


@dataclass(frozen=True, slots=True)
class Examination:
    """A headline answer asked in other ways; what does not apply is None.

    Attributes:
        claim, metric, estimand, platform: of the answer.
        verdict, ratio, low, high: as the page says it.
        standing: whether it stands.
        counted, line, alike, counts, captures, control: the doubts.
        reasons: why a doubt could not be looked into, by its name.
    """

    claim: str
    metric: str
    estimand: str
    platform: str
    verdict: str
    ratio: float
    low: float
    high: float
    standing: Standing
    counted: Counted
    line: Line | None
    alike: Alike | None
    counts: OffCounts | None
    captures: Captures | None
    control: Control | None
    reasons: dict[str, str]

    @property
    def agreeing(self) -> int:
        """Ways of counting on the side of 1 on which the reported ratio lies."""
        return sum((way.ratio > 1) == (self.ratio > 1) for way in self.counted.ways)


_FORM = TypeAdapter(Examination)


def keep(path: Path, found: Examination) -> None:
    """Write an examination to a file of its own."""
    write_whole(path, json.dumps(asdict(found)).encode())


def kept(path: Path) -> Examination:
    """Read an examination back."""
    return _FORM.validate_python(json.loads(path.read_text(encoding="utf-8")))
