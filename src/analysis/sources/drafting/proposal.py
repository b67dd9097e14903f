"""What a draft says about a file: rules that stand, and questions."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from analysis.sources.drafting.plausible import Reading


@dataclass(frozen=True, slots=True)
class Rule:
    """One contract column as a draft reads it.

    Attributes:
        of: the file's column; empty for a constant.
        how: options beside it, or the constant, as in the format's YAML.
    """

    column: str
    of: str = ""
    how: Reading = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Question:
    """What a draft cannot know: the question in words, and the rules that would answer it."""

    table: str
    asks: str
    readings: tuple[Rule, ...] = ()


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a draft says about one table of text.

    Attributes:
        rules: that stand, by contract table.
        questions: that a person must answer before anything is read.
        unread: columns of the file that no rule and no question names, and why not where their
            values speak against their names.
    """

    rules: dict[str, list[Rule]]
    questions: list[Question]
    unread: dict[str, str]


def asked_once(questions: Sequence[Question]) -> list[Question]:
    """Merge questions about one column of the file: its meanings exclude each other."""
    alike: dict[object, list[Question]] = {}
    for number, question in enumerate(questions):
        columns = {rule.of for rule in question.readings}
        one = (question.table, *columns) if len(columns) == 1 and "" not in columns else number
        alike.setdefault(one, []).append(question)
    return [
        Question(
            several[0].table,
            " Or ".join(question.asks for question in several),
            tuple(rule for question in several for rule in question.readings),
        )
        for several in alike.values()
    ]
