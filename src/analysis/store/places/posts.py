"""Posts that stay where they are, as SQL: typed, judged by the contract, without hidden counts.

What text is read into by the intake, a typed column holds already: what is left to judge are the
promises of the contract, in the order and with the words of the intake. The first reason counts.
"""

from collections.abc import Sequence
from datetime import datetime

from analysis.sources.values.states import HIDING_COMMENTS, HIDING_LIKES, HIDING_VIEWS
from analysis.store.places.promises import Promise
from analysis.store.places.source import Source, moment_of, spelled, value
from analysis.study.contract import HIDDEN, NOT_AVAILABLE, OBSERVED, POSTS, TOO_YOUNG, ZERO

FINE = 9999  # the place of no reason
NO_DAY = datetime(1900, 1, 1)  # stands for a missing moment where moments are compared


def typed(source: Source, reasons: Sequence[Promise]) -> str:
    """Every row with the contract's columns, as ``spelled_`` platform and handle.

    ``fault`` is the place of the first reason that the row itself gives, from 1.
    """
    columns = [f"{value(source, POSTS[one])} as {one}" for one in source.names if one not in _WHO]
    columns += [
        f"cast(null as {_SQL[one.kind]}) as {one.name}"
        for one in POSTS.columns
        if one.name not in source.names and one.name not in _WHO
    ]
    columns += [f"{spelled(source, one)} as spelled_{one}" for one in _WHO]
    columns += [
        f"coalesce({source.sql(one)} = -1, false) as {one}_off"
        for one in POSTS.metrics
        if one in source.names
    ]
    cases = [f"when {one.broken} then {n}" for n, one in enumerate(reasons, 1) if one.broken]
    columns.append(f"case {' '.join(cases)} else {FINE} end as own_fault")
    return f"select {', '.join(columns)} from {source.relation}"  # noqa: S608


def judged(source: Source, reasons: Sequence[Promise], accounts: str, *, mature: int | None) -> str:
    """Every row of an account of ``accounts``, with all that decides on it.

    Args:
        accounts: query of ``platform, handle`` as the table spells them, the comparable
            ``platform_name``, the number ``account``, 1 where it is ``known``, and the place of its
            ``fault``.
        mature: days before which counts are too young; None takes them as they are.

    Returns:
        A query of the contract's columns without false counts, ``account``, ``id`` (of the post,
        else its link), ``platform``, states, and the place of the first reason, ``fault``.
    """
    kept = [one for one in POSTS.names if one not in (*_WHO, *_METRICS)]
    off = {one: f"{one}_off" if one in source.names else "false" for one in _METRICS}
    metrics = [f"case when no_{one} or young then null else {one} end as {one}" for one in _METRICS]
    states = [
        f"case when no_{one} or ({off[one]} and {one} is null) then '{HIDDEN}'"
        f" when young and {one} is not null then '{TOO_YOUNG}'"
        f" when {one} = 0 then '{ZERO}' when {one} is not null then '{OBSERVED}'"
        f" else '{NOT_AVAILABLE}' end as {one}_state"
        for one in _METRICS
    ]
    flags = _hidden()
    young = f"coalesce(posted_at > counted_at - interval {mature} day, false)"
    flags.append(f"{young if mature is not None else 'false'} as young")
    flags.append(f"coalesce(likes >= {HIDING_LIKES} and comments = 0, false) as silent")
    return (
        "select account, known, platform_name as platform, coalesce(post_id, link) as id,"  # noqa: S608
        f" nullif(least(own_fault, of_account), {FINE}) as fault, no_likes, no_comments, silent,"
        f" spelled_platform, spelled_handle, {', '.join([*kept, *metrics, *states])}"
        " from (select posts_typed.*, who.account, who.known, who.platform_name,"
        f" who.fault as of_account, {', '.join(flags)} from ({typed(source, reasons)})"
        f" as posts_typed inner join ({accounts}) as who"
        " on spelled_platform = coalesce(who.platform, '')"
        " and spelled_handle = coalesce(who.handle, '')) as posts_seen"
    )


def unjoined(source: Source, reasons: Sequence[Promise]) -> str:
    """What tells posts apart, as ``judged`` gives it, of rows that give no reason themselves."""
    metrics = [f"case when no_{one} then null else {one} end as {one}" for one in _METRICS]
    return (
        "select spelled_platform, spelled_handle, coalesce(post_id, link) as id, posted_at,"  # noqa: S608
        f" {', '.join(metrics)} from (select posts_typed.*, {', '.join(_hidden())}"
        f" from ({typed(source, reasons)}) as posts_typed where own_fault = {FINE}) as posts_seen"
    )


def _hidden() -> list[str]:
    """Counts that are no counts, as flags."""
    flags = dict.fromkeys(_METRICS, "false") | {
        "likes": (
            f"coalesce((likes = 0 and ({_TALKED} or {_SEEN})) or (likes = 3 and {_TALKED}), false)"
        ),
        "comments": f"coalesce(likes = 0 and comments = 0 and {_SEEN}, false)",
    }
    return [f"{sql} as no_{one}" for one, sql in flags.items()]


def shown(judged_posts: str, *, twins: str, settled: str, campaigns: str) -> str:
    """The posts that count, as the panel reads them.

    Args:
        judged_posts: as ``judged`` gives them, of known accounts alone.
        twins: query of ``account, id, moment`` of posts that were decided on here; empty where
            none were.
        settled: query of those of them that count, with the columns of this one.
        campaigns: query of ``spelled`` and ``coded`` names; empty where all are called as they
            are there.
    """
    nameless = "concat('no id: ', cast(posted_at as text))"
    names = {one: one for one in PANEL_NAMES} | {"creator_id": "account as creator_id"}
    names["post_id"] = f"coalesce(id, {nameless}, '') as post_id"
    if campaigns:
        names["campaign"] = "coalesce(coded, campaign) as campaign"
    text = f"select {', '.join(names.values())} from ({judged_posts}) as posts_judged"  # noqa: S608
    if campaigns:
        text += f" left join ({campaigns}) as named on spelled = campaign"
    text += " where fault is null"
    if twins:
        text += f" and not {among(twins)}"
    if settled:
        text += f" union all select {', '.join(PANEL_NAMES)} from ({settled}) as posts_settled"  # noqa: S608
    return text


def among(twins: str) -> str:
    """SQL that is true of posts that were decided on here; arguments as for ``shown``."""
    moment = f"coalesce(posted_at, {moment_of(NO_DAY)})"
    return (
        f"exists (select 1 from ({twins}) as apart where apart.account = posts_judged.account"  # noqa: S608
        f" and coalesce(apart.id, '') = coalesce(posts_judged.id, '') and apart.moment = {moment})"
    )


_WHO = ("platform", "handle")
_METRICS = POSTS.metrics
_SQL = {
    "text": "text",
    "count": "bigint",
    "time": "timestamp",
    "flag": "boolean",
}
_TALKED, _SEEN = f"comments > {HIDING_COMMENTS}", f"views >= {HIDING_VIEWS}"
PANEL_NAMES = (
    "creator_id",
    "platform",
    *(one for one in POSTS.names if one not in _WHO),
    *(f"{one}_state" for one in _METRICS),
)
