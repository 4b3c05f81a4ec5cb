"""A small installation for tests: data files, a definition, a connection, an audience, exports. No expectations."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings

from segue.control.connections import operations as connections
from segue.control.connections.models import Connection, CredentialKind
from segue.control.exports import operations as exports
from segue.control.exports.draft import AudienceFacts, Draft
from segue.control.exports.models import Export, FirstRun
from segue.control.people.models import Person
from segue.control.sources.models import Arrival
from segue.control.sources.queries import current_definition
from segue.service.configured import workspace
from segue.service.definitions import apply, read_definition
from segue.sync.export import FieldMatch, MergeType, SegmentTag
from segue.sync.ports import Account, Audience, MergeField, MergeFields
from tests.cast import CONTACTS
from tests.fakes.clocks import START
from tests.fixtures.people import PASSWORD

AUDIENCE_ID = "a1b2c3d4e5"
DEFINITION = """\
version: 1
sources:
  customers: {type: csv, path: customers.csv}
profiles:
  source: customers
  key: id
  attributes:
    email: {column: email, type: email, label: E-mail, personal: true}
    first_name: {column: first_name, type: text, label: First name, personal: true}
    last_name: {column: last_name, type: text, label: Last name, personal: true}
    city: {column: city, type: text}
    joined: {column: joined, type: date}
    opted_in: {column: opted_in, type: boolean}
segments:
  vip:
    label: VIP
    rules: {attribute: city, is: Lyon}
  newcomers:
    label: Newcomers
    rules: {attribute: joined, after: 2026-01-01}
"""


def data_folder(folder: Path, *, people: int = 0) -> Path:
    """Write the customers: the cast in Lyon, and so many more in Paris."""
    rows = ["id,email,first_name,last_name,city,joined,opted_in"]
    rows += [
        f"{number},{one.email},{one.first_name},{one.last_name},Lyon,2025-06-01,true"
        for number, one in enumerate(CONTACTS, start=1)
    ]
    rows += [
        f"{1000 + n},p{n:06}@shop.example,P{n},Martin,Paris,2026-02-01,true" for n in range(people)
    ]
    (folder / "customers.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    return folder


def declared(folder: Path, *, text: str = DEFINITION, now: datetime = START) -> None:
    """Apply the definition as the installation itself."""
    read = read_definition(text, folder=folder, file_name="segue.yaml")
    apply(read, arrival=Arrival.COMMAND_LINE, actor=None, now=now)


def read(folder: Path) -> None:
    """Let an installation that has read nothing yet read its data, which are the CSV files of the folder.

    The same files by the same definition are read once in a process. What that made is copied for all others: a snapshot
    does not tell where it lies, and a refresh that comes later finds that what it was read from lies elsewhere.
    """
    home, definition = Path(settings.SEGUE_HOME), current_definition()
    assert definition is not None
    assert not home.exists()
    files = sorted(folder.glob("*.csv"))
    alike = (definition.text, *((file.name, file.read_bytes()) for file in files))
    if alike not in _READ:
        workspace().refresh()
        made = [path for path in home.rglob("*") if path.is_file()]
        _READ[alike] = {path.relative_to(home): path.read_bytes() for path in made}
    for path, content in _READ[alike].items():
        (home / path).parent.mkdir(parents=True, exist_ok=True)
        (home / path).write_bytes(content)


_READ: dict[tuple[object, ...], dict[Path, bytes]] = {}


def account(**changes: Any) -> Account:
    """Return a Mailchimp account."""
    values = {
        "account_id": "acc1",
        "name": "Shop",
        "role": "owner",
        "plan": "monthly",
        "contacts": 6,
    }
    return Account(**{**values, **changes})


def connection(
    actor: Person,
    *,
    name: str = "Newsletter account",
    is_shared: bool = True,
    base_url: str = "http://127.0.0.1:9/3.0",
    secret: str = "sandbox-key-us1",
    now: datetime = START,
    **of_account: Any,
) -> Connection:
    """Return a complete connection by an API key; nothing is asked of Mailchimp."""
    made = connections.begin(
        display_name=name, is_shared=is_shared, agrees=True, language="en", actor=actor, now=now
    )
    credential = connections.Credential(
        kind=CredentialKind.API_KEY,
        secret=secret,
        base_url=base_url,
        account=account(**of_account),
    )
    connections.authenticate(connection=made, credential=credential, actor=actor, now=now)
    connections.add_export_user(connection=made, password=PASSWORD, actor=actor, now=now)
    connections.save(connection=made, actor=actor, now=now)
    return Connection.objects.get(pk=made.pk)


def facts(*fields: MergeField, audience_id: str = AUDIENCE_ID, **changes: Any) -> AudienceFacts:
    """Return what Mailchimp says of an audience; without fields it has FNAME and LNAME."""
    values = {
        "audience_id": audience_id,
        "name": "Newsletter",
        "double_opt_in": False,
        "contacts": 6,
    }
    standard = (merge_field("FNAME", 1), merge_field("LNAME", 2))
    return AudienceFacts(
        audience=Audience(**{**values, **changes}),
        merge_fields=MergeFields(fields=fields or standard, limit=30),
    )


def merge_field(tag: str, merge_id: int, **changes: Any) -> MergeField:
    """Return a merge field."""
    values = {"name": tag.title(), "type": MergeType.TEXT, "required": False}
    return MergeField(merge_id=merge_id, tag=tag, **{**values, **changes})


def draft(connected: Connection | None, **changes: Any) -> Draft:
    """Return a draft of an export of the VIPs, whose first run asks nobody."""
    values: dict[str, Any] = {
        "name": "VIP newsletter",
        "connection": connected,
        "audience_id": AUDIENCE_ID,
        "email_attribute": "email",
        "fields": (FieldMatch(tag="FNAME", attribute="first_name", name="Fname"),),
        "segments": (SegmentTag(segment="vip", tag="VIP"),),
        "consent_attribute": "opted_in",
        "first_run": FirstRun.FREE,
    }
    return Draft(**{**values, **changes})


def export(
    actor: Person, connected: Connection, *, now: datetime = START, **changes: Any
) -> Export:
    """Return a kept export of the VIPs."""
    wanted = draft(connected, **changes)
    return exports.add(
        draft=wanted, facts=facts(audience_id=wanted.audience_id), actor=actor, now=now
    )
