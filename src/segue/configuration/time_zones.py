"""Check IANA time zone names. Reads the system's zone list only."""

from __future__ import annotations

from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from segue.configuration.findings import Findings
from segue.core.sentences import said
from segue.core.trouble import raise_trouble
from segue.core.trouble_signs import OF_FILES
from segue.segments.mistakes import did_you_mean


def is_zone(name: str) -> bool:
    """Tell whether a name is a time zone's."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise_trouble(error, but=OF_FILES)
        return False
    return True


def check_zone(findings: Findings, path: str, name: str) -> bool:
    """Report an unknown zone at `path` and tell whether it is known."""
    if is_zone(name):
        return True
    proposal = did_you_mean(name, available_timezones())
    findings.report(
        path,
        said("`%(name)s` is not a time zone.", name=name),
        action=proposal if proposal.startswith("Did") else "Use an IANA name such as Europe/Paris.",
        code="unknown_time_zone",
    )
    return False
