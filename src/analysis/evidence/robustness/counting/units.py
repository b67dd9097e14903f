"""The units of a comparison: who counts in each way, in which stratum and follower band."""

from dataclasses import dataclass, replace
from itertools import product

import numpy as np
import pandas as pd

from analysis.evidence.estimators.rows import Flags, Floats, Integers
from analysis.evidence.gates import expects
from analysis.evidence.metrics import Estimand, Metric
from analysis.evidence.robustness.counting.cell_sums import Design, Kind
from analysis.evidence.robustness.counting.forks import STRATA, Choice, Counting, posts_behind
from analysis.evidence.robustness.counting.tiers import OUTSIDE, band_of, ways_to_draw
from analysis.evidence.view import View
from analysis.panel.halves import later_half

_THIRDS = 3
_KNOWN = 0.95
_FOLLOWERS = ("followers", "followers_listed")


@dataclass(frozen=True, slots=True, eq=False)
class Registered:
    """The units that the registered way counts, one entry each.

    Attributes:
        value, base: log rate and 1, rate and 1, or the two sums.
        count, exposure: sums behind a rate; missing for log rates.
        followers, micro, stratum, person: of each unit.
    """

    value: Floats
    base: Floats
    count: Floats
    exposure: Floats
    followers: Floats
    micro: Flags
    stratum: Integers
    person: Integers


