"""What the numbers of a page rest on."""

from IPython.display import HTML

from analysis.evidence.view import View
from analysis.evidence.wording import listed
from analysis.show.recording import bullets

_EVIDENCE = (
    "Evidence: descriptive. Creators were not assigned to tiers, so a ratio describes who they"
    " are, not what their size does."
)


def about(view: View) -> HTML:
    """List sources, days, study, and every departure from it."""
    manifest, least = view.dataset.manifest, view.study.minimums
    brand = f" of {manifest.settings.brand}" if manifest.settings.brand else ""
    lines = [
        f"Data: {manifest.dataset}{brand}; {'; '.join(manifest.sources)}.",
        f"Through: {manifest.last_day or 'the posts carry no day'}.",
        _EVIDENCE,
        (
            f"Study: {view.study.title}, registered {view.study.registered},"
            f" amendments: {len(view.study.amendments)}, digest {view.study.digest}."
        ),
        (
            f"Ratios: micro ({view.micro}) over macro ({view.macro}) creators; intervals at"
            f" {view.study.level:.0%}; verdicts after Holm's correction over a family's niches."
        ),
        (
            f"Enough data: {least.creators_per_arm} creators on each side; a creator's own rate of"
            f" orders counts from {least.clicks:,} clicks, or {least.impressions:,} impressions or"
            " people reached."
        ),
    ]
    if view.off_study:
        lines.append(f"EXPLORATORY: off the registered study: {listed(view.off_study)}.")
    return HTML(bullets([*lines, *manifest.notes]))
