"""Check an export against its audience, before anything is decided about people: merge fields, opt-in."""

from __future__ import annotations

from collections.abc import Sequence

from segue.core.errors import ConfigurationProblem
from segue.core.sentences import said
from segue.sync.contact_fields import BESIDE_KEYS
from segue.sync.export import Export
from segue.sync.export_fields import audience_faults
from segue.sync.faults import Fault
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
    for fault in audience_faults(export.fields, found):
        raise _problem(export, fault, found)
    present = {field.tag for field in found}
    return [match.tag for match in export.fields if match.tag not in present]


def _problem(export: Export, fault: Fault, found: Sequence[MergeField]) -> ConfigurationProblem:
    """Return the fault as the problem of a run, which has no form: it names the audience, and the keys of a file."""
    tag = str(fault.place[1])
    message, action = _words(export, fault, tag, found)
    context = {"export": export.name, "audience": export.audience_id, "merge_field": tag}
    return ConfigurationProblem(message, action=action, code=fault.code, context=context)


def _words(export: Export, fault: Fault, tag: str, found: Sequence[MergeField]) -> tuple[str, str]:
    types, code = {field.tag: field.type for field in found}, fault.code
    if code == "constant_unfit":
        return fault.message, fault.action
    if code == "merge_field_required":
        return said(
            "The audience %(audience_id)s requires the merge field %(tag)s, which the data matching does not feed.",
            audience_id=export.audience_id,
            tag=tag,
        ), said("Match %(tag)s to an attribute, or make it optional in Mailchimp.", tag=tag)
    if code == "merge_field_missing":
        return said(
            "The audience %(audience_id)s has no merge field %(tag)s; it has %(names)s.",
            audience_id=export.audience_id,
            tag=tag,
            names=", ".join(sorted(types.keys() - BESIDE_KEYS)),
        ), said(
            "Create it in Mailchimp, or set 'create: true' for %(tag)s in the data matching.",
            tag=tag,
        )
    return said(
        "The merge field %(tag)s of audience %(audience_id)s is of type %(type)s, not %(expected)s.",
        tag=tag,
        audience_id=export.audience_id,
        type=types[tag],
        expected=next(match.type for match in export.fields if match.tag == tag),
    ), said(
        "Set 'type: %(type)s' for %(tag)s in the data matching, or match another merge field.",
        type=types[tag],
        tag=tag,
    )
