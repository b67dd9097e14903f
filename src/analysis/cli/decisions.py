"""Commands about the next campaign: draw, assign, analyse, shortlist."""

import argparse
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from analysis.study.errors import UsageError
from analysis.study.project import data_folder, today
from analysis.study.registration import load_study

if TYPE_CHECKING:
    import pandas as pd

    from analysis.decisions.lots.draw import DrawnList
    from analysis.evidence.view import View

_NAME = re.compile(r"\w[\w.-]{0,99}")
_ANALYSIS = """\
experiment: {name}
drawn_at: {day}
seed: {seed}
list_digest: {digest}
tries: {tries}
statistic: mean of net orders per booking, strata weighted by their candidates (chance in list.csv)
level: 0.95
refusals: stay where they were drawn; the first reserve of the stratum is booked in their place
says: what these lists return on average, since they were drawn by lot
does not say: anything about why one tier returns more, because no creator was assigned a tier
"""
_WEEKS = """\
experiment: {name}
drawn_at: {day}
seed: {seed}
list_digest: {digest}
arms: {arms}
assigned: every market gets an arm every week by lot, each as often as another in a week
outcome: all orders of the shop in the market and week, whoever brought them
statistic: mean difference within weeks, every market's own mean taken out; arms shuffled in weeks
level: 0.95
other arm than the lot gave: the week stays in the arm of the lot
says: what a week of one tier brings against a week of the other, with the same money
"""


def draw(parsed: argparse.Namespace) -> int:
    """Draw a booking list from candidates into private files.

    Raises:
        UsageError: no such draw can be made, or one of this name stands.
        DataContractError: the candidates break their form.
    """
    from analysis.decisions.lots.draw import draw_list, read_candidates
    from analysis.store.escaping import as_cell
    from analysis.store.pseudonyms import erased_accounts, write_private

    _check_name(parsed.name)
    wanted = (parsed.micro, parsed.macro)
    if min(wanted) < 0 or not any(wanted) or parsed.seed < 0:
        raise UsageError("--micro, --macro and --seed count from 0, and something is to be booked")
    private = data_folder("private")
    candidates, digest = read_candidates(parsed.candidates, erased_accounts(private))
    tiers = load_study(parsed.study).tiers
    drawn = draw_list(
        candidates,
        (tiers.micro, tiers.macro),
        wanted,
        seed=parsed.seed,
        digest=digest,
    )
    name, folder = _folder(parsed.name or f"draw-{digest[:8]}-{parsed.seed}")
    day = today().isoformat()
    note = _ANALYSIS.format(name=name, day=day, seed=drawn.seed, digest=digest, tries=drawn.tries)
    write_private(folder / "list.csv", drawn.rows.map(as_cell).to_csv(index=False).encode())
    write_private(folder / "assignments.csv", _assignments(drawn, name, day))
    write_private(folder / "analysis.yml", note.encode())
    booked = drawn.rows[drawn.rows["role"] == "book"]
    for tier, rows in booked.groupby("tier"):
        print(f"{tier}: {len(rows)} to book, quoted {rows['quote'].sum():,.2f}")
    for row in drawn.balance.itertuples():
        print(f"{row.tier}, {row.measure}: booked and reserve {row.difference:+.2f} sd apart")
    print(f"seed {drawn.seed}, list {digest}, {drawn.tries} tries: {folder}")
    return 0


def assign(parsed: argparse.Namespace) -> int:
    """Assign tiers to markets and weeks by lot, into private files.

    Raises:
        UsageError: no such lot can be drawn, or one of this name stands.
    """
    from analysis.decisions.lots.market_weeks import (
        MACRO,
        MICRO,
        NONE,
        draw_weeks,
        lot_digest,
        unit_of,
    )
    from analysis.store.pseudonyms import write_private
    from analysis.study.contract import ASSIGNMENTS

    _check_name(parsed.name)
    if parsed.seed < 0:
        raise UsageError("--seed counts from 0")
    arms = (MICRO, MACRO, NONE) if parsed.none else (MICRO, MACRO)
    cells = draw_weeks(parsed.markets, parsed.first, parsed.weeks, arms, seed=parsed.seed)
    lot = lot_digest(cells)
    name, folder = _folder(parsed.name or f"weeks-{lot[:8]}-{parsed.seed}")
    day = today().isoformat()
    units = cells.assign(unit=unit_of(cells), experiment=name, seed=parsed.seed)
    table = units.assign(list_digest=lot, drawn_at=day)[[*ASSIGNMENTS.names]]
    note = _WEEKS.format(name=name, day=day, seed=parsed.seed, digest=lot, arms=", ".join(arms))
    write_private(folder / "assignments.csv", table.to_csv(index=False).encode())
    write_private(folder / "analysis.yml", note.encode())
    for arm, number in cells["arm"].value_counts().items():
        print(f"{arm}: {number} weeks of a market")
    print(f"seed {parsed.seed}, weeks {lot}: {folder}")
    return 0


