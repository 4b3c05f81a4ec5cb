"""The whole installation as text: applied to an empty one it gives the same again, and it holds no secret."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from segue.control.connections.models import Connection
from segue.control.exports import operations as exports
from segue.control.exports.models import Blanks, Export, FirstRun, Leftovers, NewStatus
from segue.control.people.models import Person
from segue.control.segments.models import Segment
from segue.control.segments.operations import adopt, duplicate, set_active
from segue.control.sources.models import Attribute, DataSource, Definition
from segue.core.errors import ConfigurationProblem
from segue.service.as_code import AsCode, installation_as_code
from segue.sync import export as engine
from segue.sync.export import FieldMatch, MergeType, SegmentTag
from tests.control.stage import DEFINITION, connection, declared, draft, facts, merge_field
from tests.examples import few
from tests.fakes.clocks import START

FILE = (
    DEFINITION
    + """\
connections:
  main: {type: mailchimp, label: From a file, access_token: {file: token.txt}}
exports:
  news:
    connection: main
    audience: f1b2c3d4e5
    match: {email: email, fields: {LNAME: {attribute: last_name, create: true, blanks: clear}}}
    segments: [newcomers]
    consent: {attested_by: Ada, attested_on: 2026-01-31, statement: They asked for it.}
"""
)
TRICKY = ("yes", "No", "~", "null", "2026-01-01", "2026-02-30", "0x1f", "1e3", "01", "1.50", "- a", "a: b", "#a", "'", '"', "é ß", "{label}", "\\n", "%", "@x", "*a", "&a", "!t", "|", ">")  # fmt: skip
LETTERS = st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=20)
NAMES = (st.sampled_from(TRICKY) | LETTERS).map(lambda text: " ".join(text.split())).filter(bool)
TAGS = st.text(st.sampled_from("abcXYZ019 éß'#:-{}"), min_size=1, max_size=15).map(str.strip)


@st.composite
def wanted(drawn: st.DrawFn, number: int) -> dict[str, Any]:
    """Return what an export of the pages may be besides its name, connection and audience."""
    ground: dict[str, Any] = {"consent_attribute": "opted_in"}
    if drawn(st.booleans()):
        statement = drawn(NAMES.filter(lambda text: len(text) > 2))
        ground = {"consent_attribute": "", "attestation": f"{statement} said so"}
    field = FieldMatch(
        tag="FNAME",
        attribute="first_name",
        name=drawn(st.sampled_from(["First name", "FNAME", "n" * 51])),
        blanks=engine.Blanks(drawn(st.sampled_from(list(Blanks))).value),
    )
    joined = FieldMatch(tag="JOINED", attribute="joined", type=MergeType.DATE, name="Joined")
    constant = FieldMatch(tag="FNAME", attribute="", value=drawn(NAMES), name="First name")
    spoken = drawn(st.sampled_from([{"attribute": "city"}, {"attribute": "", "value": "fr_CA"}]))
    language = FieldMatch(tag="language", type=MergeType.LANGUAGE, name="Language", **spoken)
    return {
        "segments": (SegmentTag(segment="vip", tag=f"{drawn(TAGS)}{number}"),),
        "fields": drawn(st.sampled_from([(), (field,), (field, joined), (language, constant)])),
        "newest_by": drawn(st.sampled_from(["", "joined"])),
        "new_status": drawn(st.sampled_from(list(NewStatus))),
        "profile_limit": drawn(st.sampled_from([1_000_000, 7])),
        "brakes": drawn(st.sampled_from([{}, {"removal_share": 0.25, "stale_after_days": 2.0}])),
        "first_run": drawn(st.sampled_from(list(FirstRun))),
        "leftovers": drawn(st.sampled_from(list(Leftovers))),
        **ground,
    }


def _empty() -> None:
    for model in (Export, Connection, Segment, Definition, DataSource, Attribute):
        model.objects.all().delete()


def _made(folder: Path, alice: Person, data: st.DataObject) -> None:
    """Make a random installation: rows of the pages beside rows of a file."""
    declared(folder, text=data.draw(st.sampled_from([DEFINITION, FILE])))
    for name in data.draw(st.sets(st.sampled_from(["vip", "newcomers"]))):
        duplicate(segment=Segment.objects.get(name=name), actor=alice, now=START)
    if data.draw(st.booleans()) and not Export.objects.exists():
        adopt(segment=Segment.objects.get(name="newcomers"), actor=alice, now=START)
    copies = Segment.objects.exclude(name__in=["vip", "newcomers"])
    for copy in copies:
        Segment.objects.filter(pk=copy.pk).update(label=data.draw(NAMES))
        set_active(segment=copy, active=data.draw(st.booleans()), actor=alice, now=START)
    names = data.draw(st.lists(NAMES, min_size=1, max_size=3, unique_by=str.lower))
    for number, name in enumerate(names):
        called = name if name.lower() != "from a file" else "Mine"
        mine = Connection.objects.create(
            display_name=called,
            credential_kind=data.draw(st.sampled_from(["api_key", "access_token"])),
            secret="sandbox-key-us1",
            base_url="https://us1.api.mailchimp.com/3.0",
            account_id=f"acc{number}",
            export_user=alice,
            contact_limit=data.draw(st.sampled_from([None, 5000])),
            honours_status_if_new=data.draw(st.booleans()),
            created_at=START,
            saved_at=START,
        )
        if data.draw(st.booleans()):
            _add(mine, name, data.draw(wanted(number)), alice)


def _add(mine: Connection, name: str, values: dict[str, Any], alice: Person) -> None:
    known = facts(
        merge_field("language", 0, type=MergeType.LANGUAGE),
        merge_field("FNAME", 1),
        merge_field("JOINED", 2, type=MergeType.DATE),
        audience_id=f"a{mine.pk}",
    )
    made = draft(mine, name=f"Export {name}", audience_id=f"a{mine.pk}", **values)
    exports.add(draft=made, facts=known, actor=alice, now=START)


def _applied_again(made: AsCode, folder: Path) -> AsCode:
    _empty()
    declared(folder, text=made.text)
    return installation_as_code()


@settings(few(10), suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(data=st.data())
def test_an_installation_printed_and_applied_to_an_empty_one_is_the_same(
    db: None, tmp_path: Path, alice: Person, data: st.DataObject
) -> None:
    with transaction.atomic():
        _made(tmp_path, alice, data)
        first = installation_as_code()
        rows = (Segment.objects.count(), Connection.objects.count(), Export.objects.count())

        second = _applied_again(first, tmp_path / "elsewhere")

        assert (first.left_out, second.left_out) == ([], [])
        assert second.text == first.text
        assert (
            Segment.objects.count(),
            Connection.objects.count(),
            Export.objects.count(),
        ) == rows
        transaction.set_rollback(True)


@pytest.mark.parametrize(
    "source, engine, variables",
    [
        ("{type: spark, table: shop.customers}", 'engine: {type: spark, remote: {env: SPARK_REMOTE}, snapshots: "s3://b/s"}\n', ["SPARK_REMOTE"]),
        ("{type: postgresql, dsn: {env: SHOP_DSN}, table: public.customers}", "", ["SHOP_DSN"]),
        ("{type: csv, path: s3://crm/c.csv, credentials: {access_key: {env: CRM_KEY}, secret_key: {env: CRM_SECRET}}}", "", ["CRM_KEY", "CRM_SECRET"]),
    ],
)  # fmt: skip
def test_every_variable_that_the_text_counts_on_is_named(
    db: None,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    source: str,
    engine: str,
    variables: list[str],
) -> None:
    for name in variables:
        monkeypatch.setenv(name, "sc://spark.example" if engine else "postgresql://db.example/shop")
    text = DEFINITION.replace("{type: csv, path: customers.csv}", source) + engine
    declared(tmp_path, text=text)

    assert installation_as_code().variables == variables


def test_the_text_says_everything_and_no_secret(db: None, tmp_path: Path, alice: Person) -> None:
    declared(tmp_path, text=FILE)
    mine = connection(alice, name="Newsletter account", secret="sandbox-secret-us1")
    exports.add(draft=draft(mine, name="VIP letter"), facts=facts(), actor=alice, now=START)

    made = installation_as_code()

    assert "sandbox-secret" not in made.text
    assert made.variables == ["MAILCHIMP_NEWSLETTER_ACCOUNT"]
    assert f"path: {tmp_path}/customers.csv" in made.text
    connections, _, written = made.text.partition("connections:\n")[2].partition("exports:\n")
    assert (
        connections
        == f"""\
  main:
    type: mailchimp
    access_token:
      file: {tmp_path}/token.txt
    label: From a file
  newsletter_account:
    type: mailchimp
    api_key:
      env: MAILCHIMP_NEWSLETTER_ACCOUNT
    label: Newsletter account
    base_url: http://127.0.0.1:9/3.0
