"""Posts that name the brand: each once, paid where anything says so."""

import pandas as pd

from analysis.prepare.duplicates import DUPLICATES, MERGED
from analysis.prepare.judge import Erased
from analysis.prepare.relationship.placing import numbered, placed
from analysis.store.manifest import Join
from analysis.study.contract import MENTIONS


def naming_posts(
    mentions: pd.DataFrame,
    arrived: pd.DataFrame | None,
    kept: pd.DataFrame | None,
    erased: Erased | None,
) -> tuple[pd.DataFrame, pd.Series, list[Join]]:
    """Give mentions the account and the number of their post, one row per post.

    A post that names several accounts of the brand, or that several files list, counts once. It is
    paid where one of its rows says so, and not paid where none does and one says no.

    Args:
        mentions: rows that arrived; in their order.
        arrived: every post that arrived, with the accounts that other files gave them.
        kept: posts that are kept; mentions are given their places, from 1.
        erased: tells rows of creators who asked to be forgotten.

    Returns:
        The mentions that are kept, with ``handle`` and ``post_id``, by post; the fate of every
        row; and the count of the join.
    """
    named, fate, under, join = placed(mentions, MENTIONS, arrived, kept, erased)
    paid = named.loc[under.index, "is_paid"].astype("boolean")
    again = under.duplicated()
    told = paid.fillna(False)
    same = told.eq(told.groupby(under).transform("first"))
    fate[under.index[again & same]] = DUPLICATES
    fate[under.index[again & ~same]] = MERGED
    any_paid = paid.groupby(under).transform("max")
    marks = named["is_paid"].astype("boolean")
    marks.loc[under.index] = any_paid
    whole = named.assign(is_paid=marks.astype(named["is_paid"].dtype))
    return numbered(whole, fate, under, kept), fate, [join]
