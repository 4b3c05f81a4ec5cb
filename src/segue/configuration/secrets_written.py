"""Find secrets that were written into the configuration file itself. Their text is never repeated."""

from __future__ import annotations

import re

from segue.core.errors import Mistake
from segue.core.sentences import said

REFERENCE_INSTEAD = said(
    "Put the secret in an environment variable or a file and refer to it: `{env: NAME}` or `{file: path}`. If the file was shared or committed, revoke the secret and make a new one."
)

# Mailchimp API key: 32 hex digits, a dash, the data centre. Source: FACTS.md §1 (form of the key after the dash).
_API_KEY = re.compile(r"\b[0-9a-fA-F]{32}-[a-z]{2,4}[0-9]{1,4}\b")
# The bound keeps the search linear on a long line of dots and letters.
_PASSWORD_IN_URL = re.compile(
    r"\b[a-z][a-z0-9+.-]{0,40}://[^\s/@:'\"]*:[^\s/@'\"]+@", re.IGNORECASE
)
_CREDENTIAL = re.compile(
    r"(connections\.[^.]+\.(api_key|access_token)|sources\.[^.]+\.dsn|sources\.[^.]+\.credentials\.[a-z_]+)(\.(env|file))?"
)


def is_credential(path: str) -> bool:
    """Tell whether a secret is referred to at this path, so that its text must never be shown."""
    return _CREDENTIAL.fullmatch(path) is not None


def secrets_written(text: str) -> tuple[Mistake, ...]:
    """Return a mistake for every line, comments included, that holds something that looks like a key or a password."""
    found = []
    for number, line in enumerate(text.splitlines(), start=1):
        match = _API_KEY.search(line) or _PASSWORD_IN_URL.search(line)
        if match:
            is_key = _API_KEY.search(line) is not None
            what = said("a Mailchimp API key") if is_key else said("a password in an address")
            found.append(
                Mistake(
                    path="",
                    message=said("The file holds what looks like %(what)s.", what=what),
                    action=REFERENCE_INSTEAD,
                    code="secret_in_file",
                    line=number,
                    column=match.start() + 1,
                )
            )
    return tuple(found)
