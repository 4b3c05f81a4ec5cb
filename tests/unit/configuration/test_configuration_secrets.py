"""Secrets are fetched from where the file says, named when they are missing, and never shown."""

from __future__ import annotations

from pathlib import Path
from shlex import quote

import pytest

from segue.configuration import (
    Connection,
    CredentialKind,
    SecretReference,
    resolve_secret,
    secret_warning,
)
from segue.core.errors import ConfigurationProblem
from tests.unit.configuration.configuration_files import changed, read

pytestmark = pytest.mark.any_day


def _connection(reference: SecretReference) -> Connection:
    return Connection(name="main", label="", kind=CredentialKind.API_KEY, credential=reference)


def test_a_secret_of_the_environment_is_fetched_without_blanks() -> None:
    connection = _connection(SecretReference(env="KEY"))

    assert resolve_secret(connection, {"KEY": " hush \n"}) == "hush"


def test_a_secret_of_a_file_is_fetched_relative_to_the_configuration(tmp_path: Path) -> None:
    (tmp_path / "key.txt").write_text("hush\n", encoding="utf-8")
    configuration = read(changed("{env: MAILCHIMP_API_KEY}", "{file: key.txt}"), tmp_path)

    assert resolve_secret(configuration.connections["main"], {}) == "hush"


@pytest.mark.parametrize(
    ("environment", "message"),
    [
        ({}, "The environment variable KEY, which connection `main` needs, is not set."),
        ({"KEY": ""}, "The environment variable KEY, which connection `main` needs, is empty."),
    ],
)
def test_a_variable_without_a_secret_is_named(environment: dict[str, str], message: str) -> None:
    with pytest.raises(ConfigurationProblem) as caught:
        resolve_secret(_connection(SecretReference(env="KEY")), environment)

    assert caught.value.message == message
    assert caught.value.action == "Set it before starting segue: export KEY=…"


@pytest.mark.parametrize(
    ("content", "fragment"),
    [(None, "does not exist"), (b"", "is empty"), (b"\xff\xfe\xff", "cannot be read")],
)
def test_a_file_without_a_secret_is_named(
    tmp_path: Path, content: bytes | None, fragment: str
) -> None:
    file = tmp_path / "key.txt"
    if content is not None:
        file.write_bytes(content)

    with pytest.raises(ConfigurationProblem) as caught:
        resolve_secret(_connection(SecretReference(file=file)), {})

    assert str(file) in caught.value.message
    assert fragment in caught.value.message


@pytest.mark.parametrize(
    ("mode", "is_safe"), [(0o600, True), (0o400, True), (0o640, False), (0o604, False)]
)
def test_a_file_that_others_can_read_is_warned_of(tmp_path: Path, mode: int, is_safe: bool) -> None:
    file = tmp_path / "key.txt"
    file.write_text("hush", encoding="utf-8")
    file.chmod(mode)

    warning = secret_warning(SecretReference(file=file))

    if is_safe:
        assert warning is None
    else:
        assert (
            warning
            == f"The file {file} holds a secret and is open to others. Run: chmod 600 {quote(str(file))}"
        )


def test_nothing_is_warned_of_for_variables_and_missing_files(tmp_path: Path) -> None:
    assert secret_warning(SecretReference(env="KEY")) is None
    assert secret_warning(SecretReference(file=tmp_path / "gone")) is None
