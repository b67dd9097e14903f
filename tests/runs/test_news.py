"""What is mailed: decisions on the days of the study, expiry, failures; never a look between."""

import csv
import json
from datetime import date, timedelta

import numpy as np
import pytest
from scipy import stats

from analysis.evidence.verdict import Verdict
from analysis.runs.news import Told, news, note_told, read_told, to_tell
from analysis.site.publish import Failure

DAYS = ("2027-05-31", "2027-11-30")
ROW = {
    "claim": "H1",
    "metric": "engagement_per_follower",
    "estimand": "typical",
    "platform": "tiktok",
    "niche": "all niches",
    "contrast": "1K-100K vs 100K+",
}


def a_site(folder, last_day, verdict, *, late=False, confirmatory=()):
    folder.mkdir(exist_ok=True)
    summary = {"data_through": last_day, "out_of_date": late}
    summary["answers"] = [{**ROW, "verdict": verdict, "status": "interim"}]
    (folder / "summary.json").write_text(json.dumps(summary))
    with (folder / "results.csv").open("w", newline="") as file:
        writer = csv.DictWriter(file, [*ROW, "verdict", "status"])
        writer.writeheader()
        writer.writerows(
            {**ROW, "platform": name, "verdict": said, "status": "confirmatory"}
            for name, said in confirmatory
        )
    return folder


def told_over(folder, looks):
    """What is mailed over a row of looks (last day, verdict)."""
    before, mailed = Told(), []
    for last_day, verdict in looks:
        now = to_tell(a_site(folder, last_day, verdict), before, decide_on=DAYS)
        mailed.append(news(before, now, {}))
        before = now
    return mailed


def test_only_a_decision_day_tells_a_verdict(tmp_path):
    looks = [
        ("2027-05-30", "SUPPORTED"),
        ("2027-06-01", "SUPPORTED"),
        ("2027-07-01", "CONTRADICTED"),
        ("2027-11-30", "SUPPORTED"),
    ]
    before, decided, between, again = told_over(tmp_path, looks)
    assert before == between == again == []
    [said] = decided
    assert said == (
        "decided on 31 May 2027: engagement per follower (typical) on TikTok, all niches"
        " 1K-100K vs 100K+ is now supported, before undecided"
    )


def test_a_verdict_that_is_lost_on_the_next_decision_day_is_told(tmp_path):
    looks = [("2027-05-31", "EQUIVALENT"), ("2027-12-01", "INCONCLUSIVE")]
    _, [said] = told_over(tmp_path, looks)
    assert said.endswith("is now undecided, before equivalent")


def test_confirmatory_rows_go_before_the_headline(tmp_path):
    rows = [("tiktok", "INCONCLUSIVE"), ("youtube", "SUPPORTED")]
    site = a_site(tmp_path, DAYS[0], "CONTRADICTED", confirmatory=rows)
    now = to_tell(site, Told(), decide_on=DAYS)
    assert [*now.verdicts.values()] == ["SUPPORTED"]
    assert "youtube" in next(iter(now.verdicts))


def test_expiry_is_told_once_and_a_failure_every_time(tmp_path):
    site = a_site(tmp_path, "2026-01-01", "INCONCLUSIVE", late=True)
    now = to_tell(site, Told(), decide_on=DAYS)
    failed = {"a": Failure(2, "timed out", machine=False)}
    first = news(Told(), now, failed)
    assert [line.split(":")[0] for line in first] == [
        "the data are past their last valid day",
        "failed",
    ]
    assert news(now, now, failed) == ["failed: a, cell 2: timed out"]
    assert news(now, now, {}) == []


def test_a_site_without_a_summary_tells_what_was_told(tmp_path):
    told = Told(day=DAYS[0], verdicts={"a": "SUPPORTED"})
    assert to_tell(tmp_path, told, decide_on=DAYS) == told


def test_what_was_told_is_kept_and_a_damaged_note_tells_again(tmp_path):
    told = Told(day=DAYS[0], verdicts={"a": "SUPPORTED"}, out_of_date=True)
    note_told(tmp_path, told)
    assert read_told(tmp_path) == told
    (tmp_path / ".told.json").write_text("{")
    assert read_told(tmp_path) == Told()


def verdict_of(estimate, error):
    """By a 95 % interval, as one headline cell is decided."""
    limit = stats.norm.ppf(0.975) * error
    if abs(estimate) > limit:
        return Verdict.SUPPORTED if estimate > 0 else Verdict.CONTRADICTED
    return Verdict.INCONCLUSIVE


def mailed_in_noise(folder, studies, rng, *, every_look):
    """Studies without any difference that mail something in 26 nightly looks over one decision."""
    nights = [date(2027, 5, 12) + timedelta(days=night) for night in range(26)]
    count = 0
    for _ in range(studies):
        means = np.cumsum(rng.normal(size=26)) / np.arange(1, 27)  # as many creators every night
        errors = 1 / np.sqrt(np.arange(1, 27))
        verdicts = [verdict_of(*night) for night in zip(means, errors, strict=True)]
        days = DAYS[:1] if not every_look else [str(night) for night in nights]
        before, told = Told(), False
        for night, verdict in zip(nights, verdicts, strict=True):
            now = to_tell(a_site(folder, str(night), verdict), before, decide_on=days)
            told |= bool(news(before, now, {}))
            before = now
        count += told
    return count / studies


@pytest.mark.prove
def test_noise_over_26_nights_sends_a_message_in_one_study_of_twenty(tmp_path):
    """400 studies: .05 with a Monte-Carlo error of .011; looks at every night would send more."""
    rng = np.random.default_rng(20261127)
    assert mailed_in_noise(tmp_path, 400, rng, every_look=False) <= 0.05 + 2 * 0.011
    assert mailed_in_noise(tmp_path, 100, rng, every_look=True) > 0.2
