"""Everything that the set-up pane holds: the form, its rows, and what is known of the audience."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db.models import TextChoices
from django.utils.translation import gettext as _

from segue.control.connections.queries import why_unusable
from segue.control.exports.checks import mistakes_in
from segue.control.exports.draft import AudienceFacts, Draft, draft_of
from segue.control.exports.models import Export, NewStatus
from segue.control.exports.options import OPTIONS
from segue.control.exports.queries import Prerequisite, missing_prerequisites
from segue.core.errors import TryLater
from segue.core.sentences import together
from segue.service.previews import Foretold, foretell, samples
from segue.sync.export import SegmentTag
from segue.sync.ports import Audience, MergeFields
from segue.web.exports.audience_state import (
    UNCHECKED,
    AudienceState,
    as_kept,
    asked,
    brought,
    kept_instead,
)
from segue.web.exports.matching import (
    Matches,
    addable,
    fed,
    field_rows,
    sent_matches,
    with_asked,
    with_required,
)
from segue.web.exports.segment_choice import named_segments, segment_rows, sent_segments
from segue.web.exports.settings_words import NEW_STATUS_WORDS
from segue.web.exports.setup_form import ConsentKind, SetUpForm
from segue.web.requests import PersonRequest
from segue.web.sayings import told

Choice = TypeVar("Choice", bound=TextChoices)


@dataclass(frozen=True, slots=True, kw_only=True)
class SetUp:
    """One state of the pane. `known` None: a new export."""

    request: PersonRequest
    form: SetUpForm
    known: Export | None
    audience: AudienceState
    matches: Matches
    segments: tuple[SegmentTag, ...]

    def draft(self) -> Draft:
        """Return what the pane says."""
        form, facts = self.form, self.audience.facts
        kind = form["consent_kind"].value()
        return Draft(
            name=form["name"].value() or "",
            connection=form.chosen_connection,
            audience_id=form.wanted_audience,
            email_attribute=form["email_attribute"].value() or "",
            fields=fed(self.matches, facts),
            segments=self.segments,
            newest_by=form["newest_by"].value() or "",
            consent_attribute=self._only(kind == ConsentKind.ATTRIBUTE, "consent_attribute"),
            attestation=self._only(kind == ConsentKind.ATTESTATION, "attestation"),
            new_status=_chosen(NewStatus, form["new_status"].value(), NewStatus.SUBSCRIBED),
            profile_limit=_whole(form["profile_limit"].value()),
            brakes=form.brakes(),
            **dict[str, Any](
                (one.name, _chosen(one.words, form[one.name].value(), one.usual)) for one in OPTIONS
            ),
        )

    def _only(self, counts: bool, name: str) -> str:  # noqa: FBT001 - whether the field counts at all
        return str(self.form[name].value() or "").strip() if counts else ""

    def foretold(self) -> Foretold:
        """Return the sizes, as far as they are known now."""
        facts = self.audience.facts
        is_empty = (
            facts is not None and not self.audience.is_as_kept and facts.audience.contacts == 0
        )
        try:
            return foretell(
                self.draft(), facts, known=self.known, now=self.request.now, is_empty=is_empty
            )
        except TryLater:
            return Foretold()

    def saves(self, operation: Callable[[Draft, AudienceFacts], object]) -> bool:
        """Check with Mailchimp and call the operation; False when anything is wrong, and the form says what."""
        form, facts = self.form, self.audience.facts
        is_sound = form.is_valid()
        if form.was_suggested_anew:
            is_sound = False
            form.add_error(
                "new_status", _("Another status is chosen now: save again if it is meant.")
            )
        if facts is None:
            is_sound = False
            if self.audience.problem is not None:
                form.adopt(self.audience.problem)
        needing = self._needs_mailchimp()
        if needing:
            is_sound = False
            form.adopt_rows(needing, self.audience.problem)
        if is_sound and facts is not None:
            found = facts
            return form.succeeds(lambda: operation(self.draft(), found))
        form.adopt_mistakes(
            [
                mistake
                for mistake in mistakes_in(self.draft(), facts or _nothing(self), known=self.known)
                if mistake.path not in needing
                and (facts is not None or not mistake.path.startswith("fields."))
            ]
        )
        return False

    def _trouble(self) -> str:
        """Say what is wrong with the connection, "" for nothing that is known."""
        connection, problem = self.form.chosen_connection, self.audience.problem
        if problem is not None and problem.code == "connection_refused":
            return told(together(problem.message, problem.action))
        unusable = why_unusable(connection) if connection is not None else None
        return str(unusable.label) if unusable is not None else ""

    def _needs_mailchimp(self) -> Sequence[str]:
        """Return the places of merge fields that were added while Mailchimp tells nothing of the audience."""
        facts = self.audience.facts
        if facts is None or self.audience.problem is None:
            return ()
        kept = {field.tag for field in facts.merge_fields.fields}
        return [f"fields.{tag}" for tag in self.matches if tag not in kept]

    def audience_context(self, *, with_samples: bool) -> dict[str, Any]:
        """Return what the part of the pane about the audience and its data matching reads."""
        form, facts = self.form, self.audience.facts
        shown: Mapping[str, Sequence[str]] = {}
        if with_samples and facts is not None and self.matches:
            shown = samples(self.draft(), facts)
        return {
            "form": form,
            "known": self.known,
            "audience": self.audience,
            "trouble": self._trouble(),
            "signed": self.audience.signed(form.chosen_connection),
            "connection": form.chosen_connection,
            "audiences": form.chosen_connection.audiences.all() if form.chosen_connection else (),
            "field_rows": field_rows(
                self.matches,
                facts,
                form.attributes,
                samples=shown,
                misfits={},
                errors=form.part_errors,
                added=self.request.POST.get("add", ""),
            ),
            "addable": addable(self.matches, facts),
            "new_words": {status.value: words for status, words in NEW_STATUS_WORDS.items()},
        }

    def _told_nowhere(self) -> Sequence[str]:
        """Return what is wrong with rows that the pane does not show: it is said at the top."""
        facts = self.audience.facts
        shown = {"segments", *(f"segments.{one.segment}" for one in self.segments)}
        shown |= {f"fields.{tag}" for tag in self.matches} if facts is not None else set()
        found = self.form.part_errors.items()
        return [words for path, said in found if path not in shown for words in said]

    def context(self, *, with_samples: bool) -> dict[str, Any]:
        """Return what the whole pane reads."""
        missing = missing_prerequisites(self.request.user)
        return {
            **self.audience_context(with_samples=with_samples),
            "segment_rows": segment_rows(self.segments, self.form.part_errors),
            "segment_errors": self.form.part_errors.get("segments", ()),
            "errors": self._told_nowhere(),
            "brakes": self.form.brake_fields(),
            "advanced_is_open": self.form.is_bound and self.form.advanced_is_wrong,
            "missing": [one for one in missing if one is not Prerequisite.CONNECTION],
        }


def opened(request: PersonRequest, known: Export | None) -> SetUp:
    """Open the pane, without a call to Mailchimp; of a new export with the segments that its address names."""
    form = SetUpForm(None, person=request.user, known=known)
    if known is None:
        return SetUp(
            request=request,
            form=form,
            known=None,
            audience=UNCHECKED,
            matches={},
            segments=named_segments(request.GET),
        )
    draft = draft_of(known)
    return SetUp(
        request=request,
        form=form,
        known=known,
        audience=as_kept(known),
        matches={match.tag: match for match in draft.fields},
        segments=draft.segments,
    )


def sent(request: PersonRequest, known: Export | None, *, fresh: bool, hushed: bool) -> SetUp:
    """Return the pane as it was sent.

    `fresh` asks Mailchimp, else what the form brought along counts where it fits. `hushed` says nothing of what is
    wrong in its fields: it is looked at, not saved.
    """
    form = SetUpForm(request.POST, person=request.user, known=known)
    connection, wanted = form.chosen_connection, form.wanted_audience
    state = brought(request.POST.get("facts", ""), connection, wanted)
    if hushed:
        form.hush()
    if fresh or state.facts is None:
        state = asked(connection, wanted, now=request.now) if wanted else UNCHECKED
    if known is not None and wanted == known.audience_id:
        state = kept_instead(state, known, connection)
    if known is None and state.facts is not None:
        form.suggest(_suggested(state.facts))
    matches = sent_matches(request.POST, state.facts)
    matches = with_asked(matches, request.POST, state.facts, form.attributes)
    return SetUp(
        request=request,
        form=form,
        known=known,
        audience=state,
        matches=with_required(matches, state.facts, form.attributes),
        segments=sent_segments(request.POST),
    )


def without_asking(request: PersonRequest, known: Export | None) -> SetUp:
    """Return the pane as it was sent, with what the form brought along or the export was kept with: for estimates."""
    form = SetUpForm(request.POST, person=request.user, known=known)
    wanted = form.wanted_audience
    state = brought(request.POST.get("facts", ""), form.chosen_connection, wanted)
    if state.facts is None and known is not None and known.audience_id == wanted:
        state = as_kept(known)
    return SetUp(
        request=request,
        form=form,
        known=known,
        audience=state,
        matches=sent_matches(request.POST, state.facts),
        segments=sent_segments(request.POST),
    )


def _suggested(facts: AudienceFacts) -> NewStatus:
    """Return what new contacts become unless somebody says otherwise: an audience that asks for confirmation is obeyed."""
    return NewStatus.PENDING if facts.audience.double_opt_in else NewStatus.SUBSCRIBED


def _nothing(set_up: SetUp) -> AudienceFacts:
    """Return an audience of which nothing is known, to find the other mistakes."""
    audience = Audience(
        audience_id=set_up.form.wanted_audience, name="", double_opt_in=False, contacts=0
    )
    return AudienceFacts(audience=audience, merge_fields=MergeFields(fields=(), limit=None))


def _chosen(kind: type[Choice], value: object, usual: Choice) -> Choice:
    """Return what was chosen; the usual for nothing, and for anything that is no choice."""
    return kind(value) if value in kind.values else usual


def _whole(value: object) -> int:
    """Return the number that a field holds; 0, which no limit may be, for anything else."""
    text = str(value)
    return int(text) if text.isdecimal() and len(text) < 19 else 0
