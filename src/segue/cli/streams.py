"""The standard streams as every command may take them: they are there, and they write every sign in some form.

A service or a scheduled task may begin with one closed, and a terminal may know fewer signs than our texts use.
"""

from __future__ import annotations

import codecs
import os
import sys
from io import TextIOWrapper
from typing import TextIO

_PLAINER = "segue.plainer"
_IN_ASCII = {
    **dict.fromkeys("‘’‚", "'"),
    **dict.fromkeys("“”„«»", '"'),
    **dict.fromkeys("–—−─━", "-"),
    "•": "*",
    "œ": "oe",
    "Œ": "OE",
    "€": "EUR",
    "→": "->",
}
"""What stands for a sign that has no like in ASCII by Unicode's own table."""
_BYTES_OF_NAMES = range(0xDC80, 0xDD00)
"""How Python holds the bytes of a file's name that are no text in the machine's encoding."""


def settle_streams() -> None:
    """Open what was closed, to nothing, and let output write plainer signs for those that its encoding lacks."""
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        if getattr(sys, name) is None:
            setattr(sys, name, _nothing(number))
    for stream in (sys.stdout, sys.stderr):
        write_every_sign(stream)


def write_every_sign(stream: TextIO) -> None:
    """Let a stream write what its encoding lacks in plainer signs; bytes of files' names are written as they are."""
    if isinstance(stream, TextIOWrapper):
        codecs.register_error(_PLAINER, _plainer)
        stream.reconfigure(errors=_PLAINER)


def is_unicode(stream: TextIO) -> bool:
    """Tell whether a stream writes every sign as itself; one without an encoding keeps text."""
    return not stream.encoding or codecs.lookup(stream.encoding).name.startswith("utf")


def _nothing(number: int) -> TextIO:
    handle = os.open(os.devnull, os.O_RDWR)
    if handle == number:  # else the first file that is opened stands where others would print to
        os.set_inheritable(handle, True)
    return os.fdopen(handle, "w" if number else "r", encoding="utf-8")


def _plainer(error: UnicodeError) -> tuple[str | bytes, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    sign = error.object[error.start]
    if ord(sign) in _BYTES_OF_NAMES:
        return bytes([ord(sign) - 0xDC00]), error.start + 1
    return _IN_ASCII.get(sign) or _by_unicode(sign), error.start + 1


def _by_unicode(sign: str) -> str:
    from unicodedata import normalize

    return normalize("NFKD", sign).encode("ascii", "ignore").decode("ascii") or "?"
