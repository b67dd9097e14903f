"""Nobody's handle, pseudonym or fee is on a page of money, nor follows from what is."""

import itertools
import re

import pytest

from analysis.decisions.bookings import bookings
from analysis.decisions.decide import decide
from analysis.evidence.families import answer
from analysis.show import figures, tables
from analysis.show.advice import advice

FEES = {"m1": 1_117, "m2": 2_239, "m3": 4_483, "m4": 8_969}


def line(name, n, fee):
    return f"spring,tiktok,{name},50,{3 + n % 4},0,{400 + n},{fee},,,,2026-03-02"


def shown(view):
    """Everything that the page of the next budget shows, as text."""
    decision = decide(view)
    parts = [tables.money(view), tables.levels_and_ratios(view, answer(view, "H3"))]
    parts += [tables.refused(decision), tables.split(decision), tables.gain(decision)]
    parts += [tables.next_money(decision), tables.deciding_test(decision), figures.split(decision)]
    markup = "".join(
        part.as_raw_html() if hasattr(part, "as_raw_html") else part._repr_html_()
        for part in parts
        if part is not None
    )
    markup = re.sub(r"<style>.*?</style>", "", markup, flags=re.DOTALL)
    return re.sub(r"<[^>]+>", " ", markup) + advice(decision)


def numbers(text):
    found = {float(one.replace(",", "")) for one in re.findall(r"\d[\d,]*\.?\d*", text)}
    return found | {0.0}


@pytest.mark.parametrize("macro", [30, 6], ids=["many others", "few others"])
def test_fees_of_a_few_follow_from_no_sum_or_difference(opened, macro):
    lines = [line(name, n, fee) for n, (name, fee) in enumerate(FEES.items())]
    lines += [line(f"b{n}", n, 300 + 17 * n) for n in range(1, macro + 1)]
    view = opened(lines, micro=4, macro=macro)
    text = shown(view)
    secret = {sum(some) for k in range(1, 5) for some in itertools.combinations(FEES.values(), k)}
    told = numbers(text)
    differences = {abs(a - b) for a, b in itertools.product(told, told)}
    assert not {one for one in secret if any(abs(one - d) < 0.5 for d in differences)}


def test_no_handle_or_pseudonym_is_shown(opened):
    lines = [line(f"{t}{n}", n, 300 + 17 * n) for t in "mb" for n in range(1, 31)]
    view = opened(lines, micro=30, macro=30)
    text = shown(view)
    rows = bookings(view)
    assert not [one for one in {*rows["creator_id"], *rows["person"]} if one in text]
    fees = set(rows["fee"])
    assert not {one for one in numbers(text) if one in fees and one > 200}
