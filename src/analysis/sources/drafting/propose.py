"""A file's header and values -> rules that stand, and questions with every reading."""

import re
from collections.abc import Callable
from dataclasses import replace

import pandas as pd

from analysis.sources.drafting.evidence import POST_COUNTS, Evidence, evidence, tables_of
from analysis.sources.drafting.names import Grade, Named, currency_in
from analysis.sources.drafting.plausible import (
    TIKTOK_ACCOUNT,
    addresses,
    names_platforms,
    names_posts,
    platform_in,
    post_pattern,
    posts_in,
    readings,
)
from analysis.sources.drafting.proposal import Proposal, Question, Rule, asked_once
from analysis.sources.reading.tables import TextTable
from analysis.sources.values.moments import tiktok_moments
from analysis.sources.values.text import Written, parse
from analysis.study.contract import IMPORTED, PLATFORM_SPELLINGS, PLATFORMS, Column

_LIFETIME = {"lifetime_likes": "likes", "lifetime_views": "views"}
_COLUMNS = {
    "creators": (
        *("platform", "handle", "account_id", "niche", "followers", "followers_as_of", "country"),
        *("lifetime_posts", "lifetime_likes", "lifetime_views"),
    ),
    "posts": (
        *("platform", "handle", "post_id", "posted_at", "age_days", *POST_COUNTS),
        *("profile_visits", "format", "is_sponsored", "is_boosted", "campaign", "link"),
        "followers_at_posting",
    ),
    "placements": (
        *("campaign", "platform", "handle", "impressions", "reach", "views", "clicks", "sessions"),
        *("orders", "orders_refunded", "revenue", "fee", "product_cost", "agency_fee"),
        *("boost_spend", "currency", "code", "utm", "link", "placed_at", "collaboration"),
        *("booking_id", "captured_at"),
    ),
    "tracked": (
        *("order_id", "line", "platform", "handle", "code", "utm", "day", "clicks", "sessions"),
        *("orders", "orders_refunded"),
        *("revenue", "boost_spend", "status", "currency"),
    ),
}
_SELDOM = {
    *("country", "format", "is_sponsored", "is_boosted", "followers_as_of", "collaboration"),
    "captured_at",
    *("followers_at_posting", "placed_at", "status", "day", "age_days", "niche", "agency_fee"),
    "line",
    *("profile_visits", "product_cost", "boost_spend", "orders_refunded", "lifetime_posts"),
}  # nobody is asked about these: the name is exact, or the column is not read
_WHOSE = ("platform", "handle")
_NAMED = {"ig", "insta", "yt"}
_HINTS = {
    "tiktok": ("digg", "heart", "aweme", "fans", "authormeta", "sound", "music"),
    "instagram": ("edge_", "shortcode", "taken_at", "reel", "caption", "story"),
    "youtube": ("subscriber", "channel", "video_id", "videoid", "watch time"),
}


Said = tuple[list[Rule], list[Question]]


def propose(text: TextTable) -> Proposal:
    """Tell what a file's columns are, from names and values.

    A rule stands where a name says it and no value speaks against it; what has two readings is a
    question. A file of posts that states its accounts' followers gives creators too.
    """
    seen = evidence(text)
    tables = tables_of(seen)
    rules: dict[str, list[Rule]] = {}
    questions: list[Question] = []
    for table in tables:
        said = [_column(name, table, seen, tables) for name in _COLUMNS[table]]
        rules[table] = [rule for stands, _ in said for rule in stands]
        questions += [question for _, asked in said for question in asked]
    rules = {table: _short_alike(found, table) for table, found in rules.items()}
    if "posts" in rules:
        rules["posts"], asked = _plausible_likes(seen, rules["posts"])
        questions += asked
        views = [rule.of for rule in rules["posts"] if rule.column == "views"]
        kind = "plays" if "play" in "".join(views).lower() else "views"
        rules["posts"] += [Rule("views_kind", how={"is": kind})] if views else []
    ordered = {rule.column for rule in rules.get("tracked", ())}
    if "order_id" in ordered and "orders" not in ordered:
        rules["tracked"].append(Rule("orders", how={"is": "1"}))
    questions = asked_once(questions)
    used = {rule.of for found in rules.values() for rule in found}
    used |= {rule.of for question in questions for rule in question.readings}
    unread = {of: seen.against.get(of, "") for of in text.header if of not in used}
    return Proposal(rules, questions, unread)


