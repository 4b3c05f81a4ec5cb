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

PROOFS = tuple(name for name in SECRETS if name != "service")
"""Fields that say who asks, and are no settings."""

_STRONG = re.compile(r"<strong>(.*?)</strong>", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One setting in words. `exact` tells values apart that have one name; "" where their words do."""

    label: str
    value: str
    exact: str = ""


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

    def has_settings(self) -> bool:
        """Tell whether the form holds settings of which two versions can be told, or only asks for something to be done."""
        return self.mine is not _none

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
    shown = [field for field in form if not field.is_hidden and field.name not in PROOFS]
    return [_line(field) for field in shown]


def _line(field: forms.BoundField) -> Line:
    label, value = str(field.label), field.value()
    if field.name in SECRETS:
        return Line(label=label, value=_("entered, not shown here") if value else "–")
    if isinstance(field.field, forms.BooleanField):
        return Line(label=label, value=_("yes") if value else _("no"))
    names = _names(getattr(field.field, "choices", ()))
    given = [_plain(one) for one in _several(value) if one not in (None, "")]
    said = ", ".join(names.get(one, one) for one in given) or "–"
    return Line(label=label, value=said, exact=", ".join(given))


def _several(value: Any) -> Sequence[Any]:
    return value if isinstance(value, (list, tuple)) else [value]


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
    """Return the settings in which the two versions differ; values of one name are told by what else they are called."""
    theirs, mine = _by_label(editing.theirs()), _by_label(editing.mine())
    return [
        _difference(label, theirs.get(label, ()), mine.get(label, ()))
        for label in dict.fromkeys([*mine, *theirs])
        if theirs.get(label, ()) != mine.get(label, ())
    ]


def _by_label(lines: Sequence[Line]) -> dict[str, Sequence[Line]]:
    """Return the lines by their labels: two settings may have one."""
    found: dict[str, list[Line]] = {}
    for line in lines:
        found.setdefault(line.label, []).append(line)
    return {label: sorted(of, key=lambda one: one.exact) for label, of in found.items()}


def _difference(label: str, theirs: Sequence[Line], mine: Sequence[Line]) -> Difference:
    is_alike = _said(theirs) == _said(mine)
    return Difference(
        label=label,
        theirs=_said(theirs, exactly=is_alike),
        mine=_said(mine, exactly=is_alike),
    )


def _said(lines: Sequence[Line], *, exactly: bool = False) -> str:
    """Return what lines of one label say; `exactly`: with what else their values are called."""
    said = [f"{one.value} ({one.exact})" if exactly and one.exact else one.value for one in lines]
    return ", ".join(said) or "–"
