"""Read the lawful ground on which an export may add contacts. Whether the data holds it is the engine's matter."""

from __future__ import annotations

from datetime import date

from segue.configuration.references import require_type
from segue.configuration.sections import Part
from segue.core.sentences import said
from segue.profiles.schema import AttributeType, ProfileSchema
from segue.sync.export import Consent, NewStatus

_ATTESTATION = ("attested_by", "attested_on", "statement")


def read_consent(export: Part, schema: ProfileSchema, *, new_status: NewStatus) -> Consent | None:
    """Return the consent; None only where new contacts are not added as subscribed, or after a report."""
    part = export.part("consent")
    attested = [key for key in _ATTESTATION if key in part.value]
    if not part.value:
        unclear = any(export.findings.spoiled(export.at(k)) for k in ("consent", "new_contacts"))
        if new_status is NewStatus.SUBSCRIBED and not unclear:
            _report_missing(export)
        return None
    if "attribute" not in part.value:
        return _attestation(part, attested)
    if attested:
        part.findings.report(
            part.path,
            "Consent is given twice: by an attribute and by an attestation.",
            action="Keep one of the two.",
            code="consent_twice",
            key=True,
        )
    name = str(part.get("attribute", ""))
    if name:
        require_type(
            part.findings,
            part.at("attribute"),
            name,
            schema,
            kinds=(AttributeType.BOOLEAN,),
            purpose=said("the consent attribute"),
        )
    return Consent(attribute=name)


def _report_missing(export: Part) -> None:
    export.findings.report(
        export.path,
        "New contacts would become subscribed, and no consent is given.",
        action="Add `consent: {attribute: …}` with a boolean attribute that must be true, or an "
        "attestation `consent: {attested_by: …, attested_on: …, statement: …}`; "
        "or set `new_contacts: pending`.",
        code="consent_missing",
        key=True,
    )


def _attestation(part: Part, attested: list[str]) -> Consent | None:
    missing = [key for key in _ATTESTATION if key not in attested]
    if missing:
        part.findings.report(
            part.path,
            said(
                "The attestation lacks %(names)s.", names=", ".join(f"`{key}`" for key in missing)
            ),
            action="Say who attests the consent, on which day, and in which words.",
            code="attestation_incomplete",
            key=True,
        )
    day = _day(part.get("attested_on"))
    unreadable = part.findings.spoiled(part.at("attested_on"))
    if "attested_on" in attested and day is None and not unreadable:
        part.findings.report(
            part.at("attested_on"),
            "`attested_on` is not a day.",
            action="Write it like 2026-01-31.",
            code="bad_date",
        )
    return Consent(
        attested_by=part.get("attested_by"),
        attested_on=day,
        attestation=str(part.get("statement", "")),
    )


def _day(written: object) -> date | None:
    try:
        return date.fromisoformat(str(written))
    except ValueError:
        return None
