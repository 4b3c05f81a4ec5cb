"""Rename, describe and tag segments of the pages. Which people are in them, and their tags in Mailchimp, stay as they are."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from segue.control.audit.models import Action
from segue.control.audit.operations import record
from segue.control.folding import is_among
from segue.control.origins import owned_by_file
from segue.control.people.models import Person
from segue.control.people.policy import require
from segue.control.segments import policy
from segue.control.segments.models import Segment
from segue.control.segments.operations import subject_of
from segue.control.segments.queries import segments
from segue.core.errors import ConfigurationProblem, Mistake
from segue.core.sentences import said, said_many
from segue.core.texts import line
from segue.segments.tags import LONGEST_DESCRIPTION, LONGEST_TAG, MOST_TAGS, tidy_tags

LONGEST_LABEL = 100
"""Characters of what people read of a segment. Source: the schema of definitions."""


@transaction.atomic
def describe(
    *,
    segment: Segment,
    label: str,
    description: str,
    tags: Sequence[str],
    actor: Person,
    now: datetime,
) -> None:
    """Give a segment of the pages another label, description and tags. Exports go on giving the tags that they say.

    Raises: ConfigurationProblem with every mistake, or when a file owns it.
    """
    require(actor, policy.edit_segments, segment, see=policy.see_segments)
    held = _held(segment)
    label, description = line(label), description.strip()
    wanted = {"label": label, "description": description, "tags": [*tidy_tags(tags)]}
    mistakes = [
        *label_mistakes(label, beside=held),
        *_description_mistakes(description),
        *tag_mistakes(tidy_tags(tags)),
    ]
    if mistakes:
        raise not_kept(mistakes)
    changed = [field for field, value in wanted.items() if getattr(held, field) != value]
    if not changed:
        return
    was = subject_of(held)
    Segment.objects.filter(pk=held.pk).update(**wanted)
    record(
        Action.SEGMENT_DESCRIBED,
        actor=actor,
        now=now,
        subject=was,
        details={"changed": changed, "name": label},
    )


@transaction.atomic
def tag(
    *,
    chosen: Sequence[Segment],
    add: Sequence[str] = (),
    take: Sequence[str] = (),
    actor: Person,
    now: datetime,
) -> None:
    """Add tags to segments of the pages, and take others away. Raises: as `describe`; then none is changed."""
    gone = {one.casefold() for one in tidy_tags(take)}
    for segment in chosen:
        require(actor, policy.edit_segments, segment, see=policy.see_segments)
        held = _held(segment)
        kept = [one for one in held.tags if one.casefold() not in gone]
        wanted = [*tidy_tags([*kept, *add])]
        if mistakes := list(tag_mistakes(wanted)):
            raise not_kept(mistakes)
        if wanted != held.tags:
            Segment.objects.filter(pk=held.pk).update(tags=wanted)
            record(
                Action.SEGMENT_TAGGED,
                actor=actor,
                now=now,
                subject=subject_of(held),
                details={
                    "before": [f"tag {one}" for one in held.tags],
                    "after": [f"tag {one}" for one in wanted],
                },
            )


def label_mistakes(label: str, *, beside: Segment | None = None) -> Sequence[Mistake]:
    """Return what is wrong with a label; `beside` is the segment that has it or will, None for a new one."""
    if not label or len(label) > LONGEST_LABEL:
        return [
            Mistake(
                path="label",
                message=said("The name is missing or too long."),
                action=said("Give a name of at most %(most)s characters.", most=LONGEST_LABEL),
                code="segment_label",
            )
        ]
    others = segments().exclude(pk=beside.pk) if beside is not None else segments()
    if is_among(label, others.values_list("label", flat=True)):
        return [
            Mistake(
                path="label",
                message=said("Another segment has this name."),
                action=said("Choose another name."),
                code="segment_label_taken",
            )
        ]
    return ()


def _description_mistakes(description: str) -> Sequence[Mistake]:
    if len(description) <= LONGEST_DESCRIPTION:
        return ()
    return [
        Mistake(
            path="description",
            message=said("The description has more than %(most)s characters.", most=LONGEST_DESCRIPTION),
            action=said("Shorten it."),
            code="segment_description",
        )
    ]  # fmt: skip


def tag_mistakes(tags: Sequence[str]) -> Sequence[Mistake]:
    """Return what is wrong with tidy tags."""
    if len(tags) > MOST_TAGS:
        message = said("A segment has at most %(most)s tags.", most=MOST_TAGS)
    elif any(len(one) > LONGEST_TAG for one in tags):
        message = said("A tag has at most %(most)s characters.", most=LONGEST_TAG)
    else:
        return ()
    action = said("Leave some out, or shorten them.")
    return [Mistake(path="tags", message=message, action=action, code="segment_tags")]


def not_kept(mistakes: Sequence[Mistake]) -> ConfigurationProblem:
    """Return the refusal of what somebody wanted a segment to be."""
    return ConfigurationProblem(
        said_many(
            "The segment cannot be saved: %(count)s entry needs your attention.",
            "The segment cannot be saved: %(count)s entries need your attention.",
            count=len(mistakes),
        ),
        action=said("Correct the marked entries and save again."),
        code="segment_invalid",
        mistakes=mistakes,
    )


def _held(segment: Segment) -> Segment:
    """Return the segment as it is now, kept from others' changes. Raises: ConfigurationProblem when a file owns it or it is gone."""
    held = Segment.objects.select_for_update().filter(pk=segment.pk, removed_at=None).first()
    if held is None or held.is_from_file:
        raise owned_by_file(segment.label)
    return held
