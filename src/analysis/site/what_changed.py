"""What changed since the page before, in one line."""

from collections.abc import Sequence

from analysis.evidence.metrics import METRICS
from analysis.evidence.verdict import Verdict
from analysis.evidence.wording import listed, platform_name
from analysis.site.changes import Change
from analysis.site.records import PageRecord

_MOST_CHANGES = 3
_WORDS = {
    Verdict.SUPPORTED.value: "decided as the claim says",
    Verdict.CONTRADICTED.value: "decided against the claim",
    Verdict.EQUIVALENT.value: "alike",
    Verdict.INCONCLUSIVE.value: "open",
    Verdict.NOT_TESTABLE.value: "no data",
}


def changed(record: PageRecord) -> str:
    """Say in one line what a page says differently, verdicts first."""
    if record.since is None:
        return "The first version of this page: there is none to compare with."
    if not record.changes:
        return "Since the last version of this page, no verdict changed."
    awaiting = [change for change in record.changes if change.awaits_data]
    turned = [change for change in record.changes if change.turned and not change.awaits_data]
    parts = [_turn(change) for change in turned[:_MOST_CHANGES]]
    more = len(turned) - len(parts)
    moved = len(record.changes) - len(turned) - len(awaiting)
    parts += [f"{more:,} more verdict{'' if more == 1 else 's'}"] if more else []
    left = "ratio left its" if moved == 1 else "ratios left their"
    parts += [f"{moved:,} {left} earlier interval"] if moved else []
    if awaiting:
        parts.append(f"looked at for the first time, not enough data: {_whose(awaiting)}")
    because = record.changes[0].because
    return f"Changed since the last version, because of {because}: {'; '.join(parts)}."


def _whose(changes: Sequence[Change]) -> str:
    """Name their niches or, where those are many, their measures."""
    niches = dict.fromkeys(change.niche for change in changes)
    if len(niches) <= _MOST_CHANGES:
        return listed(list(niches))
    return listed(list(dict.fromkeys(METRICS[change.metric].label for change in changes)))


def _turn(change: Change) -> str:
    where = f"{platform_name(change.platform)}, {change.niche}"
    what = f"{METRICS[change.metric].label}, {change.estimand}"
    before, now = (_WORDS.get(one, one) for one in (change.verdict_before, change.verdict_now))
    return f"{where}, {what}: {before} → {now}"
