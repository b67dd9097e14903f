"""Declared files: YAML text -> a checked, frozen record, all faults named in one line."""

from pathlib import Path
from typing import TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic_core import ErrorDetails

from analysis.study.errors import AnalysisError, UsageError


class Frozen(BaseModel):
    """A frozen record that refuses entries it does not declare."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)


Form = TypeVar("Form", bound=BaseModel)


def named_file(path: Path, what: str) -> bytes:
    """Read a file that a person named.

    Raises:
        UsageError: it cannot be read; ``what`` says in words what it should be.
    """
    try:
        return path.read_bytes()
    except OSError as error:
        raise UsageError(f"{path}: cannot read the {what}: {error.strerror}") from error


def from_yaml(text: str | bytes) -> object:
    """What YAML text says, of plain values alone; read by libyaml where it is there.

    Raises:
        yaml.YAMLError: it is no YAML.
    """
    return yaml.load(text, getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506, both safe


def read_form(
    text: str | bytes, form: type[Form], where: str, *, refusal: type[AnalysisError], **known: str
) -> Form:
    """Read a declared form from YAML text.

    Args:
        text: content of the file; an empty one declares nothing.
        form: the entries it may have.
        where: the file, for messages.
        refusal: class of the error that a wrong file raises, in one line.
        known: entries that the file does not say itself.
    """
    try:
        content = from_yaml(text)
        if not isinstance(content := {} if content is None else content, dict):
            raise refusal(f"{where}: a mapping is expected, lines like 'name: value'")
        return form.model_validate({**content, **known})
    except ValidationError as error:
        raise refusal(f"{where}: {validation_summary(error)}") from error
    except (yaml.YAMLError, ValueError) as error:
        raise refusal(f"{where}: not YAML: {' '.join(str(error).split())}") from error


def validation_summary(error: ValidationError) -> str:
    """A declared file's failing entries: where and what is wrong, and what mends it."""
    return "; ".join(
        f"{'.'.join(str(part) for part in failure['loc'])}: {failure['msg']}{_remedy(failure)}"
        for failure in error.errors()
    )


def _remedy(failure: ErrorDetails) -> str:
    value = failure["input"]
    if failure["type"] == "string_type" and not isinstance(value, dict | list | None):
        return f'; write it in quotes: "{str(value).lower() if value is True else value}"'
    return ""
