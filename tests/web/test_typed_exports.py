"""Two people edit one export at the same time: the second is told, sees both versions, and chooses."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import time
from pathlib import Path
from typing import Any

import pytest
from django import forms
from django.http import HttpRequest
from django.test import Client
from django.utils.safestring import mark_safe

from mailchimp_sandbox.server import Sandbox
from mailchimp_sandbox.switches import Switches
from segue.control.audit.meanwhile import Watched
from segue.control.exports.models import Export
from segue.control.people.models import Person
from segue.sync.export import FieldMatch, MergeType
from segue.web.exports.versions import _field
from segue.web.typed.editing import Editing, differences, lines_of
from tests.control import stage
from tests.web.pages import seen
from tests.web.typed import Form, choice_in, form_in

Browse = Callable[[Person | None], Client]


@pytest.fixture
def export(alice: Person, tmp_path: Path, settings: Any) -> Iterator[Export]:
    """Return an export whose audience the sandbox serves."""
    settings.SEGUE_HOME = tmp_path / "home"
    folder = tmp_path / "given"
    folder.mkdir()
    stage.declared(stage.data_folder(folder, people=3))
    shop = stage.account()
    with Sandbox.in_thread(switches=Switches(stats_cache_s=0)) as running:
        running.set_account(account_id=shop.account_id, name=shop.name)
        running.add_audience(stage.AUDIENCE_ID, name="Newsletter")
        connection = stage.connection(alice, base_url=running.base_url, secret=running.api_key)
        yield stage.export(alice, connection)


def _opened(client: Client, path: str) -> Form:
    form = form_in(client.get(path), "export-form")
    assert form is not None
    return form


class Explained(forms.Form):
    """A form whose choice explains itself."""

    role = forms.ChoiceField(
        choices=[
            ("viewer", mark_safe("<span><strong>Reader &amp; more</strong> <i>sees</i></span>"))
        ]
    )
    at = forms.TimeField()


def test_the_second_save_is_refused_shows_both_and_saves_when_it_is_meant(
    alice: Person, bob: Person, export: Export, browse: Browse
) -> None:
    path = f"/exports/{export.pk}/edit/"
    hers, his = browse(alice), browse(bob)
    alices, bobs = _opened(hers, path), _opened(his, path)
    saved = hers.post(path, alices.sent(name="Hers", profile_limit="500"))

    refused = his.post(path, bobs.sent(name="His"))

    words, choice = seen(refused), choice_in(refused)
    assert (saved.status_code, refused.status_code) == (302, 409)
    assert Export.objects.get().name == "Hers"
    assert "Alice" in words
    assert "Display name Hers His" in words
    assert "Limit of profiles 500 1000000" in words
    went_on = his.post(path, choice.sent(look_again="1"))
    again = form_in(went_on, "export-form")
    assert again is not None
    assert (went_on.status_code, again.fields["name"], again.version) == (
        200,
        ["His"],
        choice.version,
    )
    assert Export.objects.get().name == "Hers"
    assert his.post(path, again.fields).status_code == 302
    assert Export.objects.get().name == "His"
    assert hers.post(path, alices.sent(name="Hers again")).status_code == 409


def test_a_refused_form_keeps_the_version_that_it_was_opened_on(
    alice: Person, bob: Person, export: Export, browse: Browse
) -> None:
    path = f"/exports/{export.pk}/edit/"
    hers, his = browse(alice), browse(bob)
    form = _opened(his, path)
    hers.post(path, _opened(hers, path).sent(name="Hers"))

    looked = form_in(his.post(path, form.sent(name="", look="1", check="1")), "export-form")
    wrong = form_in(his.post(path, form.sent(name="")), "export-form")

    assert looked is not None
    assert wrong is not None
    assert (looked.version, wrong.version) == (form.version, form.version)


def test_two_schedules_are_told_in_the_same_words(
    alice: Person, bob: Person, export: Export, browse: Browse
) -> None:
    path = f"/exports/schedule/?pick={export.pk}"
    hers, his = browse(alice), browse(bob)
    opened = [form_in(client.get(path), "schedule-form") for client in (hers, his)]
    daily = {"is_on": "on", "every": "daily", "time_zone": "Europe/Paris", "times": "06:00"}
    assert opened[0] is not None
    assert opened[1] is not None
    hers.post(path, opened[0].sent(is_on="off", every="every_refresh"))

    refused = his.post(path, opened[1].sent(**daily))

    words = seen(refused)
    assert refused.status_code == 409
    assert "Schedule off (else every refresh) daily 06:00 Paris Go on" in words


def test_two_schedules_that_are_both_off_are_told_apart(
    alice: Person, bob: Person, export: Export, browse: Browse
) -> None:
    Person.objects.filter(pk=bob.pk).update(language="fr")
    path = f"/exports/schedule/?pick={export.pk}"
    hers, his = browse(alice), browse(bob)
    opened = [form_in(client.get(path), "schedule-form") for client in (hers, his)]
    off = {"is_on": "off", "every": "daily", "time_zone": "Europe/Paris"}
    assert opened[0] is not None
    assert opened[1] is not None
    hers.post(path, opened[0].sent(**off, times="06:00"))

    refused = his.post(path, opened[1].sent(**off, times="07:00"))

    told = "désactivée (sinon chaque jour à {} (Paris))"
    assert f"{told.format('06:00')} {told.format('07:00')}" in seen(refused)


def test_a_choice_with_an_explanation_is_told_by_its_name_and_a_time_without_seconds() -> None:
    form = Explained({"role": "viewer", "at": "07:00"}, initial={"at": time(8, 0)})
    kept = Explained(initial={"role": "viewer", "at": time(8, 0)})

    assert [line.value for line in lines_of(form)] == ["Reader & more", "07:00"]
    assert [line.value for line in lines_of(kept)] == ["Reader & more", "08:00"]


class Labeled(forms.Form):
    """A form whose choices have one name, and two fields of one label; and what nobody shows."""

    attribute = forms.ChoiceField(choices=[("city", "City"), ("town", "City")])
    tag = forms.CharField(label="Tag")
    other = forms.CharField(label="Tag")
    service = forms.CharField(label="Address of the service", required=False)
    password = forms.CharField(required=False)


def _differing(theirs: dict[str, str], mine: dict[str, str]) -> list[tuple[str, str, str]]:
    """Return what is told of two versions of the form above."""
    editing = Editing(
        request=HttpRequest(),
        watched=Watched(kind="export", ids=(), actions=()),
        name="",
        theirs=lambda: lines_of(Labeled(theirs)),
        mine=lambda: lines_of(Labeled(mine)),
    )
    return [(one.label, one.theirs, one.mine) for one in differences(editing)]


def test_values_of_one_name_settings_of_one_label_and_what_is_hidden_are_told_apart() -> None:
    kept = {"attribute": "city", "tag": "a", "other": "b"}

    assert _differing(kept, kept | {"password": "asked for, no setting"}) == []
    assert _differing(kept, kept | {"attribute": "town"}) == [
        ("Attribute", "City (city)", "City (town)")
    ]
    assert _differing(kept, kept | {"tag": "c"}) == [("Tag", "a, b", "b, c")]
    assert _differing(kept, kept | {"service": "json://a.example"}) == [
        ("Address of the service", "–", "entered, not shown here")
    ]


def test_parts_of_an_address_that_changed_places_are_told() -> None:
    fed = ("city", "last_name")
    lines = [
        _field(
            FieldMatch(
                tag="ADDRESS",
                attribute="",
                type=MergeType.ADDRESS,
                name="Address",
                parts=parts,
            ),
            {},
        )
        for parts in (
            tuple(zip(("addr1", "city"), fed, strict=True)),
            tuple(zip(("city", "addr1"), fed, strict=True)),
        )
    ]

    assert lines[0].value.startswith("Street = city, City = last_name")
    assert lines[0].value != lines[1].value
