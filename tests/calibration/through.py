"""Worlds through the product's own gates, families and first screen."""

import re
from collections import defaultdict
from types import SimpleNamespace
from unittest.mock import patch

import numpy as np
import pandas as pd

from analysis.evidence.comparisons import cells_of, compared
from analysis.evidence.families import compute_family
from analysis.evidence.levels import CONFIRMATORY
from analysis.evidence.metrics import METRICS
from analysis.evidence.results import ALL_NICHES, Answer
from analysis.evidence.robustness.survival import NOTHING_DECIDED
from analysis.evidence.verdict import DECIDED, Verdict
from analysis.evidence.view import DECISION, View
from analysis.show import overview
from analysis.study.project import PROJECT
from analysis.study.registration import load_study
from analysis.study.worlds import World
from analysis.study.worlds.placements import draw_placements
from analysis.study.worlds.posts import draw_posts
from analysis.study.worlds.roster import draw_roster
from analysis.study.worlds.truth import planted
from tests.calibration.before import holm_decides, mean_rate_width, permuted_width
from tests.calibration.closeness import creators_of

HOUR_COST = 30
_WHO = ["platform", "niche", "handle", "followers", "person_number"]
WHOLE = "1K-100K vs 100K+"


def gated(
    world: World, repetitions: int, seed: int, *, metric: str, like: bool = False
) -> dict[str, dict[str, float]]:
    """One metric over all niches, through the product's gates and intervals.

    Args:
        world: of one platform.
        repetitions, seed: of the draws.
        metric: in metrics.csv.
        like: judge the interval of campaigns like these in place of that of these campaigns.

    Returns:
        Per estimand the share of tries that are ``shown``, ``coverage`` among those, those
        ``missed`` among all tries, the median log ``width``, and ``before``, that of the method
        before; missing where there was none.
    """
    study, claim = only(metric)
    close = study.claims[claim].about == "relationship"
    posts = METRICS[metric].within == "niche"
    truths = planted(world).set_index(["metric", "estimand", "niche"])["ratio"]
    found = defaultdict(list)
    for repetition in range(repetitions):
        at = [seed, repetition]
        if close:
            creators = creators_of(world, at)
            found_there = creators, creators.head(0)
        else:
            found_there = panels(world, at, posts=posts)
        view = view_of(found_there, study, world)
        for cell in cells_of(view, study.claims[claim]):
            if cell.niche != ALL_NICHES:
                break
            one = compared(view, cell)
            if one.fit is None:
                continue
            ends = one.fit.low, one.fit.high
            if like:
                ends = one.checks.campaigns_low, one.checks.campaigns_high
            before = permuted_width(one.fit, level=study.level)
            if cell.estimand == "typical":
                before = mean_rate_width(*cell.rows.compared, level=study.level)
            truth = truths[metric, cell.estimand, "all"]
            covers = ends[0] <= truth <= ends[1]
            found[cell.estimand].append((covers, np.log(ends[1] / ends[0]), before))
    return {
        estimand: _rates(found[estimand], repetitions) for estimand in METRICS[metric].estimands
    }


def _rates(found, repetitions):
    if not found:
        return {"shown": 0.0, "missed": 0.0}
    covers, widths, before = map(np.array, zip(*found, strict=True))
    return {
        "shown": len(found) / repetitions,
        "coverage": float(covers.mean()),
        "missed": float((~covers.astype(bool)).sum() / repetitions),
        "width": float(np.median(widths)),
        "before": float(np.median(before)),
    }


def only(metric: str):
    """The study cut down to one metric of the whole macro arm, and the claim that has it."""
    study = load_study(PROJECT / "study.yml")
    claim, declared = next(one for one in study.claims.items() if metric in one[1].metrics)
    cut = declared.model_copy(update={"metrics": (metric,)})
    tiers = study.tiers.model_copy(update={"macro_parts": ()})
    confirmatory = (claim,) if declared.about == "results" else ()
    changed = {"claims": {claim: cut}, "tiers": tiers, "confirmatory": confirmatory}
    return study.model_copy(update=changed), claim


