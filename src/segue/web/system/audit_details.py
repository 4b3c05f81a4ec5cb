"""Details of an entry of the audit log in the reader's words; of what was edited, only what became another."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from segue.control.connections.models import CredentialKind, Health
from segue.control.exports.models import Blanks, ScheduleMode
from segue.control.exports.options import OPTIONS
from segue.control.exports.schedules import recurrence_from_text
from segue.control.notices.models import ChannelKind
from segue.control.people.models import Role
from segue.control.recurrence import Every
from segue.control.sources.models import Arrival
from segue.service.deciding import Decision
from segue.web import formats
from segue.web.people import browsers
from segue.web.sayings import language_name
from segue.web.schedule_words import recurrence_words

LABELS: Mapping[str, Promise] = {
    "account": gettext_lazy("account"),
    "action": gettext_lazy("action"),
    "actor": gettext_lazy("person"),
    "addresses_added": gettext_lazy("addresses added"),
    "addresses_attested": gettext_lazy("addresses with an attested consent"),
    "addresses_removed": gettext_lazy("addresses removed"),
    "arrived": gettext_lazy("arrived"),
    "audience": gettext_lazy("audience"),
    "backup_made_at": gettext_lazy("backup made at"),
    "backup_of": gettext_lazy("backup of the installation"),
    "before": gettext_lazy("before"),
    "after": gettext_lazy("after"),
    "browser": gettext_lazy("browser"),
    "changed": gettext_lazy("changed"),
    "code": gettext_lazy("code"),
    "connection": gettext_lazy("connection"),
    "credential": gettext_lazy("authenticated by"),
    "decision": gettext_lazy("decision"),
    "digest": gettext_lazy("digest"),
    "every": gettext_lazy("recurrence"),
    "copied_from": gettext_lazy("copied from"),
    "declared": gettext_lazy("name in the file"),
    "from": gettext_lazy("copied from export"),
    "keys": gettext_lazy("keys"),
    "kind": gettext_lazy("kind"),
    "language": gettext_lazy("language"),
    "members": gettext_lazy("members"),
    "mode": gettext_lazy("schedule"),
    "name": gettext_lazy("name"),
    "on": gettext_lazy("switched on"),
    "origin": gettext_lazy("origin"),
    "recurrence": gettext_lazy("recurrence"),
    "role": gettext_lazy("role"),
    "runs": gettext_lazy("runs"),
    "segments": gettext_lazy("segments"),
    "sessions": gettext_lazy("sessions"),
    "sign_in_pauses": gettext_lazy("further tries pause"),
    "since": gettext_lazy("from day"),
    "statement": gettext_lazy("statement"),
    "subject": gettext_lazy("subject"),
    "switched_at": gettext_lazy("switched at"),
    "switched_to_active": gettext_lazy("active then"),
    "target_changed": gettext_lazy("target changed"),
    "text": gettext_lazy("text"),
    "first_run": gettext_lazy("first run"),
    "tries": gettext_lazy("failed tries"),
    "unreadable": gettext_lazy("unreadable"),
    "until": gettext_lazy("to day"),
    "version": gettext_lazy("version"),
}
"""What details are called, in the order in which they are told; those of `_CHANGES` come last."""

_PARTS: Mapping[str, Promise] = {
    "settings": gettext_lazy("settings"),
    "sources": gettext_lazy("data sources"),
    "tables": gettext_lazy("tables"),
    "attributes": gettext_lazy("attributes"),
    "measures": gettext_lazy("measures"),
    "segments": gettext_lazy("segments"),
}
_CHANGES: Mapping[str, Promise] = {
    "added": gettext_lazy("%(part)s added"),
    "changed": gettext_lazy("%(part)s changed"),
    "removed": gettext_lazy("%(part)s removed"),
    "added_count": gettext_lazy("%(part)s added, in all"),
    "changed_count": gettext_lazy("%(part)s changed, in all"),
    "removed_count": gettext_lazy("%(part)s removed, in all"),
}
"""What an applied definition changed is told under `<part>_<change>`."""

_EDITED: Mapping[str, Promise] = {
    "name": gettext_lazy("name"),
    "label": gettext_lazy("name"),
    "description": gettext_lazy("description"),
    "tags": gettext_lazy("tags"),
    "tag": gettext_lazy("tag"),
    "time_zone": gettext_lazy("time zone"),
    "language": gettext_lazy("language"),
    "connection": gettext_lazy("connection"),
    "audience": gettext_lazy("audience"),
    "email": gettext_lazy("email"),
    "field": gettext_lazy("field"),
    "segment": gettext_lazy("segment"),
    "winner": gettext_lazy("winner among duplicates"),
    "consent": gettext_lazy("consent"),
    "new contacts": gettext_lazy("new contacts"),
    "limit": gettext_lazy("limit of profiles"),
    "blanks": gettext_lazy("a blank in"),
    **{one.recorded: one.edited for one in OPTIONS},
    "brake": gettext_lazy("brake"),
    "contact limit": gettext_lazy("contact limit"),
    "honours status_if_new": gettext_lazy("honours status_if_new"),
}
"""The settings that `before`, `after` and `changed` list, as `setting=value` or `setting which=value`."""

_CODES: Mapping[str, object] = {
    **{
        code: label
        for choices in (
            Role,
            Health,
            ScheduleMode,
            Arrival,
            ChannelKind,
            Blanks,
        )
        for code, label in choices.choices
    },
    **{code: label for one in OPTIONS for code, label in one.words.choices},
    Decision.THIS_ONE.value: gettext_lazy("the real one"),
    Decision.A_COPY.value: gettext_lazy("a copy"),
    CredentialKind.ACCESS_TOKEN.value: pgettext_lazy("credential", "sign-in at Mailchimp"),
    CredentialKind.API_KEY.value: CredentialKind.API_KEY.label,
    Every.DAY.value: gettext_lazy("Daily"),
    Every.WEEK.value: gettext_lazy("Weekly"),
    Every.MONTH.value: gettext_lazy("Monthly"),
    Every.CRON.value: gettext_lazy("By cron text"),
}
"""Values of details that stand for a choice."""

_DIGEST_SHOWN = 12
"""Signs of a digest that tell it from others; the download holds it whole."""


def detail_words(details: Mapping[str, Any]) -> Sequence[tuple[str, str]]:
    """Return the details, each with what it is called."""
    told = _only_what_differs(details)
    return [(_label(key), _value(key, told[key])) for key in sorted(told, key=_place)]


def _only_what_differs(details: Mapping[str, Any]) -> Mapping[str, Any]:
    """Leave out of `before` and `after` the settings that stayed: an export has too many to compare by eye."""
    before, after = details.get("before"), details.get("after")
    if not (isinstance(before, list) and isinstance(after, list)):
        return details
    gone = [line for line in before if line not in after]
    new = [line for line in after if line not in before]
    return {**details, "before": gone, "after": new} if gone or new else details


def _place(key: str) -> tuple[int, str]:
    """Return where a detail stands among others: a database may give them in any order."""
    known = list(LABELS)
    return (known.index(key) if key in LABELS else len(known)), key


def _label(key: str) -> str:
    part, _between, change = key.partition("_")
    if part in _PARTS and change in _CHANGES:
        return str(_CHANGES[change]) % {"part": _PARTS[part]}
    return str(LABELS.get(key, key.replace("_", " ")))


def _value(key: str, value: Any) -> str:
    if value is None or value in ("", []):
        return "–"
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, int):
        return formats.number(value)
    if isinstance(value, list):
        return ", ".join(_setting(str(one)) if key in _LISTS else str(one) for one in value)
    said = _SAID.get(key)
    return said(value) if said else str(_CODES.get(value, value))


_LISTS = ("before", "after", "changed")
_COUNTED = ("limit", "contact limit")
_CHOSEN = ("blanks", *(one.recorded for one in OPTIONS))


def _setting(line: str) -> str:
    """Say one setting, "setting which=value", in words; only its name where it has no value."""
    name, equals, value = line.partition("=")
    first, _between, which = name.partition(" ")
    known = name if name in _EDITED else first
    if known not in _EDITED:
        return line
    words = str(_EDITED[known]) if known == name else f"{_EDITED[known]} {which}"
    if not equals:
        return words
    return _("%(setting)s: %(value)s") % {"setting": words, "value": _plain(known, value)}


def _plain(name: str, value: str) -> str:
    if value in ("", "None"):
        return "–"
    if value in ("True", "False"):
        return _("yes") if value == "True" else _("no")
    if name in _CHOSEN:
        return str(_CODES.get(value, value))
    return formats.number(int(value)) if name in _COUNTED and value.isdecimal() else value


def _digest(value: str) -> str:
    return value[:_DIGEST_SHOWN]


def _recurrence(value: str) -> str:
    recurrence = recurrence_from_text(value)
    return value if recurrence is None else recurrence_words(recurrence)


_SAID: Mapping[str, Callable[[str], str]] = {
    "browser": browsers.worded,
    "digest": _digest,
    "language": language_name,
    "recurrence": _recurrence,
}
"""Details that are no codes, and how each is said."""
