"""nbformat, two seconds sooner.

Its validator builds jsonschema's optional grammar of international addresses where that is
installed, and no notebook holds one.
"""

import sys

if "rfc3987_syntax" not in sys.modules:
    sys.modules["rfc3987_syntax"] = None  # type: ignore[assignment]  # "there is none"

import nbformat

__all__ = ["nbformat"]
