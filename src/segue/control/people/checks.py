"""What people may be called, where they may be, and which addresses mail can be sent to."""

from __future__ import annotations

from zoneinfo import available_timezones

from django.utils.translation import gettext as _

from segue.core.emails import canonical
from segue.core.errors import ConfigurationProblem
from segue.core.texts import line

LONGEST_NAME = 120


def checked_name(name: str) -> str:
    """Return the name with single spaces. Raises: ConfigurationProblem when it is missing or too long."""
    name = line(name)
    if not name or len(name) > LONGEST_NAME:
        raise ConfigurationProblem(
            _("The name is missing or too long."),
            action=_("Give a name of at most 120 characters."),
            code="person_name",
        )
    return name


def checked_time_zone(time_zone: str) -> str:
    """Return the time zone. Raises: ConfigurationProblem when there is none of this name."""
    if time_zone not in available_timezones():
        raise ConfigurationProblem(
            _("The time zone does not exist."),
            action=_("Choose one of the list."),
            code="unknown_time_zone",
        )
    return time_zone


def checked_address(email: str) -> str:
    """Return the address in its canonical form. Raises: ConfigurationProblem for one that no mail can be sent to."""
    found = canonical(email)
    if found.address is None:
        raise ConfigurationProblem(
            _("This is not an e-mail address that mail can be sent to."),
            action=_("Write it like name@company.example, without spaces or accents."),
            code="person_address",
        )
    return found.address
