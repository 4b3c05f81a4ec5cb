"""Make the installation whose pages are measured: 1,000 exports, 100,000 runs, and one export with many people to push.

It is filled through the models in bulk: made by operations it would take an hour. Numbers are fixed, nothing is random.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from segue.control.connections.models import Connection
    from segue.control.exports.models import Export
    from segue.control.people.models import Person

EXPORTS = 1_000
RUNS = 100_000
SEGMENTS = 40
AUDIENCES = 50
DAYS = 60
PASSWORD = "a password for measuring"
ADMINISTRATOR = "alice@office.example"
ACCOUNT = "bench-account"
BATCH = 5_000

_DEFINITION = """\
version: 1
sources:
  people: {{type: csv, path: people.csv}}
profiles:
  source: people
  key: id
  attributes:
    email: {{column: email, type: email, personal: true}}
    first_name: {{column: first_name, personal: true}}
    number: {{column: number, type: integer}}
    opted_in: {{column: opted_in, type: boolean}}
segments:
{segments}
"""


def prepare(home: Path, *, base_url: str, api_key: str, people: int) -> int:
    """Fill the home folder and return the id of the export that pushes. Django is set up in this process by it."""
    from django.core.management import call_command

    from segue.service.django import start
    from segue.service.keys import make_keys

    make_keys(home / "segue.keys")
    start(home)
    call_command("migrate", verbosity=0)
    now = datetime.now(UTC).replace(microsecond=0)
    _write_people(home, people)
    _declare(home, now)
    return _fill(now, base_url=base_url, api_key=api_key)


def _write_people(home: Path, people: int) -> None:
    with (home / "people.csv").open("w", encoding="utf-8") as file:
        file.write("id,email,first_name,number,opted_in\n")
        for number in range(1, people + 1):
            file.write(f"{number},person{number}@shop{number % 97}.example,Émile,{number},true\n")


def _declare(home: Path, now: datetime) -> None:
    from segue.control.sources.models import Arrival
    from segue.service.definitions import apply, read_definition

    lines = [
        f"  segment_{n}: {{label: Segment {n:02}, rules: {{attribute: number, at_least: {n}}}}}"
        for n in range(1, SEGMENTS + 1)
    ]
    text = _DEFINITION.format(segments="\n".join(lines))
    read = read_definition(text, folder=home, file_name="segue.yaml")
    apply(read, arrival=Arrival.COMMAND_LINE, actor=None, now=now)


def _fill(now: datetime, *, base_url: str, api_key: str) -> int:
    from segue.control.exports.models import Export

    alice = _person(now)
    connection = _connection(alice, now, base_url=base_url, api_key=api_key)
    exports = _exports(connection, alice, now)
    _runs(exports, now)
    _counts(connection, now)
    _entries(exports, alice, now)
    Export.objects.bulk_update(
        exports, ["last_run_id", "last_status", "last_status_at", "refreshed_at"]
    )
    return exports[0].pk


def _person(now: datetime):  # type: ignore[no-untyped-def]
    from segue.control.people.models import Role
    from segue.control.people.operations import add_person

    return add_person(
        name="Alice",
        email=ADMINISTRATOR,
        role=Role.ADMINISTRATOR,
        password=PASSWORD,
        actor=None,
        now=now,
    )


def _connection(alice, now, *, base_url: str, api_key: str):  # type: ignore[no-untyped-def]
    from segue.control.connections import operations
    from segue.control.connections.models import Connection, CredentialKind
    from segue.sync.ports import Account

    made = operations.begin(
        display_name="Measured account",
        is_shared=True,
        agrees=True,
        language="en",
        actor=alice,
        now=now,
    )
    account = Account(account_id=ACCOUNT, name="Bench", role="owner", plan="monthly", contacts=0)
    credential = operations.Credential(
        kind=CredentialKind.API_KEY, secret=api_key, base_url=base_url, account=account
    )
    operations.authenticate(connection=made, credential=credential, actor=alice, now=now)
    operations.add_export_user(connection=made, password=PASSWORD, actor=alice, now=now)
    operations.save(connection=made, actor=alice, now=now)
    return Connection.objects.get(pk=made.pk)


def _exports(connection: Connection, alice: Person, now: datetime) -> list[Export]:
    from segue.control.exports.models import Export, ExportField, ExportSegment, FirstRun
    from segue.control.segments.models import Segment

    exports = Export.objects.bulk_create(
        Export(
            name=f"Export {number:04}",
            key=f"export_{number}",
            connection=connection,
            account_id=connection.account_id,
            audience_id="bench0" if number == 0 else f"audience{number % AUDIENCES}",
            audience_name=f"Audience {number % AUDIENCES}",
            email_attribute="email",
            consent_attribute="opted_in",
            first_run=FirstRun.FREE,
            created_by=alice,
            created_at=now - timedelta(days=90),
            updated_at=now,
        )
        for number in range(EXPORTS)
    )
    segments = list(Segment.objects.order_by("position"))
    ExportSegment.objects.bulk_create(
        ExportSegment(
            export=export,
            segment=segments[number % SEGMENTS],
            tag=segments[number % SEGMENTS].label,
            position=0,
        )
        for number, export in enumerate(exports)
    )
    ExportField.objects.bulk_create(
        ExportField(export=export, tag="FNAME", type="text", attribute="first_name", position=0)
        for export in exports
    )
    return exports


def _runs(exports, now) -> None:  # type: ignore[no-untyped-def]
    from segue.control.refreshes.models import Run

    refreshes = _refreshes(now)
    for batch in _batches((_run(r, n, e) for r in refreshes for n, e in enumerate(exports)), BATCH):
        Run.objects.bulk_create(batch)
    last = {run.export_id: run for run in Run.objects.filter(refresh=refreshes[-1])}
    for export in exports:
        run = last[export.pk]
        export.last_run_id, export.last_status = run.pk, run.status
        export.last_status_at = export.refreshed_at = run.finished_at


def _refreshes(now) -> list:  # type: ignore[no-untyped-def, type-arg]
    from segue.control.refreshes.models import Refresh, Scope, Trigger
    from segue.control.statuses import Status

    rounds = RUNS // EXPORTS
    return Refresh.objects.bulk_create(
        Refresh(
            scope=Scope.WHOLE,
            trigger=Trigger.SCHEDULE,
            status=Status.SUCCESSFUL_WITH_SKIPS,
            created_at=at,
            started_at=at,
            data_ready_at=at + timedelta(minutes=1),
            finished_at=at + timedelta(minutes=40),
        )
        for at in (now - timedelta(hours=12 * (rounds - number)) for number in range(rounds))
    )


def _run(refresh, number: int, export):  # type: ignore[no-untyped-def]
    """Return one ended run; one in fifty failed."""
    from segue.control.refreshes.models import Run
    from segue.control.statuses import Status

    is_bad = (number + refresh.pk) % 50 == 0
    return Run(
        refresh=refresh,
        export=export,
        export_name=export.name,
        connection_name="Measured account",
        account_id=export.account_id,
        audience_id=export.audience_id,
        status=Status.FAILED if is_bad else Status.SUCCESSFUL_WITH_SKIPS,
        code="mailchimp_unavailable" if is_bad else "",
        created_at=refresh.created_at,
        started_at=refresh.data_ready_at,
        finished_at=refresh.finished_at,
        to_send=5_000,
        sent=5_000,
        accepted=0 if is_bad else 4_990,
        rejected=0 if is_bad else 10,
        skipped=120,
    )


def _counts(connection, now) -> None:  # type: ignore[no-untyped-def]
    from segue.control.connections.models import Audience, AudienceCount
    from segue.control.segments.models import Segment, SegmentCount

    Audience.objects.bulk_create(
        Audience(
            connection=connection,
            audience_id=f"audience{number}",
            name=f"Audience {number}",
            contacts=800_000,
            seen_at=now,
        )
        for number in range(AUDIENCES)
    )
    AudienceCount.objects.bulk_create(
        AudienceCount(
            account_id=ACCOUNT,
            audience_id=f"audience{number}",
            day=(now - timedelta(days=day)).date(),
            contacts=800_000 - 1_000 * day,
        )
        for number in range(AUDIENCES)
        for day in range(DAYS)
    )
    SegmentCount.objects.bulk_create(
        SegmentCount(segment=segment, at=now - timedelta(days=day), members=90_000 - day)
        for segment in Segment.objects.all()
        for day in range(DAYS, 0, -1)
    )


def _entries(exports, alice, now) -> None:  # type: ignore[no-untyped-def]
    from segue.control.audit.models import Action, Entry

    Entry.objects.bulk_create(
        (
            Entry(
                at=now - timedelta(minutes=number),
                actor_id=alice.pk,
                actor_name=alice.name,
                action=Action.EXPORT_EDITED,
                subject_kind="export",
                subject_id=str(exports[number % EXPORTS].pk),
                subject_name=exports[number % EXPORTS].name,
            )
            for number in range(20_000)
        ),
        batch_size=BATCH,
    )


def _batches(rows: Iterable, size: int) -> Iterator[list]:  # type: ignore[type-arg]
    rows = iter(rows)
    while batch := list(islice(rows, size)):
        yield batch
