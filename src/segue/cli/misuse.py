"""Options that cannot be meant as they stand, told in the reader's language."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from segue.cli.messages import say

if TYPE_CHECKING:
    from segue.cli.invocation import Invocation


def misuse(
    invocation: Invocation, key: str, *, ctx: click.Context | None = None, **values: str
) -> click.UsageError:
    """Return the error that ends a call with exit code 2; `key` is that of its text."""
    return click.UsageError(say(invocation.told_in, key, **values), ctx=ctx)
