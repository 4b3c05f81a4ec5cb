"""Hold the locks against known vulnerabilities with pip-audit, by advisories that are given: nothing is fetched by itself.

`ADVISORIES` is a folder or a zip of OSV's JSON files (as OSV hands them out for PyPI), or the address of a mirror of OSV's
query interface. Files are served to pip-audit on the loopback.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tools.audit.findings import Part
from tools.audit.locks import LOCKS
from tools.audit.osv import Advisories, read
from tools.audit.osv_server import serving

NAME = "Known vulnerabilities"
NOT_GIVEN = (
    "No advisories were given and nothing is fetched by itself: whether a pinned version is known to be vulnerable is open.",
    "Give them: make audit ADVISORIES=… (a folder or a zip of OSV's files for PyPI, or a mirror's address).",
)


def look(root: Path, given: str) -> Part:
    """Ask pip-audit about every pinned version; `given` is where the advisories are, "" for nowhere."""
    if not given:
        return Part(name=NAME, said=NOT_GIVEN, looked=False)
    if given.startswith(("http://", "https://")):
        return _judged(root, given, said="As the mirror that was given says.")
    try:
        known = read(Path(given))
    except (OSError, ValueError) as error:
        return Part(name=NAME, faults=[f"the advisories cannot be read: {error}"], looked=False)
    if not known.count:
        return Part(
            name=NAME, faults=["there is no advisory for PyPI in what was given"], looked=False
        )
    with serving(known) as address:
        return _judged(root, address, said=_said(known))


def _said(known: Advisories) -> str:
    return f"Held against {known.count:,} advisories for PyPI; the newest is of {known.newest}."


def _judged(root: Path, address: str, *, said: str) -> Part:
    answer = _asked(root, address)
    if answer is None:
        return Part(name=NAME, faults=["pip-audit could not look: see above"], looked=False)
    packages: Sequence[Mapping[str, Any]] = answer["dependencies"]
    skipped = [
        f"{one['name']} was not looked at: {one['skip_reason']}"
        for one in packages
        if "skip_reason" in one
    ]
    looked = len(packages) - len(skipped)
    return Part(
        name=NAME,
        said=[said, f"pip-audit looked at {looked} packages."],
        faults=[*skipped, *_vulnerable(packages)],
        looked=looked > 0,
    )  # fmt: skip


def _vulnerable(packages: Sequence[Mapping[str, Any]]) -> list[str]:
    return [
        f"{one['name']} {one['version']}: {found['id']}"
        + (f", put right in {', '.join(found['fix_versions'])}" if found["fix_versions"] else "")
        for one in packages
        for found in one.get("vulns", ())
    ]


def _asked(root: Path, address: str) -> Mapping[str, Any] | None:
    """Return pip-audit's answer; None when it had none, and then it has said why."""
    with tempfile.TemporaryDirectory() as cache:
        told = subprocess.run(  # noqa: S603
            [
                Path(sys.executable).with_name("pip-audit"),
                *(part for lock in LOCKS for part in ("--requirement", lock)),
                *("--require-hashes", "--disable-pip", "--progress-spinner", "off"),
                *("--vulnerability-service", "osv", "--osv-url", address),
                *("--format", "json", "--cache-dir", cache),
            ],
            cwd=root,
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
    try:
        answer: Mapping[str, Any] = json.loads(told.stdout)
    except ValueError:
        sys.stderr.write(told.stderr)
        return None
    return answer
