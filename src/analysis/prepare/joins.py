"""Files of several tools as one study: many rows to one partner, every join counted."""

import pandas as pd

from analysis.store.manifest import Join
from analysis.store.settings import Settings
from analysis.study.contract import OBSERVED, ZERO

_SUMS = ("clicks", "sessions", "orders", "orders_refunded", "revenue", "boost_spend")
_BY = {"code": "code", "utm": "UTM mark", "link": "link", "account": "account"}
_FROM_POSTS = ("reach", "views")


def accounts(rows: pd.DataFrame, name: str = "handle") -> pd.Series:
    """Platform and name as one text, missing where the name is."""
    text = rows["platform"].astype("str") + ":" + rows[name].astype("str")
    return text.where(rows[name].notna())


def many_to_one(
    marks: pd.Series, partners: pd.Series, *, table: str, to: str, by: str
) -> tuple[pd.Series, pd.Series, Join]:
    """The one partner that states each row's mark.

    Args:
        marks: one per row, missing where the row states none. A row may repeat in the index, with
            several marks.
        partners: mark of every row of the other table, missing where it states none.
        table, to, by: names for the count.

    Returns:
        Index of the partner by row, missing where there is none or more than one; whether there
        are more; and the count.
    """
    stated = partners.dropna()
    shared = stated[stated.duplicated(keep=False)].unique()
    unique = stated[~stated.isin(shared)]
    lookup = pd.Series(unique.index, index=unique.to_numpy(), dtype="Int64")
    found = marks.map(lookup).groupby(level=0)
    several = found.nunique().gt(1) | marks.isin(shared).groupby(level=0).any()
    partner = found.first().astype("Int64").mask(several)
    without = marks.isna().groupby(level=0).all()
    matched = partner.notna()
    join = Join(
        table=table,
        to=to,
        by=by,
        rows=len(partner),
        matched=int(matched.sum()),
        ambiguous=int(several.sum()),
        without=int(without.sum()),
        unmatched=int((~matched & ~several & ~without).sum()),
        partners=int(partner.nunique()),
    )
    return partner, several, join


def name_accounts(
    posts: pd.DataFrame, creators: pd.DataFrame | None
) -> tuple[pd.DataFrame, list[Join]]:
    """Give the handle to posts that lack it.

    Their export names the account by its id, or not at all.
    """
    joins = []
    if creators is not None and creators["account_id"].notna().any():
        unknown = accounts(posts, "account").mask(accounts(posts).isin(accounts(creators)))
        ids = accounts(creators, "account_id")
        partner, _, join = many_to_one(unknown, ids, table="posts", to="creators", by="account id")
        if join.matched:
            named = partner.map(creators["handle"])
            posts = posts.assign(handle=posts["handle"].mask(named.notna(), named))
            joins.append(join)
    if (nameless := posts["handle"].isna()).any():
        ids = accounts(posts, "post_id")
        named_posts = posts[~nameless].drop_duplicates(["platform", "post_id", "handle"])
        partner, _, join = many_to_one(
            ids[nameless], ids[named_posts.index], table="posts", to="posts", by="post id"
        )
        handles = partner.map(named_posts["handle"])
        posts = posts.assign(handle=posts["handle"].mask(nameless, handles.reindex(posts.index)))
        joins.append(join)
    return posts, joins


def latest_followers(accounts: pd.Series, posts: pd.DataFrame) -> pd.Series | None:
    """Followers at the latest post of each account that states them; None where none does."""
    stated = posts["followers_at_posting"].notna()
    if not stated.any():
        return None
    known = posts[stated].sort_values("posted_at", kind="stable")
    return known.groupby(accounts[known.index])["followers_at_posting"].last()


def with_followers(
    creators: pd.DataFrame, latest: pd.Series | None
) -> tuple[pd.DataFrame, list[str]]:
    """Creators whose followers only their posts state: those at the latest post."""
    lacking = creators["followers"].isna()
    if latest is None or not lacking.any():
        return creators, []
    filled = creators["followers"].fillna(accounts(creators).map(latest))
    found = int((lacking & filled.notna()).sum())
    said = f"{found:,} creators state no followers: those at their latest post count"
    return creators.assign(followers=filled), [said] if found else []


