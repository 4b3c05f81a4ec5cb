"""One number a fact: an export with three segments, leavers, a move, a rejection and a cancel, told at every place alike."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext, ngettext, pgettext

from mailchimp_sandbox.faults import Fault
from mailchimp_sandbox.switches import Switches
from segue.cli.report_text import print_report, print_runs, print_summary
from segue.control.connections.queries import known_contacts
from segue.control.exports.models import Export
from segue.control.notices.letters import Reader, letter
from segue.control.notices.models import Delivery, Notice, NoticeKind
from segue.control.notices.watching import observe
from segue.control.people.models import Person
from segue.control.refreshes import operations, queries
from segue.control.refreshes.models import Run, RunKind
from segue.control.statuses import Status
from segue.service.accounts import check
from segue.shown.documents import plan_as_json, report_as_json
from segue.sync.export import SegmentTag
from segue.sync.report import RunReport
from segue.web.exports.pages import _chart
from segue.web.sayings import reads
from segue.words.counting import fitting
from tests.control import stage
from tests.fixtures.people import PASSWORD
from tests.patience import HANGS_S
from tests.web.pages import seen
from tests.worker.shop import Shop, fresh, wait_for

DEFINITION = (
    stage.DEFINITION.partition("segments:")[0]
    + """\
segments:
  paris: {label: Paris, rules: {attribute: city, is: Paris}}
  recent: {label: Recent, rules: {attribute: joined, after: 2026-01-01}}
  nice: {label: Nice, rules: {attribute: city, is: Nice}}
"""
)
TAGS = tuple(SegmentTag(segment=name, tag=name.title()) for name in ("paris", "recent", "nice"))
HEADER = "id,email,first_name,last_name,city,joined,opted_in"
PARISIANS = 30  # each carries two tags, Paris and Recent
FROM_NICE = 6
LANGUAGES: tuple[str, ...] = ("en", "fr")

MARK = r"(?: \d+ [^|]{1,30} · \d+ [^|]{1,40}?)?"
"""What may stand below a status: who was not sent, and whose answer is unknown."""

CHANGES, ACCEPTED, REJECTED, SKIPPED = 24, 23, 1, 1
"""Of the second run: 20 leave, one moves, three come, of whom one is refused; one more has not consented."""


def row(number: int, city: str, **changes: str) -> str:
    values = {"email": f"p{number}@shop.example", "agrees": "true", **changes}
    return f"{number},{values['email']},P{number},Martin,{city},2026-02-01,{values['agrees']}"


def write(shop: Shop, rows: list[str]) -> None:
    (shop.folder / "customers.csv").write_text("\n".join([HEADER, *rows]) + "\n", encoding="utf-8")


def first_people() -> list[str]:
    found = [row(number, "Paris") for number in range(PARISIANS)]
    return found + [row(100 + n, "Nice").replace("2026-02", "2025-02") for n in range(FROM_NICE)]


def later_people() -> list[str]:
    stays = first_people()[20:]
    stays[0] = row(20, "Paris", email="moved@shop.example")
    new = [row(200, "Paris"), row(201, "Paris"), row(202, "Paris", email="refused@shop.example")]
    return [*stays, *new, row(203, "Paris", agrees="false")]


def last_people() -> list[str]:
    return [*later_people()[3:], *(row(300 + n, "Nice") for n in range(5))]


@pytest.fixture
def walked(shop: Shop) -> Export:
    """Return an export of three segments that has run once; Mailchimp's own counts stay as they were before that."""
    stage.declared(shop.folder, text=DEFINITION)
    write(shop, first_people())
    export = shop.export(segments=TAGS)
    shop.sandbox.set_switches(Switches(stats_cache_s=10**6))
    check(shop.connections[0], shop.now())
    shop.run(export)
    shop.settle(shop.worker())
    return export


def page(client: Client, name: str, *args: int) -> str:
    return seen(client.get(reverse(name, args=args))).replace("\u202f", "").replace("\xa0", " ")