"""
    )
    assert (
        written
        == """\
  news:
    connection: main
    audience: f1b2c3d4e5
    match:
      email: email
      fields:
        LNAME:
          attribute: last_name
          create: true
          blanks: clear
    segments:
    - segment: newcomers
      tag: Newcomers
    consent:
      attested_by: Ada
      attested_on: 2026-01-31
      statement: They asked for it.
  vip_letter:
    label: VIP letter
    connection: newsletter_account
    audience: a1b2c3d4e5
    match:
      email: email
      fields:
        FNAME:
          attribute: first_name
          name: Fname
    segments:
    - segment: vip
      tag: VIP
    consent:
      attribute: opted_in
    new_contacts: subscribed
    first_run: free
"""
    )


def test_what_a_file_cannot_say_is_named_and_left_out(
    db: None, tmp_path: Path, alice: Person
) -> None:
    declared(tmp_path)
    mine = connection(alice)
    kept = exports.add(draft=draft(mine, name="Kept"), facts=facts(), actor=alice, now=START)
    alone = exports.add(
        draft=draft(mine, name="Alone", audience_id="b1"),
        facts=facts(audience_id="b1"),
        actor=alice,
        now=START,
    )
    exports.detach(exports=[alone], actor=alice, now=START)
    Connection.objects.create(display_name="Begun", created_at=START)
    copy = duplicate(segment=Segment.objects.get(name="newcomers"), actor=alice, now=START)
    Segment.objects.filter(pk=copy.pk).update(rule={"attribute": "gone", "is": "x"})
    Segment.objects.filter(name="vip").update(removed_at=START)

    made = installation_as_code()

    assert [(one.section, one.name) for one in made.left_out] == [
        ("connections", "Begun"),
        ("exports", "Alone"),
        ("segments", "Newcomers (2)"),
        ("exports", kept.name),
    ]
    assert all(one.why for one in made.left_out)
    assert "gone" not in made.text


def test_before_a_definition_the_next_step_is_named(db: None) -> None:
    with pytest.raises(ConfigurationProblem) as refused:
        installation_as_code()

    assert refused.value.code == "definition_missing"


def test_the_day_of_an_attestation_stays(db: None, tmp_path: Path) -> None:
    declared(tmp_path, text=FILE)

    _applied_again(installation_as_code(), tmp_path)

    assert Export.objects.get().attested_on == date(2026, 1, 31)
