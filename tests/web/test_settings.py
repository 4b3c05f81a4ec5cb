"""The settings as the environment makes them: proxies, https, hosts, databases, mail. Each case makes them anew."""

from __future__ import annotations

import json
import os
from pathlib import Path
from runpy import run_path
from traceback import format_exception_only
from typing import Any

import pytest

import segue
from segue.cli.serving.home import make_keys_once
from segue.control.encryption import new_key
from segue.service.databases import Embedded, database_of
from segue.service.keys import keys_file
from tests.cli.installed import environment

pytestmark = pytest.mark.one_database

SETTINGS = Path(segue.__file__).with_name("settings.py")


def settings(tmp_path: Path, *names: str, **changes: str) -> Any:
    """Return settings by name, or the words of the refusal."""
    given = environment(**{"SEGUE_HOME": str(tmp_path), "SEGUE_KEYS": new_key(), **changes})
    with pytest.MonkeyPatch.context() as patch:
        for name in os.environ.keys() - given.keys():
            patch.delenv(name)
        for name, value in given.items():
            patch.setenv(name, value)
        try:
            found = run_path(str(SETTINGS))
        except Exception as refusal:
            return format_exception_only(refusal)[-1].splitlines()[-1]
    return json.loads(json.dumps({name: found[name] for name in names}, default=str))


def test_behind_https_everything_is_secure_and_only_the_named_hosts_are_answered(
    tmp_path: Path,
) -> None:
    found = settings(
        tmp_path,
        "ALLOWED_HOSTS", "CSRF_TRUSTED_ORIGINS", "SECURE_SSL_REDIRECT", "SECURE_HSTS_SECONDS",
        "SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "SEGUE_BEHIND_PROXY", "SECURE_PROXY_SSL_HEADER",
        SEGUE_URL="https://segue.shop.example/", SEGUE_HOSTS="intern.shop.example", SEGUE_BEHIND_PROXY="1",
    )  # fmt: skip

    assert found == {
        "ALLOWED_HOSTS": ["segue.shop.example", "intern.shop.example"],
        "CSRF_TRUSTED_ORIGINS": ["https://segue.shop.example"],
        "SECURE_SSL_REDIRECT": True,
        "SECURE_HSTS_SECONDS": 31_536_000,
        "SESSION_COOKIE_SECURE": True,
        "CSRF_COOKIE_SECURE": True,
        "SEGUE_BEHIND_PROXY": ["127.0.0.1", "::1"],
        "SECURE_PROXY_SSL_HEADER": None,
    }


def test_on_this_machine_alone_plain_http_works_under_all_of_its_names(tmp_path: Path) -> None:
    found = settings(tmp_path, "ALLOWED_HOSTS", "SECURE_SSL_REDIRECT", "SEGUE_URL")

    assert {"127.0.0.1", "localhost", "[::1]"} <= set(found["ALLOWED_HOSTS"])
    assert (found["SECURE_SSL_REDIRECT"], found["SEGUE_URL"]) == (False, "http://127.0.0.1:8080")


def test_proxies_elsewhere_are_named_by_address(tmp_path: Path) -> None:
    found = settings(tmp_path, "SEGUE_BEHIND_PROXY", SEGUE_BEHIND_PROXY="10.0.0.7, 10.1.0.0/16")

    assert found == {"SEGUE_BEHIND_PROXY": ["10.0.0.7", "10.1.0.0/16"]}


def test_postgresql_keeps_the_options_of_its_address_and_gets_a_pool(tmp_path: Path) -> None:
    found = settings(
        tmp_path,
        "DATABASES",
        DATABASE_URL="postgresql://segue:p%40ss@db.shop.example/segue?sslmode=require",
    )["DATABASES"]["default"]

    assert (found["ENGINE"], found["HOST"]) == ("django.db.backends.postgresql", "db.shop.example")
    assert found["PASSWORD"] == "p@ss"
    assert found["CONN_HEALTH_CHECKS"] is True
    assert found["OPTIONS"] == {
        "sslmode": "require",
        "pool": {"min_size": 1, "max_size": 10, "timeout": 20},
    }


def test_sqlite_is_the_default_also_in_a_folder_with_odd_signs(tmp_path: Path) -> None:
    home = tmp_path / "a?b#c 100%"

    found = settings(tmp_path, "DATABASES", SEGUE_HOME=str(home))["DATABASES"]["default"]

    assert found["NAME"] == str(home / "segue.sqlite3")
    assert "journal_mode=WAL" in found["OPTIONS"]["init_command"]


