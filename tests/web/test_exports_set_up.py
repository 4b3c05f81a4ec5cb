"""Setting an export up, step by step as the user's text has it, with the sandbox as Mailchimp."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import time
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from mailchimp_sandbox.faults import Fault
from mailchimp_sandbox.server import Sandbox
from mailchimp_sandbox.switches import Switches
from segue.control.audit.models import Action, Entry
from segue.control.connections import operations as connections
from segue.control.connections.models import Audience, Connection
from segue.control.exports import operations
from segue.control.exports.draft import draft_of
from segue.control.exports.models import Export, ExportField, FirstRun
from segue.control.people.models import Person
from segue.control.recurrence import Every, Recurrence
from segue.control.refreshes.models import Refresh
from segue.control.refreshes.operations import set_system_schedule
from segue.control.segments.models import Segment
from segue.control.sources.models import Attribute
from segue.service.configured import workspace
from segue.sync.export import FieldMatch, MergeType, SegmentTag
from segue.web.exports.matching import CONSTANT
from tests.control import stage
from tests.fakes.clocks import START
from tests.web.ties import untied

pytestmark = pytest.mark.one_database

Browse = Callable[[Person | None], Client]
Sent = dict[str, Any]


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    """Serve the account of `stage.account` with one audience."""
    shop = stage.account()
    with Sandbox.in_thread(switches=Switches(stats_cache_s=0)) as running:
        running.set_account(account_id=shop.account_id, name=shop.name)
        running.add_audience(stage.AUDIENCE_ID, name="Newsletter", double_opt_in=True)
        yield running


@pytest.fixture
def connected(alice: Person, sandbox: Sandbox, tmp_path: Path, settings: Any) -> Connection:
    """Declare data and return a shared connection to the sandbox."""
    settings.SEGUE_HOME = tmp_path / "home"
    folder = tmp_path / "given"
    folder.mkdir()
    stage.declared(stage.data_folder(folder, people=3))
    return stage.connection(alice, base_url=sandbox.base_url, secret=sandbox.api_key)


def _form(connected: Connection | None, **changes: Any) -> Sent:
    """Return what a browser sends for a sound export."""
    sent = {
        "connection": str(connected.pk) if connected else "",
        "name": "VIP newsletter",
        "audience_id": stage.AUDIENCE_ID,
        "email_attribute": "email",
        "field": ["FNAME"],
        "attribute-FNAME": "first_name",
        "segment": ["vip"],
        "tag-vip": "VIP",
        "consent_kind": "attribute",
        "consent_attribute": "opted_in",
        "attestation": "",
        "new_status": "subscribed",
        "newest_by": "",
        "profile_limit": "1000000",
        "removal_share": "20",
        "removal_least": "10",
        "shrink_share": "50",
        "shrink_least": "10",
        "growth_share": "100",
        "growth_least": "1000",
        "stale_after_days": "",
    }
    return {**sent, **changes}


def _text(html: str) -> str:
    seen = re.sub(r'<span class="unseen">.*?</span>', "", html, flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", seen)).split())


def _wrong(page: str) -> list[str]:
    """Return what is said to be wrong, in the order of the page; each is tied to its field."""
    assert untied(page) == []
    return [_text(one) for one in re.findall(r'<p class="wrong"[^>]*>(.*?)</p>', page, re.DOTALL)]


def _said(reply: Any) -> str:
    """Return the message on the next page."""
    messages = reply.content.decode().partition('<div class="messages"')[2].partition("</div>")[0]
    return _text("<div" + messages)


# the seed's steps


@pytest.mark.parametrize(
    ("language", "labels"),
    [
        (
            "en",
            [
                "Connection for export",
                "Display name",
                "Mailchimp audience ID",
                "Data matching",
                "Email",
                "Segments",
                "Consent",
                "New contacts",
                "Advanced",
                "Save",
            ],
        ),
        (
            "fr",
            [
                "Connexion pour l’exportation",
                "Nom d’affichage",
                "ID d’audience Mailchimp",
                "Correspondance des données",
                "E-mail",
                "Segments",
                "Consentement",
                "Nouveaux contacts",
                "Options avancées",
                "Enregistrer",
            ],
        ),
    ],
)
def test_the_pane_has_the_steps_of_the_text_in_their_order(
    language: str, labels: list[str], bob: Person, connected: Connection, browse: Browse
) -> None:
    Person.objects.update(language=language)

    page = _text(browse(bob).get("/exports/add/").content.decode().partition("<main")[2])

    places = [page.find(label) for label in labels]
    assert -1 not in places
    assert places == sorted(places)


def test_a_contributor_adds_an_export_and_nothing_runs(
    bob: Person, connected: Connection, browse: Browse
) -> None:
    reply = browse(bob).post("/exports/add/", _form(connected))

    export = Export.objects.get()
    assert reply.status_code == 302
    assert reply.headers["Location"] == f"/exports/{export.pk}/"
    assert draft_of(export) == stage.draft(
        connected,
        fields=(FieldMatch(tag="FNAME", attribute="first_name", name="First Name"),),
        first_run=FirstRun.APPROVE,
    )
    assert (export.audience_name, export.created_by) == ("Newsletter", bob)
    assert not Refresh.objects.exists()
    assert Entry.objects.get(action=Action.EXPORT_ADDED).actor_name == "Bob"


def test_from_a_pane_the_browser_is_told_where_to_go(
    bob: Person, connected: Connection, browse: Browse
) -> None:
    headers = {"HX-Request": "true", "HX-Target": "pane"}

    reply = browse(bob).post("/exports/add/", _form(connected), headers=headers)

    assert reply.status_code == 204
    assert reply.headers["HX-Redirect"] == f"/exports/{Export.objects.get().pk}/"


def test_the_pane_and_the_page_are_the_same_address(
    bob: Person, connected: Connection, browse: Browse
) -> None:
    headers = {"HX-Request": "true", "HX-Target": "pane"}
    client = browse(bob)

    pane = client.get("/exports/add/", headers=headers).content.decode()
    page = client.get("/exports/add/").content.decode()

    assert pane.lstrip().startswith('<div class="pane-sheet"')
    assert page.startswith("<!doctype html>")
    assert 'action="/exports/add/"' in pane
    assert 'action="/exports/add/"' in page


# connections


def test_a_new_export_begins_with_the_segments_that_its_address_names(
    connected: Connection, browse: Browse, bob: Person
) -> None:
    pane = browse(bob).get("/segments/vip/exports/").content.decode()
    page = browse(bob).get("/exports/add/?segment=vip&segment=nobody").content.decode()

    assert 'href="/exports/add/?segment=vip"' in pane
    assert re.findall(r'name="segment" value="(\w+)"[^>]*checked', page) == ["vip"]
    assert "checked" not in re.findall(
        r'name="segment"[^>]*', browse(bob).get("/exports/add/").content.decode()
    )


def test_connections_stand_in_a_mailchimp_section(
    alice: Person, bob: Person, connected: Connection, browse: Browse
) -> None:
    stage.connection(alice, name="Private", is_shared=False, account_id="acc2")

    page = browse(bob).get("/exports/add/").content.decode()

    select = page.partition('id="id_connection"')[2].partition("</select>")[0]
    assert '<optgroup label="Mailchimp">' in select
    assert re.findall(r'<option value="(\d*)"', select) == ["", str(connected.pk)]


@pytest.mark.parametrize(
    ("language", "words"),
    [
        (
            "en",
            "There is no Mailchimp section here: no connection is available to you. Contact an "
            "administrator: they can add a connection or share one with contributors.",
        ),
        (
            "fr",
            "La section Mailchimp n’apparaît pas : aucune connexion n’est à votre disposition. "
            "Contactez un administrateur : il peut ajouter une connexion ou en partager une "
            "avec les contributeurs.",
        ),
    ],
)
def test_without_a_usable_connection_there_is_no_section(
    language: str, words: str, alice: Person, bob: Person, connected: Connection, browse: Browse
) -> None:
    connections.share(connection=connected, is_shared=False, actor=alice, now=START)
    Person.objects.update(language=language)

    page = browse(bob).get("/exports/add/").content.decode()

    assert "optgroup" not in page
    assert words in _text(page)


def test_a_connection_of_others_is_not_accepted(
    alice: Person, bob: Person, connected: Connection, browse: Browse
) -> None:
    private = stage.connection(alice, name="Private", is_shared=False, account_id="acc2")

    reply = browse(bob).post("/exports/add/", _form(private))

    assert reply.status_code == 422
    assert _wrong(reply.content.decode()) == [
        "This connection is not available to you. Choose another."
    ]
    assert not Export.objects.exists()


# the audience


def _checked(client: Client, sent: Sent) -> str:
    """Leave the field of the audience ID."""
    headers = {"HX-Request": "true", "HX-Trigger": "id_audience_id"}
    reply = client.post("/exports/audience/", sent, headers=headers)
    assert reply.status_code == 200
    assert reply.headers["HX-Trigger-After-Settle"] == "estimate"
    return reply.content.decode()


def test_a_right_audience_id_shows_name_contacts_and_double_opt_in(
    bob: Person, connected: Connection, sandbox: Sandbox, browse: Browse
) -> None:
    sandbox.add_contact(stage.AUDIENCE_ID, "someone@shop.example", status="subscribed")

    part = _checked(browse(bob), _form(connected))

    assert "Newsletter · 1 subscribed contact · double opt-in" in _text(part)
    seen = Audience.objects.get()
    assert (seen.name, seen.contacts, seen.double_opt_in) == ("Newsletter", 1, True)


@pytest.mark.parametrize(
    ("language", "words"),
    [
        (
            "en",
            "There is no audience with the ID zzz in the account {account}. "
            "Yours are: Newsletter ({id}), Winter (f0f0f0f0f0).",
        ),
        (
            "fr",
            "Il n’y a pas d’audience avec l’ID zzz dans le compte {account}. "
            "Les vôtres sont : Newsletter ({id}), Winter (f0f0f0f0f0).",
        ),
    ],
)
def test_a_wrong_audience_id_names_the_account_and_its_audiences(
    language: str, words: str, bob: Person, connected: Connection, sandbox: Sandbox, browse: Browse
) -> None:
    Person.objects.update(language=language)
    sandbox.add_audience("f0f0f0f0f0", name="Winter")

    part = _checked(browse(bob), _form(connected, audience_id="zzz"))

    account = Connection.objects.get().account_name
    assert _wrong(part) == [words.format(account=account, id=stage.AUDIENCE_ID)]
    assert 'name="attribute-FNAME" value="first_name"' in part


@pytest.mark.parametrize(
    "typed",
    [f" \u200b{stage.AUDIENCE_ID}\u00a0", stage.AUDIENCE_ID.upper(), "\u2066newsletter\u2069"],
)
def test_an_audience_id_is_taken_as_it_is_pasted(
    typed: str, bob: Person, connected: Connection, browse: Browse
) -> None:
    _checked(browse(bob), _form(connected))

    part = _checked(browse(bob), _form(connected, audience_id=typed))

    assert _wrong(part) == []
    assert "Newsletter · 0 subscribed contacts" in _text(part)


def test_the_accounts_audiences_can_be_picked_by_name(
    bob: Person, connected: Connection, browse: Browse
) -> None:
    _checked(browse(bob), _form(connected))

    part = _checked(browse(bob), _form(connected, audience_id=""))

    assert f'<option value="{stage.AUDIENCE_ID}">Newsletter</option>' in part
    assert "The account holds 1 audience." in _text(part)


@pytest.mark.parametrize("typed", ["Newsletter", " newsletter "])
def test_an_audience_can_be_named_instead_of_giving_its_id(
    bob: Person, connected: Connection, browse: Browse, typed: str
) -> None:
    Audience.objects.create(
        connection=connected, audience_id=stage.AUDIENCE_ID, name="Newsletter", contacts=0,
        double_opt_in=True, seen_at=START,
    )  # fmt: skip

    reply = browse(bob).post("/exports/add/", _form(connected, audience_id=typed))

    assert reply.status_code == 302
    assert Export.objects.get().audience_id == stage.AUDIENCE_ID


def test_a_name_that_two_audiences_share_is_not_guessed(
    bob: Person, connected: Connection, browse: Browse
) -> None:
    for audience_id in (stage.AUDIENCE_ID, "another1"):
        Audience.objects.create(
            connection=connected, audience_id=audience_id, name="Newsletter", contacts=0,
            double_opt_in=True, seen_at=START,
        )  # fmt: skip

    reply = browse(bob).post("/exports/add/", _form(connected, audience_id="Newsletter"))

    assert reply.status_code == 422
    assert not Export.objects.exists()


def test_when_mailchimp_does_not_answer_nothing_is_lost_and_nothing_is_saved(
    bob: Person, connected: Connection, sandbox: Sandbox, browse: Browse
) -> None:
    sandbox.add_fault(Fault(kind="500", times=None))

    reply = browse(bob).post("/exports/add/", _form(connected))

    page = reply.content.decode()
    assert reply.status_code == 422
    assert _wrong(page) == [
        "Mailchimp does not answer just now, so that the audience cannot be checked. "
        "Try again in a moment; what you filled in stays."
    ]
    assert 'value="VIP newsletter"' in page
    assert 'name="attribute-FNAME" value="first_name"' in page
    assert not Export.objects.exists()


def test_revoked_credentials_are_told_beside_the_connection(
    bob: Person, alice: Person, sandbox: Sandbox, connected: Connection, browse: Browse
) -> None:
    Connection.objects.update(secret="another-key-us1")
    revoked = Connection.objects.get()

    page = browse(bob).post("/exports/add/", _form(revoked)).content.decode()

    assert _wrong(page) == [
        "Mailchimp no longer accepts the credentials of the connection Newsletter account. "
        "Have it authenticated again under Administrator › Connections."
    ]


# data matching


def test_the_email_attribute_is_suggested_by_its_type(
    bob: Person, connected: Connection, browse: Browse
) -> None:
    page = browse(bob).get("/exports/add/").content.decode()

    select = page.partition('id="id_email_attribute"')[2].partition("</select>")[0]
    assert re.findall(r'<option value="(\w*)"( selected)?>', select) == [
        ("", ""),
        ("email", " selected"),
    ]


def _rows(part: str) -> list[str]:
    return re.findall(r'<input type="hidden" name="field" value="(\w+)">', part)


def test_every_other_merge_field_can_be_added_with_what_feeds_it_suggested(
    bob: Person, connected: Connection, sandbox: Sandbox, browse: Browse
) -> None:
    sandbox.add_merge_field(stage.AUDIENCE_ID, "VILLE")
    workspace().refresh()
    client = browse(bob)
    sent = _form(connected, field=[])

    offered = _checked(client, sent)
    added = _checked(client, {**sent, "add": "LNAME"})

    menu = offered.partition("Add attribute")[2]
    assert re.findall(r'name="add" value="(\w+)"', menu)[:2] == ["FNAME", "LNAME"]
    assert "VILLE text" in _text(menu)
    assert _rows(added) == ["LNAME"]
    assert '<option value="last_name" selected>Last name</option>' in added
    assert "autofocus" in added
    assert re.findall(r'<span class="sample">([^<]*)</span>', added) == [
        "Haddad",
        "Martin",
        "Benali",
    ]


def test_an_attribute_can_be_taken_out_again(
    bob: Person, connected: Connection, browse: Browse
) -> None:
    part = _checked(browse(bob), _form(connected, drop="FNAME"))

    assert _rows(part) == []


def test_a_required_merge_field_has_a_row_and_is_refused_beside_it_when_nothing_feeds_it(
    bob: Person, connected: Connection, sandbox: Sandbox, browse: Browse
) -> None:
    sandbox.add_merge_field(stage.AUDIENCE_ID, "COMPANY", required=True)
    client = browse(bob)
    assert _rows(_checked(client, _form(connected, field=[]))) == ["COMPANY"]

    sent = _form(connected, field=["FNAME", "COMPANY"], **{"attribute-COMPANY": ""})
    reply = client.post("/exports/add/", sent)

    assert reply.status_code == 422
    assert _wrong(reply.content.decode()) == [
        "Company is required in this audience. "
        "Choose the attribute that feeds it, or make the field optional in Mailchimp."
    ]
    assert not Export.objects.exists()


def test_a_type_that_does_not_fit_is_told_beside_the_field(
    bob: Person, connected: Connection, sandbox: Sandbox, browse: Browse
) -> None:
    sandbox.add_merge_field(stage.AUDIENCE_ID, "BORN", "birthday")
    sent = _form(connected, field=["BORN"], **{"attribute-BORN": "city"})

    page = browse(bob).post("/exports/add/", sent).content.decode()

    row = page.partition('value="BORN">')[2].partition("</section>")[0]
    assert _wrong(row)[:1] == [
        "The attribute city is of type text and does not fit here. "
        "Choose an attribute of type: date, date and time, day of the year."
    ]


def test_an_address_takes_its_parts(
    bob: Person, connected: Connection, sandbox: Sandbox, browse: Browse
) -> None:
    sandbox.add_merge_field(stage.AUDIENCE_ID, "HOME", "address")
    parts = {f"part-HOME-{part}": "city" for part in ("addr1", "city", "state", "zip")}
    client = browse(bob)

    suggested = _checked(client, _form(connected, field=[], add="HOME"))
    reply = client.post("/exports/add/", _form(connected, field=["HOME"], **parts))

    assert (
        '<option value="city" selected>city</option>'
        in (suggested.partition('name="part-HOME-city"')[2].partition("</select>")[0])
    )
    assert reply.status_code == 302
    (field,) = draft_of(Export.objects.get()).fields
    assert (field.type, dict(field.parts)) == (
        MergeType.ADDRESS,
        {"addr1": "city", "city": "city", "state": "city", "zip": "city"},
    )


def test_what_mailchimp_said_before_cannot_be_forged(
    bob: Person, connected: Connection, sandbox: Sandbox, browse: Browse
) -> None:
    client = browse(bob)
    part = _checked(client, _form(connected))
    facts = re.findall(r'name="facts" value="([^"]*)"', part)[0]

    def asks_mailchimp(**changes: Any) -> bool:
        sandbox.reset_calls()
        sent = _form(connected, add="LNAME", **changes)
        client.post("/exports/audience/", sent, headers={"HX-Request": "true"})
        return bool(sandbox.calls)

    assert not asks_mailchimp(facts=facts)
    assert asks_mailchimp(facts=facts + "x")
    assert asks_mailchimp(facts=facts, audience_id="other")
    assert asks_mailchimp(facts="")


# segments


def test_segments_are_listed_with_members_and_their_default_tag(
    bob: Person, connected: Connection, browse: Browse
) -> None:
    Segment.objects.filter(name="vip").update(members=6, refreshed_at=START, label="VIP, gold")
    Segment.objects.filter(name="newcomers").update(is_active=False)

    page = browse(bob).get("/exports/add/").content.decode()

    listed = page.partition('id="segment-list"')[2].partition("</ul>")[0]
    assert "VIP, gold 6 members · just now" in _text(listed)
    assert 'name="tag-vip" value="VIP gold"' in listed
    assert "newcomers" not in listed


def test_each_segment_gets_the_tag_that_was_given(
    bob: Person, connected: Connection, browse: Browse
) -> None:
    sent = _form(
        connected, segment=["vip", "newcomers"], **{"tag-vip": " Gold ", "tag-newcomers": "New"}
    )

    browse(bob).post("/exports/add/", sent)

    assert draft_of(Export.objects.get()).segments == (
        SegmentTag(segment="vip", tag="Gold"),
        SegmentTag(segment="newcomers", tag="New"),
    )


def test_every_mistake_stands_beside_its_place(
    bob: Person, connected: Connection, browse: Browse
) -> None:
    sent = _form(
        connected,
        name=" ",
        field=["FNAME"],
        segment=["vip", "gone"],
        consent_kind="none",
        profile_limit="0",
        **{"attribute-FNAME": "", "tag-vip": "a,b", "tag-gone": "Gone"},
    )

    reply = browse(bob).post("/exports/add/", sent)

    page = reply.content.decode()
    assert reply.status_code == 422
    assert _wrong(page) == [
        "Give the export a name.",
        "No attribute is chosen. Choose one of the profiles' attributes.",
        "The tag holds a comma, which separates tags. Give the segment another tag.",
        "New contacts would become subscribed, and no consent is given. Choose the attribute that "
        "must be true, or attest the consent in your own words.",
        "Ensure this value is greater than or equal to 1.",
    ]
    assert re.search(r"<details open>\s*<summary>Advanced", page)


def test_mistakes_are_told_in_french_with_names_that_people_know(
    bob: Person, connected: Connection, browse: Browse
) -> None:
    Person.objects.update(language="fr")
    segments = {"tag-vip": "Or", "tag-newcomers": "or"}
    fields = {"attribute-FNAME": "first_name", "attribute-LNAME": ""}
    sent = _form(
        connected,
        field=["FNAME", "LNAME"],
        segment=["vip", "newcomers"],
        consent_kind="attestation",
        attestation="",
        **segments,
        **fields,
    )

    reply = browse(bob).post("/exports/add/", sent)

    assert _wrong(reply.content.decode()) == [
        "Aucun attribut n’est choisi. Choisissez un des attributs des profils.",
        "Les segments `VIP` et `Newcomers` partageraient l’étiquette `or` : "
        "Mailchimp ne distingue pas les majuscules. Donnez une autre étiquette au segment.",
        "Les nouveaux contacts deviendraient abonnés, et aucun consentement n’est indiqué. "
        "Choisissez l’attribut qui doit être vrai, ou attestez le consentement dans vos propres mots.",
    ]


def test_what_another_export_of_the_audience_does_is_refused_beside_the_field(
    bob: Person, connected: Connection, browse: Browse
) -> None:
    client = browse(bob)
    client.post("/exports/add/", _form(connected))

    sent = _form(connected, name="Second", **{"attribute-FNAME": "last_name", "tag-vip": "vip"})
    page = client.post("/exports/add/", sent).content.decode()

    assert _wrong(page) == [
        "Export `VIP newsletter` writes `First name` as text into FNAME of the same audience. "
        "Feed the merge field alike in both, or use another merge field.",
        "Export `VIP newsletter` writes this tag as `VIP`: Mailchimp takes `vip` for the same tag. "
        "Spell the tag alike, or give it another name.",
    ]


# consent, limit, brakes


def test_an_attestation_is_kept_with_its_author(
    bob: Person, connected: Connection, browse: Browse
) -> None:
    sent = _form(connected, consent_kind="attestation", attestation="They signed at the counter.")

    browse(bob).post("/exports/add/", sent)

    export = Export.objects.get()
    assert (export.consent_attribute, export.attestation, export.attested_by) == (
        "",
        "They signed at the counter.",
        bob,
    )


def test_only_brakes_that_differ_are_kept(
    bob: Person, connected: Connection, browse: Browse
) -> None:
    sent = _form(
        connected,
        profile_limit="5000",
        newest_by="joined",
        removal_share="12.5",
        growth_least="50",
        stale_after_days="7",
        new_status="pending",
    )

    browse(bob).post("/exports/add/", sent)

    draft = draft_of(Export.objects.get())
    assert (draft.profile_limit, draft.newest_by, draft.new_status) == (5000, "joined", "pending")
    assert draft.brakes == {"removal_share": 0.125, "growth_least": 50, "stale_after_days": 7.0}


# sizes


def _estimated(client: Client, sent: Sent) -> str:
    return client.post("/exports/estimate/", sent, headers={"HX-Request": "true"}).content.decode()


def test_the_sizes_fall_from_members_to_contacts(
    bob: Person, connected: Connection, browse: Browse
) -> None:
    workspace().refresh()
    sent = _form(connected, segment=["vip", "newcomers"], **{"tag-newcomers": "New"})

    part = _estimated(browse(bob), sent)

    words = _text(part)
    assert "Selected members 9 After duplicates 9 After missing and invalid addresses 9" in words
    assert "After consent 9" in words
    assert "9 of at most 1,000,000 profiles" in words
    assert "VIP 6 6 Newcomers 3 3" in words
    assert "known after the first plan: the audience was not read yet" in words


def test_the_save_bar_says_when_and_about_how_many(
    alice: Person, bob: Person, connected: Connection, browse: Browse
) -> None:
    workspace().refresh()
    mornings = Recurrence(every=Every.DAY, time_zone="UTC", times=(time(6),))
    set_system_schedule(is_on=True, recurrence=mornings, actor=alice, now=START)
    client = browse(bob)
    facts = re.findall(r'name="facts" value="([^"]*)"', _checked(client, _form(connected)))[0]

    part = _estimated(client, _form(connected, facts=facts))

    note = part.partition('id="save-note" hx-swap-oob="true">')[2].partition("</span>")[0]
    assert _text(note) == (
        "First run: tomorrow 06:00. The first run waits until somebody approves its plan. "
        "About 6 contacts, 6 of them new."
    )
    free = _estimated(client, _form(connected, facts=facts, first_run="free"))
    assert "The first run waits" not in _text(free)


def test_of_an_audience_that_was_never_read_it_says_when_the_new_ones_are_known(
    bob: Person, connected: Connection, sandbox: Sandbox, browse: Browse
) -> None:
    sandbox.add_contact(stage.AUDIENCE_ID, "someone@shop.example", status="subscribed")
    workspace().refresh()
    client = browse(bob)
    facts = re.findall(r'name="facts" value="([^"]*)"', _checked(client, _form(connected)))[0]

    words = _text(_estimated(client, _form(connected, facts=facts)))

    assert "About 6 contacts; how many of them are new is known after the first plan." in words


def test_a_limit_that_is_exceeded_says_by_how_much(
    bob: Person, connected: Connection, browse: Browse
) -> None:
    workspace().refresh()

    words = _text(_estimated(browse(bob), _form(connected, profile_limit="4")))

    assert "6 people: 2 more than the limit of 4. A run would be refused." in words
    assert "The limit is exceeded by 2: a run would be refused." in words


@pytest.mark.parametrize("limit", ["", "0", "many", "9" * 5000])
def test_while_the_limit_is_no_number_sizes_are_shown_and_nobody_fits(
    limit: str, bob: Person, connected: Connection, browse: Browse
) -> None:
    workspace().refresh()

    part = _estimated(browse(bob), _form(connected, profile_limit=limit))

    assert "6 people: 6 more than the limit of 0. A run would be refused." in _text(part)
    assert '<rect class="bar-fill" width="100.00"' in part


def test_before_the_first_refresh_sizes_are_not_known(
    bob: Person, connected: Connection, browse: Browse
) -> None:
    words = _text(_estimated(browse(bob), _form(connected)))

    assert words.startswith("Sizes are known after the first refresh.")


def test_without_segments_it_says_what_to_choose(
    bob: Person, connected: Connection, browse: Browse
) -> None:
    workspace().refresh()

    words = _text(_estimated(browse(bob), _form(connected, segment=[])))

    assert words.startswith("Choose segments to see how many contacts they make.")


# after saving


def test_after_saving_it_says_that_nothing_ran_and_when_it_will(
    alice: Person, bob: Person, connected: Connection, browse: Browse
) -> None:
    workspace().refresh()
    mornings = Recurrence(every=Every.DAY, time_zone="UTC", times=(time(6),))
    set_system_schedule(is_on=True, recurrence=mornings, actor=alice, now=START)

    reply = browse(bob).post("/exports/add/", _form(connected), follow=True)

    assert _said(reply) == (
        "“VIP newsletter” is saved. Saving doesn’t run the export. It runs with every scheduled "
        "refresh; you can also run it on demand. First run: tomorrow 06:00. The "
        "first run waits until somebody approves its plan. About 6 contacts, 6 of them new."
    )


def test_after_saving_a_french_reader_reads_the_sentence_of_the_text(
    bob: Person, connected: Connection, browse: Browse
) -> None:
    Person.objects.update(language="fr")

    reply = browse(bob).post("/exports/add/", _form(connected), follow=True)

    assert (
        "L’enregistrement d’une exportation n’exécute pas l’exportation immédiatement. "
        "L’exportation s’exécute avec chaque actualisation planifiée\u00a0; vous pouvez aussi "
        "exporter des données à la demande."
    ) in reply.content.decode()


# double opt-in, blanks, first runs


def _new_contacts(page: str) -> str:
    part = page.partition('<section id="new-contacts"')[2].partition("</section>")[0]
    (chosen,) = re.findall(r'name="new_status" value="(\w+)"[^>]* checked', part)
    return str(chosen)


def test_an_audience_that_asks_for_confirmation_gets_pending_preselected(
    bob: Person, connected: Connection, browse: Browse
) -> None:
    client = browse(bob)
    opened = client.get("/exports/add/").content.decode()
    part = _checked(client, _form(connected, suggested_status="subscribed"))

    assert (_new_contacts(opened), _new_contacts(part)) == ("subscribed", "pending")
    assert 'name="suggested_status" value="pending"' in part
    assert "This audience asks new contacts to confirm (double opt-in)." in _text(part)


def test_who_chose_another_status_than_suggested_keeps_it(
    bob: Person, connected: Connection, browse: Browse
) -> None:
    client = browse(bob)
    chosen = _form(connected, suggested_status="pending", new_status="subscribed")

    part = _checked(client, chosen)
    client.post("/exports/add/", chosen)

    assert 'id="new-contacts"' not in part
    assert Export.objects.get().new_status == "subscribed"


def test_back_at_an_audience_that_does_not_ask_the_suggestion_goes(
    bob: Person, connected: Connection, sandbox: Sandbox, browse: Browse
) -> None:
    sandbox.add_audience("f0f0f0f0f0", name="Winter")
    sent = _form(
        connected, audience_id="f0f0f0f0f0", suggested_status="pending", new_status="pending"
    )

    part = _checked(browse(bob), sent)

    assert _new_contacts(part) == "subscribed"


def test_saving_does_not_change_the_status_unseen(
    bob: Person, connected: Connection, browse: Browse
) -> None:
    client = browse(bob)
    sent = _form(connected, suggested_status="subscribed")

    refused = client.post("/exports/add/", sent)
    page = refused.content.decode()
    assert (refused.status_code, _new_contacts(page)) == (422, "pending")
    assert _wrong(page) == ["Another status is chosen now: save again if it is meant."]
    assert not Export.objects.exists()

    client.post("/exports/add/", {**sent, "suggested_status": "pending", "new_status": "pending"})
    assert Export.objects.get().new_status == "pending"


def test_editing_suggests_nothing(bob: Person, export: Export, browse: Browse) -> None:
    sent = _form(export.connection, export=str(export.pk))

    page = browse(bob).get(f"/exports/{export.pk}/edit/").content.decode()
    part = _checked(browse(bob), sent)

    assert "suggested_status" not in page + part
    assert _new_contacts(page) == "subscribed"


def test_what_a_blank_does_is_chosen_for_each_field_and_kept(
    bob: Person, connected: Connection, browse: Browse
) -> None:
    client = browse(bob)
    both = _form(
        connected,
        field=["FNAME", "LNAME"],
        **{"attribute-LNAME": "last_name", "blanks-LNAME": "clear"},
    )

    client.post("/exports/add/", both)
    export = Export.objects.get()
    page = client.get(f"/exports/{export.pk}/edit/").content.decode()
    facts = client.get(f"/exports/{export.pk}/").content.decode()

    assert list(export.fields.values_list("tag", "blanks")) == [
        ("FNAME", "keep"),
        ("LNAME", "clear"),
    ]
    assert [
        re.findall(r'<option value="(\w+)" selected', page.partition(f'name="blanks-{tag}"')[2])[0]
        for tag in ("FNAME", "LNAME")
    ] == ["keep", "clear"]
    assert "Last name (a blank clears it)" in _text(facts)


def test_one_value_for_everybody_is_shown_as_it_will_be_sent_kept_and_copied(
    bob: Person, connected: Connection, sandbox: Sandbox, browse: Browse
) -> None:
    sandbox.add_merge_field(stage.AUDIENCE_ID, "SHOP", "dropdown", choices=("Lyon", "Paris"))
    workspace().refresh()
    client = browse(bob)
    sent = _form(connected, field=["SHOP"], **{"attribute-SHOP": CONSTANT, "value-SHOP": " lyon "})

    shown = _checked(client, sent)
    client.post("/exports/add/", sent)
    export = Export.objects.get()
    edited = client.get(f"/exports/{export.pk}/edit/").content.decode()
    facts = client.get(f"/exports/{export.pk}/").content.decode()
    (copy,) = operations.duplicate(exports=[export], actor=bob, now=START)

    assert re.findall(r'<span class="sample">([^<]*)</span>', shown) == ["Lyon"]
    assert "A blank" not in _text(shown)
    assert f'<option value="{CONSTANT}" selected>' in edited
    assert 'name="value-SHOP" value="lyon"' in edited
    assert "“lyon” for everybody" in _text(facts)
    assert [draft_of(one).fields for one in (export, copy)] == 2 * [
        (FieldMatch(tag="SHOP", attribute="", type=MergeType.DROPDOWN, name="Shop", value="lyon"),)
    ]


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (
            "Nice",
            "What everybody gets in SHOP, “Nice”, is no value of type dropdown. "
            "Write one of its choices: Lyon, Paris.",
        ),
        (
            " ",
            "The value that everybody gets in SHOP is empty. "
            "Write the value, or choose the attribute that feeds the field.",
        ),
    ],
)
def test_a_value_that_the_field_does_not_take_is_told_beside_it_and_stays_to_be_mended(
    bob: Person, connected: Connection, sandbox: Sandbox, browse: Browse, value: str, said: str
) -> None:
    sandbox.add_merge_field(stage.AUDIENCE_ID, "SHOP", "dropdown", choices=("Lyon", "Paris"))
    sent = _form(connected, field=["SHOP"], **{"attribute-SHOP": CONSTANT, "value-SHOP": value})

    page = browse(bob).post("/exports/add/", sent).content.decode()

    assert _wrong(page) == [said]
    assert f'name="value-SHOP" value="{value.strip()}"' in page
    assert not Export.objects.exists()


def test_a_constant_is_brought_along_while_the_audience_is_not_known(
    bob: Person, connected: Connection, browse: Browse
) -> None:
    row = {"attribute-SHOP": CONSTANT, "value-SHOP": "Lyon"}

    part = _checked(browse(bob), _form(connected, field=["SHOP"], audience_id="0000000000", **row))

    assert f'<input type="hidden" name="attribute-SHOP" value="{CONSTANT}">' in part
    assert '<input type="hidden" name="value-SHOP" value="Lyon">' in part


def test_the_value_for_everybody_is_asked_for_where_it_is_chosen(
    bob: Person, connected: Connection, browse: Browse
) -> None:
    part = _checked(browse(bob), _form(connected))

    shown_when = re.search(r'class="field-constant" data-shown-when="([^"]*)"', part)
    assert shown_when is not None
    assert shown_when[1].split("=") == ["attribute-FNAME", CONSTANT]


def test_the_language_of_contacts_is_fed_like_a_merge_field_and_kept(
    bob: Person, connected: Connection, browse: Browse
) -> None:
    workspace().refresh()
    client = browse(bob)
    fixed = _form(
        connected,
        field=["language"],
        **{"attribute-language": CONSTANT, "value-language": "Français"},
    )
    unsure = {**fixed, "value-language": "Spanish"}

    menu = _checked(client, _form(connected, field=[])).partition("Add attribute")[2]
    shown = _checked(client, fixed)
    refused = client.post("/exports/add/", unsure)
    client.post("/exports/add/", fixed)
    export = Export.objects.get()
    Person.objects.update(language="fr")
    facts = client.get(f"/exports/{export.pk}/").content.decode()

    assert "<span>Language</span></button>" in menu
    assert re.findall(r'<span class="sample">([^<]*)</span>', shown) == ["fr"]
    assert _wrong(refused.content.decode()) == [
        "What everybody gets in language, “Spanish”, is no value of type language. Write it like fr."
    ]
    assert "Langue « Français » pour tout le monde" in _text(facts).replace("\u00a0", " ")
    assert draft_of(export).fields == (
        FieldMatch(
            tag="language",
            attribute="",
            type=MergeType.LANGUAGE,
            name="Language",
            value="Français",
        ),
    )


def test_first_runs_leftovers_and_brakes_are_kept_and_recorded(
    bob: Person, connected: Connection, browse: Browse
) -> None:
    client = browse(bob)
    client.post("/exports/add/", _form(connected))
    export = Export.objects.get()
    before = (export.first_run, export.leftovers)
    changed = _form(
        connected,
        export=str(export.pk),
        first_run="free",
        leftovers="remove",
        move_share="5",
        wipe_least="3",
    )

    client.post(f"/exports/{export.pk}/edit/", changed)

    export.refresh_from_db()
    assert before == ("approve", "show")
    assert (export.first_run, export.leftovers) == ("free", "remove")
    assert export.brakes == {"move_share": 0.05, "wipe_least": 3}
    added, edited = Entry.objects.filter(action__in=(Action.EXPORT_ADDED, Action.EXPORT_EDITED))[
        ::-1
    ]
    assert added.details["first_run"] == "approve"
    assert {"first run=free", "leftovers=remove"} <= set(edited.details["after"])
    assert "first run=approve" in edited.details["before"]


def test_a_copy_keeps_what_blanks_and_first_runs_do(
    bob: Person, connected: Connection, browse: Browse
) -> None:
    sent = _form(connected, first_run="free", leftovers="remove", **{"blanks-FNAME": "clear"})
    browse(bob).post("/exports/add/", sent)

    (copy,) = operations.duplicate(exports=[Export.objects.get()], actor=bob, now=START)

    assert (copy.first_run, copy.leftovers) == ("free", "remove")
    assert list(copy.fields.values_list("tag", "blanks")) == [("FNAME", "clear")]


# without JavaScript


def test_without_javascript_the_form_is_filled_in_steps(
    bob: Person, connected: Connection, browse: Browse
) -> None:
    workspace().refresh()
    client = browse(bob)
    checked = client.post(
        "/exports/add/", _form(connected, field=[], name="", check="1")
    ).content.decode()
    added = client.post("/exports/add/", _form(connected, field=[], add="FNAME")).content.decode()

    assert "Newsletter · 0 subscribed contacts · double opt-in" in _text(checked)
    assert "Selected members 6" in _text(checked)
    assert _wrong(checked) == []
    assert _rows(added) == ["FNAME"]
    assert '<span class="sample">Nadia</span>' in added
    assert not Export.objects.exists()


# editing


@pytest.fixture
def export(bob: Person, connected: Connection, browse: Browse) -> Export:
    """Return an export as Bob added it."""
    browse(bob).post("/exports/add/", _form(connected))
    return Export.objects.get()


def test_editing_opens_without_a_call_and_asks_mailchimp_afterwards(
    bob: Person, export: Export, sandbox: Sandbox, browse: Browse
) -> None:
    sandbox.reset_calls()

    page = browse(bob).get(f"/exports/{export.pk}/edit/").content.decode()

    assert sandbox.calls == []
    assert _rows(page) == ["FNAME"]
    assert '<option value="first_name" selected>First name</option>' in page
    assert 'hx-trigger="load" hx-swap="outerHTML"' in page
    assert "As it was when the export was saved." in page
    assert f'name="export" value="{export.pk}"' in page


def test_an_edit_is_kept_and_says_that_nothing_ran(
    bob: Person, connected: Connection, export: Export, browse: Browse
) -> None:
    sent = _form(connected, name="Renamed", export=export.pk)

    reply = browse(bob).post(f"/exports/{export.pk}/edit/", sent, follow=True)

    assert Export.objects.get().name == "Renamed"
    assert _said(reply).startswith("“Renamed” is saved. Saving doesn’t run the export.")
    assert not Refresh.objects.exists()


def test_a_detached_export_is_revived_by_choosing_a_connection(
    bob: Person, connected: Connection, export: Export, browse: Browse
) -> None:
    operations.detach(exports=[export], actor=bob, now=START)
    client = browse(bob)
    page = client.get(f"/exports/{export.pk}/edit/").content.decode()
    assert _rows(page) == ["FNAME"]

    client.post(f"/exports/{export.pk}/edit/", _form(connected, export=export.pk))

    assert Export.objects.get().connection == connected


def test_a_broken_connection_of_its_own_is_shown_with_what_is_wrong(
    bob: Person, connected: Connection, export: Export, browse: Browse
) -> None:
    Connection.objects.update(health="revoked")
    client = browse(bob)
    page = client.get(f"/exports/{export.pk}/edit/").content.decode()
    assert f'<option value="{connected.pk}" selected>' in page

    assert "Mailchimp no longer accepts the connection’s credentials." in _text(page)
    assert "Ask an administrator to renew the connection." in _text(page)
    assert 'name="to_connection"' not in page


REFUSED = {"secret": "another-key-us1"}
SAVED_UNASKED: Sent = {
    "name": "Renamed",
    "attribute-FNAME": "last_name",
    "tag-vip": "Very important",
    "segment": ["vip", "newcomers"],
    "tag-newcomers": "New",
    "profile_limit": "500",
    "removal_share": "30",
}


@pytest.mark.parametrize("language", ["en", "fr"])
def test_what_mailchimp_need_not_be_asked_about_is_saved_while_the_connection_is_refused(
    alice: Person, connected: Connection, export: Export, browse: Browse, language: str
) -> None:
    Person.objects.filter(pk=alice.pk).update(language=language)
    Connection.objects.update(**REFUSED)
    client, path = browse(alice), f"/exports/{export.pk}/edit/"

    checked = client.post("/exports/audience/", _form(connected, export=export.pk))
    reply = client.post(path, _form(connected, export=export.pk, **SAVED_UNASKED), follow=True)

    saved = draft_of(Export.objects.get())
    assert 'name="to_connection"' in checked.content.decode()
    assert 'hx-trigger="load"' not in checked.content.decode()
    assert (saved.name, saved.audience_id, saved.profile_limit) == (
        "Renamed",
        stage.AUDIENCE_ID,
        500,
    )
    assert [(one.segment, one.tag) for one in saved.segments] == [
        ("vip", "Very important"),
        ("newcomers", "New"),
    ]
    assert [(one.tag, one.attribute) for one in saved.fields] == [("FNAME", "last_name")]
    told = {"en": "could not be asked about the audience", "fr": "n’a pas pu être interrogé"}
    assert told[language] in reply.content.decode()


@pytest.mark.parametrize(
    "trouble",
    [{"health": "revoked"}, {"health": "role_too_low"}, {"export_user": None}],
    ids=["revoked", "role too low", "without export user"],
)
def test_an_export_is_renamed_whatever_is_wrong_with_its_connection(
    alice: Person, connected: Connection, export: Export, browse: Browse, trouble: Sent
) -> None:
    Connection.objects.update(**trouble)

    browse(alice).post(
        f"/exports/{export.pk}/edit/", _form(connected, export=export.pk, name="Renamed")
    )

    assert Export.objects.get().name == "Renamed"


def test_a_detached_export_and_one_whose_audience_is_silent_are_renamed(
    bob: Person, connected: Connection, export: Export, sandbox: Sandbox, browse: Browse
) -> None:
    client, path = browse(bob), f"/exports/{export.pk}/edit/"
    sandbox.add_fault(Fault(kind="500", times=None))
    client.post(path, _form(connected, export=export.pk, name="While silent"))
    silent = Export.objects.get()
    operations.detach(exports=[export], actor=bob, now=START)

    client.post(path, _form(None, export=export.pk, name="While detached"))

    detached = Export.objects.get()
    assert (silent.name, silent.connection) == ("While silent", connected)
    assert (detached.name, detached.connection) == ("While detached", None)
    assert detached.account_id == silent.account_id


@pytest.mark.parametrize(
    "changes",
    [
        {"audience_id": "0000000000"},
        {"field": ["FNAME", "LNAME"], "attribute-LNAME": "last_name"},
    ],
    ids=["another audience", "another merge field"],
)
def test_what_needs_mailchimp_is_refused_beside_it_and_leads_to_the_connection(
    alice: Person, connected: Connection, export: Export, browse: Browse, changes: Sent
) -> None:
    Connection.objects.update(**REFUSED)
    client, path = browse(alice), f"/exports/{export.pk}/edit/"
    sent = _form(connected, export=export.pk, name="Renamed", **changes)

    refused = client.post(path, sent)
    page = refused.content.decode()
    there = client.post(path, {**sent, "to_connection": str(connected.pk)})

    assert refused.status_code == 422
    assert any("no longer accepts the credentials" in one for one in _wrong(page))
    assert f'name="to_connection" value="{connected.pk}"' in page
    assert there.headers["Location"].startswith(f"/connections/{connected.pk}/?back=%2Fexports%2F")
    assert Export.objects.get().name == "VIP newsletter"


def test_an_export_that_was_removed_meanwhile_is_not_edited(
    bob: Person, connected: Connection, export: Export, browse: Browse
) -> None:
    client = browse(bob)
    operations.remove(exports=[export], actor=bob, now=START)

    reply = client.post(f"/exports/{export.pk}/edit/", _form(connected, export=export.pk))

    assert reply.status_code == 404


GONE = "The segment VIP is not there or not active. Activate it, or take it out of the export."


@pytest.mark.parametrize("gone", [{"removed_at": START}, {"is_active": False}], ids=["gone", "off"])
def test_a_segment_that_is_gone_hinders_no_other_change_and_stays_to_be_taken_out(
    bob: Person, connected: Connection, export: Export, browse: Browse, gone: Sent
) -> None:
    Segment.objects.filter(name="vip").update(**gone)
    client, path = browse(bob), f"/exports/{export.pk}/edit/"

    page = client.get(path).content.decode()
    kept = client.post(path, _form(connected, export=export.pk, name="Renamed"), follow=True)

    assert "Inactive or no longer declared" in page
    assert Export.objects.get().name == "Renamed"
    assert f"Still to be mended, and saved as it was: {GONE}" in _text(kept.content.decode())


def test_a_segment_that_is_gone_is_chosen_for_no_other_export(
    bob: Person, connected: Connection, export: Export, browse: Browse
) -> None:
    Segment.objects.filter(name="vip").update(is_active=False)
    client, path = browse(bob), f"/exports/{export.pk}/edit/"
    another = {"name": "Another", "audience_id": "0000000000"}

    added = client.post("/exports/add/", _form(connected, name="Another"))
    elsewhere = client.post(path, _form(connected, export=export.pk, **another))

    assert [_wrong(one.content.decode()).count(GONE) for one in (added, elsewhere)] == [1, 1]
    assert Export.objects.get().name == "VIP newsletter"


@pytest.mark.parametrize("what", ["attribute", "e-mail", "consent", "required", "merge field"])
def test_what_changed_around_an_export_hinders_no_other_change(
    bob: Person,
    connected: Connection,
    export: Export,
    sandbox: Sandbox,
    browse: Browse,
    what: str,
) -> None:
    client, path = browse(bob), f"/exports/{export.pk}/edit/"
    gone = {"attribute": "first_name", "e-mail": "email", "consent": "opted_in"}
    Attribute.objects.filter(name=gone.get(what, "")).delete()
    if what == "required":
        sandbox.add_merge_field(stage.AUDIENCE_ID, "COMPANY", required=True)
    if what == "merge field":
        ExportField.objects.update(tag="FIRST")
    field = "FIRST" if what == "merge field" else "FNAME"
    sent = {"field": [field], f"attribute-{field}": "first_name", "name": "Renamed"}

    kept = client.post(path, _form(connected, export=export.pk, **sent), follow=True)

    assert _wrong(kept.content.decode()) == []
    assert Export.objects.get().name == "Renamed"
    assert "Still to be mended" in kept.content.decode()


def test_a_choice_that_is_gone_hinders_no_other_change_and_another_that_is_none_is_refused(
    bob: Person, connected: Connection, export: Export, sandbox: Sandbox, browse: Browse
) -> None:
    sandbox.add_merge_field(stage.AUDIENCE_ID, "SHOP", "dropdown", choices=("Lyon", "Paris"))
    ExportField.objects.update(tag="SHOP", type="dropdown", attribute="", value="Nice")
    client, path = browse(bob), f"/exports/{export.pk}/edit/"

    def sent(value: str) -> Sent:
        row = {"attribute-SHOP": CONSTANT, "value-SHOP": value}
        return _form(connected, export=export.pk, field=["SHOP"], name="Renamed", **row)

    kept = client.post(path, sent("Nice"), follow=True).content.decode()
    refused = client.post(path, sent("Lille"), follow=True).content.decode()

    assert Export.objects.get().name == "Renamed"
    assert "Still to be mended" in kept
    assert [one.partition(" is no value")[0] for one in _wrong(refused)] == [
        "What everybody gets in SHOP, “Lille”,"
    ]
    assert ExportField.objects.get().value == "Nice"


def test_who_goes_back_after_adding_and_saves_again_is_asked_before_there_are_two(
    bob: Person, connected: Connection, browse: Browse
) -> None:
    client, path = browse(bob), "/exports/add/"
    client.post(path, _form(connected, once="one"))

    asked = client.post(path, _form(connected, once="one", name="Renamed"))
    anew = client.post(path, _form(connected, once="two", before="one"))
    added_once = Export.objects.count()
    client.post(path, _form(connected, once="three", name="Renamed", another="1"))

    assert (asked.status_code, anew.status_code, added_once) == (409, 409, 1)
    assert f'href="/exports/{Export.objects.earliest("pk").pk}/edit/"' in asked.content.decode()
    assert sorted(Export.objects.values_list("name", flat=True)) == ["Renamed", "VIP newsletter"]
