"""Make an installation ready to serve, telling each thing that is done: home, keys, database, first administrator."""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from shlex import quote

from segue.cli.invocation import Invocation
from segue.cli.messages import say
from segue.cli.serving import database, home
from segue.cli.terminal import is_watched, print_line
from segue.core.errors import TryLater


@dataclass(frozen=True, slots=True, kw_only=True)
class Preparer:
    """Makes one installation ready and tells about it on standard output."""

    invocation: Invocation
    folder: Path

    def make_ready(self, *, make_keys: bool) -> None:
        """Make the home, its keys and its database, and bring the database up to date.

        Raises: ConfigurationProblem naming what stands in the way.
        """
        is_new = home.make_home(self.folder)
        self._tell("up_home_new" if is_new else "up_home", home=str(self.folder))
        made = home.make_keys_once(os.environ, self.folder, wanted=make_keys)
        if made is not None:
            self._tell("up_keys_new", file=str(made))
        for place in home.open_to_others(self.folder):
            self._tell("up_open_to_others", place=str(place), quoted=quote(str(place)))
        self._bring_up_to_date()

    def ask_for_administrator(self) -> None:
        """Where nobody has been added yet: ask on a terminal, or print the one-time link."""
        from segue.cli.serving.first_person import ask_for_administrator, invitation_link
        from segue.control.people.operations import first_invitation
        from segue.control.people.queries import is_empty

        if not is_empty():
            return
        if is_watched():
            self._tell("up_first")
            ask_for_administrator(self.invocation)
            return
        token = first_invitation(now=datetime.now(UTC))
        if token is not None:
            self._tell("up_first_link", link=invitation_link(token))

    def _bring_up_to_date(self) -> None:
        from segue.service.django import start

        start(self.folder)
        from django.conf import settings

        chosen = settings.DATABASES["default"]
        database.make_file(chosen)
        self._tell("up_database", database=database.described(chosen))
        steps = database.migrated(self.folder)
        if steps:
            self._tell("up_migrated", steps=str(steps))
        from segue.service.rotation import fit_nothing

        if fit_nothing():
            self._tell("keys_fit_nothing")
        _begin_in_store()

    def _tell(self, key: str, **values: str) -> None:
        print_line(say(self.invocation.language, key, **values))


def _begin_in_store() -> None:
    """See that what hosts share is in its store, where there is one; one that is away just now may come back.

    Raises: ConfigurationProblem when it cannot be used, or this host may not begin.
    """
    from segue.service.installed_journals import journals_here
    from segue.service.shared_state import let_go

    with suppress(TryLater):
        journals_here()
    let_go()