def analyse(parsed: argparse.Namespace) -> int:
    """Say what a finished lot tells: of assigned weeks, or of lists.

    Raises:
        UsageError: no lot of this name, or the outcomes are not those of its units.
        DataContractError: a file breaks its form.
    """
    if parsed.seed < 0:
        raise UsageError("--seed counts from 0")
    lots = data_folder("private") / "draws"
    folder = lots / parsed.name
    if not _NAME.fullmatch(parsed.name) or not (folder / "assignments.csv").exists():
        raise UsageError(f"{parsed.name[:40]!r}: no lot of this name below {lots}")
    if (folder / "list.csv").exists():
        print(*_told_of_lists(folder, parsed.outcomes), sep="\n")
        return 0
    import numpy as np

    from analysis.decisions.lots.market_weeks import (
        MACRO,
        MICRO,
        NONE,
        read_orders,
        week_difference,
    )
    from analysis.show.advice import assigned

    cells = read_orders(folder / "assignments.csv", parsed.outcomes)
    rng = np.random.default_rng(parsed.seed)
    pairs = ((MICRO, MACRO), (MICRO, NONE), (MACRO, NONE))
    for pair in pairs if cells["arm"].eq(NONE).any() else pairs[:1]:
        found = week_difference(cells, arms=pair, rng=rng)
        print(assigned(found, outcome="orders", unit="market week"))
    otherwise = int((cells["had"].notna() & cells["had"].ne(cells["arm"])).sum())
    if otherwise:
        print(f"{otherwise} weeks had another tier than the lot gave them; they stay in its arm.")
    return 0


def _told_of_lists(folder: Path, outcomes: Path) -> Iterator[str]:
    """What the lists of a draw returned, and what is missing of it."""
    from analysis.decisions.lots.listed import list_outcome
    from analysis.show.advice import drawn_from_lists

    found = list_outcome(folder, outcomes, today=today())
    yield drawn_from_lists(found.means, outcome="orders")
    missing = found.drawn - found.booked
    rest = f"; the other {missing} count 0" if missing else ""
    yield f"Of {found.drawn} drawn {found.booked} were booked since{rest}."
    for number, what in (
        (found.again, "are there twice and count once"),
        (found.called_off, "were declined or cancelled and count nothing"),
        (found.not_later, "are not later than the draw and count nothing"),
        (found.of_no_day, "state no day (placed_at), so they may be older than the draw"),
    ):
        if number:
            yield f"{number} bookings {what}."


def _check_name(name: str | None) -> None:
    """Refuse a name that is no name of a folder, before anything is read."""
    if name is not None and not _NAME.fullmatch(name):
        allowed = "letters, digits, dots, dashes and underscores only, at most 100"
        raise UsageError(f"--name {name[:40]!r}: {allowed}")


def _folder(name: str) -> tuple[str, Path]:
    """A new private folder for a lot."""
    folder = data_folder("private") / "draws" / name
    if folder.exists():
        raise UsageError(f"{folder}: is there already; a draw stands, so choose another --name")
    return name, folder


def shortlist(parsed: argparse.Namespace) -> int:
    """Write creators to book again, with handles, into a private file.

    Raises:
        UsageError: too few creators were booked twice, or something else stands in the way.
    """
    from analysis.decisions.decide import decide
    from analysis.evidence.view import open_view
    from analysis.store.escaping import as_cell
    from analysis.store.pseudonyms import write_private

    view = open_view(parsed.dataset, study=load_study(parsed.study))
    decision = decide(view, today=today())
    if decision.prospects is None:
        refusal = decision.refused("creators")[0]
        raise UsageError(f"no list: {refusal.says}; it would take {refusal.remedy}")
    path = data_folder("private") / view.dataset.name / "shortlist.csv"
    listed = _with_handles(decision.prospects.people, view, path.with_name("handles.csv"))
    write_private(path, listed.map(as_cell).to_csv(index=False).encode())
    for name, rows in listed.groupby("class", sort=False):
        print(f"{name}: {len(rows)} creators")
    print(f"for the owner of the data alone: {path}")
    return 0


def _with_handles(people: "pd.DataFrame", view: "View", way_back: Path) -> "pd.DataFrame":
    """One row per account that a person was booked on last, best first within its class."""
    from analysis.decisions.bookings import bookings
    from analysis.prepare.forget import read_way_back
    from analysis.study.errors import MachineError

    last = bookings(view).drop_duplicates("person", keep="last")[["person", "creator_id"]]
    names = read_way_back(way_back).reindex(columns=["platform", "creator_id", "handle"])
    named = people.merge(last, on="person").merge(names, on=["platform", "creator_id"], how="left")
    if named["handle"].isna().any():
        raise MachineError(f"{way_back}: does not name everybody; prepare its dataset again")
    amounts = ["cost", "outcome", "next_low", "next_middle", "next_high", "beats"]
    columns = ["class", "platform", "handle", "bookings", *amounts]
    return named[columns].round(dict.fromkeys(amounts, 2))


def _assignments(drawn: "DrawnList", name: str, day: str) -> bytes:
    """Who was drawn, as the contract's table of assignments, with the account beside it."""
    from analysis.store.escaping import as_cell

    rows = drawn.rows
    table = rows[["platform", "handle"]].assign(
        experiment=name,
        unit=rows["platform"] + " " + rows["handle"],
        arm=rows["tier"].where(rows["role"].eq("book"), "reserve"),
        seed=drawn.seed,
        list_digest=drawn.digest,
        drawn_at=day,
    )
    return str(table.map(as_cell).to_csv(index=False)).encode()
