"""What a form knows of its audience: checked with Mailchimp, brought along signed, or as the export was kept."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

import msgspec
from django.core.signing import BadSignature, TimestampSigner

from segue.control.connections.models import Connection
from segue.control.connections.queries import audience as seen_audience
from segue.control.exports.draft import AudienceFacts, engine_export
from segue.control.exports.models import Export
from segue.core.errors import ConfigurationProblem
from segue.service.audiences import checked_audience
from segue.sync.ports import Audience, MergeField, MergeFields

SIGNED_FOR_S = 2 * 60 * 60
"""How long a form may bring along what an audience looked like. Saving asks Mailchimp again in any case."""

_signer = TimestampSigner(salt="segue.web.exports.audience")


@dataclass(frozen=True, slots=True, kw_only=True)
class AudienceState:
    """An audience as a form knows it. `facts` None: not checked, or refused by `problem`.

    `is_as_kept`: the merge fields are only those that the export was saved with; with a `problem`, because of it.
    """

    facts: AudienceFacts | None = None
    problem: ConfigurationProblem | None = None
    is_as_kept: bool = False

    def signed(self, connection: Connection | None) -> str:
        """Return the facts for the form to bring along; "" when there are none from Mailchimp."""
        if self.facts is None or connection is None or self.is_as_kept:
            return ""
        held = {"connection": connection.pk, "facts": msgspec.to_builtins(self.facts)}
        return _signer.sign_object(held, compress=True)


UNCHECKED = AudienceState()


def asked(connection: Connection | None, audience_id: str, *, now: datetime) -> AudienceState:
    """Ask Mailchimp for the audience."""
    if connection is None:
        return UNCHECKED
    try:
        return AudienceState(facts=checked_audience(connection, audience_id, now=now))
    except ConfigurationProblem as problem:
        return AudienceState(problem=problem)


def kept_instead(
    state: AudienceState, known: Export, connection: Connection | None
) -> AudienceState:
    """Return the audience as the export was saved with it where Mailchimp tells nothing of it; the problem stays.

    For the connection and the audience that the export has: what needs no answer of Mailchimp can be changed all the same.
    """
    if state.facts is not None or connection != known.connection:
        return state
    return replace(as_kept(known), problem=state.problem)


def brought(text: str, connection: Connection | None, audience_id: str) -> AudienceState:
    """Return what a form brought along, if it is of this very audience."""
    try:
        held = _signer.unsign_object(text, max_age=SIGNED_FOR_S)
        facts = msgspec.convert(held["facts"], AudienceFacts)
    except (BadSignature, msgspec.ValidationError, KeyError, ValueError):
        return UNCHECKED
    if connection is None or held["connection"] != connection.pk:
        return UNCHECKED
    is_same = facts.audience.audience_id == audience_id
    return AudienceState(facts=facts) if is_same else UNCHECKED


def as_kept(export: Export) -> AudienceState:
    """Return the audience as the export was saved with it, without a call."""
    seen = seen_audience(export.connection, export.audience_id) if export.connection else None
    fields = [
        MergeField(merge_id=0, tag=match.tag, name=match.name, type=match.type, required=False)
        for match in engine_export(export).fields
    ]
    audience = Audience(
        audience_id=export.audience_id,
        name=export.audience_name,
        double_opt_in=seen.double_opt_in if seen else False,
        contacts=seen.contacts if seen else 0,
    )
    return AudienceState(
        facts=AudienceFacts(
            audience=audience, merge_fields=MergeFields(fields=tuple(fields), limit=None)
        ),
        is_as_kept=True,
    )