def number(text: str, pattern: str) -> int:
    """Return the number that stands where the pattern has `N`."""
    wanted = re.sub(r"\bN\b", r"(\\d+)", re.escape(pattern.replace("\xa0", " ")))
    found = re.search(wanted, text)
    assert found is not None, (pattern, text)
    return int(found[1])


def counted(text: str, **numbers: int) -> str:
    """Return a text of pages in the active language with the words for these numbers, and `N` where one stands."""
    words = fitting(gettext(text), {name: str(one) for name, one in numbers.items()}, reads())
    return words % dict.fromkeys(numbers, "N")


def in_each_language(person: Person, look: Callable[[Client], dict[str, Any]]) -> dict[str, Any]:
    """Return what every place tells, by language and place."""
    told: dict[str, Any] = {}
    for language in LANGUAGES:
        Person.objects.filter(pk=person.pk).update(language=language)
        client = Client()
        client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
        with translation.override(language):
            told |= {f"{language}: {place}": said for place, said in look(client).items()}
    return told


def changes_told(run: Run, notice: Notice) -> Callable[[Client], dict[str, Any]]:
    def look(client: Client) -> dict[str, Any]:
        waits = ngettext("%(changes)s change waits.", "%(changes)s changes wait.", CHANGES)
        waits = waits % {"changes": "N"}
        approves = ngettext("Approve this change", "Approve these %(shown)s changes", CHANGES)
        refuses = counted("This plan has %(count)s {count:change|changes}.", count=CHANGES)
        wrong = client.post(
            reverse("run-approve", args=[run.pk]),
            {"digest": run.digest, "count": "1", "password": PASSWORD},
        )
        reader = Reader(name="", language=translation.get_language(), time_zone="UTC")
        mail = letter(reader, [Delivery(notice=notice)], now=run.created_at)
        shown = page(client, "run", run.pk)
        return {
            "plan": number(shown, f"{gettext('changes')} N"),
            "approval": number(shown, approves % {"shown": "N"}),
            "wrong number": number(seen(wrong), refuses),
            "notices": number(page(client, "notices"), waits),
            "home": number(page(client, "home"), waits),
            "mail": number(mail.body, waits),
            "CSV": len(in_plan_csv(client, run, skipped=False)),
        }

    return look


def in_plan_csv(client: Client, run: Run, *, skipped: bool) -> set[str]:
    """Return who is skipped, or who is changed, by the download of a plan."""
    rows = in_csv(client, "run-plan-csv", run)
    unchanged = {"same"} if skipped else {"same", "skip"}
    chosen = [one for one in rows if one["change"] not in unchanged]
    return {one["address"] for one in chosen if not skipped or one["change"] == "skip"}


def in_csv(client: Client, name: str, run: Run) -> list[dict[str, str]]:
    answer = client.get(reverse(name, args=[run.pk]))
    text = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    return list(csv.DictReader(io.StringIO(text)))


def in_downloads(client: Client, run: Run) -> tuple[int, int, int]:
    """Return how many were accepted, skipped and rejected, by the downloads: of a run that came to its end."""
    changed = in_plan_csv(client, run, skipped=False)
    rejected = in_csv(client, "run-rejected-csv", run)
    return len(changed) - len(rejected), len(in_plan_csv(client, run, skipped=True)), len(rejected)


def left_open_told(run: Run, export: Export) -> Callable[[Client], dict[str, Any]]:
    """Return a look at whom a run did not send, and of whom no answer was heard, wherever pages tell it."""

    def look(client: Client) -> dict[str, Any]:
        apart, unknown = pgettext("people", "Not sent"), pgettext("people", "Sent, answer unknown")
        shown = page(client, "run", run.pk)
        line = counted(
            "%(not_sent)s not sent · %(unknown)s sent, answer unknown",
            not_sent=run.not_sent,
            unknown=run.unknown,
        )
        wanted = re.escape(line.replace("\xa0", " ")).replace("N", r"(\d+)")
        places: dict[str, tuple[int, ...]] = {
            "home": (),
            "export": (export.pk,),
            "refresh": (run.refresh_id,),
        }
        lines = {
            name: re.search(wanted, page(client, name, *args)) for name, args in places.items()
        }
        told = {name: found and tuple(map(int, found.groups())) for name, found in lines.items()}
        return {**told, "run": (number(shown, f"{apart} N"), number(shown, f"{unknown} N"))}

    return look


