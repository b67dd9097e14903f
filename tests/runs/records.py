"""Pages by hand, for tests of what becomes of them."""

import html

from analysis.site.publish import publish_page
from analysis.site.records import PageRecord, pack

COLUMNS = ["result_id", "niche", "estimate", "data_digest"]
FACTS = {
    "claim": "H1",
    "metric": "engagement_per_follower",
    "estimand": "typical",
    "platform": "tiktok",
    "contrast": "1K-100K vs 100K+",
    "n_micro": 40,
    "n_macro": 30,
    "deciding_low": 1.1,
    "deciding_high": 1.9,
    "deciding_level": 0.95,
    "status": "exploratory",
    "verdict": "SUPPORTED",
    "reason": "",
}


def record(report_id="engagement", *rows, run_id="run", columns=COLUMNS, **changes):
    values = {
        "report_id": report_id,
        "title": report_id.title(),
        "group": "Engagement",
        "dataset": "brand",
        "synthetic": False,
        "run_id": run_id,
        "data_digest": "d1",
        "study_digest": "s1",
        "parameters": {"niche": "all"},
        "state": "Data through 2026-03-31",
        "last_day": "2026-03-31",
        "valid_until": "2026-12-31",
        "out_of_date": False,
        "headline": "Undecided.",
        "versions": ("python 3.11",),
        "since": None,
        "changes": (),
        "answers": (),
        "front": False,
        "results": pack([{**FACTS, **dict(zip(columns, row, strict=True))} for row in rows]),
    }
    return PageRecord(**{**values, **changes})


def page_of(one):
    inert = html.escape(one.model_dump_json(), quote=False)
    return f'<html><template id="record">{inert}</template></html>'


def published(site, *records):
    for one in records:
        publish_page(site, one, page_of(one), b"{}")
