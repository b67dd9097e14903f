"""What a scheduler should hear about its input: an export that is stuck, data that grow old."""

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import groupby
from typing import TYPE_CHECKING

from analysis.prepare.raw_folder import RawFolder
from analysis.runs.plan import Report
from analysis.store.dataset import Dataset
from analysis.store.parquet import read_table
from analysis.study.ranges import FollowerRange
from analysis.study.registration import Study

if TYPE_CHECKING:
    import pandas as pd


def valid_until(dataset: Dataset, study: Study) -> date | None:
    """Last day on which the pages may be relied on.

    None for data without days.
    """
    last = dataset.manifest.last_day
    return date.fromisoformat(last) + timedelta(days=study.valid_for_days) if last else None


def out_of_date(dataset: Dataset, study: Study, *, on: date) -> bool:
    """Whether the data's last valid day has passed."""
    until = valid_until(dataset, study)
    return until is not None and until < on


def doubts(folder: RawFolder, dataset: Dataset, study: Study, *, on: date) -> list[str]:
    """Oddities of an input that can still be read."""
    found = []
    digests = {
        capture: sorted(file.digest for file in files)
        for capture, files in groupby(
            sorted(folder.files, key=lambda file: file.capture), key=lambda file: file.capture
        )
    }
    *_, earlier, latest = ("", *digests) if digests else ("", "")
    if earlier and digests[earlier] == digests[latest]:
        found.append(
            f"{folder.path}: {latest} holds the same bytes as {earlier}; is the export stuck?"
        )
    if latest > on.isoformat():
        found.append(
            f"{folder.path}: {latest} is a day to come; what is in it goes before all that arrives"
            " until then"
        )
    if out_of_date(dataset, study, on=on):
        found.append(
            f"{dataset.name}: out of date: the data end {dataset.manifest.last_day} and were valid"
            f" until {valid_until(dataset, study)}; has nothing arrived since?"
        )
    return found


def too_few_creators(reports: Sequence[Report], dataset: Dataset, study: Study) -> list[str]:
    """Ids of reports on a niche or a platform that is sure to have no answer.

    In none of its platforms do both arms hold as many accounts as the study asks for persons.
    """
    narrowed = [one for one in reports if {"niche", "platform"} & one.settings.keys()]
    if not narrowed or dataset.table_path("creators") is None:
        return []
    columns = ["platform", "niche", "followers"]
    creators = read_table(dataset.folder / "creators.parquet", columns)
    least = study.minimums.creators_per_arm
    counted = [_counts(creators, arm) for arm in (study.tiers.micro, study.tiers.macro)]

    def lacks(report: Report) -> bool:
        niche, platform = (str(report.settings.get(name, "all")) for name in ("niche", "platform"))
        both = [counts.get(niche, {}) for counts in counted]
        platforms = {*both[0]} if platform == "all" else {platform}
        return not any(min(arm.get(one, 0) for arm in both) >= least for one in platforms)

    return [one.report_id for one in narrowed if lacks(one)]


def _counts(creators: "pd.DataFrame", arm: FollowerRange) -> dict[str, dict[str, int]]:
    """Accounts of an arm by niche, then platform; ``all`` counts every niche."""
    inside = creators[creators["followers"].between(arm.low, arm.high, inclusive="left")]
    found: dict[str, dict[str, int]] = {"all": inside["platform"].value_counts().to_dict()}
    sizes = inside.groupby(["niche", "platform"], observed=True).size()
    for (niche, platform), size in sizes.items():
        found.setdefault(str(niche), {})[str(platform)] = int(size)
    return found