def left_open_in_terminal(
    report: RunReport, capsys: pytest.CaptureFixture[str]
) -> dict[str, tuple[int, int]]:
    told = {}
    for language in LANGUAGES:
        print_report(report, language)
        said = capsys.readouterr().out
        words = re.search(r"(\d+) (?:not sent|non envoyés?), (\d+) (?:sent|envoyés?) ", said)
        assert words is not None, said
        told[f"{language}: terminal"] = (int(words[1]), int(words[2]))
    outcomes = report_as_json(report)["outcomes"]
    return {**told, "JSON": (outcomes["not_sent"], outcomes["answer_unknown"])}


def outcomes_told(run: Run, export: Export) -> Callable[[Client], dict[str, Any]]:
    def look(client: Client) -> dict[str, Any]:
        accepted, skipped = pgettext("people", "Accepted"), pgettext("people", "Skipped")
        rejected = pgettext("people", "Rejected")
        shown, listed = page(client, "run", run.pk), page(client, "export", export.pk)
        status = str(Status(run.status).label)
        home = page(client, "home").replace("\xa0", " ")
        row = re.search(
            rf"{re.escape(export.name)} {re.escape(status)}{MARK} (\d+) (\d+) (\d+)", home
        )
        of_runs = re.search(rf"{re.escape(status)}{MARK} (\d+) (\d+) (\d+) Alice", listed)
        assert row is not None and of_runs is not None
        return {
            "result": tuple(number(shown, f"{one} N") for one in (accepted, skipped, rejected)),
            "home": tuple(map(int, row.groups())),
            "export": tuple(map(int, of_runs.groups())),
            "chart": tuple(in_chart(run, export)),
        }

    return look


def in_chart(run: Run, export: Export) -> list[int]:
    drawn = str(_chart(queries.last_runs(export), export))
    label = re.findall(
        r"<g><title>[^:]*:\d\d:\d\d [^:]*: ?([^<]*)</title>", drawn.replace("\xa0", " ")
    )[-1]
    return [int(one) for one in (re.findall(r"\d+", label)[i] for i in (0, 1, 2))]


