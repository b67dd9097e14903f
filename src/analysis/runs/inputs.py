"""What a scheduler should hear about its input: an export that is stuck, data that grow old."""

from datetime import date, timedelta
from itertools import groupby

from analysis.prepare.raw_folder import RawFolder
from analysis.store.dataset import Dataset
from analysis.study.registration import Study


def valid_until(dataset: Dataset, study: Study) -> date | None:
    """Last day on which the pages may be relied on.

    None for data without days.
    """
    last = dataset.manifest.last_day
    return date.fromisoformat(last) + timedelta(days=study.valid_for_days) if last else None


def doubts(folder: RawFolder, dataset: Dataset, study: Study, *, today: date) -> list[str]:
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
    until = valid_until(dataset, study)
    if until is not None and until < today:
        found.append(
            f"{dataset.name}: the data end {dataset.manifest.last_day} and were valid until"
            f" {until}; has nothing arrived since?"
        )
    return found
