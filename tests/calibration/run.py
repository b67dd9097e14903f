"""The long proof: `make calibrate` writes docs/calibration.md."""

import json
import os
import sys
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from functools import partial
from pathlib import Path

import pandas as pd

PROJECT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(PROJECT))

from analysis.runs.plan import safe_id  # noqa: E402
from analysis.store.digests import digest  # noqa: E402
from tests.calibration import gates, measure, scenarios  # noqa: E402

SEED = 20261122
REPETITIONS = int(os.environ.get("MICROMACRO_REPETITIONS", "2000"))
FEWER = min(1000, REPETITIONS)  # where a repetition is long: many creators, or a whole study
KEPT = PROJECT / ".calibration"  # results by the digest of what they are results of


def jobs(real: str | None) -> dict[str, dict[str, tuple]]:
    """Every part of the calibration: names of its jobs, what each calls and with what."""
    covered = {
        name: (measure.coverage, world, FEWER if "3,000" in name else REPETITIONS, SEED)
        for name, world in scenarios.COVERAGE.items()
    }
    covered |= {
        "S0 as uneven as creators are": (measure.coverage, scenarios.UNEVEN, FEWER, SEED),
        "S2 mixed signs, niche by niche": (
            partial(measure.coverage, by="niche"),
            scenarios.BY_NICHE,
            FEWER,
            SEED,
        ),
        "S5 another mix of platforms per tier": (
            partial(measure.coverage, by="platform"),
            scenarios.PLATFORM_MIX,
            FEWER,
            SEED,
        ),
        "S13 six campaigns": (measure.coverage, scenarios.FEW_CAMPAIGNS, REPETITIONS, SEED),
    }
    return {
        "worlds": covered,
        "hard": {n: (measure.hard, world, FEWER, SEED) for n, world in scenarios.HARD.items()},
        "field": {
            "as uneven as creators are": (measure.naive, scenarios.UNEVEN, FEWER, SEED),
            "few clicks": (measure.naive, scenarios.FEW_CLICKS, FEWER, SEED),
            "another mix of platforms per tier": (
                measure.naive, scenarios.PLATFORM_MIX, FEWER, SEED
            ),
            "hidden": (measure.coverage, scenarios.HIDDEN_AS_ZERO, FEWER, SEED),
        },
        "noise": {
            "study": (measure.study_error, scenarios.STUDY, FEWER, SEED),
            "family": (measure.family_error, scenarios.FIVE_NICHES, FEWER, SEED),
            "weekly": (partial(measure.family_error, looks=26), scenarios.FIVE_NICHES, 200, SEED),
        },
        "shop": {"shop": (measure.permuted_shop, _shop(real), FEWER, SEED)} if real else {},
    }  # fmt: skip


def main(real: str | None, parts: Sequence[str]) -> list[str]:
    """Run the parts asked for, or those not yet kept; write the page; return missed gates."""
    every = jobs(real)
    folder = KEPT / _digest()
    folder.mkdir(parents=True, exist_ok=True)
    with ProcessPoolExecutor() as pool:
        running = {
            pool.submit(*job): _file(folder, part, name)
            for part, named in every.items()
            for name, job in named.items()
            if (not parts or part in parts) and not _file(folder, part, name).exists()
        }
        for ended in as_completed(running):
            result = ended.result()
            kept = result.to_dict("records") if isinstance(result, pd.DataFrame) else result
            running[ended].write_text(json.dumps(kept, default=float))
            sys.stdout.write(f"{running[ended].stem}\n")
    found = {
        part: {
            name: json.loads(_file(folder, part, name).read_text())
            for name in named
            if _file(folder, part, name).exists()
        }
        for part, named in every.items()
    }
    tables = {name: pd.DataFrame(rows) for name, rows in found["worlds"].items()}
    field = found["field"]
    baselines = pd.DataFrame({name: rows for name, rows in field.items() if name != "hidden"})
    hidden = float("nan")
    if "hidden" in field:
        rows = pd.DataFrame(field["hidden"]).set_index("estimate")
        hidden = rows.loc["engagement, typical", "rejects 1"]
    families = {**found["noise"].get("family", {})}
    families["at any look"] = found["noise"].get("weekly", {}).get("at any look", float("nan"))
    studies = found["noise"].get("study", {})
    shuffled = found["shop"].get("shop", {})
    misses = gates.misses(tables, baselines, hidden, families, studies, shuffled)
    misses += gates.hard_misses(found["hard"], FEWER)
    page = [
        _head(),
        _misses(misses),
        _hard(found["hard"]),
        _covered(tables),
        _naive(baselines, hidden),
        _families(families, studies),
        _shuffled(shuffled),
    ]
    (PROJECT / "docs" / "calibration.md").write_text("\n".join(page), encoding="utf-8")
    return misses


def _file(folder: Path, part: str, name: str) -> Path:
    return folder / f"{part}-{safe_id(name)}.json"


def _digest() -> str:
    """Changes with the code that is measured and the code that measures."""
    roots = ("src/analysis/evidence", "src/analysis/study", "tests/calibration")
    files = sorted(path for root in roots for path in (PROJECT / root).rglob("*.py"))
    own = [path.read_bytes() for path in [*files, PROJECT / "study.yml"]]
    return digest([*own, str(REPETITIONS)])


def _shop(real: str) -> pd.DataFrame:
    shop = pd.read_csv(Path(real) / "tiktokshop-vn-affiliate" / "creators.csv")
    shop = shop[(shop["followers_affiliate_center"] >= 1000) & (shop["ctr"] > 0)]
    return pd.DataFrame(
        {
            "orders": shop["affiliate_orders"],
            "clicks": (shop["product_impressions"] * shop["ctr"]).round(),
            "micro": shop["followers_affiliate_center"] < 100_000,
        }
    )


