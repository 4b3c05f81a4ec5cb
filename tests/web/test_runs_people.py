"""People in runs: masked until somebody asks, shown to contributors only, every look written down; the CSV files."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest
from django.http import StreamingHttpResponse
from django.test import Client

from segue.control.audit.models import Action, Entry
from segue.control.exports.models import Export
from segue.control.people.models import Person
from segue.control.refreshes.models import Run, RunPaper
from segue.engines.duckdb.quoting import literal
from segue.sync.kinds import Skip
from segue.sync.ports import Reason
from segue.sync.report import RunReport
from tests.control import stage_runs
from tests.web.pages import seen

Browse = Callable[[Person | None], Client]
_FAKE = "nadia looks fake or invalid, please enter a real email address."
_PEOPLE: list[dict[str, Any]] = [
    {"address": "nadia@shop.example", "key": "17", "reason": Reason.FAKE_ADDRESS, "words": _FAKE},
    {"address": "omar@shop.example", "key": "18", "reason": Reason.FAKE_ADDRESS, "words": _FAKE},
    {
        "address": "pia@shop.example",
        "key": "19",
        "reason": Reason.INVALID_FIELD,
        "field": "BIRTHDAY",
        "words": "=cmd|' /C calc'!A0",
    },
]


@pytest.fixture
def home(settings: Any, tmp_path: Path) -> Path:
    """Give the installation a home folder of its own."""
    settings.SEGUE_HOME = tmp_path / "home"
    return tmp_path / "home"


@pytest.fixture
def export(alice: Person, tmp_path: Path) -> Export:
    """Return an export of the VIPs."""
    return stage_runs.small_export(alice, tmp_path)


@pytest.fixture
def run(export: Export, alice: Person, home: Path) -> Run:
    """Return a run in which Mailchimp rejected three people."""
    stage_runs.kept_rejections(stage_runs.report(), _PEOPLE)
    return stage_runs.successful(alice, export)


def _rows(response: Any) -> list[list[str]]:
    assert isinstance(response, StreamingHttpResponse)
    text = b"".join(response.streaming_content).decode("utf-8-sig")  # type: ignore[arg-type]
    return list(csv.reader(io.StringIO(text, newline="")))


def _looks() -> list[tuple[str, str]]:
    looked = Entry.objects.filter(action=Action.PERSONAL_DATA_SHOWN).order_by("id")
    return list(looked.values_list("actor_name", "subject_id"))


def _searched(browser: Client, run: Run, **posted: str) -> Any:
    return browser.post(f"/runs/{run.pk}/people/", {"tab": "rejected", **posted})


def test_rejected_contacts_are_masked_at_first(run: Run, bob: Person, browse: Browse) -> None:
    page = seen(browse(bob).get(f"/runs/{run.pk}/?tab=rejected"))

    assert "Mailchimp takes this address for fake or misspelt." in page
    assert "n•••@s•••.example ••• Mailchimp takes this address for fake" in page
    assert "BIRTHDAY" in page
    assert "nadia@shop.example" not in page
    assert _looks() == []


def test_addresses_are_shown_to_whoever_asks_and_it_is_written_down(
    run: Run, bob: Person, browse: Browse
) -> None:
    page = seen(_searched(browse(bob), run, show="1"))

    assert "nadia@shop.example 17" in page
    assert "Mask addresses" in page
    assert _looks() == [("Bob", str(run.pk))]


def test_a_viewer_sees_counts_and_no_people(run: Run, vera: Person, browse: Browse) -> None:
    browser = browse(vera)

    page = seen(browser.get(f"/runs/{run.pk}/?tab=rejected"))

    assert "The people themselves are shown to contributors and administrators." in page
    assert "@s•••" not in page
    assert "Download as CSV" not in page
    assert _searched(browser, run, show="1").status_code == 403
    assert _looks() == []


def test_rejected_contacts_are_filtered_by_reason(run: Run, bob: Person, browse: Browse) -> None:
    page = seen(browse(bob).get(f"/runs/{run.pk}/?tab=rejected&reason=invalid_field"))

    assert "p•••@s•••.example" in page
    assert "n•••@s•••.example" not in page


def test_somebody_is_searched_without_standing_in_an_address_and_it_is_written_down(
    run: Run, bob: Person, browse: Browse
) -> None:
    answer = _searched(browse(bob), run, search="OMAR@shop")

    page = seen(answer)
    assert "o•••@s•••.example" in page
    assert "n•••@s•••.example" not in page
    assert "omar" not in answer.request["QUERY_STRING"].casefold()
    assert _looks() == [("Bob", str(run.pk))]


@pytest.mark.parametrize("text", ["ömar@shop", "ＯＭＡＲ@shop", "omar\u200b@shop"])
def test_somebody_is_found_as_names_are(run: Run, bob: Person, browse: Browse, text: str) -> None:
    assert "Nobody fits." not in seen(_searched(browse(bob), run, search=text))


def test_a_search_that_finds_nobody_says_so(run: Run, bob: Person, browse: Browse) -> None:
    assert "Nobody fits." in seen(_searched(browse(bob), run, search="charlie"))


def test_choosing_a_reason_alone_shows_nobody_by_name(
    run: Run, bob: Person, browse: Browse
) -> None:
    answer = _searched(browse(bob), run, reason="fake_address")

    assert answer["Location"] == f"/runs/{run.pk}/?tab=rejected&reason=fake_address"
    assert _looks() == []


def test_whoever_comes_back_to_the_address_of_a_search_sees_the_run(
    run: Run, bob: Person, browse: Browse
) -> None:
    answer = browse(bob).get(f"/runs/{run.pk}/people/", follow=True)

    assert answer.status_code == 200
    assert "nadia@shop.example" not in seen(answer)


def _many(count: int) -> RunReport:
    outcomes = stage_runs.outcomes(rejected={Reason.FAKE_ADDRESS: count})
    return stage_runs.report(outcomes=outcomes)


def test_rejected_contacts_are_listed_fifty_a_page(
    export: Export, alice: Person, home: Path, browse: Browse
) -> None:
    people = [
        {"address": f"p{n:03}@shop.example", "key": f"key-{n:03}", "reason": Reason.FAKE_ADDRESS}
        for n in range(120)
    ]
    stage_runs.kept_rejections(_many(120), people)
    run = stage_runs.successful(alice, export, of=_many(120))
    browser = browse(alice)

    first = seen(browser.get(f"/runs/{run.pk}/?tab=rejected"))
    last = seen(_searched(browser, run, show="1", page="3"))

    assert "Page 1 of 3" in first
    assert first.count("p•••@s•••.example") == 50
    assert [f"key-{n:03}" in last for n in (99, 100, 119)] == [False, True, True]


def test_people_of_a_run_that_is_too_old_are_said_to_be_gone(
    export: Export, alice: Person, home: Path, browse: Browse
) -> None:
    run = stage_runs.successful(alice, export)

    page = seen(browse(alice).get(f"/runs/{run.pk}/?tab=rejected"))

    assert "Mailchimp takes this address for fake or misspelt." in page
    assert "The files of this run are no longer kept. Look at a newer run." in page


def test_people_whose_changes_were_tidied_away_are_said_to_be_gone(
    run: Run, home: Path, alice: Person, browse: Browse
) -> None:
    for folder in home.glob("audiences/*/runs/*"):
        for file in folder.iterdir():
            file.unlink()
        folder.rmdir()

    page = seen(browse(alice).get(f"/runs/{run.pk}/?tab=rejected"))

    assert "The rejected contacts of this run are no longer kept." in page


def test_the_reasons_are_told_in_french(run: Run, alice: Person, browse: Browse) -> None:
    alice.language = "fr"
    alice.save()

    page = seen(browse(alice).get(f"/runs/{run.pk}/?tab=rejected"))

    assert "Motifs de rejet" in page
    assert "Mailchimp considère cette adresse comme fictive ou mal orthographiée." in page


def test_samples_of_a_plan_are_masked_until_somebody_asks(
    run: Run, bob: Person, vera: Person, browse: Browse
) -> None:
    masked = seen(browse(bob).get(f"/runs/{run.pk}/"))
    shown = seen(browse(bob).post(f"/runs/{run.pk}/people/", {"tab": "plan", "show": "1"}))
    viewed = seen(browse(vera).get(f"/runs/{run.pk}/"))

    assert "n•••@s•••.example Add + VIP" in masked
    assert "nadia@shop.example Add + VIP" in shown
    assert "omar@shop.example Skip – Unsubscribed" in shown
    assert "A few people of the plan" not in viewed
    assert _looks() == [("Bob", str(run.pk))]


def test_forgotten_samples_leave_no_empty_table(run: Run, bob: Person, browse: Browse) -> None:
    RunPaper.objects.update(samples="")

    assert "A few people of the plan" not in seen(browse(bob).get(f"/runs/{run.pk}/"))


def test_rejected_contacts_are_downloaded_with_reason_and_fix(
    run: Run, bob: Person, browse: Browse
) -> None:
    answer = browse(bob).get(f"/runs/{run.pk}/rejected.csv")

    rows = _rows(answer)
    assert answer["Content-Disposition"] == f'attachment; filename="rejected-{run.pk}.csv"'
    assert rows[0][:4] == ["address", "profile_key", "reason", "field"]
    assert [row[:4] for row in rows[1:]] == [
        ["nadia@shop.example", "17", "fake_address", ""],
        ["omar@shop.example", "18", "fake_address", ""],
        ["pia@shop.example", "19", "invalid_field", "BIRTHDAY"],
    ]
    assert rows[3][6] == "'=cmd|' /C calc'!A0"
    assert _looks() == [("Bob", str(run.pk))]


def test_people_still_out_from_earlier_runs_are_listed_with_since_when(
    export: Export, alice: Person, bob: Person, browse: Browse, home: Path
) -> None:
    skipped = stage_runs.plan(skips={Skip.INVALID_FIELD: 1})
    report = stage_runs.report(skipped, outcomes=stage_runs.outcomes(rejected={}))
    stage_runs.kept_rejections(report, [])
    (folder,) = home.glob("audiences/*/runs/*")
    with duckdb.connect() as connection:
        connection.execute(
            f"COPY (SELECT 'a'::VARCHAR AS sub, 'pia@shop.example' AS address, '19' AS l_key, 22 AS skip, "
            "'invalid_field' AS reason, 'ZIP' AS field, 'too short' AS words, "
            "'2026-02-01T09:00:00+00:00' AS since, NULL::VARCHAR AS until) "
            f"TO {literal(str(folder / 'held.parquet'))} (FORMAT parquet)"
        )
    run = stage_runs.successful(alice, export, of=report)

    page = seen(browse(bob).get(f"/runs/{run.pk}/?tab=rejected"))
    rows = _rows(browse(bob).get(f"/runs/{run.pk}/rejected.csv"))

    assert "1 person is left out since an earlier run" in page
    assert "p•••@s•••.example" in page
    assert "ZIP" in page
    assert rows[1][:4] == ["pia@shop.example", "19", "invalid_field", "ZIP"]
    assert rows[1][7:] == ["2026-02-01T09:00:00+00:00", ""]


def test_a_download_is_in_the_reader_s_language(run: Run, bob: Person, browse: Browse) -> None:
    bob.language = "fr"
    bob.save()

    rows = _rows(browse(bob).get(f"/runs/{run.pk}/rejected.csv"))

    assert rows[1][4].startswith("Mailchimp considère cette adresse")


def test_a_download_of_what_is_gone_says_so(
    export: Export, alice: Person, home: Path, browse: Browse
) -> None:
    run = stage_runs.successful(alice, export)

    answer = browse(alice).get(f"/runs/{run.pk}/rejected.csv")

    assert answer.status_code == 422
    assert _looks() == []


def test_everybody_of_a_plan_is_downloaded_as_the_worker_wrote_them(
    run: Run, home: Path, bob: Person, browse: Browse
) -> None:
    (home / "plans").mkdir(parents=True)
    (home / "plans" / f"{run.pk}.csv").write_text(
        "\ufeffaddress,name\r\nnadia@shop.example,=1+1\r\nemile@shop.example,Émile\r\n",
        encoding="utf-8",
    )

    answer = browse(bob).get(f"/runs/{run.pk}/plan.csv")

    assert answer["Content-Disposition"] == f'attachment; filename="plan-{run.pk}.csv"'
    assert _rows(answer) == [
        ["address", "name"],
        ["nadia@shop.example", "'=1+1"],
        ["emile@shop.example", "Émile"],
    ]
    assert _looks() == [("Bob", str(run.pk))]
    assert "Download plan" in seen(browse(bob).get(f"/runs/{run.pk}/"))


def test_a_plan_that_nobody_wrote_cannot_be_downloaded(
    run: Run, bob: Person, browse: Browse
) -> None:
    assert browse(bob).get(f"/runs/{run.pk}/plan.csv").status_code == 404
    assert "Download plan" not in seen(browse(bob).get(f"/runs/{run.pk}/"))
    assert _looks() == []


def test_a_viewer_downloads_nobody(run: Run, vera: Person, browse: Browse) -> None:
    browser = browse(vera)

    answers = [
        browser.get(f"/runs/{run.pk}/{name}.csv").status_code for name in ("plan", "rejected")
    ]

    assert answers == [403, 403]
    assert _looks() == []