def attribute(
    tracked: pd.DataFrame, placements: pd.DataFrame, posts: pd.DataFrame | None, settings: Settings
) -> tuple[pd.DataFrame, pd.Series, list[Join]]:
    """Give tracked rows to the placement they lead to.

    By code, UTM mark, link or account, and to one placement at most.

    Args:
        tracked, placements, posts: rows that are kept.
        settings: whose ``attribution`` says which numbers go first, and ``window_days`` which
            orders count.

    Returns:
        Placements with the sums that were not stated before, the fate of every tracked row, and
        the joins.
    """
    rules = [rule for rule in settings.attribution if rule != "roster"]
    stated = pd.DataFrame({rule: _stated(tracked, rule) for rule in rules}, tracked.index)
    named = "code, UTM mark, link or account"
    fate = pd.Series(f"no placement has its {named}", tracked.index, dtype="str")
    fate[stated.isna().all(axis=1)] = f"no {named}"
    start = _starts(placements, posts)
    taken = pd.Series(False, index=tracked.index)
    filled = placements.copy()
    joins = []
    own = list(_SUMS[:5])
    if "roster" not in settings.attribution:
        filled[own] = None
    for rule in rules:
        open_rows = tracked[~taken & stated[rule].notna()]
        if open_rows.empty:
            continue
        theirs = _marks(_stated(placements, rule), rule, alone=True)
        if rule == "account":  # an export is of one platform and says nothing about another
            theirs = theirs.where(placements["platform"].isin(open_rows["platform"]))
        partner, several, join = many_to_one(
            _marks(stated.loc[open_rows.index, rule], rule), theirs,
            table="tracked", to="placements", by=_BY[rule],
        )  # fmt: skip
        joins.append(join)
        fate[several.index[several]] = f"several placements have its {_BY[rule]}"
        found = partner.dropna()
        reasons = _outside(tracked.loc[found.index], found, start, placements, settings)
        fate[found.index] = reasons
        taken[found.index] = True
        counted = found[reasons.eq("kept")]
        rows = tracked.loc[counted.index]
        filled = _filled(filled, theirs, rows, counted, open_rows, rule=rule, settings=settings)
    for name in own:  # what the roster states stands where nothing else tells
        _fill(filled, name, placements[name], placements.get(f"{name}_state", filled[name]))
    return filled, fate, joins


def differing(placements: pd.DataFrame, before: pd.DataFrame) -> list[str]:
    """How many placements state other orders than what leads to them adds up to."""
    stated, counted = before["orders"], placements["orders"]
    differ = int((stated.notna() & counted.ne(stated)).fillna(False).sum())
    said = f"{differ:,} placements state other orders than their code, UTM mark, link or account"
    return [f"{said} brought; attribution in dataset.yml says which go first"] if differ else []


def _stated(rows: pd.DataFrame, rule: str) -> pd.Series:
    return accounts(rows) if rule == "account" else rows[rule]


def _marks(text: pd.Series, rule: str, *, alone: bool = False) -> pd.Series:
    """Marks as tools compare them.

    An order may have several codes, one row of the result each.
    """
    lower = _lower(text)
    if rule == "link":
        return link_marks(text)
    if rule == "code" and not alone:
        return lower.str.split(r"\s*[,;]\s*", regex=True).explode()
    return lower


def _lower(text: pd.Series) -> pd.Series:
    return text.astype("str").str.strip().str.lower().where(text.notna())


def link_marks(text: pd.Series) -> pd.Series:
    """Addresses as tools compare them."""
    bare = _lower(text).str.replace(r"^https?://(www\.|m\.)?|[?#].*$", "", regex=True)
    return bare.str.rstrip("/")


