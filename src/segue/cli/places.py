"""Files and folders that a call names. An empty text (`--home "$UNSET"`) is refused: it would mean the current folder."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from segue.cli.messages import say
from segue.words.catalogue import ENGLISH


class Place(click.Path):
    """A path; whether it is there is for the command."""

    def __init__(self, *, dir_okay: bool = True) -> None:
        """Take a file alone, or a folder too."""
        super().__init__(path_type=Path, dir_okay=dir_okay)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the path. Raises: click.BadParameter for an empty text."""
        if value == "":
            language = getattr(ctx and ctx.obj, "told_in", ENGLISH)
            self.fail(say(language, "usage_empty_place"), param, ctx)
        return super().convert(value, param, ctx)
