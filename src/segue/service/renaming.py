"""Give a tag of an export another name in Mailchimp: whoever carries it keeps it, and the ledger goes on with it.

The account is locked meanwhile, so that no run sees the tag under two names. What failed half-way is done by trying again:
a tag that has the new name in Mailchimp already is not renamed there once more.
"""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.translation import gettext as _

from segue.control.exports import operations, policy, queries
from segue.control.exports.checks import mistakes_in
from segue.control.exports.draft import AudienceFacts, draft_of
from segue.control.exports.models import Export
from segue.control.people.models import Person
from segue.control.people.policy import require
from segue.control.segments.models import Segment
from segue.core.errors import ConfigurationProblem
from segue.service.accounts import rename_in_audience, tag_name_taken
from segue.service.installed_journals import journals_here
from segue.service.kept_audiences import rename_in_ledger, tags_in_ledger
from segue.service.locks import only_one
from segue.service.places import account_lock, audience_folder, scratch_of
from segue.sync.export import SegmentTag
from segue.sync.tags import folded

if TYPE_CHECKING:
    from segue.control.exports.draft import Draft


def rename_tag(
    *,
    export: Export,
    segment: Segment,
    name: str,
    facts: AudienceFacts,
    actor: Person,
    now: datetime,
) -> None:
    """Rename the tag by which an export marks a segment's members: in Mailchimp, in the ledger and in its settings.

    `facts` are what is known of its audience. Raises: ConfigurationProblem when the name cannot be, another export gives the
    same tag there, or Mailchimp has another tag of that name; TryLater when a run of the account is going on, or Mailchimp
    does not answer; ConnectionLost. Then the settings are as they were.
    """
    require(actor, policy.edit_export, export, see=policy.see_exports, refusal=policy.refusal)
    old, draft = _tag_of(export, segment), _draft(export, segment, name.strip())
    if export.is_from_file or export.connection is None:
        raise _not_here(export)
    _check(export, draft, facts, old=old)
    home = settings.SEGUE_HOME
    folder = audience_folder(home, export.account_id, export.audience_id)
    journals = journals_here()
    with only_one(
        account_lock(scratch_of(os.environ, home), export.account_id), what=export.audience_name
    ):
        bits = {folded(bit.name): bit for bit in tags_in_ledger(folder, journals=journals)}
        bit, there = bits.get(folded(old)), bits.get(folded(name))
        if bit is not None and there is not None and there != bit:
            raise tag_name_taken(name.strip())
        if bit is not None and bit.claimed and bit.tag_id is not None:
            rename_in_audience(export.connection, export.audience_id, bit.tag_id, name.strip())
        if bit is not None:
            rename_in_ledger(folder, old, name, journals=journals)
        operations.edit(export=export, draft=draft, facts=facts, actor=actor, now=now)


def _tag_of(export: Export, segment: Segment) -> str:
    chosen = export.segments.filter(segment=segment).first()
    if chosen is None:
        raise _not_here(export)
    return str(chosen.tag)


def _draft(export: Export, segment: Segment, name: str) -> Draft:
    draft = draft_of(export)
    renamed = tuple(
        SegmentTag(segment=one.segment, tag=name) if one.segment == segment.name else one
        for one in draft.segments
    )
    return replace(draft, segments=renamed)


def _check(export: Export, draft: Draft, facts: AudienceFacts, *, old: str) -> None:
    if mistakes := mistakes_in(draft, facts, known=export):
        first = mistakes[0]
        raise ConfigurationProblem(first.message, action=first.action, code=first.code)
    others = queries.on_audience(export.account_id, export.audience_id).exclude(pk=export.pk)
    sharing = [
        other.name
        for other in others.prefetch_related("segments")
        if any(folded(one.tag) == folded(old) for one in other.segments.all())
    ]
    if sharing:
        raise ConfigurationProblem(
            _("Other exports give the same tag in this audience: %(names)s.")
            % {"names": ", ".join(sharing)},
            action=_("Let them give another one first."),
            code="tag_shared",
            context={"export": export.pk},
        )


def _not_here(export: Export) -> ConfigurationProblem:
    return ConfigurationProblem(
        _("The tag of “%(name)s” cannot be renamed here.") % {"name": export.name},
        action=_("It must belong to the pages, have a connection and choose the segment."),
        code="tag_not_renamed",
        context={"export": export.pk},
    )
