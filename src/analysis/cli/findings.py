"""Findings of the real research sets as aggregates: docs/findings and the table of README.md.

`python -m analysis.cli.findings FOLDER` prepares every set of the folder that the importers know,
answers every claim, and writes estimates, intervals and counts; never a row of the sets.
"""

import sys
import tempfile
from pathlib import Path

import pandas as pd

from analysis.cli.dictionary import markdown
from analysis.evidence.families import answer_all
from analysis.evidence.metrics import METRICS
from analysis.evidence.results import ALL_NICHES
from analysis.evidence.view import open_view
from analysis.evidence.wording import count
from analysis.prepare.judge import NOT_STATED
from analysis.prepare.pipeline import prepare
from analysis.store.dataset import Dataset
from analysis.store.disk import write_whole
from analysis.store.escaping import as_cell
from analysis.study.contract import PLATFORM_NAMES
from analysis.study.project import PROJECT

SETS = (
    "instagram-kim2020",
    "instagram-replies-2019",
    "tides-tiktok-youtube",
    "tiktok-famous-2020",
    "tiktokshop-vn-affiliate",
)
FOLDER = PROJECT / "docs" / "findings"
_REPLIES = "instagram-replies-2019"  # half of the posts of instagram-kim2020 once more
_MARK = "<!-- findings -->"
_COLUMNS = ["claim", "metric", "estimand", "platform", "niche", "contrast", "n_micro", "n_macro"]
_COLUMNS += ["estimate", "ci_low", "ci_high", "deciding_low", "deciding_high"]
_SURVIVES = ["robustness", "robustness_reason"]
_COLUMNS += ["deciding_level", "p_adjusted", "verdict", "reason", *_SURVIVES]


_INTERVALS = ["estimate", "ci_low", "ci_high", "deciding_low", "deciding_high", "deciding_level"]


def find(real: Path) -> None:
    """Write every known set's findings and renew README's table."""
    tables = []
    for name in SETS:
        with tempfile.TemporaryDirectory() as scratch:
            dataset = prepare(real / name, Path(scratch) / name, private=Path(scratch) / "private")
            found = aggregates(dataset)
        write_whole(FOLDER / f"{name}.csv", found.map(as_cell).to_csv(index=False).encode())
        tables.append(found.assign(dataset=name))
    readme = PROJECT / "README.md"
    before, _, after = readme.read_text(encoding="utf-8").split(_MARK)
    table = readme_table(pd.concat(tables))
    write_whole(readme, f"{before}{_MARK}\n{table}{_MARK}{after}".encode())


def aggregates(dataset: Dataset) -> pd.DataFrame:
    """Answers that rest on enough creators, to four digits."""
    frame = pd.concat([answer.frame for answer in answer_all(open_view(dataset.folder))])
    tested = frame[frame["estimate"].notna()]
    window = f"through {dataset.manifest.last_day}"
    rounded = tested.round(dict.fromkeys(_INTERVALS, 4) | {"p_adjusted": 6})
    words = {name: rounded[name].mask(rounded[name] == "") for name in _SURVIVES}
    return rounded.assign(window=window, **words)[[*_COLUMNS, "window", "data_digest"]]


def readme_table(found: pd.DataFrame) -> str:
    """README's table: micro against the macro arm, engagement by niche.

    Of the set of replies only these count: its posts stand in another set already.

    Args:
        found: aggregates of the sets, with ``dataset``.
    """
    whole = found[(found["contrast"] == "1K-100K vs 100K+") & (found["niche"] != NOT_STATED)]
    replies = whole[whole["metric"] == "comments_answered_in_48_hours"]
    whole = whole[whole["dataset"] != _REPLIES]
    typical, over_all = whole["estimand"] == "typical", whole["niche"] == ALL_NICHES
    lifetime = whole["metric"].str.startswith("lifetime_")
    shown = [
        whole[(whole["metric"] == "engagement_per_follower") & typical],
        whole[(whole["metric"] == "engagement_per_view") & typical & over_all],
        whole[lifetime & over_all],
        whole[(whole["metric"] == "orders_per_click") & over_all],
        replies[replies["niche"] == ALL_NICHES],
        whole[(whole["metric"] == "sponsored_over_own_engagement") & over_all],
    ]
    rows = pd.concat(shown).to_dict("records")
    words = {"labels": METRICS, "platforms": PLATFORM_NAMES, "count": count}
    return markdown("findings", rows=rows, **words)


if __name__ == "__main__":
    find(Path(sys.argv[1]))
