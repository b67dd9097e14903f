"""Behind the formats: how often each is used, what each brings, and what mixing them would say."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.evidence.breakdown.arms import by_platform, labels, selected_arms
from analysis.evidence.estimators.estimate import Estimate, NotEstimableError
from analysis.evidence.estimators.rows import Flags
from analysis.evidence.estimators.typical import geometric_mean_ratio
from analysis.evidence.gates import few_persons
from analysis.evidence.relationship.differences import Difference, difference
from analysis.evidence.view import View
from analysis.panel.relationship import KEY, NEWEST, mix_of_newest

MIXED, WITHIN = "all formats mixed", "within formats"
_FEWEST = 0.01  # share of the posts of a platform below which a format is not told


@dataclass(frozen=True, slots=True)
class Use:
    """How often creators use a format, or how evenly they mix them.

    Attributes:
        of: the format, or the mix of all in words.
        gap: mean of persons' own shares, micro against macro; of the mix, of Shannon's entropy.
    """

    of: str
    gap: Difference


@dataclass(frozen=True, slots=True)
class Rate:
    """What a post brings, micro over macro, in one format or in all of them.

    Attributes:
        of: the format; ``MIXED``, which compares unlike posts; or ``WITHIN``, which does not.
        per: what it is divided by: a view, or a follower where no views are known.
        micro, macro: creators.
        ratio: between geometric means of posts and then of creators.
    """

    of: str
    per: str
    micro: int
    macro: int
    ratio: Estimate


def format_use(view: View) -> dict[str, tuple[Use, ...] | str]:
    """Per platform, the share of each format and the mix of the fifteen newest posts.

    Shares are of all of a creator's posts whose format is known. A mix grows with the number of
    posts by itself, so everybody's is counted among equally many.
    """
    return by_platform(_posts(view), _use, view=view)


def rates_by_format(view: View) -> dict[str, tuple[Rate, ...] | str]:
    """Per platform, engagement per view in each format, mixed and within formats.

    The mixed rate moves with how often each arm uses which format (Simpson's paradox); it is shown
    to warn. Where no views are known, rates are per follower.
    """
    return by_platform(_posts(view), _rates, view=view)


def _posts(view: View) -> pd.DataFrame:
    """Rows of creators and formats, of both arms."""
    arms = selected_arms(view.creators, view)[[*KEY, "person", "followers", "micro"]]
    return arms.merge(view.formats, on=KEY, how="left", validate="one_to_many")


def _use(rows: pd.DataFrame, *, view: View) -> tuple[Use, ...]:
    rows = _usable(rows[rows["kind"].notna()], view)
    posts = rows.pivot_table(index=KEY, columns="kind", values="posts", fill_value=0.0)
    shares = posts.div(posts.sum(axis=1), axis=0)
    whose = rows.drop_duplicates(KEY).set_index(KEY).loc[shares.index]
    told = posts.sum().sort_values(ascending=False)
    told = told[told >= _FEWEST * told.sum()]
    mix = mix_of_newest(rows.set_index(KEY)["latest"]).dropna()
    columns = {str(kind): shares[kind] for kind in told.index}
    columns |= {f"mix of the {NEWEST} newest (entropy)": mix}
    uses, reasons = [], []
    for of, own in columns.items():
        owners = whose.loc[own.index]
        if not few_persons(_micro(owners), labels(owners["person"]), least=_least(view)):
            try:
                uses.append(Use(of, difference(own, owners, level=view.study.level)))
            except NotEstimableError as error:
                reasons.append(str(error))
    if reasons and not uses:
        raise NotEstimableError(reasons[0])
    return tuple(uses)


def _rates(rows: pd.DataFrame, *, view: View) -> tuple[Rate, ...]:
    viewed = rows["posts_viewed"].sum() > 0
    counted = _usable(rows[rows["posts_viewed" if viewed else "posts_engaged"] > 0], view)
    log_base = counted["log_views"] if viewed else np.log(counted["followers"])
    known = counted.assign(
        posts=counted["posts_viewed" if viewed else "posts_engaged"],
        brought=counted["log_interactions_viewed" if viewed else "log_interactions"],
        base=log_base,
    )
    per = "view" if viewed else "follower"
    return tuple(_told(known, per=per, view=view))


def _told(rows: pd.DataFrame, *, per: str, view: View) -> Iterator[Rate]:
    mixed = rows.assign(
        brought=rows["brought"] * rows["posts"], base=rows["base"] * rows["posts"]
    ).groupby([*KEY, "person", "micro"], as_index=False, sort=False)
    sums = mixed[["brought", "base", "posts"]].sum()
    sums = sums.assign(brought=sums["brought"] / sums["posts"], base=sums["base"] / sums["posts"])
    kinds = rows.groupby("kind")["posts"].sum().sort_values(ascending=False)
    kinds = kinds[kinds >= _FEWEST * kinds.sum()]
    single = {str(kind): rows[rows["kind"] == kind] for kind in kinds.index}
    for of, those in {MIXED: sums, **single, WITHIN: rows[rows["kind"].isin(kinds.index)]}.items():
        micro, person = _micro(those), labels(those["person"])
        if few_persons(micro, person, least=_least(view)):
            continue
        stratum = labels(those["kind"]) if of == WITHIN else np.zeros(len(those), dtype=np.int64)
        ratio = geometric_mean_ratio(
            (np.exp(those["brought"]) - 0.5).clip(lower=0),
            np.exp(those["base"]),
            micro,
            stratum,
            person=person,
            level=view.study.level,
        )
        counts = [len(np.unique(person[arm])) for arm in (micro, ~micro)]
        yield Rate(of, per, micro=counts[0], macro=counts[1], ratio=ratio)


def _usable(rows: pd.DataFrame, view: View) -> pd.DataFrame:
    if rows.empty:
        raise NotEstimableError("no posts with their format")
    if why := few_persons(_micro(rows), labels(rows["person"]), least=_least(view)):
        raise NotEstimableError(why)
    return rows


def _micro(rows: pd.DataFrame) -> Flags:
    return np.asarray(rows["micro"], dtype=bool)


def _least(view: View) -> int:
    return view.study.minimums.creators_per_arm
