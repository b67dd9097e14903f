"""A dataset, a study and a plan that carry every payload in every text that a site may show."""

import csv

import yaml

from analysis.study.project import PROJECT
from tests.browser import payloads

IMAGE = "<img src=x onerror=__hit=1>"
PAYLOADS = [text for text in payloads.PAYLOADS if "\x00" not in text]  # such rows are left out
_TEXTS = ("person", "country", "found_through")  # of a creator, in their own words
_FOLLOWERS = (2_000, 40_000, 300_000, 2_000_000)  # two of each arm
_COMPARED = 10  # every tenth niche; the others are too small, which saves a minute


def write(base):
    """Write ``brand/``, ``study.yml``, ``plan.yml`` and ``selected.yml`` into a folder."""
    raw = base / "brand"
    (raw / IMAGE).mkdir(parents=True)
    accounts = [
        (one, followers)
        for one in enumerate(PAYLOADS)
        for followers in (_FOLLOWERS[:1] if one[0] % _COMPARED else _FOLLOWERS)
    ]
    _csv(raw / f"{IMAGE}.csv", [_creator(n, *one) for n, one in enumerate(accounts)])
    _csv(raw / IMAGE / "posts.csv", [_post(n, *one) for n, one in enumerate(accounts)])
    _csv(raw / "placements.csv", [_placement(n, *one) for n, one in enumerate(accounts)])
    (raw / f"{IMAGE}-refused.csv").write_text(f"{IMAGE},b\n1,2\n", encoding="utf-8")
    (raw / f"{IMAGE}.md").write_text(IMAGE, encoding="utf-8")
    _yaml(raw / "own.yml", _format())
    _yaml(raw / "dataset.yml", {"brand": " ".join(PAYLOADS), "currency": "EUR"})
    _yaml(base / "study.yml", _study())
    _yaml(base / "plan.yml", {"reports": [_entry(*one) for one in enumerate(_REPORTS)]})
    _yaml(base / "selected.yml", {"reports": [_entry(0, "10_data")]})


_REPORTS = ["10_data", "20_engagement", "30_conversion", "40_cost", "90_summary"]


def _creator(number, labelled, followers):
    place, niche = labelled
    return {
        "platform": "instagram",
        "handle": f"{niche} {number}",
        "niche": niche,
        "followers": followers if number else IMAGE,
        **{name: PAYLOADS[place - shift] for shift, name in enumerate(_TEXTS)},
        IMAGE: niche,
    }


def _post(number, labelled, followers):
    text = labelled[1]
    return {
        "where": "instagram",
        "who": f"{text} {number}",
        "id": f"{text} {number}",
        "day": "2026-03-01" if number % 40 else text,
        IMAGE: str(int(followers * (0.02 + number % 7 / 500))),
        "comments": str(number % 9),
        "what": text,
        "for": text,
        "kind": text,
    }


def _format():
    columns = {"platform": "where", "handle": "who", "post_id": "id", "posted_at": "day"}
    columns |= {"likes": IMAGE, "comments": "comments", "format": "what", "campaign": "for"}
    drop = {"column": "what", "matches": ".*iframe.*", "reason": IMAGE}
    header = [IMAGE, "where", "who", "id", "what"]
    files = [
        {"header": header, "drop": [drop], "tables": {"posts": columns | {"views_kind": "kind"}}}
    ]
    return {"name": "own", "title": " ".join(PAYLOADS), "notes": PAYLOADS, "files": files}


def _placement(number, labelled, followers):
    text = labelled[1]
    return {
        "campaign": text,
        "platform": "instagram",
        "handle": f"{text} {number}",
        "clicks": 200 + number % 50,
        "orders": 5 + number % 6,
        "impressions": followers // 2,
        "fee": 100,
        **dict.fromkeys(("code", "utm", "link", "collaboration", "attribution"), text),
        "currency": IMAGE if number == 1 else "EUR",
    }


def _study():
    study = yaml.safe_load((PROJECT / "study.yml").read_text(encoding="utf-8"))
    for place, claim in enumerate(study["claims"].values()):
        claim |= {"says": " ".join(PAYLOADS[place::9]), "margin_because": PAYLOADS[place]}
        claim["metrics"] = claim["metrics"][:1]  # which halves the time
    niches = {"named": PAYLOADS[:20], "aliases": {text: {text: PAYLOADS[0]} for text in PAYLOADS}}
    amendments = [{"day": "2026-11-23", "what": text} for text in PAYLOADS]
    minimums = {"creators_per_arm": 2, "creators_with_outcome": 2, "effective_creators": 1}
    minimums |= {"expected_count": 0, "clicks": 1, "impressions": 1}
    changed = {"title": " ".join(PAYLOADS), "amendments": amendments, "minimums": minimums}
    return {**study, **changed, "niches": niches, "permutations": 99}


def _entry(place, notebook):
    title = " ".join(PAYLOADS[place :: len(_REPORTS)]).replace("{", "{{").replace("}", "}}")
    return {"notebook": notebook, "id": notebook[3:], "title": title}


def _csv(path, rows):
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def _yaml(path, content):
    path.write_text(yaml.safe_dump(content), encoding="utf-8")
