"""Read back who was rejected in a run, and who was left out of it because of an earlier refusal. For reports."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import duckdb

from segue.engines.duckdb.audience.holds import HELD
from segue.engines.duckdb.audience.intact import Intact
from segue.engines.duckdb.audience.journals import BESIDE, Journals
from segue.engines.duckdb.quoting import literal
from segue.sync.kinds import Skip
from segue.sync.own_people import profile_key
from segue.sync.people import EVER, RejectedContact
from segue.sync.ports import Reason
from segue.sync.suppression import reason_of


def rejected_contacts(
    connection: duckdb.DuckDBPyConnection,
    folder: Path,
    run_id: str,
    *,
    journals: Journals = BESIDE,
) -> Iterator[RejectedContact]:
    """Yield the rejected contacts of a run whose changes are still kept, then those still held from earlier runs.

    Raises: ConfigurationProblem when a file of the state folder is missing or damaged.
    """
    journal = journals.look(folder)
    try:
        for acknowledgement in journal.acknowledgements(run_id):
            if acknowledgement.rejections:
                kept = f"runs/{run_id}/{acknowledgement.group}.parquet"
                Intact(folder, journal).check_file(kept, name=f"runs/{run_id}")
                file = folder / kept
                subs = [rejection.subscriber_hash for rejection in acknowledgement.rejections]
                known = _people(connection, file, subs)
                for rejection in acknowledgement.rejections:
                    address, key = known.get(rejection.subscriber_hash, ("", ""))
                    yield RejectedContact(
                        address=address,
                        profile_key=profile_key(key),
                        reason=rejection.reason,
                        field=rejection.field,
                        words=rejection.words,
                    )
        held = folder / "runs" / run_id / f"{HELD}.parquet"
        is_held = Intact(folder, journal).is_whole(held)
    finally:
        journal.close()
    if is_held:
        yield from _held(connection, held)


def _held(connection: duckdb.DuckDBPyConnection, file: Path) -> Iterator[RejectedContact]:
    columns = "address, l_key, skip, reason, field, words, since, until"
    cursor = connection.execute(f"SELECT {columns} FROM read_parquet({literal(str(file))})")
    for address, key, skip, reason, field, words, since, until in cursor.fetchall():
        yield RejectedContact(
            address=address,
            profile_key=profile_key(key),
            reason=Reason(reason) if reason else reason_of(Skip(skip)),
            field=field or "",
            words=words or "",
            held_since=datetime.fromisoformat(since) if since else EVER,
            held_until=datetime.fromisoformat(until) if until else None,
        )


def _people(
    connection: duckdb.DuckDBPyConnection, file: Path, subs: list[str]
) -> dict[str, tuple[str, str]]:
    source = f"read_parquet({literal(str(file))})"
    has_key = "l_key" in {
        row[0] for row in connection.execute(f"DESCRIBE SELECT * FROM {source}").fetchall()
    }
    key = "l_key" if has_key else "''"
    query = f"SELECT sub, address, {key} FROM {source} WHERE sub IN (SELECT unnest(?::UUID[]))"
    return {
        sub.hex: (address, key_)
        for sub, address, key_ in connection.execute(query, [subs]).fetchall()
    }
