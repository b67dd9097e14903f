"""What a number may claim: confirmatory, interim or exploratory, decided row by row."""

from analysis.evidence.comparisons import Comparison, contrast_label
from analysis.evidence.metrics import METRICS
from analysis.evidence.view import DECISION, View

CONFIRMATORY, INTERIM, EXPLORATORY = "confirmatory", "interim", "exploratory"


def status(view: View, claim: str, one: Comparison) -> str:
    """The status of one comparison.

    Confirmatory rests on posts published after the study was registered, through a day that it
    names (``period=decision``), in its tiers, over its named niches, by the first metric of a
    claim that it lists, for the whole macro arm. What would be so on a decision day is interim
    between them. Everything else is exploratory.
    """
    study, manifest = view.study, view.dataset.manifest
    primary = claim in study.confirmatory and one.metric == study.claims[claim].metrics[0]
    registered = one.group == "named niches" and one.contrast == contrast_label(view, view.macro)
    fresh = manifest.first_day is not None and manifest.first_day > study.registered
    planned = one.estimand == METRICS[one.metric].estimands[0]
    if view.off_study or not (primary and registered and planned):
        return EXPLORATORY
    if view.period == DECISION:
        return CONFIRMATORY
    return INTERIM if fresh else EXPLORATORY


def confirmatory_alpha(view: View) -> float:
    """One confirmatory family's share of the study's error rate.

    The families are the confirmatory claims on each platform of the dataset on each decision day,
    so that a study without any true difference claims one anywhere at most that often.
    """
    study = view.study
    platforms = len(view.dataset.manifest.platforms)
    families = len(study.confirmatory) * platforms * len(study.decide_on)
    return study.alpha / max(families, 1)
