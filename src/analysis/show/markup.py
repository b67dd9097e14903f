"""Templates of HTML beside the code."""

from functools import cache

import jinja2


def render(room: str, name: str, **values: object) -> str:
    """Fill a template with values.

    Every value is escaped unless it is markup already.

    Args:
        room: the room whose folder ``template`` holds it.
        name: of the file, without ``.html.j2``.
        values: whatever the template names; one that is missing is an error.
    """
    return _environment(room).get_template(f"{name}.html.j2").render(values)


@cache
def _environment(room: str) -> jinja2.Environment:
    return jinja2.Environment(
        loader=jinja2.PackageLoader(f"analysis.{room}", "template"),
        autoescape=True,
        trim_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
