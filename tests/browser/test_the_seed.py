"""The request, word by word, in both languages: on the real program, in a real browser. The long form walks in French too.

In French the pane of an export is read word by word in `test_exports_pane`, and both set-ups without scripts.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser.conftest import Visit
from tests.browser.program import Program, program_running
from tests.browser.walk import Walk
from tests.fixtures.forms import long_but

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture
def program(chromium: Browser, tmp_path: Path) -> Iterator[Program]:
    """Run a program in which nobody has set foot, for each walk."""
    with program_running(tmp_path) as running:
        yield running


@pytest.mark.parametrize("visit", long_but(["en", "fr"], "en"), indirect=True)
def test_the_request_word_by_word(program: Program, visit: Visit) -> None:
    walk = Walk(program, visit(), visit())

    walk.begin()
    walk.set_up_the_connection()
    walk.set_up_the_export()
    walk.read_every_label_of_the_request()
    walk.see_that_saving_ran_nothing()
    walk.run_with_the_scheduled_refresh()
    walk.run_on_demand()
    walk.remove_the_connection_during_a_run()
