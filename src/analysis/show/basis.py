"""What the numbers of a page rest on."""

from IPython.display import HTML

from analysis.evidence.view import View
from analysis.evidence.wording import listed
from analysis.show.markup import render


def about(view: View) -> HTML:
    """List sources, days, study, and every departure from it."""
    off_study = listed(view.off_study) if view.off_study else ""
    return HTML(render("show", "basis", view=view, off_study=off_study))
