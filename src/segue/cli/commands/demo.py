"""`segue demo`: tell the whole story on the sandbox. The story itself is in `segue.demo`."""

from __future__ import annotations

import click

from segue.cli.invocation import Invocation, shared_options


@click.command()
@click.option(
    "--people",
    type=click.IntRange(300, 1_000_000),
    default=6_000,
    show_default=True,
    help="How many customers the shop has.",
)
@click.option("--no-pause", is_flag=True, help="End at once; do not keep the sandbox running.")
@shared_options
def demo(invocation: Invocation, *, people: int, no_pause: bool) -> None:
    """Make a believable shop, export it to the sandbox, change things, run again, and tell about it.

    Everything happens on this machine, in the folder demo-home or the one that --home names.
    """
    from segue.demo.story import tell

    tell(people=people, home=invocation.home, pause=not no_pause)
