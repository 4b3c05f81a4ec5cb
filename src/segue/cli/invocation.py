"""What was asked on the command line besides the command itself: file, home, language, form of the output."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

import click

from segue.cli.places import Place
from segue.core.errors import ConfigurationProblem
from segue.core.sentences import said
from segue.words.catalogue import ENGLISH, languages

if TYPE_CHECKING:
    from segue.configuration import Configuration
    from segue.core.clock import Clock

Language: TypeAlias = str
"""The code of a language that has a catalogue: `en`, `fr`."""
LANGUAGES: tuple[Language, ...] = languages()
DEFAULT_FILE = "segue.yaml"

_Command = TypeVar("_Command", bound=Callable[..., Any])


@dataclass(slots=True, kw_only=True)
class Invocation:
    """One call of the program. Filled while its options are read; `exit_code` is what a command that ends leaves.
    `sends` is set by a command once it may write to Mailchimp: what is kept of that is said when somebody interrupts it.

    `clock` is by which runs wait and tell the time; None: the machine's.
    """

    environment: Mapping[str, str]
    clock: Clock | None = None
    wants_json: bool = False
    config: Path | None = None
    home: Path | None = None
    language: Language = "en"
    exit_code: int = 0
    sends: bool = False

    @property
    def told_in(self) -> Language:
        """The language of what is said of the call itself: programs that read JSON are told in English."""
        return "en" if self.wants_json else self.language

    def choose(self, *, config: Path | None, home: Path | None, language: str | None) -> None:
        """Take over the options that were given; those nearer to the command win."""
        self.config = config or self.config
        self.home = home.absolute() if home else self.home
        self.language = language or self.language

    def configuration(self) -> Configuration:
        """Load the configuration. Raises: ConfigurationProblem."""
        from segue.configuration import load

        loaded = load(self.config or find_file(Path.cwd()), environment=self.environment)
        if self.home is not None:
            loaded = replace(loaded, home=self.home)
        self.home = loaded.home
        return loaded


def language_in(arguments: Sequence[str], environment: Mapping[str, str]) -> Language:
    """Return the language that a call asks for, before its options are understood: its help and its mistakes need it."""
    asked = [environment.get("SEGUE_LANGUAGE", "")]
    for argument, following in zip(arguments, (*arguments[1:], ""), strict=True):
        if argument == "--":
            break
        if argument == "--language":
            asked.append(following)
        elif argument.startswith("--language="):
            asked.append(argument.partition("=")[2])
    known = [one for one in asked if one in LANGUAGES]
    return known[-1] if known else ENGLISH


def find_file(start: Path) -> Path:
    """Return the nearest `segue.yaml`, from a folder upwards. Raises: ConfigurationProblem when there is none."""
    for folder in (start, *start.parents):
        if (folder / DEFAULT_FILE).is_file():
            return folder / DEFAULT_FILE
    raise ConfigurationProblem(
        said(
            "There is no %(file)s in %(start)s or in any folder above.",
            file=DEFAULT_FILE,
            start=start,
        ),
        action="Run `segue init` to make one, or name a file with --config.",
        code="configuration_not_found",
    )


def shared_options(command: _Command) -> _Command:
    """Give a command the options that every command has, and the Invocation as first argument."""

    @click.option("--config", type=Place(), metavar="FILE", help="Configuration file.")
    @click.option("--home", type=Place(), metavar="FOLDER", help="State folder.")
    @click.option(
        "--language", type=click.Choice(LANGUAGES), help="Language of statuses and summaries."
    )
    @click.pass_obj
    @wraps(command)
    def wrapped(
        invocation: Invocation,
        /,
        *args: Any,
        config: Path | None,
        home: Path | None,
        language: str | None,
        **kw: Any,
    ) -> Any:
        invocation.choose(config=config, home=home, language=language)
        return command(invocation, *args, **kw)

    return wrapped  # type: ignore[return-value]


def json_option(command: _Command) -> _Command:
    """Give a command `--json`; the invocation knows it already from the arguments."""
    return click.option("--json", "as_json", is_flag=True, help="Print JSON on standard output.")(
        command
    )
