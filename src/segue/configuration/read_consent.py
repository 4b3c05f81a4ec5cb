"""Read the lawful ground on which an export may add contacts. Whether the data holds it is the engine's matter."""

from __future__ import annotations

from datetime import date

from segue.configuration.sections import Part
from segue.sync.export import Consent

_UNREADABLE = "?"
"""Stands for who attests and in which words where these are given and have a mistake that is told already."""


def read_consent(export: Part) -> Consent | None:
    """Return the consent as it is written, sound or not; None where none is."""
    part = export.part("consent")
    if not part.value:
        return None
    return Consent(
        attribute=str(part.get("attribute", _UNREADABLE)) if "attribute" in part.value else None,
        attested_by=_text(part, "attested_by") or None,
        attested_on=_day(part) if "attested_on" in part.value else None,
        attestation=_text(part, "statement"),
    )


def _text(part: Part, key: str) -> str:
    return str(part.get(key, _UNREADABLE)) if key in part.value else ""


def _day(part: Part) -> date:
    written = part.get("attested_on")
    try:
        return date.fromisoformat(str(written))
    except ValueError:
        if not part.findings.spoiled(part.at("attested_on")):
            part.findings.report(
                part.at("attested_on"),
                "`attested_on` is not a day.",
                action="Write it like 2026-01-31.",
                code="bad_date",
            )
        return date.min
