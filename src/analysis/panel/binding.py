"""Parameters of a query as literals: engines bind them in ways of their own."""

from collections.abc import Mapping
from datetime import date


def filled(query: str, scope: Mapping[str, object]) -> str:
    """The query with its parameters as literals.

    ``not materialized`` speaks to DuckDB alone; comments may hold names of parameters.
    """
    lines = [line for line in query.splitlines() if not line.lstrip().startswith("--")]
    query = "\n".join(lines).replace(" as not materialized (", " as (")
    for name in sorted(scope, key=len, reverse=True):
        query = query.replace(f"${name}", _literal(scope[name]))
    return query


def _literal(value: object) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return repr(value)
    text = value.isoformat() if isinstance(value, date) else str(value)
    return "'" + text.replace("'", "''") + "'"
