"""`segue demo`: the product in the browser with two weeks behind it, or the story on the terminal."""

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
@click.option(
    "--no-browser", is_flag=True, help="Tell the story of two exports on the terminal instead."
)
@click.option("--no-pause", is_flag=True, help="End at once; do not keep anything running.")
@click.option(
    "--port",
    type=click.IntRange(1, 65_535),
    help="Port of the pages. Default: the first free one from 8080.",
)
@shared_options
def demo(
    invocation: Invocation, *, people: int, no_browser: bool, no_pause: bool, port: int | None
) -> None:
    """Make a believable shop with people, a connection, exports and a history, and show it in the browser.

    Everything happens on this machine, in the folder demo-home or the one that --home names; Mailchimp is played by
    the sandbox. Where nobody looks on (no terminal), it proves that the pages answer and ends.
    """
    from segue_demo.story import HOME, tell

    folder = invocation.home or HOME
    if no_browser:
        tell(people=people, home=folder, pause=not no_pause)
        return
    from segue_demo.browser.story import show

    show(
        people=people,
        folder=folder,
        language=invocation.language,
        pause=not no_pause,
        port=port,
    )
