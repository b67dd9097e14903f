"""The long proof: `make calibrate` measures part by part and writes docs/calibration.md."""

import json
import os
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from functools import cache, partial
from pathlib import Path
from typing import Any

import pandas as pd

PROJECT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(PROJECT))

from analysis.store.digests import digest  # noqa: E402
from analysis.study.worlds import DEMO  # noqa: E402
from tests.calibration import (  # noqa: E402
    decide,
    measure,
    page,
    people,
    robust,
    scenarios,
    through,
    ways,
)
from tests.calibration.sources import code_behind  # noqa: E402

SEED = 20261122
TRIES = int(os.environ.get("MICROMACRO_REPETITIONS", "500"))
LONG, SHARES = max(TRIES * 4 // 5, 4), 4  # of a whole study, in so many shares
DEMOS = max(TRIES // 25, 4)
ADVISED = max(TRIES * 2 // 5, 4)  # worlds of bookings, for the count model takes half a second each
KEPT = PROJECT / ".calibration"  # a file per job, named by the digest of what it is a result of
_code = cache(code_behind)  # of a module, which many jobs share
Job = tuple[Callable[..., Any], tuple[Any, ...]]


def jobs(real: str | None) -> dict[str, dict[str, Job]]:
    """Every part of the calibration: its jobs by name."""
    coverage = {
        name: (measure.coverage, (world, TRIES, SEED)) for name, world in scenarios.COVERAGE.items()
    }
    coverage |= {n: (measure.heard, (of, TRIES, SEED)) for n, of in scenarios.HEARD.items()}
    by = {"niche": scenarios.BY_NICHE, "platform": scenarios.PLATFORM_MIX}
    coverage |= {
        "S0 as uneven as creators are": (measure.coverage, (scenarios.UNEVEN, TRIES, SEED)),
        "S2 mixed signs, niche by niche": (
            partial(measure.coverage, by="niche"), (by["niche"], TRIES, SEED)
        ),
        "S5 another mix of platforms per tier": (
            partial(measure.coverage, by="platform"), (by["platform"], TRIES, SEED)
        ),
        "S13 six campaigns": (measure.coverage, (scenarios.FEW_CAMPAIGNS, TRIES, SEED)),
    }  # fmt: skip
    hard = {
        part: {
            world: (partial(through.gated, metric=metric, like=like), (of, TRIES, SEED))
            for world, of in worlds.items()
        }
        for part, (_, metric, like, worlds) in scenarios.HARD.items()
    }
    field = {
        "as uneven as creators are": (measure.naive, (scenarios.UNEVEN, LONG, SEED)),
        "few clicks": (measure.naive, (scenarios.FEW_CLICKS, LONG, SEED)),
        "another mix of platforms": (measure.naive, (scenarios.PLATFORM_MIX, LONG, SEED)),
        "hidden": (measure.coverage, (scenarios.HIDDEN_AS_ZERO, LONG, SEED)),
    }
    noise = {
        f"study, share {n}": (through.noise, (scenarios.STUDY, LONG // SHARES, SEED + n))
        for n in range(SHARES)
    }
    families = {
        "family": (measure.family_error, (scenarios.FIVE_NICHES, TRIES, SEED)),
        "weekly": (
            partial(measure.family_error, looks=26), (scenarios.FIVE_NICHES, TRIES // 5, SEED)
        ),
    }  # fmt: skip
    alike = {
        name: (through.equivalents, (world, LONG, SEED)) for name, world in scenarios.ALIKE.items()
    }
    power = {
        f"demo, share {n}": (through.power, (DEMO, DEMOS // SHARES, SEED + n))
        for n in range(SHARES)
    }
    shop = {"shop": (measure.permuted_shop, (_shop(real), TRIES, SEED))} if real else {}
    among_people = people.jobs(real, TRIES, SEED) if real else {}
    return {
        "worlds": coverage,
        **hard,
        "field": field,
        "noise": noise,
        "families": families,
        "alike": alike,
        "power": power,
        "shop": shop,
        "robust": robust.jobs(TRIES, SEED) | ways.jobs(TRIES, SEED) | among_people,
        "decide": decide.jobs(ADVISED, SEED),
    }


def main(real: str | None, parts: Sequence[str]) -> list[str]:
    """Run the jobs asked for that are not kept yet; write the page.

    Args:
        real: folder of the real sets; None leaves their jobs out.
        parts: as ``asked`` takes them.

    Returns:
        The missed gates, in words.
    """
    every = jobs(real)
    KEPT.mkdir(exist_ok=True)
    files = {(part, name): file_of(job) for part, of in every.items() for name, job in of.items()}
    with ProcessPoolExecutor() as pool:
        running = {
            pool.submit(every[part][name][0], *every[part][name][1]): (part, name)
            for (part, name), file in files.items()
            if asked(part, name, parts) and not file.exists()
        }
        for ended in as_completed(running):
            result = ended.result()
            kept = result.to_dict("records") if isinstance(result, pd.DataFrame) else result
            text = json.dumps(kept, default=float)
            files[running[ended]].write_text(text, encoding="utf-8")
            sys.stdout.write(f"{', '.join(running[ended])}\n")
            sys.stdout.flush()
    found = {
        part: {name: _read(files[part, name]) for name in of if files[part, name].exists()}
        for part, of in every.items()
    }
    left = {part: [name for name in of if name not in found[part]] for part, of in every.items()}
    path = PROJECT / "docs" / "calibration.md"
    text, misses = page.written(
        found,
        path.read_text(encoding="utf-8"),
        tries=TRIES,
        long=LONG,
        demos=DEMOS,
        advised=ADVISED,
        seed=SEED,
        left=left,
    )
    path.write_text(text, encoding="utf-8")
    return misses


def asked(part: str, job: str, parts: Sequence[str]) -> bool:
    """Whether a job is to run: its part is named, alone or before a colon and words of the job.

    Example:
        >>> asked("robust", "sums, true ratio 1.0, 200 creators", ["robust:sums"])
        True
        >>> asked("robust", "counts, error 0.1, 6,000 creators", ["robust:sums", "decide"])
        False
        >>> asked("decide", "split, 40 creators, 2 campaigns", [])
        True
    """
    named = [one.partition(":") for one in parts]
    return not named or any(of == part and words in job for of, _, words in named)


def _read(file: Path) -> Any:
    return json.loads(file.read_text(encoding="utf-8"))


def file_of(job: Job) -> Path:
    """Where the result of a job is kept: another file for every state of the code behind it."""
    function, given = job
    made, named = (
        (function.func, function.keywords) if isinstance(function, partial) else (function, "")
    )
    told = [one.to_csv() if isinstance(one, pd.DataFrame) else repr(one) for one in given]
    what = [_code(made.__module__), f"{made.__name__} {named}", *told]
    return KEPT / f"{digest(what)}.json"


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


if __name__ == "__main__":
    given = sys.argv[1:]
    folders = [one for one in given if Path(one).is_dir()]
    wanted = [one for one in given if one not in folders]
    sys.exit("\n".join(main(folders[0] if folders else None, wanted)) or None)
