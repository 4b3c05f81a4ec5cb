"""What the set-up of a connection refuses, each with its next step. Nothing is stored here."""

from __future__ import annotations

from django.utils.translation import gettext as _

from segue.control.connections import queries
from segue.control.connections.models import Connection
from segue.core.errors import ConfigurationProblem
from segue.core.texts import line
from segue.sync import ports

LONGEST_NAME = 120


def checked_name(name: str) -> str:
    """Return the display name with single blanks. Raises: ConfigurationProblem when it is missing or too long."""
    name = line(name)
    if not name or len(name) > LONGEST_NAME:
        raise ConfigurationProblem(
            _("The display name is missing or too long."),
            action=_("Give a name of at most 120 characters that tells purpose and target."),
            code="connection_name",
        )
    return name


def name_taken() -> ConfigurationProblem:
    """Return the refusal of a name that another connection has."""
    return ConfigurationProblem(
        _("Another connection has this name."),
        action=_("Choose another display name."),
        code="connection_name_taken",
    )


def not_agreed() -> ConfigurationProblem:
    """Return the refusal of whoever has not agreed."""
    return ConfigurationProblem(
        _("Data privacy and compliance was not agreed to."),
        action=_("Read the text and select “I agree”."),
        code="consent_not_given",
    )


def not_authenticated() -> ConfigurationProblem:
    """Return the refusal of a step that comes after authentication."""
    return ConfigurationProblem(
        _("The connection is not authenticated with Mailchimp yet."),
        action=_("Authenticate with Mailchimp first."),
        code="connection_not_authenticated",
    )


def incomplete(step: queries.Step) -> ConfigurationProblem:
    """Return the refusal to complete a connection before a step is done."""
    actions = {
        queries.Step.AGREE: _("Read the text and select “I agree”."),
        queries.Step.AUTHENTICATE: _("Authenticate with Mailchimp first."),
        queries.Step.EXPORT_USER: _("Add yourself as export user."),
    }
    return ConfigurationProblem(
        _("The connection is not complete: a step is missing."),
        action=actions[step],
        code="connection_incomplete",
        context={"step": step.value},
    )


def refuse_low_role(account: ports.Account) -> None:
    """Return when the Mailchimp user may change contacts. Raises: ConfigurationProblem."""
    if queries.is_too_low(account.role):
        raise ConfigurationProblem(
            _("The Mailchimp user has the role %(role)s, which may not change contacts.")
            % {"role": account.role},
            action=_("Authenticate with a user whose role is Manager or above."),
            code="connection_role_too_low",
        )


def refuse_other_account(connection: Connection, account: ports.Account) -> None:
    """Return unless a complete connection would change its account. Raises: ConfigurationProblem.

    Exports keep audiences of the account they were set up on: another account is another connection.
    """
    known = connection.account_id
    if connection.saved_at and known and known != account.account_id:
        raise ConfigurationProblem(
            _("These credentials belong to the Mailchimp account %(found)s, not to %(known)s.")
            % {"found": account.name, "known": connection.account_name},
            action=_("Authenticate with the same account, or add a new connection for the other."),
            code="connection_other_account",
        )
