"""What a report tells of the machine it ran on: no folder, nobody's name, no secret."""

import re
import socket
import sys
from collections.abc import Mapping
from pathlib import Path

from analysis.store.masking import without_secrets
from analysis.study.addresses import ENGINE, is_secret, shown
from analysis.study.project import PROJECT

_SHORTEST_SECRET = 8  # shorter ones would be found in words
_NAMES = ("USER", "LOGNAME", "HOSTNAME")


def redacted(text: str, environment: Mapping[str, str], *, site: Path, names: bool = False) -> str:
    """A text with variables' names for private folders and secrets.

    ``$HOME`` stands for the folder that HOME names. What lies in our Python is named by it,
    whatever else a variable calls it: Spark's names the interpreter.

    Args:
        text: what a report put out, or why it failed.
        environment: variables whose folders and secrets it may hold.
        site: folder of the pages.
        names: hide the names of user and machine too, wherever they stand as a word. Not for text
            that is to be published: a user may be called beauty.

    Example:
        >>> redacted("/srv/ann/x.csv", {"HOME": "/srv/ann"}, site=Path("/srv/site"))
        '$HOME/x.csv'
    """
    text = shown(text, environment.get(ENGINE, ""))
    own = {"PROJECT": str(PROJECT), "PYTHON": sys.prefix, "SITE": str(site)}
    outside = {
        path: name
        for name, path in environment.items()
        if _is_folder(path) and not Path(path).is_relative_to(sys.prefix)
    }
    words = {
        **outside,
        **{path: name for name, path in own.items() if _is_folder(path)},
        **{
            value: name
            for name, value in environment.items()
            if is_secret(name) and len(value) >= _SHORTEST_SECRET
        },
    }
    if names:
        text = without_secrets(text)
        words |= {environment[name]: name for name in _NAMES if environment.get(name)}
        words |= {socket.gethostname(): "HOSTNAME"}
    longest_first = sorted(words, key=len, reverse=True)
    # Not inside a word, nor inside the Base64 of an image.
    found = rf"(?<![\w+/.-])({'|'.join(map(re.escape, longest_first))})(?!\w)"
    return re.sub(found, lambda match: f"${words[match[0]]}", text)


def _is_folder(path: str) -> bool:
    """An absolute path, below the root, alone."""
    return path.startswith("/") and len(path) > 1 and ":" not in path
