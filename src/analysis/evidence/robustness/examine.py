"""Ask a headline answer in other ways, once per scope; what was found is kept beside the data."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import partial
from typing import TypeVar

import numpy as np
import pandas as pd

from analysis.evidence.estimators.estimate import NotEstimableError
from analysis.evidence.metrics import METRICS
from analysis.evidence.results import Answer
from analysis.evidence.robustness import doubts
from analysis.evidence.robustness.counting.cell_sums import (
    Curve,
    observed,
    permuted,
    whole_persons,
)
from analysis.evidence.robustness.counting.joint import by_chance, carried, joint
from analysis.evidence.robustness.counting.units import Units
from analysis.evidence.robustness.counting.ways import Ways, ways_to_count
from analysis.evidence.robustness.examination import (
    Alike,
    Captures,
    Control,
    Counted,
    Examination,
    OffCounts,
    Way,
    keep,
    kept,
)
from analysis.evidence.robustness.influence import without_largest
from analysis.evidence.robustness.survival import Doubts, Spread, survives
from analysis.evidence.verdict import DECIDED, Verdict
from analysis.evidence.view import View
from analysis.store.digests import code_digest, digest
from analysis.store.disk import held

_GATED = 3  # of the largest creators, without whom a sum may not turn
_FEWEST_WAYS = 8
_OFF = 0.05  # as a share: below, wrong follower counts feign nothing that is seen
_NEARLY_ALL = 0.95
Found = TypeVar("Found")
Row = Mapping[str, object]


def examined(view: View, row: Row) -> Examination:
    """Ask one headline answer in other ways, or read what was found before.

    Args:
        view: the scope.
        row: of a result, over all niches.
    """
    key = [str(row[name]) for name in ("claim", "metric", "estimand", "platform")]
    told = [str(row[name]) for name in ("verdict", "estimate", "deciding_low", "deciding_high")]
    manifest = view.dataset.manifest
    parts = [manifest.data_digest, view.study.digest, code_digest(), *view.scope, *key, *told]
    path = view.dataset.folder / "answers" / f"robustness-{digest(parts)}.json"
    if not path.exists():
        with held(path.with_name(f".{path.stem}.lock"), wait=True):
            if not path.exists():
                keep(path, examine(view, row))
    return kept(path)


def examinations(view: View, answers: Iterable[Answer]) -> list[Examination]:
    """Every headline answer that can be tested, asked in other ways.

    Args:
        view: the scope.
        answers: of the study; those that are not confirmatory have no headline.
    """
    frames = [answer.frame for answer in answers if answer.claim in view.study.confirmatory]
    rows = pd.concat(frames)
    return [examined(view, row) for row in rows[rows["robustness"] != ""].to_dict("records")]


def examine(view: View, row: Row) -> Examination:
    """Ask one headline answer in other ways.

    Args:
        view: the scope.
        row: of a result, over all niches.
    """
    claim, verdict = view.study.claims[str(row["claim"])], Verdict(str(row["verdict"]))
    metric, ratio = METRICS[str(row["metric"])], float(str(row["estimate"]))
    units = Units.of(view, metric, str(row["estimand"]), str(row["platform"]))  # type: ignore[arg-type]
    counted = _counted(view, units)
    reasons: dict[str, str] = {}
    tried = partial(_tried, reasons=reasons)
    low, high = (float(str(row[name])) for name in ("deciding_low", "deciding_high"))
    margin, decided = claim.margin, verdict in DECIDED
    line = tried("line", lambda: doubts.of_the_line(units, margin=margin, decided=decided))
    alike = tried("like with like", lambda: doubts.among_alike(units))
    counts = tried("follower counts", lambda: doubts.of_counts(units, ratio, (low, high)))
    captures = tried("two captures", lambda: doubts.of_two_captures(units)) if counts else None
    control = tried("basket value", lambda: doubts.of_baskets(units, ratio, margin=margin))
    standing = survives(
        verdict,
        ratio,
        len(counted.ways),
        counted.joint,
        level=view.study.level,
        margin=margin,
        moves=counted.spreads[0] if counted.spreads else None,
        doubts=_weighed(counted, alike, counts, captures, control),
    )
    return Examination(
        claim=str(row["claim"]),
        metric=metric.name,
        estimand=units.estimand,
        platform=str(row["platform"]),
        verdict=verdict.value,
        ratio=ratio,
        low=low,
        high=high,
        standing=standing,
        counted=counted,
        line=line,
        alike=alike,
        counts=counts,
        captures=captures,
        control=control,
        reasons=reasons,
    )


def _tried(name: str, look: Callable[[], Found], *, reasons: dict[str, str]) -> Found | None:
    """Look into a doubt; where that is not possible, note why."""
    try:
        return look()
    except NotEstimableError as error:
        reasons[name] = str(error)
        return None


def _weighed(
    counted: Counted,
    alike: Alike | None,
    counts: OffCounts | None,
    captures: Captures | None,
    control: Control | None,
) -> Doubts:
    """What was found, as far as it may take an answer back."""
    measured = captures and captures.error > _OFF and captures.share >= _NEARLY_ALL
    return Doubts(
        alike=(alike.ratio, alike.low, alike.high) if alike else None,
        fewest_alike=min(alike.effective_micro, alike.effective_macro) if alike else 0.0,
        counts_off=counts.off_by_a_fifth[1:] if counts else None,
        two_captures=captures.ends if captures and measured else None,
        without_largest=dict(counted.without_largest).get(_GATED),
        control_flagged=control.flagged if control else False,
    )


def _counted(view: View, units: Units) -> Counted:
    ways = ways_to_count(units)
    curve = _turned(ways, observed(ways.outcomes, ways.design))
    enough = ways.enough(view.study.minimums.creators_per_arm) & np.isfinite(curve.t)
    axes = [ways.option[..., number][enough] for number in range(len(ways.choices))]
    several = [number for number, (_, options) in enumerate(ways.choices) if len(options) > 1]
    shares = carried(curve.log_ratio, enough, axes)
    spreads = [
        _spread(ways.choices[number], curve.log_ratio[enough], axes[number], shares[number])
        for number in several
        if len(np.unique(axes[number])) > 1
    ]
    found, chance = None, np.empty((2, 0))
    if enough.sum() >= _FEWEST_WAYS and enough[0, 0, 0]:
        moves = whole_persons(
            ways.person,
            ways.compared_within,
            view.study.robustness.permutations,
            np.random.default_rng(view.seed),
        )
        drawn = _turned(ways, permuted(ways.outcomes, ways.design, moves))
        found = joint(curve, drawn, enough, level=view.study.level)
        chance = by_chance(drawn, enough, level=view.study.level)
    return Counted(
        choices=ways.choices,
        ways=tuple(
            Way(tuple(ways.option[at].tolist()), float(np.exp(curve.log_ratio[at])), curve.t[at])
            for at in map(tuple, np.argwhere(enough))
        ),
        chance=tuple((low, high) for low, high in chance.T.tolist()),
        joint=found,
        spreads=tuple(sorted(spreads, key=lambda one: -one.share)),
        without_a_niche=_without_a_niche(ways, units),
        without_largest=_without_largest(units) if units.estimand == "portfolio" else (),
    )


def _turned(ways: Ways, curve: Curve) -> Curve:
    """Costs over outcomes, where the sums are outcomes over costs."""
    return Curve(-curve.log_ratio, -curve.t) if ways.is_cost else curve


def _spread(
    choice: tuple[str, tuple[str, ...]], log_ratio: np.ndarray, option: np.ndarray, share: float
) -> Spread:
    name, options = choice
    taken = np.unique(option).tolist()
    ratios = tuple(float(np.exp(np.median(log_ratio[option == one]))) for one in taken)
    return Spread(name, tuple(options[one] for one in taken), ratios, share)


def _left(ways: Ways, out: np.ndarray) -> float:
    """The registered ratio without some units."""
    outcomes = replace(
        ways.outcomes,
        value=np.where(out, 0.0, ways.outcomes.value[:1]),
        base=np.where(out, 0.0, ways.outcomes.base[:1]),
        bands=ways.outcomes.bands[:1],
    )
    design = replace(ways.design, schemes=ways.design.schemes[:1], tiers=ways.design.tiers[:1])
    return float(np.exp(_turned(ways, observed(outcomes, design)).log_ratio[0, 0, 0]))


def _without_a_niche(ways: Ways, units: Units) -> tuple[float, float] | None:
    niche = units.first("niche").to_numpy()
    names = np.unique(niche)
    if len(names) < 2:
        return None
    ratios = [_left(ways, niche == name) for name in names]
    known = [ratio for ratio in ratios if np.isfinite(ratio)]
    return (min(known), max(known)) if known else None


def _without_largest(units: Units) -> tuple[tuple[int, float], ...]:
    """The ratio of sums without the persons who hold most of the outcome."""
    rows = units.registered()
    found = without_largest(
        rows.value, rows.base, rows.micro, rows.stratum, weight="exposure", person=rows.person
    )
    return tuple(
        (one.left_out, 1 / one.ratio if units.metric.is_cost else one.ratio)
        for one in found
        if np.isfinite(one.ratio) and one.ratio > 0
    )
