"""The sentences of a plan beside its tables: what is not as it should be, and what else a person should know of it."""

from __future__ import annotations

from collections.abc import Iterator

from segue.cli.invocation import Language
from segue.cli.messages import say
from segue.cli.terminal import number
from segue.sync.plan import DriftKind, Plan, StampKind


def headline(plan: Plan, language: Language) -> Iterator[str]:
    """Yield what is not as it should be at Mailchimp, whether or not the plan does something about it."""
    for key, count in (("note_held", plan.held), ("note_gone", plan.gone)):
        if count:
            yield say(language, key, people=number(count, language))
    for drift in plan.drift:
        # The people who are gone are told already where they are still wanted.
        if drift.kind is not DriftKind.GONE or not plan.gone:
            people = number(drift.people, language)
            yield say(language, f"drift_{drift.kind}", people=people, subject=drift.subject)
    if plan.stamp is not None and plan.stamp.kind is StampKind.AGAIN:
        yield say(language, "note_stamp_again", name=plan.stamp.name)


def notes(plan: Plan, language: Language) -> Iterator[str]:
    """Yield what the plan does that its counts do not tell."""
    counted = {
        "note_known": plan.known,
        "note_archives": plan.archives,
        "note_confirmations": plan.confirmations,
        "note_unconfirmed": plan.unconfirmed,
    }
    for key, count in counted.items():
        if count:
            yield say(language, key, people=number(count, language))
    for misfit in plan.misfits:
        yield say(language, "plan_misfit", people=number(misfit.people, language), tag=misfit.tag)
    yield from _of_tags(plan, language)
    if plan.fields_to_create:
        yield say(language, "plan_fields", fields=", ".join(plan.fields_to_create))
    if plan.stamp is not None and plan.calls and plan.stamp.kind is not StampKind.AGAIN:
        yield say(language, f"note_stamp_{plan.stamp.kind}", name=plan.stamp.name)
    if not plan.is_empty:
        yield say(language, "plan_calls", calls=number(plan.calls, language))


def _of_tags(plan: Plan, language: Language) -> Iterator[str]:
    for found in plan.found_tags:
        people = number(found.people, language)
        yield say(language, "note_found_tag", people=people, tag=found.tag)
    for left in plan.leftovers:
        yield say(
            language,
            "note_leftover",
            export=left.export,
            tags=", ".join(left.tags),
            people=number(left.people, language),
        )
