"""Check IANA time zone names. Reads the system's zone list only."""

from __future__ import annotations

from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from segue.configuration.findings import Findings
from segue.core.sentences import said
from segue.core.trouble import raise_trouble
from segue.core.trouble_signs import OF_FILES
from segue.segments.mistakes import did_you_mean

_OF_THE_SYSTEM = ("localtime", "posix/", "posixrules", "right/")
"""Begin what lies among a system's zones and is no zone's name elsewhere; engines that compute with zones know none of them."""


def is_zone(name: str) -> bool:
    """Tell whether a name is a time zone's."""
    if name.startswith(_OF_THE_SYSTEM):
        return False
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
    known = (one for one in available_timezones() if not one.startswith(_OF_THE_SYSTEM))
    proposal = did_you_mean(name.removeprefix("posix/").removeprefix("right/"), known)
    findings.report(
        path,
        said("`%(name)s` is not a time zone.", name=name),
        action=proposal if proposal.startswith("Did") else "Use an IANA name such as Europe/Paris.",
        code="unknown_time_zone",
    )
    return False
