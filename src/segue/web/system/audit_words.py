"""Entries of the audit log in the reader's words: who did what to what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from segue.control.audit.models import Action, Entry
from segue.web.system.audit_details import detail_words

KINDS: Mapping[str, Promise] = {
    "person": gettext_lazy("Person"),
    "invitation": gettext_lazy("Invitation"),
    "session": gettext_lazy("Session"),
    "definition": gettext_lazy("Definition"),
    "segment": gettext_lazy("Segment"),
    "customer": gettext_lazy("Customer"),
    "connection": gettext_lazy("Connection"),
    "export": gettext_lazy("Export"),
    "refresh": pgettext_lazy("noun", "Refresh"),
    "run": pgettext_lazy("noun", "Run"),
    "channel": gettext_lazy("Notification channel"),
    "installation": gettext_lazy("Installation"),
}
"""What something may be done to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryRow:
    """One entry. `actor` is Segue itself where nobody did it."""

    entry: Entry
    actor: str
    action: str
    subject: str
    details: Sequence[tuple[str, str]]

    @property
    def sentence(self) -> str:
        """Say who did what."""
        return _("%(name)s %(action)s.") % {"name": self.actor, "action": self.action}


def entry_row(entry: Entry) -> EntryRow:
    """Return an entry in words."""
    return EntryRow(
        entry=entry,
        actor=entry.actor_name or _("Segue itself"),
        action=action_words(entry.action),
        subject=subject_words(entry),
        details=detail_words(entry.details),
    )


def action_words(action: str) -> str:
    """Return what was done; the code where a newer version of Segue wrote it."""
    return str(Action(action).label) if action in Action.values else action


def subject_words(entry: Entry) -> str:
    """Return what it was done to."""
    kind = str(KINDS.get(entry.subject_kind, entry.subject_kind))
    if not (kind and entry.subject_name):
        return kind
    return _("%(kind)s: %(name)s") % {"kind": kind, "name": entry.subject_name}
