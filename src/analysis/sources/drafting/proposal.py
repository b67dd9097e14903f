"""What a draft says about a file: rules that stand, and questions."""

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
