"""Options that cannot be meant as they stand, told in the reader's language."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import click

from segue.cli.messages import say

if TYPE_CHECKING:
    from segue.cli.invocation import Invocation


_DIGEST = re.compile("[0-9a-f]{16}")


def digest_of(invocation: Invocation, given: str | None) -> str | None:
    """Return the digest of a plan as it was copied, None for none. Raises: UsageError for what can be no digest."""
    if given is None:
        return None
    digest = given.strip().lower()
    if not _DIGEST.fullmatch(digest):
        raise misuse(invocation, "usage_approve_digest")
    return digest


def misuse(
    invocation: Invocation, key: str, *, ctx: click.Context | None = None, **values: str
) -> click.UsageError:
    """Return the error that ends a call with exit code 2; `key` is that of its text."""
    return click.UsageError(say(invocation.told_in, key, **values), ctx=ctx)
