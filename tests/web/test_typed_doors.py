"""All addresses that take a POST × what is done so that nothing typed is lost: a new form cannot forget it."""

from __future__ import annotations

from typing import Any

import pytest
from django.apps import apps
from django.urls import resolve

from segue.control.audit.models import Action
from segue.control.audit.operations import Subject, record
from segue.control.people.models import KeptInput, SentForm, Session
from segue.control.segments.models import Measure, Segment
from tests.fakes.clocks import START
from tests.web.doors import Door
from tests.web.doors_measures import of_pages as a_measure
from tests.web.doors_segments import of_pages
from tests.web.typed import choice_in, form_in
from tests.web.typed_doors import (
    AS_OFTEN_AS_SENT,
    BEFORE_SIGNING_IN,
    FIRST,
    NO_VERSION,
    NOTHING_TYPED,
    SHOWN_AGAIN,
    VERSIONED,
    as_sent,
    form_of,
    page_of,
    said,
    visitor_of,
)
from tests.web.world import World

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]

INSIDE = sorted(SHOWN_AGAIN - BEFORE_SIGNING_IN)

SUBJECTS: dict[str, tuple[Action, str, Any]] = {
    "export-edit": (Action.EXPORT_EDITED, "export", lambda world: world.export.pk),
    "exports-schedule": (Action.EXPORT_SCHEDULED, "export", lambda world: world.export.pk),
    "exports-detach": (Action.EXPORT_EDITED, "export", lambda world: world.export.pk),
    "exports-remove": (Action.EXPORT_DETACHED, "export", lambda world: world.export.pk),
    "draft-save": (
        Action.SEGMENT_EDITED,
        "segment",
        lambda world: Segment.objects.get(name="of_pages").pk,
    ),
    "definition": (Action.DEFINITION_APPLIED, "definition", lambda world: world.definition.pk),
    "segment-about": (
        Action.SEGMENT_DESCRIBED,
        "segment",
        lambda world: Segment.objects.get(**of_pages(world)).pk,
    ),
    "segment-schedule": (
        Action.SEGMENT_SCHEDULED,
        "segment",
        lambda world: Segment.objects.get(name=world.segment).pk,
    ),
    "measure-edit": (
        Action.MEASURE_CHANGED,
        "measure",
        lambda world: Measure.objects.get(**a_measure(world)).pk,
    ),
    "system-schedule": (Action.REFRESH_SCHEDULED, "refresh", lambda world: "system"),
    "system-installation": (Action.INSTALLATION_DECIDED, "installation", lambda world: "any"),
    "channel": (Action.CHANNEL_EDITED, "channel", None),
    "account": (
        Action.ACCOUNT_EDITED,
        "person",
        lambda world: world.people["administrator"].pk,
    ),
    "person-role": (Action.ROLE_CHANGED, "person", None),
    "person-deactivate": (Action.ROLE_CHANGED, "person", None),
    "person-reactivate": (Action.PERSON_DEACTIVATED, "person", None),
    **{
        name: (Action.CONNECTION_EDITED, "connection", None)
        for name in VERSIONED
        if name.startswith("connection")
    },
}
"""What was done meanwhile to what a form changes; None: to what its address names."""


def _rows() -> dict[str, list[dict[str, Any]]]:
    """Return everything that is stored but what the mechanism itself keeps."""
    skipped = (KeptInput, SentForm, Session)
    return {
        model._meta.label: list(model._base_manager.order_by("pk").values())
        for model in apps.get_models()
        if model not in skipped
    }


def _data(door: Door, world: World) -> dict[str, Any]:
    return dict(door.data(world))


def test_every_address_that_takes_a_form_says_what_becomes_of_what_was_typed() -> None:
    names = set(FIRST)

    assert names == SHOWN_AGAIN | set(NOTHING_TYPED)
    assert names == VERSIONED | set(NO_VERSION)
    assert (SHOWN_AGAIN & set(NOTHING_TYPED), VERSIONED & set(NO_VERSION)) == (set(), set())
    assert set(SUBJECTS) == VERSIONED


def test_the_pages_do_what_the_table_says(world: World) -> None:
    views = {name: resolve(door.path(world)).func for name, door in FIRST.items()}

    assert {name for name, view in views.items() if view.form} == SHOWN_AGAIN
    assert {name for name, view in views.items() if not view.once} == set(AS_OFTEN_AS_SENT)


@pytest.mark.parametrize("name", INSIDE)
def test_a_form_whose_session_ended_comes_back_with_what_was_typed(world: World, name: str) -> None:
    door, alice = FIRST[name], world.browser("administrator")
    form = form_of(world, name, page_of(world, name, alice))
    assert form is not None
    typed = {**_data(door, world), **form.marks, "password": "a secret of hers"}
    before = _rows()

    gone = world.browser("signed_out")
    sent = gone.post(door.path(world), typed)
    signs_in = gone.get(sent.headers["Location"])
    gone.cookies["segue_session"] = world.keys["administrator"]
    back = gone.get(gone.get(sent.headers["Location"]).headers["Location"])

    assert "ended=kept" in sent.headers["Location"]
    assert "Your session has ended" in signs_in.content.decode()
    assert back.status_code == 200
    again, typed = form_of(world, name, back), said(world, name)
    assert again is not None
    assert {field: again.fields.get(field) for field in typed} == typed
    assert "a secret of hers" not in back.content.decode()
    assert "had ended" in back.content.decode()
    assert (again.version, _rows()) == (form.version, before)


@pytest.mark.parametrize("name", sorted(SHOWN_AGAIN))
def test_the_language_is_switched_with_what_was_typed(world: World, name: str) -> None:
    door = FIRST[name]
    visitor = visitor_of(name)
    form_id = resolve(door.path(world)).func.form

    for one in {visitor, "viewer"} if visitor != "signed_out" else {visitor}:
        page = page_of(world, name, world.browser(one))
        form = form_in(page, form_id)
        buttons = page.content.decode().count(f'form="{form_id}" formaction="/language/')
        shown = page.status_code == 200

        assert (buttons > 0) == (shown and form is not None), one


@pytest.mark.parametrize("name", sorted(VERSIONED - {"export-edit"}))
def test_a_form_that_was_opened_on_another_version_is_refused_and_kept(
    world: World, name: str
) -> None:
    """The set-up of an export asks Mailchimp first: `test_typed_exports` tries it."""
    door, alice = FIRST[name], world.browser("administrator")
    action, kind, key = SUBJECTS[name]
    door.path(world)  # so that what it is about is there
    typed = {"password": "correct horse battery", "api_key": "key-us1", **_data(door, world)}
    key = key(world) if key else dict(door.kwargs(world))["pk"]
    subject = Subject(kind=kind, id=str(key), name="It")
    version = record(action, actor=world.people["contributor"], now=START, subject=subject).pk
    record(action, actor=world.people["contributor"], now=START, subject=subject)
    before = _rows()

    refused = alice.post(door.path(world), {**typed, "opened_on": version})

    page = refused.content.decode()
    assert (refused.status_code, "Bob" in page, _rows()) == (409, True, before)
    choice = choice_in(refused)
    secrets = ("password", "own_password", "api_key")
    kept = {n: v for n, v in typed.items() if n not in secrets}
    assert {n: choice.fields[n] for n in kept} == {n: as_sent(v) for n, v in kept.items()}
    assert int(choice.version) > version
