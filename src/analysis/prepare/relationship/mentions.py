"""Posts that name the brand: each once, paid where anything says so."""

import pandas as pd

from analysis.prepare.duplicates import DUPLICATES, MERGED


def one_a_post(
    mentions: pd.DataFrame, fate: pd.Series, under: pd.Series, _kept: pd.DataFrame
) -> pd.DataFrame:
    """Decide which mentions count: one row per post.

    A post that names several accounts of the brand, or that several files list, counts once. It is
    paid where one of its rows says so, and not paid where none does and one says no.

    Args:
        mentions, fate, under: as ``placed`` gives them; ``fate`` is set in place.

    Returns:
        The mentions, with what the rows of each post say together.
    """
    paid = mentions.loc[under.index, "is_paid"].astype("boolean")
    again = under.duplicated()
    told = paid.fillna(False)
    same = told.eq(told.groupby(under).transform("first"))
    fate[under.index[again & same]] = DUPLICATES
    fate[under.index[again & ~same]] = MERGED
    marks = mentions["is_paid"].astype("boolean")
    marks.loc[under.index] = paid.groupby(under).transform("max")
    return mentions.assign(is_paid=marks.astype(mentions["is_paid"].dtype))
