"""A form that changes what there is carries the version that it was opened on, and is refused on another one.

Who changed what since is told, both versions are shown, and whoever saved chooses: theirs, the own one, or going on.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import time
from html import unescape
from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.html import strip_tags
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from segue.control.audit.meanwhile import Watched, check_unchanged, do_unchanged, version_of
from segue.web.typed.keeping import SECRETS
from segue.web.typed.marks import version_in

_STRONG = re.compile(r"<strong>(.*?)</strong>", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One setting in words."""

    label: str
    value: str


Lines = Callable[[], Sequence[Line]]


def _none() -> Sequence[Line]:
    return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Editing:
    """One form that is open on one version of what it changes. `back` shows what is kept now; "" the form's own address."""

    request: HttpRequest
    watched: Watched
    name: str
    mine: Lines = _none
    theirs: Lines = _none
    back: str = ""

    def opened_on(self) -> int:
        """Return the version that the form was opened on; it is opened now unless it was sent."""
        sent = version_in(self.request.POST) if self.request.method == "POST" else None
        return version_of(self.watched) if sent is None else sent

    def check(self) -> None:
        """Do nothing. Raises: ChangedMeanwhile. For operations that take long: two of them at once are not told apart."""
        self._note()
        check_unchanged(self.watched, version_in(self.request.POST))

    def do(self, operation: Callable[[], object]) -> None:
        """Call the operation if nothing has changed. Raises: ChangedMeanwhile; whatever the operation raises."""
        self._note()
        do_unchanged(self.watched, version_in(self.request.POST), operation)

    def _note(self) -> None:
        """Let the door find this form, if it is refused."""
        self.request.editing = self  # type: ignore[attr-defined]


def lines_of(form: forms.Form) -> Sequence[Line]:
    """Return what a form says, field by field; secrets and what is hidden apart."""
    shown = [field for field in form if not field.is_hidden and field.name not in SECRETS]
    return [Line(label=str(field.label), value=_words(field)) for field in shown]


def _words(field: forms.BoundField) -> str:
    value: Any = field.value()
    values = value if isinstance(value, (list, tuple)) else [value]
    if isinstance(field.field, forms.BooleanField):
        return _("yes") if value else _("no")
    names = _names(getattr(field.field, "choices", ()))
    said = [names.get(str(one), _plain(one)) for one in values if one not in (None, "")]
    return ", ".join(said) or "–"


def _names(choices: Any) -> dict[str, str]:
    names: dict[str, str] = {}
    for value, label in choices:
        if isinstance(label, (list, tuple)):
            names |= _names(label)
        else:
            names[str(value)] = _name(label)
    return names


def _name(label: object) -> str:
    """Return what a choice is called: in one with an explanation, the strong words."""
    if not isinstance(label, SafeString):
        return str(label)
    strong = _STRONG.search(label)
    return unescape(strip_tags(strong[1] if strong else label)).strip()


def _plain(value: object) -> str:
    """Return a value as it is typed."""
    return value.isoformat("minutes") if isinstance(value, time) else str(value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """A setting that the two versions say differently."""

    label: str
    theirs: str
    mine: str


def differences(editing: Editing) -> Sequence[Difference]:
    """Return the settings in which the two versions differ."""
    theirs = {line.label: line.value for line in editing.theirs()}
    mine = {line.label: line.value for line in editing.mine()}
    return [
        Difference(label=label, theirs=theirs.get(label, "–"), mine=mine.get(label, "–"))
        for label in dict.fromkeys([*mine, *theirs])
        if theirs.get(label, "–") != mine.get(label, "–")
    ]
