"""What of a database must not come back with a backup: what counts for a while only, and work that was under way.

Said in SQL and by the tables' names, so that it is done without the keys, on SQLite and on PostgreSQL, and to databases of
earlier versions; a test compares the names with the models.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime

from segue.backups.manifest import Head
from segue.core.sentences import said

PASSING: Mapping[str, str] = {
    "axes_accessattemptexpiration": "TRUE",
    "axes_accessattempt": "TRUE",
    "people_failedsignins": "TRUE",
    "people_session": "TRUE",
    "people_keptinput": "TRUE",
    "people_sentform": "TRUE",
    "people_invitation": "accepted_at IS NULL",
    "sources_proposeddefinition": "TRUE",
    "refreshes_worker": "TRUE",
    **dict.fromkeys(
        (
            *(
                "journals_pointer",
                "journals_mark",
                "journals_tag",
                "journals_fact",
                "journals_field",
            ),
            *("journals_run", "journals_chunk_size", "journals_acknowledgement", "journals_hold"),
            *("journals_idle_plan", "journals_kept_file", "journals_audience"),
            *("journals_shared_file", "journals_shared_text"),
        ),
        "TRUE",
    ),
}
"""Tables and the rows of them that are in no backup, in an order in which they can be deleted.

Nobody is signed in again by a restore, no invitation that was withdrawn opens, nobody waits for a lock-out that is over,
and no worker that is gone is waited for. Journals of audiences are in the backup all the same, each in a file beside what
it speaks of, as of the same moment: the first run takes it into the database again.
"""

INTERRUPTED = "interrupted_by_restore"
MESSAGE = said("Interrupted by the restore of a backup.")
ACTION = said("Look at the plan, then start it again.")

RESTORED = "installation.backup_restored"
"""The action of the audit log."""

_OPEN = "('queued', 'refreshing', 'processing', 'failed_retrying', 'needs_approval')"
_FREE = "owner = '', heartbeat_at = NULL, fence = fence + 1"


AUDIT = "audit_entry"
AUDITED = (
    "INSERT INTO audit_entry (at, actor_name, action, subject_kind, subject_id, subject_name, details)"
    " VALUES (?, '', ?, 'installation', '', '', ?)"
)
"""Writes into the audit log that a backup was put back. Who did it is not known: somebody at the command line."""


def audited(head: Head, *, now: datetime) -> tuple[str, str, str]:
    """Return the values of `AUDITED`; what a file says of itself is cleaned, for anybody may have written it."""
    details = {"backup_made_at": _clean(head.made_at), "backup_of": _clean(head.installation)}
    return (now.strftime("%Y-%m-%d %H:%M:%S"), RESTORED, json.dumps(details))


def _clean(said: str) -> str:
    return "".join(sign for sign in said[:64] if sign.isascii() and sign.isprintable())


def left_out(tables: Sequence[str]) -> list[str]:
    """Return the statements that delete what passes, of the tables that there are."""
    return [
        f"DELETE FROM {table} WHERE {which}" for table, which in PASSING.items() if table in tables
    ]


def interrupted(tables: Sequence[str], *, now: datetime, later: str) -> list[str]:
    """Return the statements that end what was under way, and make links to new passwords worthless.

    `later` is the expression for a second after `last_login`: what those links are made from, and nobody sees. Nothing is
    queued for a worker then, and no plan of before can be approved.
    """
    at = now.strftime("'%Y-%m-%d %H:%M:%S'")
    told = f"code = '{INTERRUPTED}', message = '{MESSAGE}', action = '{ACTION}'"
    ended = f"status = 'canceled', finished_at = {at}"
    runs = f"SELECT id FROM refreshes_run WHERE status IN {_OPEN}"
    statements = {
        "exports_export": f"UPDATE exports_export SET last_status = 'canceled', last_status_at = {at} "
        f"WHERE last_run_id IN ({runs})",
        "refreshes_task": f"UPDATE refreshes_task SET {ended}, {told} WHERE status IN {_OPEN}",
        "refreshes_run": f"UPDATE refreshes_run SET {ended}, {told}, {_FREE}, retry_at = NULL, step = '', "
        f"connections_in_use = 0 WHERE status IN {_OPEN}",
        "refreshes_refresh": f"UPDATE refreshes_refresh SET {ended}, {told}, {_FREE} WHERE status IN {_OPEN}",
        "people_person": f"UPDATE people_person SET last_login = {later}",
    }
    return [statement for table, statement in statements.items() if table in tables]