@dataclass(frozen=True, slots=True, eq=False)
class Units:
    """The units of a comparison and where their numbers are.

    Attributes:
        view, metric, estimand: what is compared.
        rows: of the registered panel, of the platform and in either tier by any followers.
        unit: of each row, numbers from 0.
        heads: first row of each unit.
        bands: of each row by its followers, and by those listed; ``OUTSIDE`` where in neither tier.
        person: owner of each unit.
        panels: already read, by what they leave out.
    """

    view: View
    metric: Metric
    estimand: Estimand
    rows: pd.DataFrame
    unit: Integers
    heads: Integers
    bands: tuple[Integers, Integers]
    person: Integers
    panels: dict[Counting, pd.DataFrame]

    @classmethod
    def of(cls, view: View, metric: Metric, estimand: Estimand, platform: str) -> "Units":
        """Find the units of a comparison over all niches."""
        by_campaign = metric.within == "campaign"
        panel = view.creators_by_campaign if by_campaign else view.creators
        panel = panel[panel["platform"].eq(platform)]
        if by_campaign:
            panel = panel[panel["placements"].notna()]
        bands = [band_of(view, panel[name]) for name in _FOLLOWERS]
        there = np.logical_or(*(band != OUTSIDE for band in bands))
        rows = panel[there]
        person = pd.factorize(rows["person"])[0]
        unit = np.arange(len(rows))
        if by_campaign:  # what a person holds of a tier in a campaign is one rate
            tier = rows["followers"].map(view.micro.contains)
            unit = rows.groupby([person, rows["campaign"], tier], sort=False).ngroup().to_numpy()
        heads = np.unique(unit, return_index=True)[1]
        both = bands[0][there], bands[1][there]
        return cls(view, metric, estimand, rows, unit, heads, both, person[heads], {})

    @property
    def kind(self) -> Kind:
        """How units are compared."""
        means = self.estimand == "typical" and self.metric.typical == "geometric mean"
        return "log rates" if means else "ratio of sums"

    def first(self, column: str) -> pd.Series:
        """A column of the registered panel, of each unit's first row."""
        return self.rows[column].iloc[self.heads]

    def registered(self) -> Registered:
        """The units that the registered way counts."""
        value, base = self.counted(Counting())
        kept = self._is_counted(value, base)
        means = self.kind == "log rates"
        count, exposure = (np.full_like(value, np.nan),) * 2 if means else self._sums(Counting())
        micro = self.first("followers").map(self.view.micro.contains).to_numpy(dtype=bool)
        within = np.unique(self.first(self.metric.within), return_inverse=True)[1]
        return Registered(
            value=value[kept],
            base=base[kept],
            count=count[kept],
            exposure=exposure[kept],
            followers=self.first("followers").to_numpy(dtype=float)[kept],
            micro=micro[kept],
            stratum=within[kept],
            person=self.person[kept],
        )

    def covariates(self) -> tuple[pd.DataFrame, Flags]:
        """What was so before the outcome, of the units that the registered way counts.

        A covariate counts where 95 of 100 units know it. Never reach, views or fees, which follow
        from size.

        Returns:
            One row per unit, and whether it knows all of the covariates.
        """
        rows = self.rows.iloc[self.registered_heads]
        lifetime = rows["lifetime_posts"].astype(float)
        spanned = rows["days_posted"].where(rows["days_posted"] >= 1)
        frame = pd.DataFrame(
            {
                "niche": rows["niche"],
                "country": rows["country"],
                "accounts followed": np.log1p(rows["following"].astype(float)),
                "posts ever made": np.log(lifetime.where(lifetime > 0)),
                "posts per day": np.log(rows["posts"] / spanned),
            }
        )
        if self.metric.within == "campaign":
            frame.insert(0, "campaign", rows["campaign"])
        frame = frame.loc[:, frame.notna().mean() >= _KNOWN]
        return frame, frame.notna().all(axis=1).to_numpy()

    @property
    def registered_heads(self) -> Integers:
        """First row of each unit that the registered way counts."""
        return self.heads[self._is_counted(*self.counted(Counting()))]

    def _is_counted(self, value: Floats, base: Floats) -> Flags:
        in_tiers = self._bands_of_units()[0] != OUTSIDE
        counted: Flags = in_tiers & ((base > 0) | (value != 0))
        return counted

    def told_apart(self, choice: Choice) -> Choice:
        """The choice with the options that make a difference here."""
        plain = self.counted(Counting())
        kept = [0]
        for number, change in enumerate(choice.changes[1:], start=1):
            counting = replace(Counting(), **change)
            found = self.counted(counting)
            moved = counting.followers == "listed" and not np.equal(*self.bands).all()
            changed = any((a != b).any() for a, b in zip(plain, found, strict=True))
            if found[1].any() and (moved or changed):
                kept.append(number)
        return Choice(
            choice.name,
            tuple(choice.options[number] for number in kept),
            tuple(choice.changes[number] for number in kept),
        )

    def counted(self, counting: Counting) -> tuple[Floats, Floats]:
        """Value and base of each unit, both 0 where it does not count."""
        if self.kind == "log rates":
            return self._log_rates(counting)
        numerator, exposure = self._sums(counting)
        if self.estimand == "typical":
            there = exposure > 0
            rate = np.divide(numerator, exposure, out=np.zeros_like(numerator), where=there)
            return _pulled_in(rate, there, counting.pulled_in), there.astype(float)
        below, above = (numerator, exposure) if self.metric.is_cost else (exposure, numerator)
        return above, _pulled_in(below, below > 0, counting.pulled_in, low=False)

    def _sums(self, counting: Counting) -> tuple[Floats, Floats]:
        """Numerator and exposure of each unit, of the rows that count."""
        numerator, exposure = self._columns(counting)
        minimums = self.view.study.minimums
        least = getattr(minimums, self.metric.minimum) if self.metric.minimum else 0
        enough = (exposure >= least * counting.least_exposure) & (exposure > 0)
        if self.estimand == "portfolio":
            enough = (exposure > 0) | ((exposure == 0) & (numerator > 0))
        kept = enough & np.isfinite(numerator)
        found, held = (
            np.bincount(self.unit[kept], column[kept], len(self.person)).astype(float)
            for column in (numerator, exposure)
        )
        return found, held

    def _log_rates(self, counting: Counting) -> tuple[Floats, Floats]:
        numerator, exposure = self._columns(counting)
        kept = np.isfinite(numerator) & (exposure > 0)
        if counting.fewest_posts > 1:
            kept &= self._posts(counting).to_numpy(dtype=float) >= counting.fewest_posts
        band = self.bands[int(counting.followers == "listed")]
        kept &= band != OUTSIDE
        stratum = np.unique(self.rows["niche"], return_inverse=True)[1]
        if kept.any():
            kept[kept] = expects(
                numerator[kept],
                exposure[kept],
                stratum[kept],
                least=self.view.study.minimums.expected_count,
            )
        log_rate = np.zeros(len(kept))
        log_rate[kept] = np.log((numerator[kept] + 0.5) / exposure[kept])
        return _pulled_in(log_rate, kept, counting.pulled_in), kept.astype(float)

    def _columns(self, counting: Counting) -> tuple[Floats, Floats]:
        """Numerator and exposure of each row; missing where the way does not know them."""
        panel = self._panel(counting)
        numerator, exposure = self._names(counting)
        divisor = panel[exposure]
        if counting.followers == "listed" and exposure.startswith("followers_exposed"):
            divisor = self._posts(counting) * panel["followers_listed"]
        return panel[numerator].to_numpy(dtype=float), divisor.to_numpy(dtype=float)

    def _posts(self, counting: Counting) -> pd.Series:
        return self._panel(counting)[posts_behind(self._names(counting)[1])]

    def _names(self, counting: Counting) -> tuple[str, str]:
        return counting.columns or (self.metric.numerator, self.metric.exposure)

    def _panel(self, counting: Counting) -> pd.DataFrame:
        """The panel of a way, in the order of the registered rows."""
        asked = Counting(
            posts_kept=counting.posts_kept,
            placements_kept=counting.placements_kept,
            days=counting.days,
            hours_at=counting.hours_at,
        )
        if asked not in self.panels:
            self.panels[asked] = self._read(asked)
        return self.panels[asked]

    def _read(self, asked: Counting) -> pd.DataFrame:
        view, by_campaign = self.view, self.metric.within == "campaign"
        days = None
        if asked.days != "all":
            table = "placements" if by_campaign else "posts"
            days = later_half(view.dataset, table, period=view.days, campaign=view.one_campaign)
            if days is None:
                return pd.DataFrame(np.nan, self.rows.index, self.rows.columns)
        panel = view.counted_otherwise(
            by_campaign=by_campaign,
            posts_kept=asked.posts_kept,
            placements_kept=asked.placements_kept,
            days=days,
            hours_at=asked.hours_at,
        )
        key = ["creator_id", "campaign"] if by_campaign else ["creator_id"]
        return self.rows[key].merge(panel, on=key, how="left", validate="one_to_one")

    def _bands_of_units(self) -> list[Integers]:
        return [band[self.heads] for band in self.bands]

    def design(self, declared: tuple[str, ...]) -> tuple[Design, list[tuple[str, tuple[str, ...]]]]:
        """Strata and tiers of the units, and the choices about them."""
        rows = self.rows.iloc[self.heads]
        coarse = np.unique(rows[self.metric.within], return_inverse=True)[1]
        if self.metric.within == "niche":
            finer, fine = "niche and how often they post", _thirds(rows, coarse)
        else:
            finer, fine = "campaign and niche", np.unique(rows["niche"], return_inverse=True)[1]
        finest, stratum = np.unique(np.column_stack([coarse, fine]), axis=0, return_inverse=True)
        schemes = [finest[:, 0], np.arange(len(finest))]
        strata = [self.metric.within, finer]
        told = 2 if STRATA in declared and len(finest) > coarse.max() + 1 else 1
        (micro, macro), labels = ways_to_draw(self.view, declared)
        design = Design(
            stratum=stratum.ravel(),
            band=np.stack(self._bands_of_units()),
            schemes=tuple(schemes[:told]),
            tiers=tuple(product(micro, macro)),
        )
        return design, [(STRATA, tuple(strata[:told])), *labels]


def _thirds(rows: pd.DataFrame, niche: Integers) -> Integers:
    """Third of the posting rate inside the niche; those of one post or day stand in the first."""
    rate = (rows["posts"] / rows["days_posted"].clip(lower=1)).fillna(0)
    rank = rate.groupby(niche).rank(method="average", pct=True).to_numpy()
    third: Integers = np.minimum((rank * _THIRDS).astype(np.int64), _THIRDS - 1)
    return third


def _pulled_in(values: Floats, there: Flags, share: float, *, low: bool = True) -> Floats:
    """Values with the outermost ones moved to those next to them."""
    if share == 0 or not there.any():
        return values
    ends = np.quantile(values[there], [share if low else 0, 1 - share])
    return np.where(there, np.clip(values, *ends), values)
