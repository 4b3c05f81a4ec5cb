"""Say which exports have left tags in an audience of which no plan tells: no export is declared for it any more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from segue.cli.messages import say
from segue.cli.terminal import print_line

if TYPE_CHECKING:
    from segue.configuration.values import Configuration


def left_elsewhere(configuration: Configuration) -> list[dict[str, str]]:
    """Return `export` and `audience` of each; what is left in an audience of declared exports stands in their plans."""
    from segue.service import releasing

    found = releasing.left_elsewhere(configuration)
    return [{"export": one.export, "audience": one.audience_id} for one in found]


def print_left_elsewhere(configuration: Configuration, language: str) -> None:
    """Print a line for each of them."""
    for one in left_elsewhere(configuration):
        print_line(say(language, "left_elsewhere", **one), style="yellow")
