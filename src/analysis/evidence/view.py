"""A view: one dataset under one study, in one scope; niche and platform only select from it."""

import os
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from pathlib import Path

import pandas as pd

from analysis.panel.creators import PlacementsKept, PostsKept, creator_panel
from analysis.panel.relationship import (
    KEY,
    answer_times,
    formats,
    growth,
    relationship_columns,
)
from analysis.store.dataset import Dataset, open_dataset
from analysis.store.parquet import read_table
from analysis.study.errors import UsageError
from analysis.study.project import PROJECT
from analysis.study.ranges import FollowerRange, Period
from analysis.study.registration import Study, load_study

ALL = "all"
DECISION = "decision"
SEED = 20261122


@dataclass(frozen=True, eq=False)
class View:
    """What a report looks at.

    Attributes:
        dataset, study: the data and the registration.
        niche, platform: rows to show; ``all`` shows every one. They never change a number.
        campaign, period: posts and placements that count, as written in the parameters.
        micro, macro: the two arms.
        seed: of the permutations.
    """

    dataset: Dataset
    study: Study
    niche: str
    platform: str
    campaign: str
    period: str
    micro: FollowerRange
    macro: FollowerRange
    seed: int

    @cached_property
    def creators(self) -> pd.DataFrame:
        """The creator panel of the scope: one row per creator.

        All niches and platforms.
        """
        return self.counted_otherwise(by_campaign=False)

    @cached_property
    def creators_by_campaign(self) -> pd.DataFrame:
        """The panel with one row per creator and campaign."""
        return self.counted_otherwise(by_campaign=True)

    @cached_property
    def relationship(self) -> pd.DataFrame:
        """The creator panel with ``RELATIONSHIP_COLUMNS``, of formats and follower counts."""
        told = relationship_columns(self.formats, self.growth)
        return self.creators.join(told, on=KEY)

    @cached_property
    def formats(self) -> pd.DataFrame:
        """Posts of each creator by format."""
        return formats(self.dataset, period=self.days, campaign=self.one_campaign)

    @cached_property
    def answer_times(self) -> pd.DataFrame:
        """How long comments of others waited for an answer."""
        return answer_times(self.dataset, period=self.days, campaign=self.one_campaign)

    @cached_property
    def growth(self) -> pd.DataFrame:
        """Follower counts of each creator over time."""
        return growth(self.dataset, period=self.days, campaign=self.one_campaign)

    def counted_otherwise(
        self,
        *,
        by_campaign: bool,
        posts_kept: PostsKept = "own",
        placements_kept: PlacementsKept = "all",
        days: Period | None = None,
        hours_at: float = 1.0,
    ) -> pd.DataFrame:
        """The panel of the scope, counted in another way.

        Args:
            by_campaign: one row per creator and campaign.
            posts_kept, placements_kept: as ``creator_panel`` takes them.
            days: within the period of the scope; None takes all of it.
            hours_at: times the study's cost of an hour of handling.
        """
        return creator_panel(
            self.dataset,
            period=days or self.days,
            campaign=self.one_campaign,
            hourly_rate=self.study.handling_cost_per_hour * hours_at,
            extra_handling=self.study.extra_handling_cost,
            by_campaign=by_campaign,
            posts_kept=posts_kept,
            placements_kept=placements_kept,
        )

    @cached_property
    def currency(self) -> str:
        """Three letters of what amounts are in; empty where nobody says."""
        declared = (self.dataset.manifest.settings.currency or "").upper()
        path = self.dataset.table_path("placements")
        if declared or path is None:
            return declared
        stated = read_table(path, ["currency"])["currency"].dropna().unique()
        return str(stated[0]) if len(stated) == 1 else ""

    @property
    def one_campaign(self) -> str | None:
        """The campaign of the scope; None for all."""
        return None if self.campaign == ALL else self.campaign

    @property
    def days(self) -> Period:
        """The period as days."""
        last = self.dataset.manifest.last_day
        if self.period == DECISION:
            return _decision_days(self.study, last)
        return Period.parse(self.period, last_day=date.fromisoformat(last) if last else None)

    @property
    def scope(self) -> tuple[str, ...]:
        """What decides the numbers, without the selection of niche and platform."""
        return (self.campaign, self.period, str(self.micro), str(self.macro), str(self.seed))

    @property
    def contrasts(self) -> tuple[FollowerRange, ...]:
        """Macro ranges to compare with, the whole arm first."""
        parts = [part for part in self.study.tiers.macro_parts if self._splits(part)]
        return (self.macro, *parts)

    def _splits(self, part: FollowerRange) -> bool:
        inside = self.macro.low <= part.low and part.high <= self.macro.high
        return inside and part != self.macro

    @property
    def off_study(self) -> tuple[str, ...]:
        """What in this scope departs from the registered study, in words."""
        tiers = self.study.tiers
        departures = {
            f"micro is {self.micro}": self.micro != tiers.micro,
            f"macro is {self.macro}": self.macro != tiers.macro,
            f"period is {self.period}": self.period not in (ALL, DECISION),
            f"campaign is {self.campaign}": self.campaign != ALL,
        }
        return tuple(words for words, departs in departures.items() if departs)


