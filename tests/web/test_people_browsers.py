"""Browsers are named in a few words, as people would."""

from __future__ import annotations

import pytest
from django.utils import translation

from segue.web.people import browsers

pytestmark = pytest.mark.one_database

MOZILLA = "Mozilla/5.0 "
WINDOWS = MOZILLA + "(Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
MAC = MOZILLA + "(Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) "
PHONE = MOZILLA + "(iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605 (KHTML, like Gecko) "
ANDROID = MOZILLA + "(Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) "


@pytest.mark.parametrize(
    ("user_agent", "name"),
    [
        (
            MOZILLA + "(X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
            "Firefox on Linux",
        ),
        (WINDOWS + "Chrome/126.0.0.0 Safari/537.36", "Chrome on Windows"),
        (WINDOWS + "Chrome/126.0.0.0 Safari/537.36 Edg/126.0", "Edge on Windows"),
        (WINDOWS + "Chrome/126.0.0.0 Safari/537.36 OPR/112.0", "Opera on Windows"),
        (MAC + "Version/17.5 Safari/605.1.15", "Safari on macOS"),
        (PHONE + "Version/17.5 Mobile/15E148 Safari/604.1", "Safari on iPhone"),
        (PHONE + "CriOS/126.0 Mobile/15E148 Safari/604.1", "Chrome on iPhone"),
        (ANDROID + "Chrome/126.0.0.0 Mobile Safari/537.36", "Chrome on Android"),
        ("curl/8.5.0", ""),
        ("", ""),
    ],
)
def test_a_browser_is_named_with_its_system(user_agent: str, name: str) -> None:
    assert browsers.named(user_agent) == name


@pytest.mark.parametrize(
    ("kept", "english", "french"),
    [
        ("Firefox on Linux", "Firefox on Linux", "Firefox sur Linux"),
        ("Firefox", "Firefox", "Firefox"),
        ("", "Unknown browser", "Navigateur inconnu"),
    ],
)
def test_the_name_is_said_in_the_readers_language(kept: str, english: str, french: str) -> None:
    said = []
    for language in ("en", "fr"):
        with translation.override(language):
            said.append(browsers.worded(kept))

    assert said == [english, french]
