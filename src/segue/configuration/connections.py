"""A declared link to a Mailchimp account, and how its secret is fetched. The secret itself is never kept here."""

from __future__ import annotations

import stat
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from shlex import quote

from segue.core.errors import ConfigurationProblem
from segue.core.sentences import said
from segue.core.trouble import raise_trouble
from segue.core.trouble_signs import OF_FILES


class CredentialKind(StrEnum):
    """What the secret of a connection is."""

    API_KEY = "api_key"
    ACCESS_TOKEN = "access_token"  # noqa: S105 - the word, not a token


@dataclass(frozen=True, slots=True, kw_only=True)
class SecretReference:
    """Where a secret is found: exactly one of an environment variable's name and a file's absolute path."""

    env: str | None = None
    file: Path | None = None

    def __str__(self) -> str:
        return (
            said("the environment variable %(env)s", env=self.env)
            if self.env
            else said("the file %(file)s", file=self.file)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Connection:
    """One Mailchimp account as `segue.yaml` names it.

    `base_url` None: the default, from the API key's data centre or the token's metadata. `honours_status_if_new`
    True: the live check has shown that batch calls of this account honour it. `contact_limit` None: unknown.
    `credential` None: no file names it, an installation holds the secret itself.
    """

    name: str
    label: str
    kind: CredentialKind
    credential: SecretReference | None
    base_url: str | None = None
    honours_status_if_new: bool = False
    contact_limit: int | None = None


def resolve_secret(connection: Connection, environment: Mapping[str, str]) -> str:
    """Return the connection's API key or access token.

    Raises: ConfigurationProblem naming the variable or file, never its content.
    """
    assert connection.credential is not None, "what an installation holds is not looked up"
    return fetch_secret(
        connection.credential,
        environment,
        purpose=said("connection `%(name)s`", name=connection.name),
    )


def fetch_secret(
    reference: SecretReference, environment: Mapping[str, str], *, purpose: str
) -> str:
    """Return the secret behind a reference, without surrounding blanks. Raises: ConfigurationProblem."""
    secret = environment.get(reference.env, "") if reference.env else _read(reference, purpose)
    if secret.strip():
        return secret.strip()
    if reference.env is not None:
        state = said("empty") if reference.env in environment else said("not set")
        raise _missing(
            said(
                "The environment variable %(env)s, which %(purpose)s needs, is %(state)s.",
                env=reference.env,
                purpose=purpose,
                state=state,
            ),
            said("Set it before starting segue: export %(env)s=…", env=reference.env),
            reference,
        )
    raise _missing(
        said(
            "The file %(file)s, which %(purpose)s needs, is empty.",
            file=reference.file,
            purpose=purpose,
        ),
        said("Write the secret into it."),
        reference,
    )


def secret_warning(reference: SecretReference) -> str | None:
    """Return what is unsafe about a secret's file, or None when nothing is."""
    try:
        mode = reference.file.stat().st_mode if reference.file else 0
    except OSError:
        return None
    if not mode & (stat.S_IRWXG | stat.S_IRWXO):
        return None
    return said(
        "The file %(file)s holds a secret and is open to others. Run: chmod 600 %(quoted)s",
        file=reference.file,
        quoted=quote(str(reference.file)),
    )


def _read(reference: SecretReference, purpose: str) -> str:
    assert reference.file is not None
    try:
        if reference.file.exists() and not reference.file.is_file():
            raise _missing(
                said(
                    "The file %(file)s, which %(purpose)s needs, is no file but a folder, a pipe or a device.",
                    file=reference.file,
                    purpose=purpose,
                ),
                said("Name a file with the secret as its only content."),
                reference,
            )
        return reference.file.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise _missing(
            said(
                "The file %(file)s, which %(purpose)s needs, does not exist.",
                file=reference.file,
                purpose=purpose,
            ),
            said("Create it with the secret as its only content, and run chmod 600 on it."),
            reference,
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        raise_trouble(error, but=OF_FILES)
        raise _missing(
            said(
                "The file %(file)s, which %(purpose)s needs, cannot be read (%(kind)s).",
                file=reference.file,
                purpose=purpose,
                kind=type(error).__name__,
            ),
            said("Check its rights and that it is plain text."),
            reference,
        ) from None


def _missing(message: str, action: str, reference: SecretReference) -> ConfigurationProblem:
    return ConfigurationProblem(
        message, action=action, code="secret_missing", context={"variable": reference.env or "file"}
    )
