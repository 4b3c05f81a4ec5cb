"""Check an export against its audience, before anything is decided about people: merge fields, opt-in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from segue.core.errors import ConfigurationProblem
from segue.sync.export import Export, FieldMatch
from segue.sync.ports import Audience, MergeField


def check_new_contacts(export: Export, audience: Audience) -> None:
    """See that somebody chose what new contacts become where the audience asks them to confirm.

    Mailchimp stores `subscribed` as it is in such an audience, too. Source: FACTS.md §10 (recorded, D2).
    Raises: ConfigurationProblem when nobody did.
    """
    if audience.double_opt_in and not export.new_status_said:
        raise ConfigurationProblem(
            f"The audience {audience.name} ({audience.audience_id}) asks new contacts to confirm (double opt-in), "
            f"and '{export.name}' does not say what becomes of them.",
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
                f"The audience {export.audience_id} requires the merge field {field.tag}, which the data matching does not feed.",
                f"Match {field.tag} to an attribute, or make it optional in Mailchimp.",
            )
    return [match.tag for match in export.fields if _is_to_create(export, match, present)]


def _is_to_create(export: Export, match: FieldMatch, present: Mapping[str, MergeField]) -> bool:
    field = present.get(match.tag)
    if field is None and not match.create:
        raise _field_problem(
            export,
            match.tag,
            "merge_field_missing",
            f"The audience {export.audience_id} has no merge field {match.tag}; it has {', '.join(sorted(present))}.",
            f"Create it in Mailchimp, or set 'create: true' for {match.tag} in the data matching.",
        )
    if field is not None and field.type is not match.type:
        raise _field_problem(
            export,
            match.tag,
            "merge_field_type",
            f"The merge field {match.tag} of audience {export.audience_id} is of type {field.type}, not {match.type}.",
            f"Set 'type: {field.type}' for {match.tag} in the data matching, or match another merge field.",
        )
    return field is None


def _field_problem(
    export: Export, tag: str, code: str, message: str, action: str
) -> ConfigurationProblem:
    context = {"export": export.name, "audience": export.audience_id, "merge_field": tag}
    return ConfigurationProblem(message, action=action, code=code, context=context)
