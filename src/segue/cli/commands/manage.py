"""`segue manage`: the commands of whoever runs an installation. Each is loaded when it is called."""

from __future__ import annotations

from pathlib import Path

import click

from segue.cli.invocation import Invocation
from segue.cli.lazy import LazyGroup, Target
from segue.cli.places import Place

_PLACE = "segue.cli.managing"
_TARGETS = {
    "check": Target(f"{_PLACE}.checking:check", "Look the installation over."),
    "migrate": Target(f"{_PLACE}.migrating:migrate", "Bring the database up to date."),
    "add-administrator": Target(
        f"{_PLACE}.administrators:add_administrator", "Add an administrator, here or by a link."
    ),
    "rotate-keys": Target(
        f"{_PLACE}.keys:rotate_keys", "Make a new key and encrypt all that is stored with it."
    ),
    "new-key": Target(f"{_PLACE}.keys:new_key", "Print a fresh key."),
    "repair": Target(f"{_PLACE}.repairing:repair", "Build lost files of an audience's state anew."),
    "installation": Target(
        f"{_PLACE}.installation:installation",
        "Show which installation this is; say whether it is the real one.",
    ),
    "backup": Target("segue.cli.commands.backup:backup", "The same as `segue backup`."),
}


@click.group(cls=LazyGroup, targets=_TARGETS)
@click.option("--home", type=Place(), metavar="FOLDER", help="State folder.")
@click.pass_obj
def manage(invocation: Invocation, *, home: Path | None) -> None:
    """Look after an installation. Settings come from the environment, as for `segue up`."""
    invocation.choose(config=None, home=home, language=None)
