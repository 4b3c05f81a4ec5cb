"""The page on which an administrator says once which installation is the real one, with their own password."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils.translation import override

from segue.control.audit.models import Action, Entry
from segue.control.identity.marks import database_mark
from segue.control.people.models import Person
from segue.service.identity import kept_identity, standing
from segue.service.this_installation import here
from tests.fakes.clocks import START
from tests.fixtures.people import PASSWORD
from tests.web.pages import seen

Browse = Callable[[Person | None], Client]
PAGE = "/system/installation/"
REAL = {"decision": "this_one", "password": PASSWORD}


@pytest.fixture
def home(db: None, tmp_path: Path, settings: Any) -> Path:
    """Return the state folder of an installation that wrote something and was moved since."""
    settings.SEGUE_HOME = tmp_path / "home"
    standing(settings.SEGUE_HOME, here(), now=START, fresh_id="0123456789abcdef")
    settings.SEGUE_HOME = settings.SEGUE_HOME.rename(tmp_path / "moved")
    return Path(settings.SEGUE_HOME)


def kept(home: Path) -> Any:
    found = kept_identity(home)
    assert found is not None
    return found


def test_a_moved_installation_says_what_waits(home: Path, alice: Person, browse: Browse) -> None:
    page = seen(browse(alice).get(PAGE))

    assert "Nothing is written to Mailchimp before somebody says" in page
    assert "recorded in another place than the one where it is now" in page
    assert "0123456789abcdef" in page
    assert str(home) in page


def test_the_real_one_gets_a_new_id_and_its_place_and_the_log_says_who_decided(
    home: Path, alice: Person, browse: Browse
) -> None:
    answer = browse(alice).post(PAGE, REAL, follow=True)

    now = kept(home)
    (entry,) = Entry.objects.filter(action=Action.INSTALLATION_DECIDED)
    assert "the real one from now on" in seen(answer)
    assert now.id != "0123456789abcdef"
    assert (now.replaces, now.place) == (("0123456789abcdef",), here())
    assert (now.place.home, now.place.database) == (str(home), database_mark())
    assert (entry.actor_name, entry.subject_id) == ("Alice", now.id)
    assert entry.details == {"decision": "this_one", "before": "0123456789abcdef", "after": now.id}
    assert "Nothing is written to Mailchimp" not in seen(browse(alice).get(PAGE))


def test_everybody_sees_under_system_that_nothing_is_written(
    home: Path, alice: Person, vera: Person, browse: Browse
) -> None:
    before = seen(browse(vera).get("/system/"))
    browse(alice).post(PAGE, REAL)

    assert "Nothing is written to Mailchimp before somebody says" in before
    assert "Nothing is written to Mailchimp" not in seen(browse(vera).get("/system/"))


def test_a_copy_is_another_installation(home: Path, alice: Person, browse: Browse) -> None:
    browse(alice).post(PAGE, {**REAL, "decision": "a_copy"})

    now = kept(home)
    assert (now.copy_of, now.replaces) == ("0123456789abcdef", ())
    assert "0123456789abcdef" in seen(browse(alice).get(PAGE))


@pytest.mark.parametrize("password", ["", "wrong"])
def test_nothing_is_decided_without_one_s_own_password(
    home: Path, alice: Person, browse: Browse, password: str
) -> None:
    before = kept(home)
    answer = browse(alice).post(PAGE, {**REAL, "password": password})

    assert answer.status_code == 422
    assert kept(home) == before
    assert not Entry.objects.filter(action=Action.INSTALLATION_DECIDED).exists()


def test_only_administrators_see_and_decide(
    home: Path, bob: Person, vera: Person, browse: Browse
) -> None:
    before = kept(home)
    answers = [
        answer.status_code
        for person in (bob, vera)
        for answer in (browse(person).get(PAGE), browse(person).post(PAGE, REAL))
    ]

    assert answers == [403, 403, 403, 403]
    assert kept(home) == before


def test_a_damaged_file_is_said_and_a_decision_mends_it(
    home: Path, alice: Person, browse: Browse
) -> None:
    (home / "installation.json").write_text("{", encoding="utf-8")
    page = seen(browse(alice).get(PAGE))
    browse(alice).post(PAGE, REAL)

    assert "is damaged" in page
    assert json.loads((home / "installation.json").read_bytes())["place"]["home"] == str(home)


def test_it_is_said_in_french(home: Path, alice: Person, browse: Browse) -> None:
    alice.language = "fr"
    alice.save()
    with override("fr"):
        page = seen(browse(alice).get(PAGE))

    assert "Cette installation est-elle la vraie" in page
    assert "c’est peut-être une copie de la vraie" in page