def _column(name: str, table: str, seen: Evidence, tables: list[str]) -> Said:
    if table == "tracked" and name in _WHOSE and not seen.has("handle", grade=Grade.EXACT):
        return [], []
    if special := _SPECIAL.get(name):
        return special(table, seen)
    found = list(seen.of(name))
    if name.startswith("lifetime_"):
        found = [one for one in found if one.grade == Grade.EXACT]
        if "posts" in tables:
            found = [one for one in found if seen.one_per_account(one.of)]
        elif "placements" in tables and name == "lifetime_posts":
            found = []  # posts beside a price are those that were booked
    elif table == "posts" and not found and name in _LIFETIME.values():
        whole = next(long for long, short in _LIFETIME.items() if short == name)
        several = [one for one in seen.of(whole) if not seen.one_per_account(one.of)]
        found = [replace(one, column=name, grade=Grade.LOOSE) for one in several]
    elif table == "placements" and name in (*POST_COUNTS, "impressions"):
        # Posts hold them, and give them to their placement by its address; in a price list they
        # are of no booking.
        booked = seen.has("orders", "clicks", "campaign", grade=Grade.ASKED)
        found = found if booked and "posts" not in tables else []
    if name in _SELDOM:
        found = [one for one in found if one.grade == Grade.EXACT]
    if name == "followers_as_of" and not found and "posts" not in tables and seen.accounts_repeat():
        found = [replace(one, column=name, grade=Grade.ASKED) for one in seen.of("posted_at")]
    if name == "placed_at" and not found:
        found = [replace(one, column=name) for one in seen.of("posted_at")]
    if name == "posted_at" and not found:
        found = [Named(name, of, Grade.ASKED, 0) for of in seen.moments()]
    return _decided(IMPORTED[table][name], table, found, seen)


def _short_alike(rules: list[Rule], table: str) -> list[Rule]:
    """Counts of a file that shortens some of them: the others may be short in other rows."""
    if not any("abbreviated" in rule.how for rule in rules):
        return rules
    counts = {column.name for column in IMPORTED[table].columns if column.metric}
    return [
        replace(rule, how=rule.how | {"abbreviated": True}) if rule.column in counts else rule
        for rule in rules
    ]


def _decided(column: Column, table: str, found: list[Named], seen: Evidence) -> Said:
    """A rule where one column fits surely and has one reading, else a question, else nothing."""
    if not found:
        return [], []
    surest = [one for one in found if one.grade == found[0].grade]
    apart = surest[:1]
    if column.metric or column.kind == "amount" or column.name == "followers":
        apart += [one for one in surest[1:] if not seen.values(one).equals(seen.values(surest[0]))]
    rules = [
        Rule(column.name, one.of, how)
        for one in apart
        for how in readings(column, seen.values(one))
    ]
    if len(rules) == 1 and found[0].grade < Grade.ASKED:
        return rules, []
    names = ", ".join(repr(one.of) for one in apart)
    meaning = column.meaning.partition(" (")[0].partition(";")[0]
    asks = f"does {names} hold {meaning}?"
    if len(apart) > 1:
        asks = f"which column holds {meaning}: {names}?"
    elif len(rules) > 1:
        what = "days" if column.kind in ("day", "time") else "decimals"
        asks = f"how does {names} write {what}, such as {_example(seen.values(apart[0]))}?"
    return [], [Question(table, f"{column.name}: {asks}", tuple(rules))]


def _example(text: pd.Series) -> str:
    return str(text[text.ne("")].iloc[0])


def _platform(table: str, seen: Evidence) -> Said:
    if found := seen.of("platform"):
        return [Rule("platform", found[0].of)], []
    if named := [of for of in seen.rows if names_platforms(seen.rows[of])]:
        return [Rule("platform", named[0])], []
    header = " ".join(seen.rows.columns).lower()
    words = set(re.split(r"[\W_]+", header))
    sure = {one for one in PLATFORMS if one in header.replace(" ", "")}
    sure |= {PLATFORM_SPELLINGS[word] for word in words & _NAMED}
    linked = [seen.values(one) for one in (*seen.of("handle"), *seen.of("link"))]
    sure |= {platform_in(values) for values in linked if addresses(values) > 0} - {""}
    if len(sure) == 1:
        return [Rule("platform", how={"is": sure.pop()})], []
    hints = {one: sum(word in header for word in words) for one, words in _HINTS.items()}
    if any(tiktok_moments(seen.values(one)).notna().all() for one in seen.of("post_id")):
        hints["tiktok"] += len(header)
    ordered = sorted(PLATFORMS, key=lambda one: -hints[one])
    rules = tuple(Rule("platform", how={"is": one}) for one in ordered)
    return [], [
        Question(table, "platform: where are these accounts? (or { is: another name })", rules)
    ]


