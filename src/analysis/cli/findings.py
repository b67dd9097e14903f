"""Findings of the real research sets as aggregates: docs/findings and the table of README.md.

`python -m analysis.cli.findings FOLDER` prepares every set of the folder that the importers know,
answers every claim, and writes estimates, intervals and counts; never a row of the sets.
"""

import sys
import tempfile
from collections.abc import Hashable, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from analysis.cli.dictionary import markdown
from analysis.evidence.comparisons import contrast_label
from analysis.evidence.families import answer, answer_all
from analysis.evidence.metrics import METRICS
from analysis.evidence.relationship.growth import TOO_ROUNDED, own_growth
from analysis.evidence.results import ALL_NICHES
from analysis.evidence.verdict import Verdict
from analysis.evidence.view import View, open_view
from analysis.evidence.wording import MISSING, count
from analysis.prepare.pipeline import prepare
from analysis.store.dataset import Dataset
from analysis.store.disk import write_whole
from analysis.store.escaping import as_cell
from analysis.study.contract import NOT_STATED, PLATFORM_NAMES
from analysis.study.project import PROJECT

SETS = (
    "instagram-kim2020",
    "instagram-replies-2019",
    "instagram-mentions-2019",
    "tides-tiktok-youtube",
    "tiktok-famous-2020",
    "tiktokshop-vn-affiliate",
    "youtube-fr-tech-2026",
)
FOLDER = PROJECT / "docs" / "findings"
# Half of the posts of instagram-kim2020 once more: only what is new in them counts.
_AGAIN = {
    "instagram-replies-2019": "comments_answered_in_48_hours",
    "instagram-mentions-2019": "posts_naming_a_brand",
}
_FILES = {"instagram-mentions-2019": ("instagram-replies-2019/posts.csv.gz",)}  # beside its own
ASKED = {"instagram-mentions-2019": ("H10",)}  # of a set that answers other claims elsewhere
_CHANNELS = "youtube-fr-tech-2026"  # of formats that no rate should mix
_OWN_PACE = "engagement_at_the_own_pace"
_CLOSE = (
    *("format_diversity", "short_video_share", "carousel_share"),
    *("short_over_long_engagement", "carousel_over_image_engagement"),
    *("engagement_per_view_of_long_videos", "follower_growth", _OWN_PACE),
)
_BOUGHT = ("orders_per_click", "cost_per_order", "purchase_intent_per_100_comments")
_LABELS = {name: metric.label for name, metric in METRICS.items()}
_LABELS[_OWN_PACE] = "engagement against a creator's own growth"
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
            raw = raw_of(real, name, Path(scratch))
            dataset = prepare(raw, Path(scratch) / name, private=Path(scratch) / "private")
            found = aggregates(dataset, ASKED.get(name))
        write_whole(FOLDER / f"{name}.csv", found.map(as_cell).to_csv(index=False).encode())
        tables.append(found.assign(dataset=name))
    readme = PROJECT / "README.md"
    before, _, after = readme.read_text(encoding="utf-8").split(_MARK)
    table = readme_table(pd.concat(tables))
    write_whole(readme, f"{before}{_MARK}\n{table}{_MARK}{after}".encode())


def raw_of(real: Path, name: str, scratch: Path) -> Path:
    """Folder of a set, or one of links where its files lie in several."""
    if name not in _FILES:
        return real / name
    folder = scratch / "raw" / name
    folder.mkdir(parents=True)
    for path in (*(real / name).glob("*.gz"), *(real / file for file in _FILES[name])):
        (folder / path.name).symlink_to(path.resolve())
    return folder


def aggregates(dataset: Dataset, claims: Sequence[str] | None = None) -> pd.DataFrame:
    """Answers that rest on enough creators, to four digits.

    Args:
        claims: codes of the claims that are asked; None asks all of the study.
    """
    view = open_view(dataset.folder)
    answers = answer_all(view) if claims is None else [answer(view, one) for one in claims]
    frame = pd.concat([one.frame for one in answers])
    tested = pd.concat([frame[frame["estimate"].notna()], _own_pace(view, frame)])
    window = f"through {dataset.manifest.last_day}"
    rounded = tested.round(dict.fromkeys(_INTERVALS, 4) | {"p_adjusted": 6})
    words = {name: rounded[name].mask(rounded[name] == "") for name in _SURVIVES}
    return rounded.assign(window=window, **words)[[*_COLUMNS, "window", "data_digest"]]


def _own_pace(view: View, frame: pd.DataFrame) -> pd.DataFrame:
    """Rows of platforms whose follower counts are known over time and too rounded to tell."""
    of_growth = frame[frame["metric"].eq("follower_growth") & frame["niche"].eq(ALL_NICHES)]
    of_growth = of_growth[of_growth["contrast"] == contrast_label(view, view.macro)]
    why = {
        platform: found
        for platform, found in own_growth(view).items()
        if isinstance(found, str) and TOO_ROUNDED in found
    }
    rows = of_growth[of_growth["platform"].isin(why)]
    return rows.assign(
        metric=_OWN_PACE,
        verdict=Verdict.NOT_TESTABLE.value,
        reason=rows["platform"].map(why),
        **dict.fromkeys([*_INTERVALS, "p_adjusted"], float("nan")),
        **dict.fromkeys(_SURVIVES, ""),
    )


def readme_table(found: pd.DataFrame) -> str:
    """README's table: micro against the macro arm, engagement by niche.

    Of the sets of replies and mentions only these count, since their posts stand in another set
    already; of the channels only what keeps formats apart, and growth.

    Args:
        found: aggregates of the sets, with ``dataset``.
    """
    whole = found[(found["contrast"] == "1K-100K vs 100K+") & (found["niche"] != NOT_STATED)]
    new = whole[whole["metric"] == whole["dataset"].map(_AGAIN)]
    close = whole[whole["metric"].isin(_CLOSE) & ~whole["dataset"].isin([*_AGAIN])]
    whole = whole[~whole["dataset"].isin([*_AGAIN, _CHANNELS])]
    typical, over_all = whole["estimand"] == "typical", whole["niche"] == ALL_NICHES
    lifetime = whole["metric"].str.startswith("lifetime_")
    shown = [
        whole[(whole["metric"] == "engagement_per_follower") & typical],
        whole[(whole["metric"] == "engagement_per_view") & typical & over_all],
        whole[lifetime & over_all],
        *(whole[(whole["metric"] == metric) & over_all] for metric in _BOUGHT),
        new[new["niche"] == ALL_NICHES],
        whole[(whole["metric"] == "sponsored_over_own_engagement") & over_all],
        close[close["niche"] == ALL_NICHES],
    ]
    rows = [{**row, **_numbers(row)} for row in pd.concat(shown).to_dict("records")]
    words = {"labels": _LABELS, "platforms": PLATFORM_NAMES, "count": count}
    return markdown("findings", rows=rows, **words)


def _numbers(row: dict[Hashable, Any]) -> dict[str, str]:
    """Ratio and interval in words; growth in 30 days is told in thousandths."""
    if pd.isna(row["estimate"]):
        return {"ratio": MISSING, "between": MISSING}
    digits = 3 if row["metric"] == "follower_growth" else 2
    low, high = (f"{row[name]:.{digits}f}" for name in ("deciding_low", "deciding_high"))
    return {"ratio": f"{row['estimate']:.{digits}f}", "between": f"{low} to {high}"}


if __name__ == "__main__":
    find(Path(sys.argv[1]))
