"""`segue manage new-key` and `segue manage rotate-keys`: the keys that stored secrets are encrypted with."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from segue.cli.invocation import Invocation
from segue.cli.managing.opened import installation_options, open_installation
from segue.cli.messages import say
from segue.cli.misuse import misuse
from segue.cli.terminal import print_line

if TYPE_CHECKING:
    from segue.service.rotation import Rotation


@click.command()
def new_key() -> None:
    """Print a fresh key for SEGUE_KEYS. It is kept nowhere."""
    from segue.control.encryption import new_key as fresh

    click.echo(fresh())


@click.command()
@click.option("--drop-old", is_flag=True, help="Remove the older keys; needs an earlier rotation.")
@click.option(
    "--re-encrypt",
    is_flag=True,
    help="Make no key; only encrypt what is stored with the newest one.",
)
@installation_options
def rotate_keys(invocation: Invocation, *, drop_old: bool, re_encrypt: bool) -> None:
    """Make a new key, put it before the others in the key file, and encrypt everything that is stored with it.

    Segue may go on running. The older keys stay until --drop-old: copies and backups made before need them.
    """
    if drop_old and re_encrypt:
        raise misuse(invocation, "usage_exclude", one="--drop-old", other="--re-encrypt")
    open_installation(invocation)
    from segue.service import rotation

    now = datetime.now(UTC)
    if re_encrypt:
        _tell(invocation, rotation.re_encrypt(now=now))
    elif drop_old:
        _tell(invocation, rotation.drop_old(now=now))
        print_line(say(invocation.language, "keys_dropped"))
    else:
        _tell(invocation, rotation.rotate(now=now))
        print_line(say(invocation.language, "keys_copy"))


def _tell(invocation: Invocation, done: Rotation) -> None:
    language = invocation.language
    print_line(
        say(language, "keys_rotated", changed=str(done.changed), keys=str(done.keys)), style="green"
    )
    if done.unreadable:
        print_line(say(language, "keys_unreadable", count=str(done.unreadable)), style="yellow")
