"""Health and set-up of a connection in one icon and a few words each, and what to do about a bad one."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from segue.control.connections import queries
from segue.control.connections.models import Connection, Health
from segue.control.connections.queries import Step, Unusable
from segue.mailchimp.catalogue import STRANGE_REPLIES
from segue.web.sayings import told
from segue.words.refusals import codes, explain_problem


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A word with its icon and tone, as the tag `marked` takes them."""

    icon: str
    tone: str
    words: str


_HEALTH = {
    Health.UNKNOWN: ("empty", "quiet"),
    Health.HEALTHY: ("good", "good"),
    Health.UNREACHABLE: ("again", "warn"),
    Health.REVOKED: ("bad", "bad"),
    Health.ROLE_TOO_LOW: ("bad", "bad"),
    Health.CLOSED: ("bad", "bad"),
    Health.UNREADABLE: ("bad", "bad"),
    Health.SECRET_MISSING: ("bad", "bad"),
}


def health_mark(connection: Connection) -> Mark:
    """Return how the account was last found."""
    health = Health(connection.health)
    icon, tone = _HEALTH[health]
    is_strange = health == Health.UNREACHABLE and connection.health_code in STRANGE_REPLIES
    words = _("Mailchimp’s replies are strange") if is_strange else str(health.label)
    return Mark(icon=icon, tone=tone, words=words)


def set_up_mark(connection: Connection) -> Mark:
    """Return what is still to be done, or that nothing is."""
    missing = queries.missing_steps(connection)
    unusable = queries.why_unusable(connection)
    if connection.saved_at is None:
        return Mark(icon="partly", tone="quiet", words=next_step(missing[0]))
    if unusable in (Unusable.EXPORT_USER_GONE, Unusable.EXPORT_USER_ROLE):
        return Mark(icon="bad", tone="bad", words=_("Add yourself as export user"))
    if missing:
        return Mark(icon="hand", tone="warn", words=next_step(missing[0]))
    return Mark(icon="good", tone="good", words=_("Complete"))


def next_step(step: Step) -> str:
    """Return the step to do next, in words."""
    words = {
        Step.AGREE: _("To do: agree to data privacy and compliance"),
        Step.AUTHENTICATE: _("To do: authenticate with Mailchimp"),
        Step.EXPORT_USER: _("To do: add an export user"),
        Step.SAVE: _("To do: save"),
    }
    return words[step]


def advice(connection: Connection) -> str:
    """Return why an account is not healthy and what to do about it, "" for a healthy one."""
    health = Health(connection.health)
    if health in (Health.HEALTHY, Health.UNKNOWN):
        return ""
    if connection.health_code in codes():
        return " ".join(map(told, explain_problem(connection.health_code)))
    words = {
        Health.UNREACHABLE: _("Exports go on; Segue looks again in a quarter of an hour."),
        Health.REVOKED: _("Exports through it have stopped. Reconnect it with Mailchimp."),
        Health.ROLE_TOO_LOW: _(
            "Exports through it have stopped. Reconnect it as a user whose role is Manager or above."
        ),
        Health.CLOSED: _("Exports through it have stopped. Have the account opened at Mailchimp."),
        Health.UNREADABLE: _(
            "Exports through it have stopped. Whoever runs this installation puts the key back with which the "
            "credentials were stored; otherwise reconnect it."
        ),
        Health.SECRET_MISSING: _(
            "Exports through it have stopped. Whoever runs this installation sets the variable, or writes the file, for "
            "the pages and for the workers."
        ),
    }
    return words[health]
