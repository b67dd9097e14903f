"""docs/calibration.md: what was measured, in tables, and the gates that were missed.

A section of which not every job was measured now stands as an earlier run told it, and the page
says so.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from analysis.evidence.wording import listed
from tests.calibration import advice_page, gates, measure, scenarios

Found = dict[str, dict[str, Any]]
_DRAWS = (200, 400, 1_000)  # whose error the page tells


def written(
    found: Found,
    former: str,
    *,
    tries: int,
    long: int,
    demos: int,
    advised: int,
    seed: int,
    left: Mapping[str, Sequence[str]],
) -> tuple[str, list[str]]:
    """Write the page from what every job found.

    Args:
        found: results by part and job.
        former: the page as it stands; a section of it is kept until all of its jobs have results,
            so that a figure never gives way to none.
        tries, long, demos, advised, seed: of the draws.
        left: jobs without a result, by part.

    Returns:
        The page and the missed gates.
    """
    sections = _sections(found, tries=tries, long=long, demos=demos, advised=advised)
    before = {_heading(text): text for text in _cut(former)}
    lacking = {
        part: [job for one in _parts(part) for job in left.get(one, ())] for part in sections
    }
    kept = [
        part
        for part, text in sections.items()
        if _heading(text) in before and (lacking[part] or not found[part])
    ]
    told = [
        before[_heading(text)] if part in kept else text + _not_run(lacking[part])
        for part, text in sections.items()
        if part in kept or any(found[one] for one in _parts(part))
    ]
    missed = _missed(found, tries=tries, long=long, advised=advised)
    misses = [line for part, lines in missed.items() if part not in kept for line in lines]
    misses += [
        line
        for line in before.get("## Gates missed", "").replace("- ", "").splitlines()
        if any(line.startswith(f"{part}: ") for part in kept)
    ]
    unfinished = [part for part in sections if lacking[part] and part not in kept]
    head = _head(seed, unfinished, kept)
    return "\n".join([head, _misses(misses), *told]), misses


def _parts(section: str) -> tuple[str, ...]:
    """The parts of whose jobs a section tells."""
    return ("noise", "families") if section == "noise" else (section,)


def _not_run(jobs: Sequence[str]) -> str:
    return f"\nNot run: {'; '.join(jobs)}.\n" if jobs else ""


def _cut(page: str) -> list[str]:
    """The sections of a page."""
    return [f"## {text.rstrip()}\n" for text in page.split("\n## ")[1:]]


def _heading(section: str) -> str:
    return section.split("\n", 1)[0]


def _sections(found: Found, *, tries: int, long: int, demos: int, advised: int) -> dict[str, str]:
    """What each part found."""
    tables = {name: pd.DataFrame(rows) for name, rows in found["worlds"].items()}
    baselines, hidden = _of_field(found)
    weekly = found["families"].get("weekly", {}).get("at any look", float("nan"))
    return {
        **{part: _hard(part, found[part], tries) for part in scenarios.HARD},
        "noise": _noise(_mean(found["noise"]), _family(found), weekly, long),
        "alike": _alike(found["alike"], long),
        "power": _power(_mean(found["power"]), demos),
        "worlds": _worlds(tables, tries),
        "field": _field(baselines, hidden, long),
        "shop": _shop(found["shop"].get("shop", {}), tries),
        "robust": robust_section(found["robust"], tries),
        "decide": advice_page.section(found["decide"], advised),
    }


def _missed(found: Found, *, tries: int, long: int, advised: int) -> dict[str, list[str]]:
    """Gates missed, each behind the name of its part, by part."""
    tables = {name: pd.DataFrame(rows) for name, rows in found["worlds"].items()}
    missed = {
        "worlds": gates.world_misses(tables, tries),
        **{part: gates.hard_misses(part, found[part], tries) for part in scenarios.HARD},
        "field": gates.field_misses(*_of_field(found)) if found["field"] else [],
        "noise": gates.noise_misses(_mean(found["noise"]), _family(found), long),
        "alike": gates.alike_misses(found["alike"], long),
        "shop": gates.shop_misses(found["shop"].get("shop", {}), tries),
        "robust": gates.robust_misses(found["robust"], tries),
        "decide": advice_page.misses(found["decide"], advised),
    }
    return {part: [f"{part}: {miss}" for miss in misses] for part, misses in missed.items()}


def _of_field(found: Found) -> tuple[pd.DataFrame, float]:
    field = {name: of for name, of in found["field"].items() if name != "hidden"}
    return pd.DataFrame(field), _hidden(found["field"])


def _family(found: Found) -> float:
    return float(found["families"].get("family", {}).get("on the decision day", float("nan")))


def _mean(shares: dict[str, dict[str, float]]) -> dict[str, float]:
    return pd.DataFrame(shares).mean(axis=1).to_dict() if shares else {}


def _hidden(field: Found) -> float:
    if "hidden" not in field:
        return float("nan")
    rows = pd.DataFrame(field["hidden"]).set_index("estimate")
    return float(rows.loc["engagement, typical", "rejects 1"])


def _error(rate: float, tries: int) -> str:
    return f"{measure.monte_carlo_error(rate, tries):.1%}"


def _head(seed: int, left: Sequence[str], kept: Sequence[str]) -> str:
    errors = listed([f"{_error(0.05, draws)} in {draws:,} draws" for draws in _DRAWS])
    names = "`, `".join(["worlds", *scenarios.HARD, "field", "noise", "families", "alike"])
    unfinished = f" Not yet run to the end: {', '.join(left)}." if left else ""
    if kept:
        unfinished += (
            f" Not run again to the end, and told as an earlier state of the code was measured,"
            f" with the draws that their sections name: {', '.join(kept)}."
        )
    return (
        "# Calibration\n\nMade by `make calibrate`, job by job; what is finished is kept in"
        " `.calibration` and used again while code (not its words), study and world are the same."
        " Parts run by name, like `make calibrate ARGS=noise`, or those of their jobs that are"
        f" named so, like `ARGS=robust:sums`: `{names}`, `power`, `shop`, `robust`, `decide`."
        f"{unfinished}\n\nWorlds with planted truth are drawn as often as their section says (seed"
        f" {seed}). One Monte-Carlo error of a rate of 5 % is {errors}; every gate allows two,"
        " because at its exact value a gate is a coin that is tossed.\n"
    )


def _misses(misses: Sequence[str]) -> str:
    said = "\n".join(f"- {miss}" for miss in misses) or "Every figure below passed its gate."
    return f"## Gates missed\n\n{said}\n"


def _hard(part: str, worlds: dict[str, dict[str, dict[str, float]]], tries: int) -> str:
    lines = [
        f"## Hard worlds: {scenarios.HARD[part][0]}\n",
        (
            f"{tries:,} draws each. True ratio 1 unless named, through the product's own gates, at"
            " 95 %. Shown: share of tries that pass the gates. Coverage is of those shown; missed"
            " are intervals without the truth, of all tries. Gates: coverage at least 93.5 %"
            " (typical) and 93 % (portfolio), missed at most 6.5 %. Width: median of the log"
            " interval, and in times of that of the method before (rows for persons, or permuted"
            " tiers alone); too wide is no failure.\n"
        ),
        "| world | estimate | shown | coverage | missed of all | width | times before |",
        "|---|---|---|---|---|---|---|",
    ]
    for name, estimands in worlds.items():
        for estimand, of in estimands.items():
            if not of["shown"]:
                lines.append(f"| {name} | {estimand} | 0% | – | 0.0% | – | – |")
                continue
            before = of["before"]
            times = "–" if pd.isna(before) or not before else f"{of['width'] / before:.2f}"
            lines.append(
                f"| {name} | {estimand} | {of['shown']:.0%} | {of['coverage']:.1%}"
                f" | {of['missed']:.1%} | {of['width']:.2f} | {times} |"
            )
    if part == "rates":
        lines.append(
            f"\nThe one named exception is the tenth of a small arm that {gates.NAMED_EXCEPTION};"
            " pages say how many persons hold the orders."
        )
    return "\n".join(lines) + "\n"


def _noise(studies: dict[str, float], family: float, weekly: float, long: int) -> str:
    rows = "".join(f"| {name} | {rate:.1%} |\n" for name, rate in studies.items())
    return (
        "## Studies and families in which nothing differs\n\nThree headline claims on three"
        f" platforms over five niches, two decision days, {long:,} studies, decided and worded by"
        " the product's own first screen. The headline may claim a difference in 5 %, any cell of"
        " the first grid be coloured in 10 %.\n\n"
        f"| claimed | of studies |\n|---|---|\n{rows}\n"
        f"One family of five niches at a fifth of 5 % each: {family:.1%}. With 26 weekly looks at"
        f" growing data and no decision days, a claim at any look: {weekly:.1%}.\n"
    )


def _alike(families: dict[str, dict[str, float]], long: int) -> str:
    rows = "".join(
        f"| {name} | {of['standard error']:.3f} | {of['families with any']:.1%}"
        f" | {of['of niches']:.1%} |\n"
        for name, of in families.items()
    )
    return (
        f"## Equivalent\n\nFamilies of five niches, {long:,} each, decided by the product: at the"
        " margin (1.25) any niche called equivalent is false and may be in 5 % of families.\n\n"
        "| five niches of | standard error | families with any equivalent | niches equivalent |\n"
        f"|---|---|---|---|\n{rows}"
    )


def _power(found: dict[str, float], demos: int) -> str:
    rows = "".join(f"| {name} | {value:.1f} |\n" for name, value in found.items())
    return (
        f"## What the deciding levels cost\n\nThe world of the demo drawn {demos} times: cells of"
        " its first grid that are decided on average, by the levels of the study and by other"
        " rules on the same p-values.\n\n"
        f"| rule | cells |\n|---|---|\n{rows}"
    )


def _worlds(tables: dict[str, pd.DataFrame], tries: int) -> str:
    lines = [
        "## Worlds of the method notes\n",
        (
            f"{tries:,} draws each. The estimators themselves, arms permuted"
            f" {measure.PERMUTATIONS} times. Gates: as"
            ' above; where the truth is 1, "rejects 1" is the false alarm rate, at most 6.5 %; sign'
            ' errors at most 1 %. "Equivalent" counts intervals inside 0.8 to 1.25.\n'
        ),
        "| world | estimate | truth | coverage | rejects 1 | sign errors | equivalent |",
        "|---|---|---|---|---|---|---|",
    ]
    for name, table in tables.items():
        for row in table.to_dict("records"):
            truth = "by niche" if pd.isna(row["truth"]) else f"{row['truth']:.3f}"
            rates = [f"{row[event]:.1%}" for event in measure.EVENTS]
            lines.append(" | ".join([f"| {name}", row["estimate"], truth, *rates]) + " |")
    return "\n".join(lines) + "\n"


def _field(baselines: pd.DataFrame, hidden: float, long: int) -> str:
    lines = [
        "## What the field does, on worlds without any difference\n",
        (
            f"{long:,} draws each. Each test must call equal tiers different more than 30 % of the"
            " time in at least one of the worlds; if they passed, the gates above would prove"
            " nothing.\n"
        ),
        f"| test | {' | '.join(map(str, baselines.columns))} |",
        "|---|" + "---|" * baselines.shape[1],
        *(
            f"| {name} | {' | '.join(f'{rate:.1%}' for rate in rates)} |"
            for name, rates in zip(baselines.index, baselines.to_numpy(), strict=True)
        ),
        (
            "\nHidden likes exported as 0 by a quarter of macro and a twentieth of micro posts, and"
            f" taken for 0, would be called a difference {hidden:.1%} of the time; left out as"
            " missing they are the S8 row above.\n"
        ),
    ]
    return "\n".join(lines)


def _shop(shuffled: dict[str, float], tries: int) -> str:
    if not shuffled:
        return "## A real shop with shuffled tiers\n\nNot run: no real sets were given.\n"
    rows = "\n".join(f"| {name} | {rate:.1%} |" for name, rate in shuffled.items())
    return (
        "## A real shop with shuffled tiers\n\n1,086 creators of a TikTok shop, tiers permuted"
        f" {tries:,} times, so that any difference is chance.\n\n"
        f"| test | called different |\n|---|---|\n{rows}\n"
    )


def robust_section(found: dict[str, dict[str, float]], tries: int) -> str:
    """The line, like with like, follower counts: one table each."""
    if not found:
        return "## Doubts: the line, like with like, follower counts\n\nNot run.\n"
    told = [
        "## Doubts: the line, like with like, follower counts\n",
        (
            f"{tries:,} draws each (an eighth for wrong counts of 6,000 creators); followers are"
            " those of 23,051 Instagram creators. A step at 100,000 beside a spline: where none"
            f" is, at most {gates.FALSE_STEP:.0%} may be called a step and {gates.WRONG_WORD:.0%}"
            " get the word jumps; a true step of 1.25 is to be found among 23,000. Like with like"
            f" may miss the truth in {gates.MISSED:.1%}; two captures may be off by"
            f" {gates.NULL:.0%}. Of decided answers to a true 1.3 at least {gates.KEPT:.0%} are to"
            f" hold in all ways of counting, of decided noise at most {gates.NOISE_KEPT:.0%}.\n"
        ),
    ]
    for what, columns in _DOUBTS.items():
        rows = {name: of for name, of in found.items() if name.startswith(f"{what},")}
        if not rows:
            continue
        if what == "ways":
            told.append(_ON_WAYS)
            rows = {name: _beside(name, of, tries) for name, of in rows.items()}
        told.append(f"| {what} | {' | '.join(columns)} |\n|---|{'---|' * len(columns)}")
        for name, of in rows.items():
            cells = [
                _told(label, of.get(column, float("nan") if _is_unasked(column, name) else 0.0))
                for label, column in columns.items()
            ]
            told.append(f"| {name.split(', ', 1)[1]} | {' | '.join(cells)} |")
        told.append("")
    return "\n".join(told)


_ON_WAYS = (
    "Error: one Monte-Carlo error of the share that holds. At most: what the best rule that sees"
    " the registered t alone could let hold of true answers while half of noise holds, by the share"
    " that is decided. Where half of the datasets decide a true 1.3 (400 creators) that is 78 %;"
    " with other ways that see it as well and go with the registered one by .7 it would be 87 %. So"
    " no rule reaches both aims there: a stricter p of all ways loses more true answers, a looser"
    " one keeps more noise.\n"
)


def _beside(name: str, of: dict[str, float], tries: int) -> dict[str, float]:
    """The row of a world of ways, with what its share that holds is to be read beside."""
    decided, held = of["decided"], of.get("HOLDS", 0.0)
    beside = {}
    if decided:
        beside["error"] = measure.monte_carlo_error(held, round(decided * tries))
    if decided and name.startswith(("ways, 1.3", "ways, 1.15")):
        beside["at most"] = gates.most_that_could_hold(decided)
    return of | beside


def _is_unasked(column: str, job: str) -> bool:
    """Whether a job does not count what a column says: absence is then no zero."""
    beside = column in ("uniform", "error", "at most")
    return beside or (column == "same side" and "of real people" in job)


_WORDS = {"called a step": "found", **{word: word for word in ("jumps", "gradual", "cannot tell")}}
_DOUBTS = {
    "step": _WORDS,
    "power": _WORDS,
    "orders": {"called a step, typical": "person", "called a step, portfolio": "exposure"},
    "alike": {
        "misses, niches alone": "niches alone",
        "misses, overlap weights": "overlap weights",
        "misses, least squares": "least squares",
        "misses, means of rates": "overlap weights, means",
        "log off, niches alone": "bias, niches alone",
        "log off, overlap weights": "bias, overlap weights",
    },
    "ways": {
        "decided": "decided",
        "of those hold": "HOLDS",
        "error": "error",
        "at most": "at most",
        "lean": "LEANS",
        "depend": "DEPENDS",
        "past the p of all ways": "p of all ways",
        "past the side": "same side",
        "p of uniformity": "uniform",
    },
    "likeness": {
        "decided": "decided",
        "of those, alike decide the contrary": "like with like decides the contrary",
        "alike are under half": "like with like is under half",
        "counts 20 % off take the decision": "counts 20 % off take the decision",
    },
    "captures": {"decided": "decided", "of those, two captures take": "two captures take it"},
    "sums": {"decided": "decided", "of those turn": "turns without the three largest"},
    "counts": {
        "ratio as it is": "as it is",
        "ratio after the formula": "after the formula",
        "ratio by two captures": "two captures",
        "decided as it is": "decided as it is",
        "decided by two captures": "decided by two captures",
    },
}


def _told(label: str, value: float) -> str:
    if np.isnan(value):
        return "–"
    return f"{value:.3f}" if label.startswith(("ratio", "log off", "p of")) else f"{value:.1%}"
