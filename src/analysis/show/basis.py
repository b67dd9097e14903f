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
    """The last day of the posts, or what is known of days without one."""
    manifest = dataset.manifest
    if manifest.last_day:
        return manifest.last_day
    placed = manifest.placed_from
    days = {
        "posts": "no post carries a day",
        "placements": f"bookings from {placed} on" if placed else "not every booking carries a day",
    }
    there = {file.table for file in manifest.files if file.kept}
    said = [words for table, words in days.items() if table in there]
    return listed(said) if said else "no post and no placement is known"
