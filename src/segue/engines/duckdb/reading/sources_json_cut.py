"""Cut JSON that is one document into its objects, as bytes. Nothing is built, so that nothing outgrows the memory.

What libraries build while they read has no bound: a hundred thousand brackets take gigabytes. Here a text is told from the
signs of JSON, brackets are counted, and no more than one object is held. What no JSON holds outside of its texts, or inside
of them, ends the reading: behind it nobody can tell where an object ends.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO

import msgspec

from segue.profiles.problems import RowProblem
from segue.profiles.source_sizes import DEEPEST

_CHUNK_BYTES = 1 << 18
_PLAIN = rb"[ \t\r\n0-9+\-.,:eEtrufalsn]*"
_IN_TEXT = rb'[^"\\\x00-\x1f]*(?:\\[^\x00-\x1f][^"\\\x00-\x1f]*)*'
_RUN = re.compile(_PLAIN + rb'(?:"' + _IN_TEXT + rb'"' + _PLAIN + rb")*")
"""All up to a bracket. Each part begins with a sign that the one before cannot hold, so that nothing is tried twice."""
_SHALLOW_RUN = _RUN.pattern
_NEXT = re.compile(
    rb"[ \t\r\n]*,[ \t\r\n]*([{\[]"
    + _SHALLOW_RUN
    + rb"(?:[{\[]"
    + _SHALLOW_RUN
    + rb"[}\]]"
    + _SHALLOW_RUN
    + rb")*[}\]])"
)
"""The next value of a list, when it is one with two levels of brackets at most: found at once instead of in steps."""
_TEXT = re.compile(_IN_TEXT)
_WHOLE_TEXT = re.compile(b'"' + _IN_TEXT + b'"')
_OUTSIDE = b" \t\r\n0123456789+-.,:eEtrufalsn"
_PAIRS = 50
"""How often brackets that hold nothing any more are taken out, at most."""
_KEY = re.compile(rb'"((?:[^"\\]|\\.)*)"\s*:\s*\Z')
_OPENING, _CLOSING, _BRACKETS = b"[{", b"]}", b"[]{}"
_LIST, _LIST_END, _QUOTE = b'[]"'
_BLANK = b" \t\r\n"
_SHALLOW = 2
_LONGEST_KEY = 1_000


class DamagedError(Exception):
    """The document is no JSON from somewhere on, or ends early."""


class Document:
    """One file, read once from its beginning. An object of more than `longest` bytes is passed over."""

    def __init__(self, opened: BinaryIO, *, longest: int) -> None:
        self._opened = opened
        self._longest = longest
        self._data = b""
        self._at = 0
        self._kept = 0
        """Where begins what must be held: behind it nothing is taken away."""
        self._is_over = False
        """Whether it is too long, so that its beginning was given away."""
        self._closed = 0
        """How many lists were taken whole."""
        self._is_fresh = True
        """Whether something was read since levels were passed last."""

    def values(self) -> Iterator[bytes | RowProblem]:
        """Yield the values of a file that holds one after the other; of what cannot be taken, why.

        Raises: DamagedError.
        """
        yield from self._values(in_list=False)

    def values_of(self, path: str) -> Iterator[bytes | RowProblem]:
        """Yield the values of every list of a dotted name, '' for the whole document. Raises: as `values`."""
        for found, is_list, _ in self._containers():
            if is_list and found == path:
                yield from self._values(in_list=True)

    def lists(self) -> Iterator[str]:
        """Yield the dotted names of lists that hold objects and stand in no list themselves. Raises: as `values`."""
        for found, is_list, above in self._containers():
            if not is_list and above and found == f"{above}.item" and ".item" not in above:
                yield above

    # walking

    def _containers(self) -> Iterator[tuple[str, bool, str]]:
        """Yield the dotted name of everything in brackets, whether it is a list, and the name of what holds it.

        Who takes this one's values while it is yielded has taken its closing bracket too.
        """
        above: list[tuple[str, bool]] = []
        beyond = 0
        while (place := self._bracket()) is not None:
            sign = self._data[place]
            if sign in _CLOSING:
                beyond = self._leave(above, beyond)
            elif len(above) > DEEPEST:
                beyond = self._pass_levels(beyond + 1)
            else:
                own = (self._name(above, place), sign == _LIST)
                self._keep_from(self._at)
                before = self._closed
                yield *own, above[-1][0] if above else ""
                if self._closed == before:
                    above.append(own)
            self._keep_from(self._at)
        if above or beyond or self._data[self._kept :].strip(_BLANK):
            raise DamagedError

    @staticmethod
    def _leave(above: list[tuple[str, bool]], beyond: int) -> int:
        if beyond:
            return beyond - 1
        if not above:
            raise DamagedError
        above.pop()
        return 0

    def _name(self, above: list[tuple[str, bool]], place: int) -> str:
        """Return the dotted name of what opens here; a key that is too long, or was given away, is none that anybody asks for."""
        if not above:
            return ""
        path, is_list = above[-1]
        step = "item"
        if not is_list:
            found = _KEY.search(self._data, self._kept, place)
            key = b"\x00" if found is None else found[1]
            step = key[:_LONGEST_KEY].decode(errors="replace")
        return f"{path}.{step}" if path else step

    def _values(self, *, in_list: bool) -> Iterator[bytes | RowProblem]:
        depth = deepest = taken = 0
        is_shallow = in_list
        while (place := self._bracket()) is not None:
            sign = self._data[place]
            if depth == 0:
                is_last = sign in _CLOSING
                if is_last and not (in_list and sign == _LIST_END):
                    raise DamagedError
                for single in self._between(place, taken, in_list=in_list, is_last=is_last):
                    taken += 1
                    yield single
                if is_last:
                    self._closed += 1
                    return
                self._keep_from(place)
            depth += 1 if sign in _OPENING else -1
            deepest = max(deepest, depth)
            if self._is_over or deepest > DEEPEST:
                depth = self._pass_levels(depth)
            if depth == 0:
                taken += 1
                yield self._taken(deepest)
                self._keep_from(self._at)
                is_shallow = is_shallow and deepest <= _SHALLOW
                deepest = 0
                while is_shallow and (found := _NEXT.match(self._data, self._at)):
                    self._kept, self._at = found.span(1)
                    taken += 1
                    yield self._taken(_SHALLOW)
                    self._keep_from(self._at)
        if in_list or depth:
            raise DamagedError
        yield from self._between(len(self._data), taken, in_list=False, is_last=True)

    def _taken(self, deepest: int) -> bytes | RowProblem:
        if deepest > DEEPEST:
            return RowProblem.JSON_TOO_DEEP
        size = self._at - self._kept
        if self._is_over or size > self._longest:
            return RowProblem.ROW_TOO_LARGE
        return self._data[self._kept : self._at]

    def _between(self, place: int, taken: int, *, in_list: bool, is_last: bool) -> Iterator[bytes]:
        """Yield the values without brackets that stand before this place. Raises: DamagedError when that is no list of them."""
        text = self._data[self._kept : place].strip(_BLANK)
        if self._is_over or place - self._kept > self._longest:
            raise DamagedError
        if not in_list:
            yield from text.split()
            return
        if taken and not (is_last and not text):
            if not text.startswith(b","):
                raise DamagedError
            text = text[1:]
        if not text.strip(_BLANK):
            if is_last and taken and self._data[self._kept : place].strip(_BLANK):
                raise DamagedError
            return
        if not is_last:
            if not text.endswith(b","):
                raise DamagedError
            text = text[:-1]
            if not text.strip(_BLANK):
                raise DamagedError
        try:
            singles = msgspec.json.decode(b"[" + text + b"]", type=list[msgspec.Raw])
        except msgspec.DecodeError:
            raise DamagedError from None
        yield from map(bytes, singles)

    # reading

    def _keep_from(self, place: int) -> None:
        self._kept = place
        self._is_over = False

    def _bracket(self) -> int | None:
        """Return where the next bracket stands, and go behind it; None: the file ends."""
        while True:
            found = _RUN.match(self._data, self._at)
            self._at = found.end() if found else self._at
            if self._at < len(self._data):
                if self._data[self._at] in _BRACKETS:
                    self._at += 1
                    return self._at - 1
                self._check_cut()
            if not self._more():
                if self._at < len(self._data):
                    raise DamagedError
                return None

    def _check_cut(self) -> None:
        """Raise DamagedError unless what stops here is a text that goes on behind what was read."""
        if self._data[self._at] != _QUOTE or self._rest_of_text(self._at + 1) is None:
            raise DamagedError

    def _rest_of_text(self, place: int) -> bytes | None:
        """Return what is left of a text that goes on behind what was read: half an escape; None: it does not."""
        found = _TEXT.match(self._data, place)
        rest = self._data[found.end() if found else place :]
        return rest if rest in (b"", b"\\") else None

    def _more(self) -> bool:
        """Read on; False: the file ends. What is too long is given away."""
        self._is_over = self._is_over or len(self._data) - self._kept > self._longest
        if self._is_over:
            self._kept = self._at
            if self._at < len(self._data):
                self._pass_text()
                return True
        chunk = self._opened.read(_CHUNK_BYTES)
        self._data = self._data[self._kept :] + chunk
        self._at -= self._kept
        self._kept = 0
        self._is_fresh = True
        return bool(chunk)

    def _pass_levels(self, depth: int) -> int:
        """Go on as far as was read where none of it is wanted, and return the depth there; by counting, not in steps.

        Nothing is passed where it might end in what was read.
        """
        self._is_over, self._kept = True, self._at
        if not self._is_fresh:  # it was tried: it ends in here, and is looked for in steps
            return depth
        self._is_fresh = False
        rest = self._data[self._at :]
        plain = _WHOLE_TEXT.sub(b"", rest)
        cut = plain.find(b'"')  # of a text that goes on behind what was read
        seen = plain if cut < 0 else plain[:cut]
        left = _without_pairs(seen.translate(None, _OUTSIDE))
        closing = left.count(b"]") + left.count(b"}")
        if closing >= depth or left.strip(_BRACKETS):
            return depth
        self._at = self._kept = self._at + len(rest) - (len(plain) - len(seen))
        return depth + len(left) - 2 * closing

    def _pass_text(self) -> None:
        """Go behind a text without holding it."""
        place = self._at + 1
        while (rest := self._rest_of_text(place)) is not None:
            chunk = self._opened.read(_CHUNK_BYTES)
            if not chunk:
                raise DamagedError
            self._data, place = rest + chunk, 0
        found = _TEXT.match(self._data, place)
        self._at = self._kept = found.end() + 1 if found else place
        if self._data[self._at - 1] != _QUOTE:
            raise DamagedError


def _without_pairs(brackets: bytes) -> bytes:
    """Take out the brackets that close within a text, level by level: what is left closes or opens what is outside of it."""
    for _ in range(_PAIRS):
        fewer = brackets.replace(b"[]", b"").replace(b"{}", b"")
        if len(fewer) == len(brackets):
            break
        brackets = fewer
    return brackets
