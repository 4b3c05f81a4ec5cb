"""Check an export against its audience, before anything is decided about people: merge fields, opt-in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from segue.core.errors import ConfigurationProblem
from segue.core.sentences import said
from segue.sync.export import Export, FieldMatch
from segue.sync.ports import Audience, MergeField


def check_new_contacts(export: Export, audience: Audience) -> None:
    """See that somebody chose what new contacts become where the audience asks them to confirm.

    Mailchimp stores `subscribed` as it is in such an audience, too. Source: FACTS.md §10 (recorded, D2).
    Raises: ConfigurationProblem when nobody did.
    """
    if audience.double_opt_in and not export.new_status_said:
        raise ConfigurationProblem(
            said(
                "The audience %(audience)s (%(audience_id)s) asks new contacts to confirm (double opt-in), and '%(export)s' does not say what becomes of them.",
                audience=audience.name,
                audience_id=audience.audience_id,
                export=export.name,
            ),
            action="Set 'new_contacts: pending', and Mailchimp asks each of them by mail, or "
            "'new_contacts: subscribed', which passes the confirmation over.",
            code="new_contacts_unsaid",
            context={"export": export.name, "audience": audience.audience_id},
        )


def missing_fields(export: Export, found: Sequence[MergeField]) -> list[str]:
    """Return the merge fields that the plan creates.

    Raises: ConfigurationProblem for a field that is missing and may not be created, is of another type, or is
    required by the audience and not fed: Mailchimp would refuse every single contact. Source: FACTS.md §7.
    """
    present = {field.tag: field for field in found}
    fed = {match.tag for match in export.fields}
    for field in found:
        if field.required and field.tag not in fed:
            raise _field_problem(
                export,
                field.tag,
                "merge_field_required",
                said(
                    "The audience %(audience_id)s requires the merge field %(tag)s, which the data matching does not feed.",
                    audience_id=export.audience_id,
                    tag=field.tag,
                ),
                said(
                    "Match %(tag)s to an attribute, or make it optional in Mailchimp.",
                    tag=field.tag,
                ),
            )
    return [match.tag for match in export.fields if _is_to_create(export, match, present)]


def _is_to_create(export: Export, match: FieldMatch, present: Mapping[str, MergeField]) -> bool:
    field = present.get(match.tag)
    if field is None and not match.create:
        raise _field_problem(
            export,
            match.tag,
            "merge_field_missing",
            said(
                "The audience %(audience_id)s has no merge field %(tag)s; it has %(names)s.",
                audience_id=export.audience_id,
                tag=match.tag,
                names=", ".join(sorted(present)),
            ),
            said(
                "Create it in Mailchimp, or set 'create: true' for %(tag)s in the data matching.",
                tag=match.tag,
            ),
        )
    if field is not None and field.type is not match.type:
        raise _field_problem(
            export,
            match.tag,
            "merge_field_type",
            said(
                "The merge field %(tag)s of audience %(audience_id)s is of type %(type)s, not %(expected)s.",
                tag=match.tag,
                audience_id=export.audience_id,
                type=field.type,
                expected=match.type,
            ),
            said(
                "Set 'type: %(type)s' for %(tag)s in the data matching, or match another merge field.",
                type=field.type,
                tag=match.tag,
            ),
        )
    return field is None


def _field_problem(
    export: Export, tag: str, code: str, message: str, action: str
) -> ConfigurationProblem:
    context = {"export": export.name, "audience": export.audience_id, "merge_field": tag}
    return ConfigurationProblem(message, action=action, code=code, context=context)
