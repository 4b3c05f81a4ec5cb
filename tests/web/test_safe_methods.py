"""GET and HEAD are asked by whoever follows a link, warms a cache or looks whether a page is there: they change nothing."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from django.apps import apps
from django.urls import reverse

from segue.control.audit.models import Action, Entry
from segue.control.people.models import Session
from tests.web.doors import Address, addresses
from tests.web.world import World

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]

LOOKS = (Action.PERSONAL_DATA_SHOWN, Action.LOG_EXPORTED)
"""What is written down when somebody reads."""


def values_in(address: Address, world: World) -> Mapping[str, object]:
    """Return values of things that there are, so that whatever could be changed is there to be changed."""
    things = {
        "connection": world.shared.pk,
        "export": world.export.pk,
        "run": world.run.pk,
        "refresh": world.refresh.pk,
        "person": world.dora.pk,
        "invitation": world.invitation.pk,
        "channel": world.channel.pk,
        "definition": world.definition.pk,
        "source": world.source,
        "segment": "newcomers",  # no export chooses it: nothing asks before it is switched off
        "draft": world.draft.pk,
        "session": world.doras_session.handle,
    }
    thing = things.get(address.name.partition("-")[0])
    known = {"token": world.token, **world.reset_link}
    return {name: known.get(name, thing) for name in address.values}


def _rows() -> dict[str, list[dict[str, object]]]:
    """Return everything that is stored but sessions and what the audit log says of looking."""
    skipped = (Entry, Session)
    return {
        model._meta.label: list(model._base_manager.order_by("pk").values())
        for model in apps.get_models()
        if model not in skipped
    }


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("address", addresses(), ids=lambda address: address.name)
def test_asking_for_a_page_changes_nothing(world: World, address: Address, method: str) -> None:
    path = reverse(address.name, kwargs=dict(values_in(address, world)))
    before, entries = _rows(), Entry.objects.exclude(action__in=LOOKS).count()

    status = world.browser("administrator").generic(method, path).status_code

    assert status < 500
    assert _rows() == before
    assert Entry.objects.exclude(action__in=LOOKS).count() == entries


@pytest.mark.parametrize("address", addresses(), ids=lambda address: address.name)
def test_an_address_of_a_button_alone_says_so(world: World, address: Address) -> None:
    path = reverse(address.name, kwargs=dict(values_in(address, world)))

    answer = world.browser("administrator").get(path)

    if answer.status_code == 405:
        assert answer.headers["Allow"] == "POST"
        assert "This address only takes what a button of a page sends." in answer.text
        assert 'id="content"' in answer.text, "the page has the navigation to go on with"
