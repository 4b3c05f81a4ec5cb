"""A small state folder with something of everything, and archives made by hand. Not a test."""

from __future__ import annotations

import io
import json
import sqlite3
import tarfile
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

from segue.backups.making import Made, Wanted, make_backup
from segue.backups.restoring import Restored, restore
from segue.backups.restoring import Wanted as WantedBack
from segue.core.files import write_durably
from segue.engines.duckdb.audience.intact import Intact, open_journal
from segue.sync.store import Group, Step

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
AUDIENCE = "audiences/account-a1b2c3d4e5"
RUN = "20260302T090000000-news"


def parquet(text: str) -> bytes:
    """Return bytes that look like a whole Parquet file."""
    return b"PAR1" + text.encode() * 50 + b"PAR1"


def full_home(home: Path) -> Path:
    """Make a state folder in which everything lies that Segue ever puts into one, and some of a person's own."""
    database(home)
    for name, content in OTHERS.items():
        path = home / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    audience(home / AUDIENCE)
    return home


OTHERS = {
    "segue.keys": b"not a key, but nobody reads it here\n",
    ".segue.keys.123": b"half a key\n",
    "installation.json": b'{"id": "first-one"}',
    "restored.json": b"{}",
    "before-restore-20260101T000000Z/segue.yaml": b"older",
    "migrate.lock": b"",
    "locks/account-x.lock": b"123",
    "spill/duckdb_temp.tmp": b"sorting",
    "outbox/mail.log": b"a one-time link",
    "segue.log": b"what happened",
    "segue.log.1": b"what happened before",
    "reports/20260302T090000000-news.json": b'{"report": 1}',
    "plans/17.csv": b"email\n",
    "plans/.18.csv.partial": b"ema",
    "snapshots/.lock": b"",
    "snapshots/.working/abc/profiles.parquet": b"half",
    "snapshots/current": b"20260302T090000.000000Z-1",
    "snapshots/20260302T090000.000000Z-1/manifest.json": b"{}",
    "snapshots/20260302T090000.000000Z-1/profiles.parquet": parquet("people"),
    "snapshots/20260301T090000.000000Z-1/profiles.parquet": parquet("older people"),
    "segue.yaml": b"version: 1\n",
    "data/customers.csv": b"id\n1\n",
}


def database(home: Path) -> None:
    """Make a database of one table."""
    home.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(home / "segue.sqlite3")) as made:
        made.execute("PRAGMA journal_mode=WAL")
        made.execute("CREATE TABLE people_session (session_key TEXT)")
        made.execute("INSERT INTO people_session VALUES ('secret-session')")
        made.commit()


def audience(folder: Path) -> None:
    """Make what is kept of an audience: pointed files, a run, and what no journal speaks of."""
    with closing(open_journal(folder)) as journal:
        intact = Intact(folder, journal)
        for name, file in (
            ("ledger/news", "ledger/news/2.parquet"),
            ("contacts", "contacts/3.parquet"),
            ("foreign/0", "foreign/0/1.parquet"),
        ):
            write_durably(folder / file, parquet(name))
            intact.note(folder / file)
            journal.point(name, file)
        write_durably(folder / f"runs/{RUN}/update.parquet", parquet("update"))
        intact.note(folder / f"runs/{RUN}/update.parquet")
        journal.store_run(RUN, "news", [Group(name="update", step=Step.WRITE, count=1)])
    for stray in (
        "ledger/news/1.parquet",
        "runs/killed/update.parquet",
        "contacts/4.parquet.partial",
        "before-repair/ledger/news/1.parquet",
    ):
        (folder / stray).parent.mkdir(parents=True, exist_ok=True)
        (folder / stray).write_bytes(parquet("stray"))


def backed_up(home: Path, file: Path, **more: object) -> Made:
    return make_backup(Wanted(home=home, file=file, environment={}, now=NOW, **more))  # type: ignore[arg-type]


def put_back(file: Path, home: Path, **more: object) -> Restored:
    return restore(
        WantedBack(file=file, home=home, environment={}, now=NOW, wait=lambda _s: None, **more)
    )  # type: ignore[arg-type]


def members(file: Path) -> dict[str, bytes]:
    """Return what an archive holds, by name."""
    with tarfile.open(file) as tar:
        found = {}
        for member in tar:
            held = tar.extractfile(member)
            assert held is not None
            found[member.name] = held.read()
        return found


def rewritten(
    file: Path, contents: dict[str, bytes], *, extra: list[tarfile.TarInfo] | None = None
) -> Path:
    """Write an archive of these members, its list of files made to fit, and after the first one more headers."""
    listed = [
        {"name": name, "size": len(content), "sha256": sha256(content).hexdigest()}
        for name, content in contents.items()
        if name != "manifest.json"
    ]
    said = json.loads(contents["manifest.json"])
    said_anew = json.dumps({**said, "files": listed}).encode()
    return written(file, {**contents, "manifest.json": said_anew}, extra=extra)


def written(
    file: Path, contents: dict[str, bytes], *, extra: list[tarfile.TarInfo] | None = None
) -> Path:
    """Write an archive of these members as they are, and after the first one more headers."""
    with tarfile.open(file, "w:gz", format=tarfile.GNU_FORMAT) as tar:
        for number, (name, content) in enumerate(contents.items()):
            described = tarfile.TarInfo(name)
            described.size = len(content)
            tar.addfile(described, io.BytesIO(content))
            for header in extra if extra and not number else ():
                tar.addfile(header, io.BytesIO(bytes(header.size)) if header.size else None)
    return file


def everything_in(folder: Path) -> dict[str, bytes]:
    """Return every file of a folder, by name."""
    return dict(_files(folder))


def _files(folder: Path) -> Iterator[tuple[str, bytes]]:
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            yield path.relative_to(folder).as_posix(), path.read_bytes()
