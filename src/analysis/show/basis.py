"""What the numbers of a page rest on."""

from IPython.display import HTML

from analysis.evidence.breakdown.frame.origins import frame_line
from analysis.evidence.view import View
from analysis.evidence.wording import listed
from analysis.show.markup import render
from analysis.store.dataset import Dataset


def about(view: View) -> HTML:
    """List sources, days, frame, study, and every departure from it."""
    off_study = listed(view.off_study) if view.off_study else ""
    facts = {"frame": frame_line(view), "through": _through(view.dataset)}
    return HTML(render("show", "basis", view=view, off_study=off_study, **facts))


def _through(dataset: Dataset) -> str:
    """The last day of the data, or which tables carry none."""
    if dataset.manifest.last_day:
        return dataset.manifest.last_day
    tables = [
        name
        for name in ("posts", "placements")
        if any(file.table == name and file.kept for file in dataset.manifest.files)
    ]
    return f"the {listed(tables)} carry no day" if tables else "no post and no placement is known"
