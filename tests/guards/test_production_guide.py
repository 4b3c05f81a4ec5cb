"""What the guide for production tells people to paste: units that give nothing away, installs by hashes, bounded proxies."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from segue.web import limits
from tests.guards import tree

GUIDE = "docs/howto/run-in-production.md"
SCHEDULE = "docs/howto/schedule-with-cron-or-systemd.md"

BLOCK = re.compile(r"```(?P<kind>\w*)\n(?P<text>.*?)```", re.DOTALL)

WANTED = {
    "User": "segue",
    "ProtectSystem": "strict",
    "UMask": "0077",
    "PrivateTmp": "yes",
    "PrivateDevices": "yes",
    "NoNewPrivileges": "yes",
    "CapabilityBoundingSet": "",
    "RestrictSUIDSGID": "yes",
    "SystemCallArchitectures": "native",
    "SystemCallFilter": "@system-service",
    "RestrictAddressFamilies": "AF_INET AF_INET6 AF_UNIX",
    "MemoryMax": "4G",
    "LimitCORE": "0",
}
"""What every unit says."""

ALSO_OF_THE_SERVICE = {
    "ReadWritePaths": "/var/lib/segue",
    "ProtectHome": "yes",
    "AmbientCapabilities": "",
    "RestrictNamespaces": "yes",
    "RestrictRealtime": "yes",
    "LockPersonality": "yes",
    "ProtectKernelTunables": "yes",
    "ProtectKernelModules": "yes",
    "ProtectKernelLogs": "yes",
    "ProtectControlGroups": "yes",
    "ProtectClock": "yes",
    "ProtectHostname": "yes",
    "ProtectProc": "invisible",
    "OOMPolicy": "continue",
    "TasksMax": "512",
    "Restart": "on-failure",
}
"""What the unit that stays says beside that."""


def blocks(page: str, kind: str) -> list[str]:
    """Return the code blocks of a page of one kind."""
    text = tree.text_of(page) or ""
    return [found["text"] for found in BLOCK.finditer(text) if found["kind"] == kind]


def unit_of(page: str) -> str:
    """Return the one unit of a page that starts something."""
    (unit,) = [text for text in blocks(page, "ini") if "[Service]" in text]
    return unit


def service(unit: str) -> dict[str, str]:
    """Return what the section [Service] says. A directive that is given twice would hide what counts."""
    section = unit.partition("[Service]\n")[2].partition("\n[")[0]
    pairs = [line.partition("=") for line in section.splitlines() if "=" in line and line[0] != "#"]
    assert len({name for name, _, _ in pairs}) == len(pairs)
    return {name: value for name, _, value in pairs}


@pytest.mark.parametrize(
    ("page", "wanted"), [(GUIDE, WANTED | ALSO_OF_THE_SERVICE), (SCHEDULE, WANTED)]
)
def test_a_unit_gives_segue_no_more_than_it_needs(page: str, wanted: dict[str, str]) -> None:
    found = service(unit_of(page))

    assert {name: found.get(name) for name in wanted} == wanted


@pytest.mark.parametrize("page", [GUIDE, SCHEDULE])
def test_a_unit_writes_where_it_works_and_nowhere_else(page: str) -> None:
    found = service(unit_of(page))

    assert found["ReadWritePaths"] == found["WorkingDirectory"]
    assert not found["ExecStart"].startswith(found["ReadWritePaths"])


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="needs systemd's own look")
@pytest.mark.parametrize("page", [GUIDE, SCHEDULE])
def test_systemd_knows_every_directive_and_finds_little_exposed(page: str, tmp_path: Path) -> None:
    file = tmp_path / "segue.service"
    file.write_text(unit_of(page), encoding="utf-8")

    looked = subprocess.run(
        ["systemd-analyze", "security", "--offline=true", "--no-pager", "--threshold=45", file],
        capture_output=True,
        encoding="utf-8",
        check=False,
    )

    assert (looked.returncode, "Unknown" in looked.stderr) == (0, False), looked.stderr


@pytest.mark.parametrize("page", [GUIDE, SCHEDULE, "README.md"])
def test_what_is_installed_for_others_is_what_the_hashes_say(page: str) -> None:
    installs = [
        line
        for kind in ("sh", "")
        for text in blocks(page, kind)
        for line in text.splitlines()
        if "pip install" in line
    ]

    loose = [
        line
        for line in installs
        if "--require-hashes" not in line and not {"--no-index", "--no-deps"} <= set(line.split())
    ]
    assert loose == []
    assert installs or page != GUIDE


def test_the_proxies_bound_what_segue_bounds() -> None:
    (nginx,) = blocks(GUIDE, "nginx")
    caddy = next(text for text in blocks(GUIDE, "") if "reverse_proxy" in text)

    megabytes = limits.BODY.value // 1_000_000
    assert f"client_max_body_size {megabytes}m;" in nginx
    assert f"max_size {megabytes}MB" in caddy
    assert f"client_header_timeout {limits.HEADERS_WITHIN.value}s;" in nginx
    assert f"read_header {limits.HEADERS_WITHIN.value}s" in caddy
    for directive in ("limit_conn ", "limit_req ", "client_body_timeout ", "send_timeout "):
        assert f"    {directive}" in nginx
    for directive in ("read_body ", "max_header_size ", "request_buffers "):
        assert directive in caddy
