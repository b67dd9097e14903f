"""Every way to count one comparison laid out as outcomes, strata and tiers of its units."""

from dataclasses import dataclass, replace
from itertools import product

import numpy as np

from analysis.evidence.estimators.rows import Flags, Integers
from analysis.evidence.robustness.counting.cell_sums import Design, Outcomes
from analysis.evidence.robustness.counting.forks import Counting, choices_of
from analysis.evidence.robustness.counting.units import Units


@dataclass(frozen=True, slots=True, eq=False)
class Ways:
    """Every way to count one comparison on one platform.

    Attributes:
        outcomes, design: of its units: accounts, or what a person holds of a tier in a campaign.
        person: owner of each unit.
        compared_within: the registered stratum of each unit.
        choices: every choice by name, with its options; those of units first, then strata, micro
            and macro.
        option: which option each way takes, shape (outcomes, schemes, tiers, choices).
        is_cost: whether the sums are outcomes over costs, whose ratio turns over.
    """

    outcomes: Outcomes
    design: Design
    person: Integers
    compared_within: Integers
    choices: tuple[tuple[str, tuple[str, ...]], ...]
    option: Integers
    is_cost: bool

    def enough(self, least: int) -> Flags:
        """Ways with so many persons in each tier, shape (outcomes, schemes, tiers)."""
        kept = np.zeros(self.option.shape[:3], dtype=bool)
        counted = (self.outcomes.base > 0) | (self.outcomes.value != 0)
        for number, source in enumerate(self.outcomes.bands):
            band = self.design.band[source]
            for pair, tiers in enumerate(self.design.tiers):
                persons = [
                    len(np.unique(self.person[counted[number] & np.isin(band, tier)]))
                    for tier in tiers
                ]
                kept[number, :, pair] = min(persons) >= least
        return kept


def ways_to_count(units: Units) -> Ways:
    """Lay out every way to count a comparison, by the choices that its study declares."""
    declared = units.view.study.robustness.forks
    told = [
        units.told_apart(choice)
        for choice in choices_of(units.metric, units.estimand)
        if choice.name in declared
    ]
    choices = [choice for choice in told if len(choice.options) > 1]
    countings = [
        replace(Counting(), **{name: of for change in changes for name, of in change.items()})
        for changes in product(*(choice.changes for choice in choices))
    ]
    taken = [*product(*(range(len(choice.options)) for choice in choices))]
    values, bases = zip(*(units.counted(counting) for counting in countings), strict=True)
    sources = np.array([int(counting.followers == "listed") for counting in countings])
    design, last = units.design(declared)
    crossed = [range(len(options)) for _, options in last]
    named = [*((choice.name, choice.options) for choice in choices), *last]
    option = [[*first, *rest] for first in taken for rest in product(*crossed)]
    shape = (len(countings), len(design.schemes), len(design.tiers), len(named))
    return Ways(
        outcomes=Outcomes(units.kind, np.array(values), np.array(bases), sources),
        design=design,
        person=units.person,
        compared_within=design.schemes[0][design.stratum],
        choices=tuple(named),
        option=np.array(option, dtype=np.int64).reshape(shape),
        is_cost=units.metric.is_cost,
    )
