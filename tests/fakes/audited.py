"""A project of three locks and advisories about it, as `make audit` looks at them. Nothing of it is real."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tools.audit import ages, locks

HASH = "--hash=sha256:" + "a" * 64


def project(folder: Path, *lines: str, days: str = "") -> Path:
    """Write three locks, the first with these lines, and a table of release days."""
    for lock in locks.LOCKS:
        (folder / lock).write_text(f"tool==1.0 \\\n    {HASH}\n", encoding="utf-8")
    (folder / locks.LOCKS[0]).write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    (folder / ages.TABLE).write_text(days, encoding="utf-8")
    return folder


def advisory(number: int, **changes: Any) -> dict[str, Any]:
    """Return an advisory about shop-kit before 2.0."""
    events = [{"introduced": "0"}, {"fixed": "2.0"}]
    affected = {
        "package": {"ecosystem": "PyPI", "name": "shop-kit"},
        "ranges": [{"type": "ECOSYSTEM", "events": events}],
    }
    return {
        "id": f"PYSEC-2026-{number}",
        "modified": f"2026-02-0{number}T00:00:00Z",
        "details": "Lets strangers in.",
        "affected": [affected],
        **changes,
    }


def advised(folder: Path, *documents: dict[str, Any]) -> Path:
    """Write advisories as files."""
    folder.mkdir(exist_ok=True)
    for number, document in enumerate(documents):
        (folder / f"{number}.json").write_text(json.dumps(document), encoding="utf-8")
    return folder
