"""Make valid names of columns and files: `FirstName` becomes `first_name`."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container
from itertools import count

LONGEST_NAME = 60

_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_USUAL = {
    "e_mail": "email",
    "mail": "email",
    "email_address": "email",
    "telephone": "phone",
    "phone_number": "phone",
}


def attribute_name(column: str) -> str:
    """Return a valid name for a column or a file."""
    parted = unicodedata.normalize("NFKD", _CAMEL.sub("_", column))
    ascii_only = parted.encode("ascii", "ignore").decode().casefold()
    name = re.sub(r"[^a-z0-9]+", "_", ascii_only).strip("_")[:LONGEST_NAME].rstrip("_")
    if not name or not name[0].isalpha():
        name = f"column_{name}".rstrip("_")[:LONGEST_NAME]
    return _USUAL.get(name, name)


def free_name(name: str, taken: Container[str]) -> str:
    """Return the name, with a number when it is taken."""
    if name not in taken:
        return name
    numbered = (f"{name[: LONGEST_NAME - 5].rstrip('_')}_{number}" for number in count(2))
    return next(other for other in numbered if other not in taken)