def first_grid_of(study):
    """The study cut down to its headline and first grid: first metrics of confirmatory claims."""
    claims = {code: study.claims[code] for code in study.confirmatory}
    claims = {c: f.model_copy(update={"metrics": f.metrics[:1]}) for c, f in claims.items()}
    tiers = study.tiers.model_copy(update={"macro_parts": ()})
    return study.model_copy(update={"claims": claims, "tiers": tiers})


def panels(world: World, seed, *, posts: bool = True):
    """The panel's columns that claims read: per account, and per account and campaign.

    Args:
        world, seed: of the draw; nobody has fewer than 1,000 followers.
        posts: whether claims read any.
    """
    roster = draw_roster(world, seed=seed)
    booked = draw_placements(world, roster, seed=seed)
    cost = booked["fee"] + HOUR_COST * booked["handling_hours"]
    sums = ["clicks", "orders", "impressions", "cost"]
    placed = booked.assign(cost=cost).groupby([*_WHO, "campaign"], sort=False)[sums].sum()
    creators = roster[_WHO]
    if posts:
        drawn = _posts(draw_posts(world, roster, seed=seed))
        creators = creators.merge(drawn, on=["platform", "handle"], how="left")
    return _named(creators), _named(placed.reset_index().astype(dict.fromkeys(sums, float)))


def _posts(posts):
    organic = posts["is_boosted"].eq("no") & posts["is_giveaway"].eq("no") & posts["likes"].notna()
    posts = posts[organic].assign(
        interactions=lambda rows: rows["likes"] + rows["comments"],
        followers_exposed=lambda rows: rows["followers_at_posting"],
        reach_saved=lambda rows: rows["reach"],
    )
    sums = ["interactions", "followers_exposed", "saves", "reach_saved"]
    return posts.groupby(["platform", "handle"], sort=False)[sums].sum().astype(float).reset_index()


def _named(rows):
    columns = {
        "creator_id": rows["platform"] + rows["handle"],
        "person": rows["person_number"].astype("str"),
    }
    if "campaign" in rows:
        columns |= {
            "orders_clicked": rows["orders"],
            "cost_ordered": rows["cost"],
            "orders_costed": rows["orders"],
            "revenue": float("nan"),
        }
    return rows.assign(**columns)


def view_of(found, study, world: World) -> View:
    """A view whose panels were drawn, on a decision day of the study."""
    creators, by_campaign = found
    manifest = SimpleNamespace(
        dataset="drawn",
        platforms=tuple(platform.name for platform in world.platforms),
        niches=tuple(niche.name for niche in world.niches),
        first_day="2026-12-01",
        placed_from="2026-12-01",
        last_day="2027-12-31",
        data_digest="none",
        settings=SimpleNamespace(planted=()),
    )
    view = View(
        dataset=SimpleNamespace(name="drawn", manifest=manifest, table_path=lambda table: None),
        study=study,
        niche="all",
        platform="all",
        campaign="all",
        period=DECISION,
        micro=study.tiers.micro,
        macro=study.tiers.macro,
        seed=1,
    )
    view.__dict__.update(creators=creators, creators_by_campaign=by_campaign, relationship=creators)
    return view


def family(view: View, claim: str) -> pd.DataFrame:
    """One family, whose answers are not asked in other ways.

    The panels hold what claims read and no more. Other ways can only take a claim back, so what is
    claimed falsely here is claimed less often there.
    """
    unasked = SimpleNamespace(standing=NOTHING_DECIDED)
    with patch("analysis.evidence.families.examined", lambda *_: unasked):
        return compute_family(view, claim)


def families(view: View) -> dict[str, Answer]:
    """The answers to every claim of the view's study, computed by the product."""
    return {
        claim: Answer(claim, of.says, of.direction, family(view, claim), WHOLE)
        for claim, of in view.study.claims.items()
    }


