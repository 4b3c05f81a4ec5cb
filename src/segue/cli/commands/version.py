"""`segue version`: which versions are at work, for reports of problems."""

from __future__ import annotations

import platform
from importlib.metadata import version as installed

import click

from segue import __version__
from segue.cli.invocation import Invocation, json_option
from segue.cli.terminal import print_json, print_line

_PARTS = ("duckdb", "ibis-framework", "sqlglot", "pyarrow", "aiohttp")


@click.command()
@json_option
@click.pass_obj
def version(invocation: Invocation, *, as_json: bool) -> None:
    """Show the versions of Segue and of what it stands on."""
    versions = {"segue": __version__, "python": platform.python_version()}
    versions |= {name: installed(name) for name in _PARTS}
    if as_json:
        print_json(versions)
        return
    for name, number in versions.items():
        print_line(f"{name} {number}")
