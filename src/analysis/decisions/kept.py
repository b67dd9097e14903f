"""A decision that was computed once, for every page that speaks of it."""

import json
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any, get_args, get_origin, get_type_hints

import numpy as np
import pandas as pd

from analysis.decisions.bookings import whole
from analysis.decisions.decide import Decision, decide
from analysis.evidence.families import family_path
from analysis.evidence.view import View
from analysis.store.disk import held, write_whole


def decision_of(view: View) -> Decision:
    """The decision of a view, made once for all its pages.

    It is kept beside the prepared data, by data, study, scope and code, as families are; `forget`
    and `prepare` take it away with the folder.

    Example:
        >>> from analysis import open_view
        >>> decision_of(open_view("demo")).state
        'KEEP'
    """
    path = kept_at(view)
    if not path.exists():
        with held(path.with_name(f".{path.stem}.lock"), wait=True):  # another page may be at it
            if not path.exists():
                made = json.dumps(_plain(decide(view)))
                write_whole(path, made.encode())
    found: Decision = _typed(Decision, json.loads(path.read_text("utf-8")))
    return found


def kept_at(view: View) -> Path:
    """Where the decision of a view is kept once it was made."""
    return family_path(whole(view), "decision").with_suffix(".json")


def _plain(value: Any) -> Any:
    if isinstance(value, pd.DataFrame):
        types = {name: str(kind) for name, kind in value.dtypes.items()}
        return {"types": types, "columns": {name: value[name].tolist() for name in value}}
    if is_dataclass(value):
        return {one.name: _plain(getattr(value, one.name)) for one in fields(value)}
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    return value.item() if isinstance(value, np.generic) else value


def _typed(kind: Any, plain: Any) -> Any:
    """What a plain value was, by the type that its record declares."""
    if kind is pd.DataFrame and isinstance(plain, dict):
        return pd.DataFrame(plain["columns"]).astype(plain["types"])
    if is_dataclass(kind) and isinstance(plain, dict):
        hints = get_type_hints(kind)
        return kind(**{name: _typed(hints[name], one) for name, one in plain.items()})  # type: ignore[operator]
    members = get_args(kind)
    if get_origin(kind) is tuple and isinstance(plain, list):
        each = members[:1] * len(plain) if members[-1] is Ellipsis else members
        return tuple(_typed(*one) for one in zip(each, plain, strict=True))
    if isinstance(plain, dict | list):  # of one kind or another: the one that takes it
        return next(_typed(one, plain) for one in members if _takes(one, plain))
    return plain


def _takes(kind: Any, plain: dict[str, Any] | list[Any]) -> bool:
    if isinstance(plain, list):
        return get_origin(kind) is tuple
    return kind is pd.DataFrame or is_dataclass(kind)
