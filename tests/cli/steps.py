"""The steps of a refresh and a run on the command line, by what happens at each in the shop with a past. Not a test."""

from __future__ import annotations

from collections.abc import Mapping

from tests.fixtures.moments import START, Moment

PUSH = "POST /lists/{list_id}"
STEPS: Mapping[str, Moment] = {
    "begin": START,
    "read the sources": Moment(file="*/customers.csv"),
    "type and unify": Moment(file="*/staged"),
    "write the snapshot": Moment(file="*/built/manifest.json"),
    "swap the snapshot": Moment(file="*/snapshots/.current-*"),
    "ask for the account": Moment(call="GET /"),
    "open the journal": Moment(file="*/journal.sqlite"),
    "read the contacts": Moment(call="GET /lists/{list_id}/members"),
    "plan": Moment(file="*/contacts/2.parquet.partial"),
    "write the plan": Moment(file="*/runs/2*"),
    "push and acknowledge": Moment(call=PUSH),
    "take tags away": Moment(call="POST /lists/{list_id}/segments/{segment_id}"),
    "fold the ledger": Moment(file="*/ledger/news/2.parquet.partial"),
    "sweep": Moment(file="*/contacts/1.parquet", event="os.remove"),
    "report": Moment(file="*/reports/*.partial"),
}
