"""What one thing becomes when a definition is applied, in words of the active language. Compares values; reads nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from django.utils.translation import gettext as _

Thing = TypeVar("Thing")


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One thing that is added (`before` ""), removed (`after` "") or changed, in words of the active language.

    `used_by` names the exports that use what is changed or removed.
    """

    name: str
    label: str
    before: str = ""
    after: str = ""
    used_by: Sequence[str] = ()

    @property
    def kind(self) -> str:
        """Return added, changed or removed."""
        if not self.before:
            return "added"
        return "changed" if self.after else "removed"


def changes(
    before: Mapping[str, Thing],
    after: Mapping[str, Thing],
    label: Callable[[Thing], str],
    described: Callable[[Thing], str],
    *,
    used_by: Mapping[str, Sequence[str]] | None = None,
) -> Sequence[Change]:
    """Return what was added and changed in the order of the new, then what is gone."""
    users = used_by or {}
    found = []
    for name, thing in after.items():
        if name not in before:
            found.append(Change(name=name, label=label(thing), after=described(thing)))
        elif before[name] != thing:
            was, becomes = _apart(before[name], thing, label, described)
            found.append(
                Change(
                    name=name,
                    label=label(thing),
                    before=was,
                    after=becomes,
                    used_by=users.get(name, ()),
                )
            )
    found += [
        Change(name=name, label=label(thing), before=described(thing), used_by=users.get(name, ()))
        for name, thing in before.items()
        if name not in after
    ]
    return found


def _apart(
    before: Thing, after: Thing, label: Callable[[Thing], str], described: Callable[[Thing], str]
) -> tuple[str, str]:
    """Return words that tell the two apart: their description, else their labels, else that something else differs."""
    for told in (described, label):
        if told(before) != told(after):
            return told(before), told(after)
    return described(before), _("%(words)s (with other settings)") % {"words": described(after)}