@pytest.mark.parametrize(
    "url", ["", " ", "SQLite:////{}/other.sqlite3", " sqlite:////{}/other.sqlite3 "]
)
def test_pages_and_commands_find_the_same_database_and_the_same_keys(
    tmp_path: Path, url: str
) -> None:
    keys = tmp_path / "kept.keys"
    keys.write_text(new_key() + "\n", encoding="ascii")
    given = {
        "DATABASE_URL": url.format(str(tmp_path).lstrip("/")),
        "SEGUE_KEYS": "",
        "SEGUE_KEYS_FILE": f" {keys} ",
    }

    found = settings(tmp_path, "DATABASES", "SEGUE_KEYS_FILE", **given)

    database = database_of(given, tmp_path)
    assert isinstance(database, Embedded)
    assert found["DATABASES"]["default"]["NAME"] == str(database.path)
    assert found["SEGUE_KEYS_FILE"] == str(keys_file(given, tmp_path)) == str(keys)
    assert make_keys_once({**given, "SEGUE_KEYS_FILE": ""}, tmp_path, wanted=False) is not None


def test_a_mail_server_is_one_address_with_its_password_written_as_in_addresses(
    tmp_path: Path,
) -> None:
    names = ("EMAIL_HOST", "EMAIL_PORT", "EMAIL_USE_TLS", "EMAIL_HOST_USER", "EMAIL_HOST_PASSWORD")

    found = settings(
        tmp_path, *names, SEGUE_SMTP_URL="smtp+tls://segue%40shop:p%2Fss@mail.shop.example"
    )

    assert list(found.values()) == ["mail.shop.example", 587, True, "segue@shop", "p/ss"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SEGUE_URL", "ftp://segue.shop.example"),
        ("SEGUE_URL", "https://segue.shop.example/below"),
        ("SEGUE_URL", "https://alice:sesame@segue.shop.example"),
        ("SEGUE_URL", "http://[::1"),
        ("SEGUE_URL", "http://segue.shop.example:port"),
        ("SEGUE_HOSTS", "https://segue.shop.example"),
        ("SEGUE_HOSTS", "segue.shop.example:8080"),
        ("SEGUE_BEHIND_PROXY", "proxy.shop.example"),
        ("SEGUE_BEHIND_PROXY", "1, 10.0.0.7"),
        ("SEGUE_MAILCHIMP_LOGIN_URL", "login.shop.example"),
        ("SEGUE_MAILCHIMP_API_URL", "https://key:sesame@api.shop.example/3.0"),
        ("SEGUE_NOT_RUN_DAYS", "-1"),
        ("SEGUE_NOT_RUN_DAYS", "100001"),
        ("SEGUE_SESSION_IDLE_HOURS", "9" * 5_000),
        ("SEGUE_WORKER_SLOTS", "0"),
        ("SEGUE_SMTP_URL", "http://mail.shop.example"),
        ("SEGUE_SMTP_URL", "mail.shop.example"),
        ("SEGUE_SMTP_URL", "smtp://segue:sesame@mail.shop.example:port"),
        ("SEGUE_SMTP_URL", "smtp://segue:ses/ame@mail.shop.example"),
        ("SEGUE_SMTP_URL", "smtp://segue:sesame@[::1:25"),
        ("SEGUE_SMTP_URL", "smtp://segue:ses ame@mail.shop.example"),
        ("DATABASE_URL", "mysql://segue:sesame@db.shop.example/segue"),
        ("DATABASE_URL", "postgresql://segue:ses[ame@db"),
        ("DATABASE_URL", "sqlite://:memory:"),
    ],
)
def test_a_setting_that_cannot_be_used_is_named_and_its_value_kept_quiet(
    tmp_path: Path, name: str, value: str
) -> None:
    refusal = settings(tmp_path, "DATABASES", **{name: value})

    assert f"The setting {name} cannot be used as it is." in refusal
    assert "ses" not in refusal.replace(name, "").replace("addresses", "")


def test_a_key_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    refusal = settings(tmp_path, "DATABASES", SEGUE_KEYS="", SEGUE_KEYS_FILE=str(tmp_path))

    assert f"The key file {tmp_path} cannot be read." in refusal
