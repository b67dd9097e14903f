"""Commands about the next campaign: draw, shortlist."""

import argparse
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from analysis.study.errors import UsageError
from analysis.study.project import data_folder
from analysis.study.registration import load_study

if TYPE_CHECKING:
    import pandas as pd

    from analysis.decisions.draw import DrawnList
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


def draw(parsed: argparse.Namespace) -> int:
    """Draw a booking list from candidates into private files.

    Raises:
        UsageError: no such draw can be made, or one of this name stands.
        DataContractError: the candidates break their form.
    """
    from analysis.decisions.draw import draw_list, read_candidates
    from analysis.store.pseudonyms import erased_accounts, write_private

    if parsed.name is not None and not _NAME.fullmatch(parsed.name):
        allowed = "letters, digits, dots, dashes and underscores only, at most 100"
        raise UsageError(f"--name {parsed.name[:40]!r}: {allowed}")
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
    name = parsed.name or f"draw-{digest[:8]}-{parsed.seed}"
    folder = private / "draws" / name
    if folder.exists():
        raise UsageError(f"{folder}: is there already; a draw stands, so choose another --name")
    day = datetime.now(UTC).date().isoformat()
    note = _ANALYSIS.format(name=name, day=day, seed=drawn.seed, digest=digest, tries=drawn.tries)
    write_private(folder / "list.csv", drawn.rows.to_csv(index=False).encode())
    write_private(folder / "assignments.csv", _assignments(drawn, name, day))
    write_private(folder / "analysis.yml", note.encode())
    booked = drawn.rows[drawn.rows["role"] == "book"]
    for tier, rows in booked.groupby("tier"):
        print(f"{tier}: {len(rows)} to book, quoted {rows['quote'].sum():,.2f}")
    for row in drawn.balance.itertuples():
        print(f"{row.tier}, {row.measure}: booked and reserve {row.difference:+.2f} sd apart")
    print(f"seed {drawn.seed}, list {digest}, {drawn.tries} tries: {folder}")
    return 0


def shortlist(parsed: argparse.Namespace) -> int:
    """Write creators to book again, with handles, into a private file.

    Raises:
        UsageError: too few creators were booked twice, or something else stands in the way.
    """
    from analysis.decisions.decide import decide
    from analysis.evidence.view import open_view
    from analysis.store.pseudonyms import write_private

    view = open_view(parsed.dataset, study=load_study(parsed.study))
    decision = decide(view, today=datetime.now(UTC).date())
    if decision.prospects is None:
        refusal = decision.refused("creators")[0]
        raise UsageError(f"no list: {refusal.says}; it would take {refusal.remedy}")
    path = data_folder("private") / view.dataset.name / "shortlist.csv"
    listed = _with_handles(decision.prospects.people, view, path.with_name("handles.csv"))
    write_private(path, listed.to_csv(index=False).encode())
    for name, rows in listed.groupby("class", sort=False):
        print(f"{name}: {len(rows)} creators")
    print(f"for the owner of the data alone: {path}")
    return 0


def _with_handles(people: "pd.DataFrame", view: "View", way_back: Path) -> "pd.DataFrame":
    """One row per account that a person was booked on last, best first within its class."""
    import pandas as pd

    from analysis.decisions.bookings import bookings

    last = bookings(view).drop_duplicates("person", keep="last")[["person", "creator_id"]]
    names = pd.read_csv(way_back, dtype="str", keep_default_na=False)
    named = people.merge(last, on="person").merge(names, on=["platform", "creator_id"], how="left")
    amounts = ["cost", "outcome", "next_low", "next_middle", "next_high", "beats"]
    columns = ["class", "platform", "handle", "bookings", *amounts]
    return named[columns].round(dict.fromkeys(amounts, 2))


def _assignments(drawn: "DrawnList", name: str, day: str) -> bytes:
    """Who was drawn, as the contract's table of assignments, with the account beside it."""
    rows = drawn.rows
    table = rows[["platform", "handle"]].assign(
        experiment=name,
        unit=rows["platform"] + " " + rows["handle"],
        arm=rows["tier"].where(rows["role"].eq("book"), "reserve"),
        seed=drawn.seed,
        list_digest=drawn.digest,
        drawn_at=day,
    )
    return str(table.to_csv(index=False)).encode()
