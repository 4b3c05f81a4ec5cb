"""Check an audience ID against its account, remember what was seen, and say in the reader's language what is wrong."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from django.utils.translation import gettext as _

from segue.control.connections.models import Connection
from segue.control.connections.operations import record_account, record_audience
from segue.control.connections.queries import known_contacts
from segue.control.exports.draft import AudienceFacts
from segue.core.errors import ConfigurationProblem, ConnectionLost, Problem, TryLater
from segue.mailchimp.catalogue import STRANGE_REPLIES
from segue.service.accounts import Look, audience_or_others
from segue.words.refusals import codes, explain_problem

NAMED = 8
"""Audiences of the account that a refusal names."""


def checked_audience(connection: Connection, audience_id: str, *, now: datetime) -> AudienceFacts:
    """Return what Mailchimp says of an audience now, and how many contacts it is known to hold.

    Raises: ConfigurationProblem when there is no such audience, naming those that there are, or when Mailchimp
    cannot be asked; each in the reader's language.
    """
    wanted = audience_id.strip()
    try:
        found = audience_or_others(connection, wanted)
    except ConfigurationProblem as problem:
        raise _explained(problem) if problem.code in codes() else problem from problem
    except TryLater as problem:
        if problem.code in STRANGE_REPLIES:
            raise _explained(problem) from problem
        raise ConfigurationProblem(
            _("Mailchimp does not answer just now, so that the audience cannot be checked."),
            action=_("Try again in a moment; what you filled in stays."),
            code="audience_unchecked",
        ) from problem
    except ConnectionLost as problem:
        raise ConfigurationProblem(
            _("Mailchimp no longer accepts the credentials of the connection %(name)s.")
            % {"name": connection.display_name},
            action=_("Have it authenticated again under Administrator › Connections."),
            code="connection_refused",
        ) from problem
    if isinstance(found, Look):
        raise _not_there(connection, wanted, found, now)
    record_audience(connection=connection, audience=found.audience, now=now)
    return _with_known_contacts(found, connection)


def _with_known_contacts(facts: AudienceFacts, connection: Connection) -> AudienceFacts:
    """Return the facts with what is known of the contacts: Mailchimp's own count may be older than what was read."""
    known = known_contacts(connection.account_id, facts.audience.audience_id)
    if known is None or not known.is_read:
        return facts
    audience = replace(facts.audience, contacts=known.contacts)
    return replace(facts, audience=audience, read_at=known.counted_at)


def _not_there(
    connection: Connection, wanted: str, found: Look, now: datetime
) -> ConfigurationProblem:
    """Keep what was seen of the account instead, and return that the audience is not among it."""
    name = connection.account_name
    if found.account is not None:
        name = found.account.name
        record_account(
            connection=connection, account=found.account, audiences=found.audiences, now=now
        )
    return ConfigurationProblem(
        _("There is no audience with the ID %(id)s in the account %(account)s.")
        % {"id": wanted, "account": name or connection.display_name},
        action=_yours(connection),
        code="audience_not_found",
    )


def _yours(connection: Connection) -> str:
    known = list(connection.audiences.all()[: NAMED + 1])
    if not known:
        return _("Create an audience in Mailchimp first, or choose another connection.")
    named = ", ".join(f"{one.name} ({one.audience_id})" for one in known[:NAMED])
    if len(known) > NAMED:
        return _("Yours are, among others: %(audiences)s.") % {"audiences": named}
    return _("Yours are: %(audiences)s.") % {"audiences": named}


def _explained(problem: Problem) -> ConfigurationProblem:
    """Return a problem of Mailchimp's reply in the reader's language."""
    message, action = explain_problem(problem.code)
    return ConfigurationProblem(message, action=action, code=problem.code, context=problem.context)
