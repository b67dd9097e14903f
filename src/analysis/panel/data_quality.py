"""What arrived and who can be compared: counts by state, tier and origin, never a row."""

from collections.abc import Mapping, Sequence

import pandas as pd

from analysis.panel.creators import answers, query
from analysis.store.dataset import Dataset
from analysis.study.contract import PLACEMENTS, POSTS, STATES, Table
from analysis.study.ranges import FollowerRange

_CUT = 100_000
_NEAR = 0.05
_JOINS = {"table": "rows of", "to": "to", "by": "by", "cardinality": "cardinality"}
_JOINS |= {"matched": "found one", "unmatched": "found none", "ambiguous": "found several"}
_JOINS |= {"without": "state nothing", "rows": "rows"}


def joins(dataset: Dataset) -> pd.DataFrame:
    """List how rows of one table found their partner in another.

    Returns:
        One row per join, in its order; the four ways that it went add up to ``rows``.
    """
    rows = [join.model_dump() for join in dataset.manifest.joins]
    return pd.DataFrame(rows, columns=list(_JOINS)).rename(columns=_JOINS)


def warnings(dataset: Dataset) -> pd.DataFrame:
    """Oddities of the files that did not stop them."""
    return pd.DataFrame({"look at": list(dataset.manifest.warnings)}, dtype="str")


def truth_states(dataset: Dataset) -> pd.DataFrame:
    """Rows per metric and state: observed, zero, hidden and others.

    Returns:
        One row per table, platform and metric: ``table, platform, metric`` and one column per
        state of the contract, rows of the table.
    """
    there = [table for table in (POSTS, PLACEMENTS) if dataset.has(table.name)]
    if not there:
        return pd.DataFrame(columns=["table", "platform", "metric", *STATES])
    return pd.concat([_states_of(dataset, table) for table in there], ignore_index=True)


def _states_of(dataset: Dataset, table: Table) -> pd.DataFrame:
    counts = ", ".join(f"count(*) filter (state = '{state}') as \"{state}\"" for state in STATES)
    metrics = " union all ".join(
        f"select platform, {number} as place, '{name}' as metric, {name}_state as state"  # noqa: S608
        f" from {table.name}"
        for number, name in enumerate(table.metrics)
    )
    text = (
        f"select '{table.name}' as \"table\", platform, metric, {counts} from ({metrics})"  # noqa: S608
        " group by platform, metric, place order by platform, place"
    )
    return answers(dataset, text)


def flow(creators: pd.DataFrame, tiers: Sequence[FollowerRange]) -> pd.DataFrame:
    """By tier, from the list to those who are compared.

    Args:
        creators: the creator panel.
        tiers: follower ranges, from the lowest.

    Returns:
        One row per step, in its order: ``step``, one column per tier, ``in no tier``. No sum: it
        would give away a count that is too small to be told.
    """
    engaged = creators["posts_engaged"].fillna(0) > 0
    steps: Mapping[str, pd.Series] = {
        "on the list": pd.Series(True, creators.index),
        "with posts": creators["posts"].fillna(0) > 0,
        "with likes and comments": engaged,
        "with views as well": engaged & creators["views"].notna(),
        "with placements": creators["placements"].fillna(0) > 0,
        "with clicks and orders": creators["clicks"].notna(),
        "with orders and impressions or reach": creators["impressions"].notna()
        | creators["placements_reach"].notna(),
    }
    tier = _tier(creators["followers"], tiers)
    names = [*map(str, tiers), _NOWHERE]
    counts = {
        step: tier[inside].value_counts().reindex(names, fill_value=0)
        for step, inside in steps.items()
    }
    frame = pd.DataFrame.from_dict(counts, orient="index").astype("int64")
    return frame.rename_axis("step").reset_index()


_NOWHERE = "in no tier"


def _tier(followers: pd.Series, tiers: Sequence[FollowerRange]) -> pd.Series:
    tier = pd.Series(_NOWHERE, index=followers.index, dtype="str")
    for one in tiers:
        tier = tier.mask(followers.map(one.contains).astype(bool), str(one))
    return tier


def origins(dataset: Dataset, tiers: Sequence[FollowerRange]) -> pd.DataFrame:
    """How creators came to the list, by tier.

    A frame that differs by tier biases the comparison.

    Returns:
        One row per ``found through``, with one column per tier and ``in no tier``.
    """
    text = "select coalesce(found_through, 'not stated') as origin, followers from creators"
    creators = answers(dataset, text)
    tier = _tier(creators["followers"], tiers)
    names = [*map(str, tiers), _NOWHERE]
    counts = pd.crosstab(creators["origin"], tier).reindex(columns=names, fill_value=0)
    return counts.rename_axis("found through", axis=0).rename_axis(None, axis=1).reset_index()


def cautions(dataset: Dataset) -> pd.DataFrame:
    """What to keep in mind about the counts, by platform.

    Returns:
        One row per ``platform`` and ``what``, with ``rows`` that it is true of, ``of`` how many.
    """
    parameters: dict[str, dict[str, float]] = {
        "creator_cautions.sql": {"cut": _CUT, "near": _NEAR},
        "post_cautions.sql": {},
    }
    found = [answers(dataset, query(name), values) for name, values in parameters.items()]
    return pd.concat(found, ignore_index=True)
