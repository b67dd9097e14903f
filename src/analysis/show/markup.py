"""Templates of HTML beside the code: every value is escaped unless it is markup already."""

from functools import cache
from importlib import resources

import jinja2


@cache
def template(package: str, name: str) -> jinja2.Template:
    """Load a template that lies in the ``template`` folder of a package."""
    text = (resources.files(package) / "template" / name).read_text(encoding="utf-8")
    return jinja2.Environment(autoescape=True).from_string(text)
