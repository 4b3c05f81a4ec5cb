"""The request, word by word, in English: on the real program, in a real browser."""

from __future__ import annotations

import pytest

from tests.browser.conftest import Visit
from tests.browser.program import Program
from tests.browser.walk import Walk

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.mark.parametrize("visit", ["en"], indirect=True)
def test_the_request_word_by_word_in_english(program: Program, visit: Visit) -> None:
    walk = Walk(program, visit(), visit())

    walk.begin()
    walk.set_up_the_connection()
    walk.set_up_the_export()
    walk.read_every_label_of_the_request()
    walk.see_that_saving_ran_nothing()
    walk.run_with_the_scheduled_refresh()
    walk.run_on_demand()
    walk.remove_the_connection_during_a_run()
