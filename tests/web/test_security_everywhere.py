"""What every address of the project must keep: forms only with their token, no secret in a page, nothing inline."""

from __future__ import annotations

import re

import pytest
from django.conf import settings

from segue.control.people.models import Person, Session
from tests.fixtures.people import PASSWORD
from tests.web.doors import Address, Door, addresses, doors
from tests.web.world import World

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]

ROWS = [door for rows in doors().values() for door in rows if door.get is not None]


@pytest.mark.parametrize("address", addresses(), ids=lambda address: address.name)
def test_no_form_is_taken_without_its_token(world: World, address: Address) -> None:
    browser = world.browser("administrator", enforce_csrf_checks=True)

    answer = browser.post(address.path())

    assert (answer.status_code, "form_not_ours" in answer.content.decode()) == (403, True)


def _secrets(world: World) -> set[str]:
    hashes = Person.objects.values_list("password", flat=True)
    keys = Session.objects.values_list("pk", flat=True)
    return {
        *hashes,
        *keys,
        *world.keys.values(),
        world.token,
        world.invitation.token_hash,
        world.shared.secret,
        world.unshared.secret,
        world.channel.target,
        world.channel.target.rpartition("/")[2],
        settings.SECRET_KEY,
        *settings.SEGUE_KEYS,
        PASSWORD,
    }


@pytest.mark.parametrize("door", ROWS, ids=str)
def test_no_page_holds_a_secret(world: World, door: Door) -> None:
    address, secrets = door.path(world), _secrets(world)

    pages = {visitor: _text(world, visitor, address) for visitor in ("administrator", "signed_out")}

    told = {who: [one for one in secrets if one in page] for who, page in pages.items()}
    assert told == {"administrator": [], "signed_out": []}


@pytest.mark.parametrize("door", ROWS, ids=str)
def test_no_page_needs_what_the_policy_forbids(world: World, door: Door) -> None:
    inline = r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]+=\"|hx-on|hx-vals=\"js|javascript:"

    pages = [_text(world, visitor, door.path(world)) for visitor in ("administrator", "signed_out")]

    assert [re.findall(inline, page) for page in pages] == [[], []]


def _text(world: World, visitor: str, address: str) -> str:
    answer = world.browser(visitor).get(address)
    streaming = getattr(answer, "streaming", False)
    return "" if streaming else answer.content.decode("utf-8", errors="replace")
