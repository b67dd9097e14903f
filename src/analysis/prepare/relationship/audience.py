"""Audiences: of each account and dimension the latest list, as it was told."""

import pandas as pd

from analysis.prepare.duplicates import DUPLICATES, KEPT, MERGED
from analysis.prepare.joins import accounts, many_to_one
from analysis.prepare.judge import UNKNOWN, Erased, judge, set_aside_empty
from analysis.store.manifest import Join
from analysis.study.contract import AUDIENCE

TWO_SHARES = "its list states one segment with two shares"
NO_SHARE = "share: no value"
BEYOND_ALL = "more people than the account has followers"
_LIST = ["platform", "handle", "dimension"]


def latest_lists(
    audience: pd.DataFrame, creators: pd.DataFrame | None, erased: Erased | None
) -> tuple[pd.DataFrame, pd.Series, Join]:
    """Keep the latest list of each account and dimension, whole.

    Lists are never put together from several: one may be cut off where another is not. The latest
    measured counts, where no day is stated that of the latest capture, and of several files the
    first. Shares stay as they are told, also where they do not add up to 1; people are divided by
    all followers of the account.

    Args:
        audience: rows that arrived; in their order.
        creators: those that are kept.
        erased: tells rows of creators who asked to be forgotten.

    Returns:
        The rows that are kept; the fate of every row; and the count of the join.
    """
    words = {name: audience[name].str.strip().str.lower() for name in ("dimension", "segment")}
    told = audience.assign(**words)
    fate = judge(told, erased)
    complete = told[set_aside_empty(told, fate, AUDIENCE)]
    listed = pd.Series(dtype="str") if creators is None else accounts(creators)
    partner, _, join = many_to_one(
        accounts(complete), listed, table="audience", to="creators", by="handle"
    )
    fate[partner.index[partner.isna()]] = UNKNOWN
    theirs = partner.dropna()
    if creators is not None and len(theirs):
        told = _with_shares(told, fate, theirs.map(creators["followers"]))
        _set_aside_earlier(told.loc[theirs.index], fate)
    return told[fate.eq(KEPT)], fate, join


def _with_shares(told: pd.DataFrame, fate: pd.Series, followers: pd.Series) -> pd.DataFrame:
    """Shares from people where none is stated; rows without either are left out."""
    of_people = told["people"].astype("Float64") / followers.astype("Float64")
    share = told["share"].astype("Float64").fillna(of_people)
    known = share[followers.index]
    fate[known.index[known.isna()]] = NO_SHARE
    fate[known.index[(known > 1).fillna(False)]] = BEYOND_ALL
    return told.assign(share=share.astype(told["share"].dtype))


def _set_aside_earlier(told: pd.DataFrame, fate: pd.Series) -> None:
    """Leave out earlier lists, rows told twice, and lists against themselves; sets ``fate``."""
    day = told["as_of"].astype("str").fillna(told["capture"])
    lists = told.assign(day=day)[fate[told.index].eq(KEPT)]
    first = ["day", "capture", "arrival"]
    ordered = lists.sort_values(first, ascending=[False, False, True], kind="stable")
    best = ordered.groupby(_LIST)[first].transform("first")
    stands = ordered[first].eq(best).all(axis=1)
    fate[ordered.index[~stands]] = MERGED
    current = ordered[stands]
    several = current.groupby([*_LIST, "segment"])["share"].transform("nunique").gt(1)
    contradicts = several.groupby([current[name] for name in _LIST]).transform("any")
    fate[current.index[contradicts]] = TWO_SHARES
    again = current[~contradicts].duplicated([*_LIST, "segment"])
    fate[again.index[again]] = DUPLICATES