def _starts(placements: pd.DataFrame, posts: pd.DataFrame | None) -> pd.Series:
    """First day of every placement.

    Stated, or of the account's first post in its campaign.
    """
    stated = pd.to_datetime(placements["starts_on"])
    if posts is None or posts.empty:
        return stated
    first = posts.groupby([accounts(posts), posts["campaign"].fillna("")])["posted_at"].min()
    keys = pd.MultiIndex.from_arrays([accounts(placements), placements["campaign"].fillna("")])
    found = pd.to_datetime(pd.Series(first.reindex(keys).to_numpy(), placements.index))
    return stated.fillna(found.dt.normalize())


def _outside(
    rows: pd.DataFrame,
    partner: pd.Series,
    start: pd.Series,
    placements: pd.DataFrame,
    settings: Settings,
) -> pd.Series:
    """``kept``, or why a row does not count for its placement."""
    reason = pd.Series("kept", rows.index, dtype="str")
    began, day = partner.map(start), rows["day"]
    days = settings.window_days
    reason[(day < began).fillna(False).astype(bool)] = "before its placement began"
    if days is not None:
        late = (day >= began + pd.Timedelta(days=days)).fillna(False).astype(bool)
        reason[late] = f"more than {days} days after its placement began"
        undated = (began.isna() & day.notna()).astype(bool)
        reason[undated] = "its placement has no first day to count the window from"
    theirs = partner.map(placements["currency"])
    money = rows["revenue"].notna() | rows["boost_spend"].notna()
    foreign = (rows["currency"] != theirs).fillna(False).astype(bool) & money.astype(bool)
    reason[foreign] = "in another currency than its placement; write rates in dataset.yml"
    return reason


def _filled(
    placements: pd.DataFrame,
    marks: pd.Series,
    counted: pd.DataFrame,
    partner: pd.Series,
    arrived: pd.DataFrame,
    *,
    rule: str,
    settings: Settings,
) -> pd.DataFrame:
    """Placements with what their rows add up to.

    0 for a mark of its own that no row has.
    """
    told = [name for name in _SUMS if arrived[name].notna().any()]
    marked = marks.notna() & ~marks.duplicated(keep=False)
    sums = counted[told].groupby(partner).sum()
    filled = placements.copy()
    for name in told:
        total = sums[name].reindex(placements.index).fillna(0).where(marked)
        states = total.eq(0).map({True: ZERO, False: OBSERVED})
        open_cells = _fill(filled, name, total.astype("Float64"), states)
        if name == "orders":
            filled["attribution"] = filled["attribution"].where(
                ~open_cells | filled["attribution"].notna(), rule
            )
            filled["window_days"] = filled["window_days"].where(~open_cells, settings.window_days)
    money = counted["currency"].groupby(partner).first().reindex(placements.index)
    return filled.assign(currency=filled["currency"].fillna(money))


def _fill(rows: pd.DataFrame, name: str, values: pd.Series, states: pd.Series) -> pd.Series:
    """Fill a column's empty cells in place and return which."""
    open_cells = rows[name].isna() & values.notna()
    rows[name] = rows[name].where(~open_cells, values.astype(rows[name].dtype))
    if f"{name}_state" in rows:
        rows[f"{name}_state"] = rows[f"{name}_state"].mask(open_cells, states)
    return open_cells


def fill_from_posts(
    placements: pd.DataFrame, posts: pd.DataFrame
) -> tuple[pd.DataFrame, list[Join]]:
    """Fill placements' reach and views from their linked posts.

    Only where a placement states none.
    """
    if placements["link"].isna().all() or posts["link"].isna().all():
        return placements, []
    links = (_marks(rows["link"], "link") for rows in (placements, posts))
    partner, _, join = many_to_one(*links, table="placements", to="posts", by="post link")
    filled = placements.copy()
    for name in _FROM_POSTS:
        _fill(filled, name, partner.map(posts[name]), partner.map(posts[f"{name}_state"]))
    return filled, [join]