def open_view(
    dataset: str | Path,
    *,
    niche: str = ALL,
    platform: str = ALL,
    campaign: str = ALL,
    period: str = ALL,
    micro: str = "1K-100K",
    macro: str = "100K+",
    seed: int = SEED,
    study: Study | str | Path | None = None,
) -> View:
    """Open a prepared dataset under a study, in one scope.

    Args:
        dataset: name below data/processed, or a folder.
        niche, platform, campaign: a value of the dataset, or ``all``.
        period: ``all``, a quarter like ``2026-Q1``, ``last 90 days`` of the data, or ``decision``:
            from the registration through the latest decision day that the data reach.
        micro, macro: follower ranges such as ``1K-100K``; values off the study are exploratory.
        seed: of the permutations.
        study: the registration, or its file. None takes the file that MICROMACRO_STUDY names, or
            the project's study.yml.

    Raises:
        DataContractError: no prepared dataset there.
        UsageError: values that the dataset or the study does not know, all of them named.
    """
    opened = open_dataset(dataset)
    manifest = opened.manifest
    known = {
        "niche": (niche, manifest.niches),
        "platform": (platform, manifest.platforms),
        "campaign": (campaign, manifest.campaigns),
    }
    wrong = [
        f"{name} {value!r} is not in {manifest.dataset}; there are {', '.join(values) or 'none'}"
        for name, (value, values) in known.items()
        if value != ALL and value not in values
    ]
    arms = FollowerRange.parse(micro), FollowerRange.parse(macro)
    if arms[0].overlaps(arms[1]):
        wrong.append(f"micro {micro} and macro {macro} overlap: a creator would count twice")
    if wrong:
        raise UsageError("; ".join(wrong))
    return View(
        dataset=opened,
        study=study if isinstance(study, Study) else load_study(_study_file(study)),
        niche=niche,
        platform=platform,
        campaign=campaign,
        period=period,
        micro=arms[0],
        macro=arms[1],
        seed=seed,
    )


def _decision_days(study: Study, last_day: str | None) -> Period:
    """Days after the registration, through the latest decision day.

    The latest that the data reach.
    """
    reached = [day for day in study.decide_on if last_day is not None and day <= last_day]
    if not reached:
        raise UsageError(
            f"period {DECISION!r}: the data end {last_day or 'without a day'}, before the first"
            f" decision day of the study ({', '.join(study.decide_on) or 'it names none'})"
        )
    registered = date.fromisoformat(study.registered)
    return Period(registered + timedelta(days=1), date.fromisoformat(max(reached)))


def _study_file(study: str | Path | None) -> Path:
    return PROJECT / (study or os.environ.get("MICROMACRO_STUDY", "study.yml"))
