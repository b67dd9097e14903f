"""Comments under their posts, each once, and old enough to be answered."""

import pandas as pd

from analysis.prepare.duplicates import DUPLICATES, KEPT, MERGED

TOO_RECENT = "less than 48 hours old when it was exported: its answer may still come"
_ANSWERED_IN = pd.Timedelta(hours=48)


def old_enough(
    comments: pd.DataFrame, fate: pd.Series, under: pd.Series, kept: pd.DataFrame
) -> pd.DataFrame:
    """Decide which comments with a post count.

    Comments have no id, and two of them may be alike in everything, so they are compared by the
    post: of a post that several captures have comments of, those of the latest count, and a file
    that arrived twice counts once. Where the day of the export is known, or when the counts of the
    post were taken, comments that were then younger than 48 hours are left out.

    Args:
        comments, fate, under: as ``placed`` gives them; ``fate`` is set in place.
        kept: posts that are kept.

    Returns:
        The comments.
    """
    found = comments.loc[under.index]
    young = _too_young(found, kept.loc[under])
    fate[under.index] = _once(found, under).mask(young, TOO_RECENT)
    return comments


def _once(comments: pd.DataFrame, post: pd.Series) -> pd.Series:
    """Fate of comments with a post: of the latest capture, and of one of two equal files."""
    latest = comments.groupby(post)["capture"].transform("max")
    fate = pd.Series(KEPT, comments.index, dtype="str").mask(comments["capture"] < latest, MERGED)
    first = comments.groupby([post, "capture", "digest"])["arrival"].transform("min")
    return fate.mask(fate.eq(KEPT) & comments["arrival"].ne(first), DUPLICATES)


def _too_young(comments: pd.DataFrame, posts: pd.DataFrame) -> pd.Series:
    """Whether a comment was not seen for 48 hours: until its post was counted, or the export ended.

    Whichever came first, of what is known.
    """
    captured = pd.to_datetime(comments["capture"].where(comments["capture"].ne("")))
    age = pd.to_timedelta(comments["age_seconds"].astype("Int64"), unit="s")
    posted, counted = (
        posts[name].astype("datetime64[us]").set_axis(comments.index)
        for name in ("posted_at", "counted_at")
    )
    ends = pd.concat([captured + pd.Timedelta(days=1), counted], axis=1).min(axis=1)
    return (posted + age + _ANSWERED_IN > ends).fillna(False).astype(bool)
