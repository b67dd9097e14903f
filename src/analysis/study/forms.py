"""Declared files: YAML text -> a checked, frozen record, all faults named in one line."""

from pathlib import Path
from typing import TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic_core import ErrorDetails

from analysis.study.errors import AnalysisError, UsageError, nearest

_DEEPEST = 30  # levels of YAML; a parser is lost, or the process, some hundred below
_MOST = 200_000  # values, with those that * says again


class Frozen(BaseModel):
    """A frozen record that refuses entries it does not declare, and numbers without end."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", arbitrary_types_allowed=True, allow_inf_nan=False
    )


def several(value: object) -> object:
    """Texts where one alone may be written without a list."""
    return (value,) if isinstance(value, str) else value


Form = TypeVar("Form", bound=BaseModel)


def named_file(path: Path, what: str) -> bytes:
    """Read a file that a person named.

    Raises:
        UsageError: it cannot be read; ``what`` says in words what it should be.
    """
    if path.is_char_device() or path.is_block_device():  # some of them never end
        raise UsageError(f"{path}: cannot read the {what}: a device is no file")
    try:
        return path.read_bytes()
    except OSError as error:
        raise UsageError(f"{path}: cannot read the {what}: {error.strerror}") from error


class _Plain(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """Plain values alone, by libyaml where it is there; a name stands once in a mapping."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[object, object]:
        """A mapping as it is written; of a repeated name YAML would take the last."""
        seen: dict[object, object] = {}
        for key, _ in node.value:
            if key.tag == "tag:yaml.org,2002:merge":
                continue
            name = self.construct_object(key, deep=True)
            if isinstance(name, str | int | float) and name in seen:
                said = f"{name} stands twice; keep one of them"
                raise yaml.constructor.ConstructorError(None, None, said, key.start_mark)
            seen |= {name: None} if isinstance(name, str | int | float) else {}
        found: dict[object, object] = super().construct_mapping(node, deep=deep)
        return found


def from_yaml(text: str | bytes) -> object:
    """What YAML text says, of plain values alone.

    Raises:
        yaml.YAMLError: it is no YAML, nests deep, repeats a name, or grows by references.
    """
    count = 0
    around: list[tuple[str | None, int]] = []  # anchor and count of every collection that is open
    worth: dict[str, int] = {}  # values below an anchor
    for event in yaml.parse(text, Loader=_Plain):
        count += 1
        if isinstance(event, yaml.CollectionStartEvent):
            around.append((event.anchor, count))
        elif isinstance(event, yaml.CollectionEndEvent):
            anchor, before = around.pop()
            worth |= {anchor: count - before} if anchor else {}
        elif isinstance(event, yaml.AliasEvent):
            if any(anchor == event.anchor for anchor, _ in around):
                raise yaml.YAMLError(f"*{event.anchor} stands inside itself")
            count += worth.get(event.anchor or "", 1)
        if len(around) > _DEEPEST:
            raise yaml.YAMLError(f"more than {_DEEPEST} levels, one inside the other")
        if count > _MOST:
            raise yaml.YAMLError(f"more than {_MOST:,} values")
    return yaml.load(text, _Plain)  # noqa: S506, it is a safe loader


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
        raise refusal(f"{where}: {validation_summary(error, form)}") from error
    except (yaml.YAMLError, ValueError) as error:
        raise refusal(f"{where}: not YAML: {' '.join(str(error).split())}") from error


def validation_summary(error: ValidationError, form: type[BaseModel] | None = None) -> str:
    """A declared file's failing entries: where and what is wrong, and what mends it."""
    return "; ".join(
        f"{'.'.join(str(part) for part in failure['loc'])}: {failure['msg']}"
        f"{_remedy(failure, form)}"
        for failure in error.errors()
    )


def _remedy(failure: ErrorDetails, form: type[BaseModel] | None) -> str:
    value = failure["input"]
    if failure["type"] == "string_type" and not isinstance(value, dict | list | None):
        return f'; write it in quotes: "{str(value).lower() if value is True else value}"'
    if failure["type"] == "extra_forbidden" and form is not None and len(failure["loc"]) == 1:
        return f"; {nearest(str(failure['loc'][0]), list(form.model_fields))}"
    return ""
