"""Which form `segue init` proposes for a sample of values, and where it leaves a text and says why."""

from __future__ import annotations

import pytest

from segue.engines.duckdb.inspect_guesses import guessed

pytestmark = pytest.mark.any_day

DECIDED = [
    ("paid_at", ["2026-11-20 23:30:00 -0500"], "timestamp", {}),
    ("sent", ["Fri, 20 Nov 2026 23:30:00 -0500"], "timestamp", {}),
    ("day", ["2026/01/05"], "date", {}),
    ("day", ["31.12.2024", "01.02.2024"], "date", {"formats": ["%d.%m.%Y"]}),
    ("day", ["12/31/2024", "1/2/2024"], "date", {"formats": ["%m/%d/%Y"]}),
    ("day", ["31/12/24", "31/12/2024"], "date", {"formats": ["%d/%m/%Y", "%d/%m/%y"]}),
    ("at", ["12/31/2024 11:30 PM", "1/2/2024 1:05 AM"], "timestamp", {"formats": ["%m/%d/%Y %I:%M %p"]}),
    ("at", ["31/12/2024 23:30:00"], "timestamp", {"formats": ["%d/%m/%Y %H:%M:%S"]}),
    ("at", ["31/12/2024 23:30 +0100"], "timestamp", {"formats": ["%d/%m/%Y %H:%M%z"]}),
    ("total", ["12,50 €", "1 234,00 €"], "decimal", {"decimal_mark": ","}),
    ("total", ["$1,234.50", "$12.00"], "decimal", {"thousands_mark": ","}),
    ("total", ["1.234,50", "12,00"], "decimal", {"decimal_mark": ",", "thousands_mark": "."}),
    ("total", ["CHF 1'234.50"], "decimal", {}),
    ("total", ["0.750", "1.250"], "decimal", {}),
    ("total", ["(12.50)", "3"], "decimal", {}),
    ("phone", ["123 456 789"], "text", {}),
    ("at", ["2026-11-20T23:30:00+99:99"], "text", {}),
    ("day", ["2026-02-30"], "text", {}),
    ("day", ["0024-12-31"], "text", {}),
    ("total", ["99999999999999999.5"], "text", {}),
    ("code", ["'0612345678"], "text", {}),
    ("version", ["1.2.3"], "text", {}),
    ("opted_out", ["Y", "N"], "boolean", {}),
    ("opted_out", ["-1", "0"], "boolean", {}),
    ("opt_in", ["0", "1"], "boolean", {}),
    ("level", ["0", "1"], "integer", {}),
    ("vip", ["x", "X"], "boolean", {"true_values": ["x"]}),
    ("size", ["S"], "text", {}),
    ("ok", ["o", "n"], "boolean", {}),
    ("ok", ["WAHR", "falsch"], "boolean", {}),
    ("birthday", ["05/12", "12/31"], "birthday", {}),
    ("naissance", ["31/12"], "birthday", {"formats": ["%d/%m"]}),
    ("geburtstag", ["31.12."], "birthday", {"formats": ["%d.%m."]}),
    ("tags", ["vip, gold", "x"], "list", {}),
    ("tags", ["vip; gold"], "list", {"separator": ";"}),
    ("anything", ['["a", "b"]'], "list", {}),
    ("note", ["a, b"], "text", {}),
]  # fmt: skip

DOUBTFUL = [
    ("day", ["01/02/2024"], "day_or_month"),
    ("day", ["31/12/2024", "12/31/2024"], "two_orders"),
    ("birthday", ["05/12"], "day_or_month"),
    ("total", ["1,234"], "two_marks"),
    ("total", ["12 €", "$12"], "two_currencies"),
    ("total", ["1.234", "12"], "two_marks"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "values", "kind", "options"), DECIDED)
def test_a_form_that_the_sample_decides_is_proposed(
    name: str, values: list[str], kind: str, options: dict[str, object]
) -> None:
    found = guessed(name, values, is_written=True)

    assert (found.type.value, found.options, found.doubt) == (kind, options, "")


@pytest.mark.parametrize(("name", "values", "doubt"), DOUBTFUL)
def test_a_sample_that_can_be_read_in_two_ways_stays_a_text(
    name: str, values: list[str], doubt: str
) -> None:
    found = guessed(name, values, is_written=True)

    assert (found.type.value, found.options, found.doubt) == ("text", {}, doubt)


def test_numbers_that_a_program_wrote_have_no_thousands_mark() -> None:
    assert guessed("total", ["1.234"]).type.value == "decimal"