def terminal_told(report: RunReport, capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    told: dict[str, Any] = {}
    for language in LANGUAGES:
        for tells in (print_summary, print_report):
            tells(report, language)
            said = capsys.readouterr().out
            words = re.search(r"(\d+) accept\w+, (\d+) re\w+, (\d+) (?:skipped|exclus?)", said)
            assert words is not None, said
            accepted, rejected, skipped = map(int, words.groups())
            told[f"{language}: {tells.__name__}"] = (accepted, skipped, rejected)
        print_runs([report], language)
        cells = capsys.readouterr().out.split()
        accepted, rejected, skipped = map(int, cells[-3:])
        told[f"{language}: print_runs"] = (accepted, skipped, rejected)
    found = report_as_json(report)
    outcomes = found["outcomes"]
    told["JSON"] = (
        outcomes["accepted"], found["plan"]["skipped"], sum(outcomes["rejected"].values())
    )  # fmt: skip
    return told


def contacts_told(client: Client) -> dict[str, Any]:
    return {"home": number(page(client, "home"), "Newsletter N")}


@pytest.mark.one_database
def test_every_place_tells_the_same_number_in_both_languages(
    shop: Shop, walked: Export, capsys: pytest.CaptureFixture[str]
) -> None:
    # Two thirds leave, each with two tags; one moves, three come, one of them is refused.
    write(shop, later_people())
    shop.sandbox.refuse_addresses("refused*", number=2)
    (planned,) = shop.run(walked, kind=RunKind.PLAN)
    shop.settle(shop.worker())
    (run,) = shop.run(walked)
    shop.settle(shop.worker())
    held = fresh(run)
    observe(shop.now())
    notice = Notice.objects.get(kind=NoticeKind.NEEDS_APPROVAL, resolved_at=None)

    told = in_each_language(shop.alice, changes_told(held, notice))

    plan = queries.plan_of(run)
    assert plan is not None and held.status == Status.NEEDS_APPROVAL
    assert (plan.tags_removed, plan.removals) == (40, 20)
    told |= {"JSON": plan_as_json(plan)["changes"], "row": held.to_send}
    told["planned"] = fresh(planned).to_send
    assert told == dict.fromkeys(told, CHANGES)

    # The plan is approved and carried out.
    operations.approve_plan(
        run=held, digest=held.digest, password=PASSWORD, actor=shop.alice, now=shop.now()
    )
    shop.settle(shop.worker())
    done = fresh(run)
    report = queries.report_of(run)
    assert report is not None

    told = in_each_language(shop.alice, outcomes_told(done, walked))
    told |= terminal_told(report, capsys)
    told |= in_each_language(shop.alice, lambda client: {"CSV": in_downloads(client, run)})

    assert told == dict.fromkeys(told, (ACCEPTED, SKIPPED, REJECTED))
    assert (done.untagged, done.moved, done.created) == (20, 1, 2)
    seconds = queries.papers_of(done).seconds
    together = (done.finished_at - done.started_at).total_seconds()
    assert {*seconds} == {"observe", "plan", "prepare", "push", "ledger", "report"}
    assert sum(seconds.values()) == pytest.approx(together, abs=0.01)

    # What Mailchimp tells of its contacts is from before the first run; what was read and written counts.
    check(fresh(shop.connections[0]), shop.now())
    there = shop.statuses(walked)["subscribed"]
    told = in_each_language(shop.alice, contacts_told)
    assert there == PARISIANS + FROM_NICE + 2
    assert told == dict.fromkeys(told, there)

    # A run is canceled between those who come and those who leave.
    canceled = canceled_run(shop, walked)
    told = in_each_language(shop.alice, outcomes_told(canceled, walked))
    there = shop.statuses(walked)["subscribed"]
    contacts = in_each_language(shop.alice, contacts_told)
    assert told == dict.fromkeys(told, (5, canceled.skipped, 0))
    assert canceled.to_send == 8
    report = queries.report_of(canceled)
    assert report is not None
    told = in_each_language(shop.alice, left_open_told(canceled, walked))
    told |= left_open_in_terminal(report, capsys)
    assert told == dict.fromkeys(told, (canceled.not_sent, canceled.unknown))
    assert canceled.not_sent + canceled.unknown == 3

    # Nobody is told by a notice what somebody has done.
    observe(shop.now())
    assert not Notice.objects.filter(path=reverse("run", args=[canceled.pk])).exists()
    assert contacts == dict.fromkeys(contacts, there)
    count = known_contacts("account0", walked.audience_id)
    assert count is not None and count.is_read and count.contacts == there


def canceled_run(shop: Shop, export: Export) -> Run:
    """Return a run that was canceled when five people had been accepted and three not been untagged."""
    write(shop, last_people())
    shop.sandbox.add_fault(
        Fault(
            kind="slow",
            method="POST",
            path_pattern="/lists/{list_id}/segments/{segment_id}",
            seconds=HANGS_S,
            times=None,
        )
    )
    (run,) = shop.run(export)
    worker = shop.worker()
    wait_for(lambda: worker.turn() and fresh(run).accepted == 5)
    operations.cancel_run(run=run, actor=shop.alice, now=shop.now())
    assert worker.wait(HANGS_S)
    found: Run = fresh(run)
    assert found.status == Status.CANCELED
    return found
