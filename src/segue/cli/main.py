"""The outermost edge of the command line: the group of commands, and what becomes of every error.

Imports nothing heavy: `segue --help` must appear at once. Commands are loaded when they are called.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from segue.cli.invocation import LANGUAGES, Invocation, language_in
from segue.cli.lazy import LazyGroup, ReaderLeft, Target
from segue.cli.places import Place
from segue.cli.speaking import in_words, spoken
from segue.cli.streams import settle_streams
from segue.core.errors import Problem
from segue.core.hanging import anything_hangs
from segue.core.trouble import trouble_of

if TYPE_CHECKING:
    from segue.core.clock import Clock

INTERRUPTED = 130
BROKEN_PIPE = 141

_COMMANDS = "segue.cli.commands"
_TARGETS = {
    "up": Target(f"{_COMMANDS}.up:up", "Start the pages and the worker: Segue in the browser."),
    "manage": Target(
        f"{_COMMANDS}.manage:manage", "Look after an installation: keys, database, administrators."
    ),
    "backup": Target(
        f"{_COMMANDS}.backup:backup", "Write everything that Segue keeps into one file."
    ),
    "restore": Target(f"{_COMMANDS}.restore:restore", "Put a backup back."),
    "init": Target(
        f"{_COMMANDS}.init:init", "Write a commented segue.yaml from the data that is found."
    ),
    "check": Target(
        f"{_COMMANDS}.check:check", "Check the configuration, and the connections on demand."
    ),
    "profiles": Target(
        f"{_COMMANDS}.profiles:profiles",
        "Read the data and tell about profiles and problems in them.",
    ),
    "segments": Target(
        f"{_COMMANDS}.segments:segments", "List, count, sample and describe segments."
    ),
    "measures": Target(
        f"{_COMMANDS}.measures:measures", "List measures, and show how one lies over the customers."
    ),
    "customers": Target(
        f"{_COMMANDS}.customers:customers", "Find customers, and show what is known of one and why."
    ),
    "plan": Target(
        f"{_COMMANDS}.plan:plan", "Show what a run would do, person by person; nothing is sent."
    ),
    "run": Target(f"{_COMMANDS}.run:run", "Run exports: send the differences to Mailchimp."),
    "reconcile": Target(
        f"{_COMMANDS}.reconcile:reconcile",
        "Compare all that Mailchimp holds with what it acknowledged, and repair it.",
    ),
    "report": Target(
        f"{_COMMANDS}.report:report", "Show the last runs, and who was rejected and why."
    ),
    "release": Target(
        f"{_COMMANDS}.release:release", "Take away the tags that a removed export has left."
    ),
    "apply": Target(
        f"{_COMMANDS}.apply:apply",
        "Make what a file declares that of the installation.",
    ),
    "export-config": Target(
        f"{_COMMANDS}.export_config:export_config", "Print the whole installation as segue.yaml."
    ),
    "sandbox": Target(
        f"{_COMMANDS}.sandbox:sandbox", "Serve a local imitation of Mailchimp to try everything on."
    ),
    "demo": Target(
        "segue_demo.command:demo", "Tell the whole story on the sandbox, in two minutes."
    ),
    "version": Target(
        f"{_COMMANDS}.version:version", "Show the versions of Segue and of what it stands on."
    ),
}


@click.group(
    cls=LazyGroup, targets=_TARGETS, context_settings={"help_option_names": ["-h", "--help"]}
)
@click.option(
    "--config",
    "config",
    type=Place(),
    envvar="SEGUE_CONFIG",
    metavar="FILE",
    help="Configuration file. Default: segue.yaml here or in a folder above.",
)
@click.option(
    "--home",
    "home",
    type=Place(),
    envvar="SEGUE_HOME",
    metavar="FOLDER",
    help="State folder. Default: what the configuration says.",
)
@click.option(
    "--language",
    type=click.Choice(LANGUAGES),
    envvar="SEGUE_LANGUAGE",
    help="Language of statuses and summaries. Default: en.",
)
@click.pass_obj
def segue(
    invocation: Invocation, config: Path | None, home: Path | None, language: str | None
) -> None:
    """Export segments of customer profiles to Mailchimp audiences: planned, incremental, and nobody is resubscribed.

    In the browser: `segue up`. On the command line: `segue init`, then `segue check`, `segue plan` and `segue run`.
    """
    invocation.choose(config=config, home=home, language=language)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and end the process with the exit code of STYLE's table."""
    settle_streams()
    given = list(sys.argv[1:] if arguments is None else arguments)
    exit_code = run_command(given)
    if anything_hangs():
        # The end of the interpreter would wait for what a source never answers.
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(exit_code)
    sys.exit(exit_code)


def run_command(arguments: Sequence[str], *, clock: Clock | None = None) -> int:
    """Run one command and return its exit code; whatever goes wrong is shown, never raised. `clock` as in `Invocation`."""
    invocation = Invocation(
        environment=os.environ,
        clock=clock,
        wants_json="--json" in arguments,
        language=language_in(arguments, os.environ),
    )
    with spoken(invocation.told_in):
        return _written_out(invocation, _ended(invocation, arguments))


def _ended(invocation: Invocation, arguments: Sequence[str]) -> int:
    try:
        ended = in_words(segue, None).main(
            args=list(arguments), prog_name="segue", standalone_mode=False, obj=invocation
        )
    except click.Abort as abort:
        if isinstance(
            abort.__cause__, EOFError
        ):  # of a file; at a question click says `Abort` itself
            return _failed(invocation, abort.__cause__)
        return _interrupted(invocation)
    except KeyboardInterrupt:
        return _interrupted(invocation)
    except click.ClickException as error:
        return _misused(invocation, error)
    except Problem as problem:
        from segue.cli.problems import show_problem

        return show_problem(invocation, problem)
    except (BrokenPipeError, ReaderLeft):
        return _reader_left()
    except (
        Exception
    ) as error:  # the outermost edge: whatever is left is the machine's trouble, or our bug
        return _failed(invocation, error)
    # Click hands back the code of an `Exit` (--help, a declined question); commands themselves return nothing.
    return ended if isinstance(ended, int) else invocation.exit_code


def _failed(invocation: Invocation, error: Exception) -> int:
    try:
        from segue.cli.bugs import show_failure

        return show_failure(invocation, error)
    except (
        MemoryError,
        OSError,
        ImportError,
    ):  # nothing more can be loaded: said with what is here
        trouble = trouble_of(error)
        if trouble is None:
            raise error from None
        sys.stderr.write(f"{trouble} ({trouble.code})\n")
        return trouble.exit_code


def _written_out(invocation: Invocation, code: int) -> int:
    """Write out what was printed; what cannot be written, to a full disk for instance, was not told."""
    try:
        if sys.stdout is not None:  # None: it was closed before the program began
            sys.stdout.flush()
    except BrokenPipeError:
        return _reader_left()
    except OSError as error:
        from segue.cli.bugs import show_lost_output

        return show_lost_output(invocation, error)
    return code


def _misused(invocation: Invocation, error: click.ClickException) -> int:
    if invocation.wants_json:
        from segue.cli.problems import show_usage_error

        show_usage_error(error)
    else:
        error.show()
    return error.exit_code


def _interrupted(invocation: Invocation) -> int:
    from segue.cli.messages import say

    key = "interrupted" if invocation.sends else "interrupted_unsent"
    sys.stderr.write("\n" + say(invocation.language, key) + "\n")
    return INTERRUPTED


def _reader_left() -> int:
    """Whoever read our output has stopped (`segue … | head`): end without a second error on closing."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return BROKEN_PIPE
