"""Whoever goes back to a form that added something, and saves it once more, is asked whether another one is meant.

`test_exports_set_up` tries the set-up of an export, for which Mailchimp is asked.
"""

from __future__ import annotations

from typing import Any

import pytest

from segue.control.connections.models import Connection
from segue.control.notices.models import Channel
from segue.control.people.models import Person
from segue.web.typed.again import FORM
from segue.web.typed.marks import BEFORE, LOOK, ONCE
from tests.web.typed import form_in
from tests.web.typed_doors import FIRST, form_of, page_of
from tests.web.world import World

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]

ADDED: dict[str, tuple[Any, str]] = {
    "connection-add": (Connection, "display_name"),
    "channel-add": (Channel, "name"),
}
SAYS = {"en": "Saved already", "fr": "Déjà enregistré"}


def _typed(world: World, name: str, browser: Any) -> dict[str, Any]:
    form = form_of(world, name, page_of(world, name, browser))
    assert form is not None
    return {**form.marks, **FIRST[name].data(world)}


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("name", sorted(ADDED))
@pytest.mark.parametrize("made_anew", [False, True], ids=["as it was", "made anew"])
def test_another_one_is_added_only_where_it_is_meant(
    world: World, name: str, language: str, made_anew: bool
) -> None:
    """Browsers keep a page as it was, or make it anew and bring back what was typed."""
    Person.objects.update(language=language)
    browser, path = world.browser("administrator"), FIRST[name].path(world)
    (rows, called), typed = ADDED[name], _typed(world, name, browser)
    before = rows.objects.count()
    browser.post(path, typed)
    changed = typed | {called: "Changed"}
    if made_anew:
        shown = browser.post(path, changed | {BEFORE: typed[ONCE], LOOK: "1"})
        again = form_of(world, name, shown)
        assert again is not None
        assert again.fields[BEFORE] == typed[ONCE]
        changed |= again.marks

    asked = browser.post(path, changed)
    added_once = rows.objects.count()
    form = form_in(asked, FORM)
    assert form is not None
    browser.post(path, form.sent(another="1"))

    assert (asked.status_code, added_once) == (409, before + 1)
    assert SAYS[language] in asked.content.decode()
    assert form.fields[called] == ["Changed"]
    assert rows.objects.count() == before + 2


def test_the_same_once_more_is_answered_as_before_and_a_refused_one_is_not_asked_about(
    world: World,
) -> None:
    browser, path = world.browser("administrator"), FIRST["channel-add"].path(world)
    typed = _typed(world, "channel-add", browser)

    refused = browser.post(path, typed | {"address": "nobody"})
    first, second = (browser.post(path, typed) for _time in range(2))

    assert (refused.status_code, first.status_code) == (422, 302)
    assert second.headers["Location"] == first.headers["Location"]
