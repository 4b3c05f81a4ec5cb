"""When the quotes of delimited text are sound: the grammar of RFC 4180, for one separator and one quote. No reading.

A value that starts with a quote ends with one, behind which there is nothing but blanks. A quote anywhere else is a sign
like any other, but for one that only blanks part from the separator before it: its line is mended or refused. What breaks this rule could run one person's row into another's, so that it is never guessed.
"""

from __future__ import annotations

import re
from enum import Enum, auto

import pyarrow as pa
import pyarrow.compute as pc

_END = rb"(?:\r\n|\n|\r|\Z)"
_WIDE = r"\xc2\xa0|\xe2\x80[\x80-\x8f\xaf]|\xe3\x80\x80|\xef\xbb\xbf"
"""The bytes of `WIDE_BLANKS` in UTF-8."""
_NO_WIDE = (
    r"\xc2[^\xa0]|\xe2[^\x80]|\xe2\x80[^\x80-\x8f\xaf]|\xe3[^\x80]|\xe3\x80[^\x80]"
    r"|\xef[^\xbb]|\xef\xbb[^\xbf]"
)
"""The first bytes of other signs that begin like one of `WIDE_BLANKS`."""

WIDE_BLANKS = "\u00a0\u2000-\u200f\u202f\u3000\ufeff"
"""Blanks beyond ASCII and signs that nobody sees, which are passed over like blanks; for a class of signs."""


def narrow_blanks(separator: str) -> str:
    """Return the blanks of ASCII that may stand round a separator."""
    return " " if separator == "\t" else " \t"


class Line(Enum):
    """What one line is, read from outside or from inside a quoted value."""

    WHOLE = auto()
    """It ends outside of quotes."""
    OPEN = auto()
    """It ends inside a quoted value."""
    UNSOUND = auto()
    """Something stands behind a closing quote."""


class Grammar:
    """The patterns of one separator and one quote (single ASCII signs); without a quote everything is sound."""

    def __init__(self, separator: str, quote: str) -> None:
        self.separator = separator.encode()
        self.quote = quote.encode()
        if not quote:
            return
        sign, mark = re.escape(separator), re.escape(quote)
        narrow = narrow_blanks(separator)
        blank = "" if separator == " " else f"(?:[{narrow}]|{_WIDE})*"
        first = f"(?:[^{sign}{mark}\\r\\n{narrow}\\xc2\\xe2\\xe3\\xef]|{_NO_WIDE})"
        plain = f"{blank}(?:{first}[^{sign}\\r\\n]*)?"
        field = f"(?:{mark}(?:[^{mark}\\r\\n]|{mark}{mark})*{mark}{blank}|{plain})"
        # RE2 runs in linear time over a whole piece; Python's own engine is for the few lines of an unsound one.
        self._sound = f"\\A(?:{field}(?:{sign}{field})*(?:\\r\\n|\\n|\\r))*\\z"
        self._compile(sign.encode(), mark.encode(), blank.encode(), plain.encode())

    def _compile(self, sign: bytes, mark: bytes, blank: bytes, plain: bytes) -> None:
        # No possessive quantifiers: Python 3.11.2, which is Debian's, matches too much by them. What follows each part
        # leaves one way to match it, so that giving back costs no more than one look at each sign.
        inside = rb"[^%b]*(?:%b%b[^%b]*)*" % (mark, mark, mark, mark)
        close = mark + b"(?!" + mark + b")"
        quoted = mark + inside + close + blank
        ends = rb"(?=%b|\r|\n|\Z)" % sign
        field = b"(?:" + quoted + ends + b"|" + plain + ends + b")"
        more = b"(?:" + sign + field + b")*"
        opening = b"(?:" + field + sign + b")*" + mark + inside + rb"\Z"
        self._whole = re.compile(field + more + _END)
        self._opening = re.compile(opening)
        self._inside = re.compile(inside + rb"\Z")
        self._closing = re.compile(inside + close + blank + more + _END)
        self._reopening = re.compile(
            inside + close + blank + b"(?:" + sign + field + b"(?=" + sign + b"))*" + sign + mark
            + inside + rb"\Z"
        )  # fmt: skip
        self._before = re.compile(b"(?:" + field + sign + b")*" + mark)
        self._quoted = re.compile(inside + close)
        self._loose = re.compile(
            b"(?:" + blank + b"(" + quoted + b")|(" + plain + b"))(" + sign + b"|" + _END + b")"
        )

    def is_sound(self, piece: bytes) -> bool:
        """Tell whether every line of a piece that ends with a line is a row of its own with sound quotes."""
        if not self.quote or self.quote not in piece:
            return True
        found = pc.match_substring_regex(pa.array([piece], pa.large_binary()), self._sound)
        return bool(found[0].as_py())

    def outside(self, line: bytes) -> Line:
        """Read a line that starts a row."""
        if not self.quote or self.quote not in line or self._whole.fullmatch(line):
            return Line.WHOLE
        return Line.OPEN if self._opening.fullmatch(line) else Line.UNSOUND

    def inside(self, line: bytes) -> Line:
        """Read a line that starts inside a quoted value."""
        if self.quote not in line or self._inside.fullmatch(line):
            return Line.OPEN
        if self._closing.fullmatch(line):
            return Line.WHOLE
        return Line.OPEN if self._reopening.fullmatch(line) else Line.UNSOUND

    def before_open(self, line: bytes) -> int:
        """Return where the value starts that a line leaves open first, behind its quote."""
        found = self._before.match(line)
        return found.end() if found else 0

    def before_close(self, line: bytes) -> int:
        """Return where the quote stands that closes the value a line starts in; the line's length when none does."""
        found = self._quoted.match(line)
        return found.end() - 1 if found else len(line)

    def without_blanks(self, line: bytes) -> bytes | None:
        """Return a line without the blanks between separators and opening quotes; None when it is unsound even so."""
        taken, at = [], 0
        while at < len(line):
            found = self._loose.match(line, at)
            if found is None or found.end() == at:
                return None
            quoted, plain, end = found.groups()
            taken.append((plain if quoted is None else quoted) + end)
            at = found.end()
        return b"".join(taken)