def _head() -> str:
    error = measure.monte_carlo_error(0.05, REPETITIONS)
    fewer = measure.monte_carlo_error(0.05, FEWER)
    return (
        "# Calibration\n\nMade by `make calibrate`, in parts that run by name"
        ' (`make calibrate ARGS="hard"`) and are kept while the code is the same. Worlds with'
        f" planted truth are drawn {REPETITIONS:,} times (seed {SEED}; {FEWER:,} times where a"
        " repetition is long), answered by the product's own estimators at 95 %, and compared with"
        f" the truth. The Monte-Carlo error of a rate of 5 % is {error:.1%} (one standard error;"
        f" {fewer:.1%} at {FEWER:,}). Arms are permuted {measure.PERMUTATIONS} times here, in the"
        " hard worlds as often as the study says.\n"
    )


def _hard(worlds: dict[str, dict[str, float]]) -> str:
    lines = [
        "## Hard worlds: orders per click through the product's own gates\n",
        (
            "A true ratio stands in every world, 1 unless the name says otherwise. Shown: share of"
            " tries that pass the gates, which know nothing of how outcomes scatter. Coverage is"
            " of those shown; missed are intervals without the truth, of all tries. Gates: coverage"
            " at least 93.5 % (typical) and 93 % (portfolio) less two Monte-Carlo errors; missed at"
            " most 6.5 % plus two. Too wide is no failure. The one named exception is the tenth of"
            " a small arm that sells ten times as much.\n"
        ),
        "| world | estimate | shown | coverage | missed of all | median log width |",
        "|---|---|---|---|---|---|",
    ]
    for name, found in worlds.items():
        for estimand in ("typical", "portfolio"):
            shown, coverage, missed, width = (
                found[f"{estimand}, {what}"]
                for what in ("shown", "coverage", "missed of all", "width")
            )
            told = "–" if pd.isna(coverage) else f"{coverage:.1%}"
            wide = "–" if pd.isna(width) else f"{width:.2f}"
            lines.append(f"| {name} | {estimand} | {shown:.0%} | {told} | {missed:.1%} | {wide} |")
    return "\n".join(lines) + "\n"


def _misses(misses: list[str]) -> str:
    said = "\n".join(f"- {miss}" for miss in misses) or "Every figure below passed its gate."
    return f"## Gates missed\n\n{said}\n"


_GATES = (
    "Gates: coverage of at least 93.5 %, 92 % with fewer than 100 creators in an arm; where the"
    ' truth is 1, "rejects 1" is the false alarm rate, at most 6.5 % (with few creators 8 %); sign'
    ' errors under 1 %. "Equivalent" counts intervals inside 0.8 to 1.25.\n'
)


def _covered(tables: dict[str, pd.DataFrame]) -> str:
    lines = [
        "## Intervals and tests\n",
        _GATES,
        "| world | estimate | truth | coverage | rejects 1 | sign errors | equivalent |",
        "|---|---|---|---|---|---|---|",
    ]
    for name, table in tables.items():
        for row in table.to_dict("records"):
            truth = "by niche" if pd.isna(row["truth"]) else f"{row['truth']:.3f}"
            rates = [f"{row[event]:.1%}" for event in measure.EVENTS]
            lines.append(" | ".join([f"| {name}", row["estimate"], truth, *rates]) + " |")
    return "\n".join(lines) + "\n"


def _naive(baselines: pd.DataFrame, hidden: float) -> str:
    lines = [
        "## What the field does, on worlds without any difference\n",
        (
            "Each must call equal tiers different more than 30 % of the time in at least one"
            " of the worlds; if they passed, the gates above would prove nothing. The product's own"
            " figures for the first and the third world stand above (S0, S5).\n"
        ),
        f"| test | {' | '.join(baselines.columns)} |",
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


def _families(families: dict[str, float], studies: dict[str, float]) -> str:
    own = "".join(f"| {name} | {rate:.1%} |\n" for name, rate in studies.items())
    return (
        "## Families and whole studies without any difference\n\n"
        "One family of five niches, any niche claimed at a fifth of 5 % each:"
        f" {families.get('on the decision day', float('nan')):.1%}. With 26 weekly looks at"
        f" growing data and no decision days, a claim at any look: {families['at any look']:.1%}."
        "\n\nA whole study (three headline claims on three platforms over five niches, two"
        " decision days, decided by the product itself):\n\n"
        f"| claimed anything | of studies |\n|---|---|\n{own}\n"
        "The headline may in 5 % and any cell in 10 %. Looks between decision days are interim and"
        " confirm nothing.\n"
    )


def _shuffled(shop: dict[str, float]) -> str:
    if not shop:
        return "## A real shop with shuffled tiers\n\nNot run: no real sets were given.\n"
    rows = "\n".join(f"| {name} | {rate:.1%} |" for name, rate in shop.items())
    return (
        "## A real shop with shuffled tiers\n\n1,086 creators of a TikTok shop, tiers permuted"
        f" {FEWER:,} times, so that any difference is chance.\n\n"
        f"| test | called different |\n|---|---|\n{rows}\n"
    )


if __name__ == "__main__":
    given = sys.argv[1:]
    folders = [one for one in given if Path(one).is_dir()]
    wanted = [one for one in given if one not in folders]
    sys.exit("\n".join(main(folders[0] if folders else None, wanted)) or None)
