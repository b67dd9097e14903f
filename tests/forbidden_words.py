"""Words that observational evidence does not carry."""

import re

_NEVER = re.compile(
    r"\b(drives?|drove|causes?|caused|leads? to|led to|no difference|proves?)\b", re.IGNORECASE
)


def forbidden_words(text):
    return [found.group(0) for found in _NEVER.finditer(text)]
