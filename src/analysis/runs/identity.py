"""What a page is made of, as one digest: equal digest, equal page."""

import platform
import re
from datetime import date
from functools import cache
from importlib import metadata

from analysis.runs.inputs import out_of_date
from analysis.runs.plan import Report
from analysis.store.dataset import Dataset
from analysis.store.digests import code_digest, digest
from analysis.study.project import PROJECT
from analysis.study.registration import Study


def run_id(report: Report, dataset: Dataset, study: Study, *, on: date) -> str:
    """Changes with template, title, code, parameters, input, study and packages.

    And once more on the day on which the data are out of date: pages then say so.
    """
    lock = PROJECT / "requirements.lock"
    return digest(
        [
            report.notebook.read_bytes(),
            report.title,
            code_digest(),
            repr(sorted(report.settings.items())),
            dataset.manifest.data_digest,
            study.digest,
            str(out_of_date(dataset, study, on=on)),
            lock.read_bytes() if lock.exists() else b"",
            *installed(),
        ]
    )


@cache
def installed() -> tuple[str, ...]:
    """Versions of Python and of every package we import."""
    lines = metadata.requires("micromacro") or []
    names = [re.split(r"[^\w.-]", line)[0] for line in lines if "extra ==" not in line]
    return (
        f"python {platform.python_version()}",
        *(f"{name} {metadata.version(name)}" for name in sorted(names)),
    )
