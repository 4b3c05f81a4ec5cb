"""Static files: served as installed, kept for ever under their version only, and never the reason for a broken page."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.contrib.staticfiles.storage import staticfiles_storage
from django.test import Client

from segue.control.people.models import Person

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]
Browse = Callable[[Person | None], Client]


def _address(name: str = "segue/segue.css") -> str:
    return staticfiles_storage.url(name)


def test_a_file_asked_for_by_its_version_may_be_kept_for_ever(browse: Browse) -> None:
    address = _address()

    reply = browse(None).get(address)

    assert "?v=" in address
    assert reply.status_code == 200
    assert reply["Content-Type"].startswith("text/css")
    assert reply["Cache-Control"] == "max-age=31536000, public, immutable"
    assert "Access-Control-Allow-Origin" not in reply


@pytest.mark.parametrize("query", ["", "?v=0123456789ab", "?other=1"])
def test_without_its_version_a_file_is_kept_for_a_minute(browse: Browse, query: str) -> None:
    reply = browse(None).get(_address().partition("?")[0] + query)

    assert reply.status_code == 200
    assert reply["Cache-Control"] == "max-age=60, public"


def test_a_file_that_is_not_there_has_an_address_that_leads_nowhere(browse: Browse) -> None:
    address = _address("segue/missing.css")

    assert address == "/static/segue/missing.css"
    assert browse(None).get(address).status_code == 404


def test_no_path_leads_out_of_the_folders(browse: Browse) -> None:
    for path in ("/static/../settings.py", "/static/%2e%2e/settings.py", "/static//etc/passwd"):
        assert browse(None).get(path).status_code == 404
