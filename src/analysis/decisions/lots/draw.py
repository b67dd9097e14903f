"""A booking list by lot: drawn inside strata from candidates, balanced, with reserves."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from analysis.decisions.lots.forms import read_form
from analysis.store.pseudonyms import Erased
from analysis.study.contract import CANDIDATES
from analysis.study.errors import DataContractError, UsageError
from analysis.study.ranges import FollowerRange

BOOK, RESERVE = "book", "reserve"
MOST_APART = 0.1  # standardised difference of booked and reserve, of every measure
MOST_TRIES = 1_000
_SAME = 1e-9
_MEASURES = ("log followers", "log quote")


@dataclass(frozen=True, slots=True, eq=False)
class DrawnList:
    """Candidates in the order of the draw.

    Attributes:
        rows: one row per candidate: ``platform``, ``handle``, ``tier``, ``niche``, ``followers``,
            ``quote``, ``stratum``, ``role`` (``book`` or ``reserve``), ``place`` (in the stratum's
            role; a refusal is filled by the first reserve of the stratum) and ``chance`` of being
            booked, by which a mean is weighted.
        balance: one row per tier and measure, with the standardised difference.
        tries: draws until every difference was small.
        seed, digest: of the draw, and of the file it was drawn from.
    """

    rows: pd.DataFrame
    balance: pd.DataFrame
    tries: int
    seed: int
    digest: str


def read_candidates(path: Path, erased: Erased) -> tuple[pd.DataFrame, str]:
    """Candidates of a CSV file, without creators who asked to be forgotten; and its digest.

    Raises:
        UsageError: the file cannot be read.
        DataContractError: a column is missing or a cell cannot be used.
    """
    rows, digest = read_form(path, CANDIDATES)
    if below := [f"row {row + 2}, quote: below 0" for row in rows.index[rows["quote"].lt(0)]]:
        raise DataContractError(f"{path}: {'; '.join(below)}")
    kept = rows[~erased(rows)].reset_index(drop=True)
    return kept, digest


def draw_list(
    candidates: pd.DataFrame,
    tiers: tuple[FollowerRange, FollowerRange],
    numbers: tuple[int, int],
    *,
    seed: int,
    digest: str,
) -> DrawnList:
    """Draw a number of candidates of each tier, in proportion inside platforms and niches.

    The draw is repeated until booked and reserve differ by less than a tenth of a standard
    deviation in log followers and log quote; whoever analyses it must repeat it likewise.

    Args:
        candidates: as ``read_candidates`` gives them.
        tiers: micro and macro.
        numbers: to be booked of each.
        seed: of the draw.
        digest: of the file.

    Raises:
        UsageError: too few candidates of a tier, or no draw is balanced.
    """
    rows = _with_strata(candidates, tiers)
    wanted = dict(zip(map(str, tiers), numbers, strict=True))
    available = rows["tier"].value_counts()
    short = [
        f"{tier}: {available.get(tier, 0)} candidates for {number} bookings"
        for tier, number in wanted.items()
        if available.get(tier, 0) < number
    ]
    if short:
        raise UsageError(f"too few candidates; {'; '.join(short)}")
    take = pd.concat([_shares(rows[rows["tier"] == tier], n) for tier, n in wanted.items()])
    rng = np.random.default_rng(seed)
    for tries in range(1, MOST_TRIES + 1):
        drawn = _once(rows, take, rng)
        balance = pd.DataFrame(_balance(drawn), columns=["tier", "measure", "difference"])
        if balance["difference"].abs().lt(MOST_APART).all():
            return DrawnList(drawn, balance, tries, seed, digest)
    worst = balance["difference"].abs().max()
    raise UsageError(
        f"no balanced draw in {MOST_TRIES} tries, the last was {worst:.2f} standard deviations"
        " apart; add candidates or book fewer"
    )


def _with_strata(
    candidates: pd.DataFrame, tiers: tuple[FollowerRange, FollowerRange]
) -> pd.DataFrame:
    rows = candidates.assign(niche=candidates["niche"].fillna("not stated"), tier="")
    for tier in tiers:
        inside = rows["followers"].map(tier.contains).astype(bool)
        rows["tier"] = rows["tier"].mask(inside, str(tier))
    rows = rows[rows["tier"].ne("")]
    return rows.assign(stratum=rows["tier"] + " " + rows["platform"] + " " + rows["niche"])


def _shares(rows: pd.DataFrame, number: int) -> pd.Series:
    """How many of each stratum, in proportion, by largest remainders."""
    sizes = rows["stratum"].value_counts().sort_index()
    exact = sizes * number / max(sizes.sum(), 1)
    whole = np.floor(exact).astype("int64")
    rest = (exact - whole).sort_values(ascending=False, kind="stable").index
    whole[rest[: number - int(whole.sum())]] += 1
    return whole


def _once(rows: pd.DataFrame, take: pd.Series, rng: np.random.Generator) -> pd.DataFrame:
    shuffled = rows.iloc[rng.permutation(len(rows))].sort_values("stratum", kind="stable")
    nth = shuffled.groupby("stratum").cumcount()
    number = shuffled["stratum"].map(take)
    size = shuffled.groupby("stratum")["stratum"].transform("size")
    booked = nth < number
    return shuffled.assign(
        role=np.where(booked, BOOK, RESERVE),
        place=nth.where(booked, nth - number) + 1,
        chance=number / size,
    ).reset_index(drop=True)


def _balance(drawn: pd.DataFrame) -> Iterator[tuple[str, str, float]]:
    for tier, rows in drawn.groupby("tier"):
        booked = rows["role"].eq(BOOK)
        for measure in _MEASURES:
            values = np.log(rows[measure.removeprefix("log ")].astype("float64") + 1)
            spread = values.std()
            apart = values[booked].mean() - values[~booked].mean()
            comparable = not math.isnan(apart) and spread > _SAME  # equal ones differ by rounding
            yield str(tier), measure, float(apart / spread) if comparable else 0.0
