"""Which form `segue init` proposes for a sample of values, and where it leaves a text and says why."""

from __future__ import annotations

import pytest

from segue.engines.duckdb.reading.inspect_guesses import guessed, guessed_key

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
    ("since", ["Jan 5, 2026 10:00:00 AM", "Dec 31, 2025 1:05:00 PM"], "timestamp", {"formats": ["%b %d, %Y %I:%M:%S %p"]}),
    ("since", ["5-Jan-26", "31-DEC-25"], "date", {"formats": ["%d-%b-%y"]}),
    ("since", ["Nov-20-26"], "date", {"formats": ["%b-%d-%y"]}),
    ("since", ["May 5, 2026"], "date", {"formats": ["%b %d, %Y"]}),
    ("since", ["May 5, 2026", "December 31, 2025"], "date", {"formats": ["%B %d, %Y"]}),
    ("Joined Group on", ["January 5, 2026"], "date", {"formats": ["%B %d, %Y"]}),
    ("since", ["5 January 2026 at 23:30"], "timestamp", {"formats": ["%d %B %Y at %H:%M"]}),
    ("since", ["Jan 2026"], "text", {}),
    ("since", ["5 janv. 2026"], "text", {}),
    ("since", ["Feb 30, 2026"], "text", {}),
    ("Created (UTC)", ["2026-01-05 10:00"], "timestamp", {"written_in": "UTC"}),
    ("Created At (UTC+0)", ["2026-01-05 10:00"], "timestamp", {"written_in": "UTC"}),
    ("created_utc", ["2026-01-05 10:00"], "timestamp", {"written_in": "UTC"}),
    ("Created (GMT+01:00)", ["31/01/2026 10:00"], "timestamp", {"formats": ["%d/%m/%Y %H:%M"], "written_in": "Etc/GMT-1"}),
    ("Paid (UTC-5)", ["2026-01-05 10:00"], "timestamp", {"written_in": "Etc/GMT+5"}),
    ("Paid (PST)", ["2026-01-05 10:00"], "timestamp", {"written_in": "America/Los_Angeles"}),
    ("Day (UTC)", ["2026-01-05"], "date", {}),
    ("Birthday", ["--05-12", "1990-01-31"], "birthday", {}),
    ("Birthday", ["1990-01-31"], "date", {}),
    ("suppressions", ["[]", "['UNSUBSCRIBE']"], "list", {}),
    ("tags", ['"vip","tea time"', '"vip"'], "list", {}),
    ("customerTags", ["vip, gold"], "list", {}),
    ("Percentage", ["12,5", "8,25"], "decimal", {"decimal_mark": ","}),
    ("Listenpreis", ["1.234,50"], "decimal", {"decimal_mark": ",", "thousands_mark": "."}),
    ("Amount Refunded", ["0,00", "5,00"], "decimal", {"decimal_mark": ","}),
    ("Postage", ["1,50 €"], "decimal", {"decimal_mark": ","}),
    ("Offene Posten", ["1.234,56"], "decimal", {"decimal_mark": ",", "thousands_mark": "."}),
    ("SMS", ["33639980001"], "text", {}),
    ("Handy", ["491701234567"], "text", {}),
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


@pytest.mark.parametrize("name", ["Total Paid", "Is Valid", "Phone Number", "Fax number"])
def test_amounts_and_telephone_numbers_are_no_keys(name: str) -> None:
    columns = {name: ["1", "2"], "E-mail": ["ana@shop.example", "bob@shop.example"]}

    assert guessed_key("people", columns, None, addresses=["E-mail"]) == "E-mail"


@pytest.mark.parametrize("name", ["userid", "Customer ID", "localId", "Kundennummer"])
def test_columns_that_are_named_like_keys_are_keys(name: str) -> None:
    columns = {name: ["1", "2"], "E-mail": ["ana@shop.example", "bob@shop.example"]}

    assert guessed_key("people", columns, None, addresses=["E-mail"]) == name


def test_numbers_that_a_program_wrote_have_no_thousands_mark() -> None:
    assert guessed("total", ["1.234"]).type.value == "decimal"
