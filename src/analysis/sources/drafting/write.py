"""Proposals -> the YAML of a draft: valid, and with no word of a file's people in it."""

import json
import re
from collections.abc import Sequence
from shlex import quote
from typing import Any

from analysis.sources.drafting.plausible import Reading
from analysis.sources.drafting.proposal import Proposal, Question, Rule

_HEAD = """\
# A draft, from the names of columns and their values.{answer} look at what would be read:
#   micromacro sources --try {name}.yml {file}
"""
_ANSWER = """ Answer each question: take the # from the
# rule that is right, if one is, and delete the question. Then"""

_BELOW = "column names stand in row {row}: write header_row: {row} into dataset.yml beside the file"


def write(name: str, file: str, proposals: Sequence[Proposal], *, header_row: int = 1) -> str:
    """The YAML of a draft.

    Args:
        name: of the format; also its title, until somebody knows a better one.
        file: that was looked at.
        proposals: one for each of its tables.
        header_row: of its column names, which dataset.yml must say where it is not the first.
    """
    lines = [f"name: {_quoted(name)}"]
    lines.append(f"title: {_quoted(name.replace('-', ' '))}")
    tables: dict[str, dict[str, None]] = {}
    for question in (question for proposal in proposals for question in proposal.questions):
        tables.setdefault(question.asks, {})[question.table] = None
    asked = [_BELOW.format(row=header_row)] if header_row > 1 else []
    asked += [f"{' and '.join(of)}, {asks}" for asks, of in tables.items()]
    lines += ["questions:"] if asked else []
    lines += [f"  - {_quoted(question)}" for question in asked]
    lines.append("files:")
    for proposal in proposals:
        lines += _file(proposal)
    answer = _ANSWER if asked else " Now"
    return _HEAD.format(name=name, file=quote(file), answer=answer) + "\n".join(lines) + "\n"


def _file(proposal: Proposal) -> list[str]:
    used = [rule.of for rules in proposal.rules.values() for rule in rules if rule.of]
    header = ", ".join(_quoted(of) for of in dict.fromkeys(used))
    lines = [f"  - header: [{header}]", "    tables:"]
    for table, rules in proposal.rules.items():
        lines.append(f"      {table}:")
        lines += [f"        {_rule(rule)}" for rule in rules]
        for question in proposal.questions:
            lines += _open_rules(question) if question.table == table else []
    for of, against in proposal.unread.items():
        lines.append(f"    # not read: {_quoted(of)}{f' ({against})' if against else ''}")
    return lines


def _open_rules(question: Question) -> list[str]:
    return [f"        # {_rule(rule)}" for rule in question.readings]


def _rule(rule: Rule) -> str:
    if not rule.how:
        return f"{rule.column}: {_quoted(rule.of)}"
    options: Reading = {"from": rule.of, **rule.how} if rule.of else rule.how
    inside = ", ".join(f"{key}: {_value(value)}" for key, value in options.items())
    return f"{rule.column}: {{ {inside} }}"


def _value(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else _quoted(value)


_WORDS_OF_YAML = {"yes", "no", "on", "off", "true", "false", "null", "y", "n"}
_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_ -]*")


def _quoted(text: str) -> str:
    """Text as YAML reads it back: plain where that is safe, on one line always."""
    if _PLAIN.fullmatch(text) and text == text.strip() and text.lower() not in _WORDS_OF_YAML:
        return text
    return json.dumps(text, ensure_ascii=not text.isprintable())
