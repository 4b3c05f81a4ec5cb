"""THE gate for texts that become the name of a file or a folder, wherever they come from.

What a service, a file or a person says may hold `..`, a slash or thousands of signs; joined to a path as it is, it leads
outside the folder that it was joined to.
"""

from __future__ import annotations

import re

from segue.core.errors import ConfigurationProblem
from segue.core.sentences import said

LONGEST_BYTES = 200
"""Bytes of one name in UTF-8; file systems take 255, and endings are added."""

_IDENTIFIER = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_-]*")


def is_path_name(text: str) -> bool:
    """Return whether a text can be the name of one file in its folder, and of nothing else."""
    return (
        bool(text)
        and text.isprintable()
        and not text.startswith(".")
        and "/" not in text
        and "\\" not in text
        and len(text.encode(errors="replace")) <= LONGEST_BYTES
    )


def is_identifier(text: str, *, longest: int) -> bool:
    """Return whether a text is an id as services give them: letters without accents, digits, `_` and `-`."""
    return len(text) <= longest and _IDENTIFIER.fullmatch(text) is not None


def path_name(text: str, *, what: str) -> str:
    """Return `text`, which is about to become the name of a file or folder; `what` says whose name it is.

    Raises: ConfigurationProblem `name_unsafe`, without the name itself.
    """
    if is_path_name(text):
        return text
    raise ConfigurationProblem(
        said(
            "The %(what)s cannot be the name of a file: it is empty, too long, begins with a dot, or holds a slash or signs that nobody sees.",
            what=what,
        ),
        action="Correct it where it comes from; nothing was read or written under this name.",
        code="name_unsafe",
        context={"what": what},
    )


def path_below(text: str, *, what: str) -> str:
    """Return a relative path of several names. Raises: as `path_name`, for the first that is none."""
    return "/".join(path_name(part, what=what) for part in text.split("/"))