def noise(world: World, repetitions: int, seed: int) -> dict[str, float]:
    """How often a study of nothing but noise claims a difference, on two decision days.

    At the first decision day half of the creators have arrived. The sentence is that of the first
    screen. Looks between decision days are interim and claim nothing, so weekly looks add nothing.
    """
    study = first_grid_of(load_study(PROJECT / "study.yml"))
    study = study.model_copy(update={"decide_on": ("2027-05-31", "2027-11-30")})
    claimed = defaultdict(int)
    for repetition in range(repetitions):
        creators, by_campaign = panels(world, [seed, repetition])
        ids = creators["creator_id"].to_numpy()
        order = np.random.default_rng([seed, repetition]).permutation(len(ids))
        early = set(ids[order < len(ids) // 2])
        days = []
        for arrived in (early, set(ids)):
            seen = [rows[rows["creator_id"].isin(arrived)] for rows in (creators, by_campaign)]
            view = view_of(seen, study, world)
            answers = families(view)
            cells = pd.concat([one.frame for one in answers.values()])
            cells = cells[cells["status"] == CONFIRMATORY]
            coloured = cells["verdict"].isin(DECIDED)
            said = overview.conclusion(view, [*answers.values()])
            days.append(
                (
                    bool(coloured[cells["niche"] == ALL_NICHES].any()),
                    re.search(r"(?<!may )\b(get|is|are) [\d.]", said) is not None,
                    bool(coloured.any()),
                )
            )
        for place, name in enumerate(("headline cell", "sentence of the first screen", "cell")):
            first = "any coloured cell" if name == "cell" else f"a {name}"
            claimed[f"{first}, first decision day"] += days[0][place]
            claimed[f"{first}, either decision day"] += days[0][place] or days[1][place]
    return {name: count / repetitions for name, count in claimed.items()}


def equivalents(world: World, repetitions: int, seed: int) -> dict[str, float]:
    """How often niches of a family are called alike in engagement per follower."""
    study, claim = only("engagement_per_follower")
    families_with, cells, errors = 0, [], []
    for repetition in range(repetitions):
        view = view_of(panels(world, [seed, repetition]), study, world)
        rows = family(view, claim)
        rows = rows[(rows["niche"] != ALL_NICHES) & (rows["estimand"] == "typical")]
        alike = rows["verdict"] == Verdict.EQUIVALENT
        families_with += bool(alike.any())
        cells.append(alike.mean())
        errors.append(rows["standard_error"].median())
    return {
        "families with any": families_with / repetitions,
        "of niches": float(np.mean(cells)),
        "standard error": float(np.median(errors)),
    }


def power(world: World, repetitions: int, seed: int) -> dict[str, float]:
    """How many niche cells of the first grid are decided, by the levels of the study and others."""
    study = first_grid_of(load_study(PROJECT / "study.yml"))
    study = study.model_copy(update={"decide_on": ("2027-05-31",)})
    counts = defaultdict(list)
    for repetition in range(repetitions):
        view = view_of(panels(world, [seed, repetition]), study, world)
        rows = pd.concat([one.frame for one in families(view).values()])
        rows = rows[rows["status"].eq(CONFIRMATORY) & rows["p_value"].notna()]
        whole, cells = (rows[rows["niche"].eq(ALL_NICHES) == one] for one in (True, False))
        named = cells["niche"].map(study.niches.names)
        holm = cells.groupby([cells["claim"], cells["platform"], named])["p_value"].transform(
            lambda p: holm_decides(p.to_numpy(), study.alpha)
        )
        each = cells.groupby(["claim", "platform"])["p_value"].transform("size")
        counts["headline cells decided"].append(whole["verdict"].isin(DECIDED).sum())
        counts["headline cells"].append(len(whole))
        counts["niche cells"].append(len(cells))
        counts["decided by the levels of the study"].append(cells["verdict"].isin(DECIDED).sum())
        counts["by Holm in families, as before"].append(int(holm.astype(bool).sum()))
        counts["by rows alone"].append(int((cells["p_value"] * each <= study.alpha).sum()))
        counts["by one door for all"].append(
            int((cells["p_value"] * len(cells) <= study.alpha).sum())
        )
    return {name: float(np.mean(values)) for name, values in counts.items()}