def _handle(table: str, seen: Evidence) -> Said:
    found = [one for one in seen.of("handle") if not names_posts(seen.values(one))]
    if not found:
        return _handle_otherwise(table, seen)
    best, text = found[0], seen.values(found[0]).str.strip()
    if text.str.contains(" ").any():  # names to show people; an address names the account itself
        found = [one for one in found if addresses(seen.values(one)) == 1] or found
        best, text = found[0], seen.values(found[0]).str.strip()
    others = [one for one in found[1:] if one.grade == best.grade]
    several = any(not seen.values(one).equals(seen.values(best)) for one in others)
    worded = best.grade > Grade.EXACT and not addresses(text) and text.str.contains(" ").any()
    if several or worded:
        asks = f"handle: does {best.of!r} name accounts as your list of creators does?"
        numbers = [Rule("handle", one.of) for one in seen.of("account_id")]
        rules = (*(Rule("handle", one.of) for one in found), *numbers)
        return [], [Question(table, asks, rules)]
    return [Rule("handle", best.of)], []


def _handle_otherwise(table: str, seen: Evidence) -> Said:
    """The account from the address of its post or its number, else a question."""
    for one in [*seen.of("link"), *seen.of("handle")]:
        if posts_in(seen.values(one)) == "tiktok":
            return [Rule("handle", one.of, {"extract": TIKTOK_ACCOUNT})], []
    numbers = [Rule("handle", one.of) for one in seen.of("account_id")]
    if len(numbers) == 1 and seen.rows[numbers[0].of].str.fullmatch(r"UC[\w-]{22}|[0-9]{8,}").all():
        return numbers[:1], []
    asks = "handle: no column surely names the account; which does, or the folder of the file?"
    return [], [Question(table, asks, (*numbers, Rule("handle", how={"folder": True})))]


def _post_id(_: str, seen: Evidence) -> Said:
    if found := seen.of("post_id"):
        return [Rule("post_id", found[0].of)], []
    for one in seen.of("link"):
        if platform := posts_in(seen.values(one)):
            return [Rule("post_id", one.of, {"extract": post_pattern(platform)})], []
        if names_posts(seen.values(one)):
            return [Rule("post_id", one.of)], []
    return [], []


def _booking_id(_: str, seen: Evidence) -> Said:
    """Of bookings that are posts the post, or two of a creator in a campaign would be one."""
    if not {"posts", "placements"} <= {*tables_of(seen)}:
        return [], []
    ids = [*seen.of("post_id"), *(one for one in seen.of("link") if names_posts(seen.values(one)))]
    return [Rule("booking_id", one.of) for one in ids[:1]], []


def _link(_: str, seen: Evidence) -> Said:
    posts = [one for one in seen.of("link") if names_posts(seen.values(one))]
    return [Rule("link", one.of) for one in posts[:1]], []


def _account_id(_: str, seen: Evidence) -> Said:
    exact = [one for one in seen.of("account_id") if one.grade == Grade.EXACT]
    return [Rule("account_id", one.of) for one in exact[:1] if seen.has("handle")], []


def _campaign(table: str, seen: Evidence) -> Said:
    if seen.has("campaign"):
        return [Rule("campaign", seen.of("campaign")[0].of)], []
    return [Rule("campaign", how={"is": ""})] if table == "placements" else [], []


def _currency(table: str, seen: Evidence) -> Said:
    if found := seen.of("currency"):
        return [Rule("currency", found[0].of)], []
    amounts = [column.name for column in IMPORTED[table].columns if column.kind == "amount"]
    stated = {currency_in(one.of) for name in amounts for one in seen.of(name)} - {""}
    return [Rule("currency", how={"is": code}) for code in stated if len(stated) == 1], []


_SPECIAL: dict[str, Callable[[str, Evidence], Said]] = {
    "platform": _platform,
    "handle": _handle,
    "post_id": _post_id,
    "booking_id": _booking_id,
    "link": _link,
    "account_id": _account_id,
    "campaign": _campaign,
    "currency": _currency,
}


def _plausible_likes(seen: Evidence, rules: list[Rule]) -> Said:
    """Rules without likes and views where many posts have more likes than views."""
    pair = {rule.column: rule for rule in rules if rule.column in ("likes", "views")}
    if len(pair) < 2:
        return rules, []
    likes, views = (
        parse(seen.rows[rule.of], IMPORTED["posts"][name], Written(**rule.how)).values  # type: ignore[arg-type]
        for name, rule in sorted(pair.items())
    )
    both = likes.notna() & views.notna()
    more = int((likes > views)[both].sum())
    if more <= 0.1 * both.sum():
        return rules, []
    asks = f"{more} of {int(both.sum())} rows have more {pair['likes'].of!r} than"
    asks += f" {pair['views'].of!r}: which are likes, which are views?"
    rest = [rule for rule in rules if rule not in pair.values()]
    swapped = {"likes": pair["views"], "views": pair["likes"]}
    others = [replace(rule, column=name) for name, rule in swapped.items()]
    return rest, [Question("posts", asks, (*pair.values(), *others))]
