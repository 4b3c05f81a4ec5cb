"""Following work: the stream of events, where it ends, and what a page gets that has to ask."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import AsyncClient, Client

from segue.control.people.models import Person, Session
from segue.control.refreshes import run_work
from segue.control.statuses import Status
from segue.web.live import HEARTBEAT_S, LONGEST_S, Piece, stream
from tests.control import stage_runs
from tests.fakes.clocks import START, PageClock

Browse = Callable[[Person | None], Client]
_BACKEND = "django.contrib.auth.backends.ModelBackend"


def _events(look: Callable[[], Piece | None]) -> list[str]:
    async def collected() -> list[str]:
        return [part.decode() async for part in stream(look, PageClock())]

    return asyncio.run(collected())


def _pieces(*pieces: Piece | None) -> Callable[[], Piece | None]:
    found: Iterator[Piece | None] = iter(pieces)
    return lambda: next(found)


def test_a_stream_tells_what_changed_and_ends_with_the_work() -> None:
    one = Piece(html="<p>1</p>\n<p>of 2</p>", is_over=False)
    two = Piece(html="<p>2 of 2</p>", is_over=False)
    over = Piece(html="<p>over</p>", is_over=True)

    events = _events(_pieces(one, one, two, over))

    assert events == [
        "retry: 2000\n\n",
        "event: live\ndata: <p>1</p>\ndata: <p>of 2</p>\n\n",
        "event: live\ndata: <p>2 of 2</p>\n\n",
        "event: again\ndata: again\n\n",
    ]


def test_a_stream_ends_for_whoever_is_signed_out() -> None:
    events = _events(_pieces(Piece(html="<p>1</p>", is_over=False), None))

    assert events[-1] == "event: again\ndata: again\n\n"


def test_a_quiet_stream_gives_signs_of_life_and_does_not_last_for_ever() -> None:
    same = Piece(html="<p>waits</p>", is_over=False)

    events = _events(lambda: same)

    assert events[:2] == ["retry: 2000\n\n", "event: live\ndata: <p>waits</p>\n\n"]
    assert set(events[2:]) == {": still here\n\n"}
    assert len(events[2:]) == LONGEST_S / HEARTBEAT_S - 1
    assert timedelta(seconds=LONGEST_S) == PageClock.at - START


@pytest.mark.django_db(transaction=True)
def test_the_events_of_a_run_show_it_until_its_end(alice: Person, tmp_path: Path) -> None:
    work = stage_runs.pushing(alice, stage_runs.small_export(alice, tmp_path))
    PageClock.at = START + timedelta(seconds=30)
    client = AsyncClient()
    client.force_login(alice, backend=_BACKEND)

    async def watched() -> list[str]:
        response = await client.get(f"/runs/{work.run.pk}/events/")
        assert response["Content-Type"] == "text/event-stream"
        assert response["Cache-Control"] == "no-store, no-transform"
        parts = []
        async for part in response.streaming_content:
            parts.append(part.decode())
            if len(parts) == 2:
                end = run_work.RunEnd(status=Status.SUCCESSFUL)
                await asyncio.to_thread(
                    run_work.end_run, work.run, work.lease, end, now=PageClock.at
                )
        return parts

    parts = asyncio.run(watched())

    assert len(parts) == 3
    assert "9,102 of 18,204 contacts accepted" in parts[1]
    assert parts[2] == "event: again\ndata: again\n\n"


@pytest.mark.django_db(transaction=True)
def test_the_events_of_a_run_are_in_the_reader_s_language_and_zone(
    alice: Person, tmp_path: Path
) -> None:
    alice.language, alice.time_zone = "fr", "Europe/Paris"
    alice.save()
    work = stage_runs.pushing(alice, stage_runs.small_export(alice, tmp_path))
    PageClock.at = START + timedelta(seconds=30)
    client = AsyncClient()
    client.force_login(alice, backend=_BACKEND)

    async def first() -> str:
        response = await client.get(f"/runs/{work.run.pk}/events/")
        parts = response.streaming_content
        await anext(parts)
        piece: bytes = await anext(parts)
        await parts.aclose()
        return piece.decode()

    piece = asyncio.run(first()).replace("\u202f", " ")

    assert "9 102 contacts acceptés sur 18 204" in piece
    assert "aujourd’hui 10:00" in piece


@pytest.mark.django_db(transaction=True)
def test_the_events_end_when_the_session_is_ended(alice: Person, tmp_path: Path) -> None:
    work = stage_runs.pushing(alice, stage_runs.small_export(alice, tmp_path))
    client = AsyncClient()
    client.force_login(alice, backend=_BACKEND)

    async def watched() -> list[bytes]:
        response = await client.get(f"/runs/{work.run.pk}/events/")
        parts = []
        async for part in response.streaming_content:
            parts.append(part)
            if len(parts) == 2:
                await asyncio.to_thread(lambda: Session.objects.all().delete())
        return parts

    assert asyncio.run(watched())[2:] == [b"event: again\ndata: again\n\n"]


def test_a_page_that_asks_gets_the_piece(alice: Person, browse: Browse, tmp_path: Path) -> None:
    work = stage_runs.pushing(alice, stage_runs.small_export(alice, tmp_path))
    PageClock.at = START + timedelta(seconds=110)

    answer = browse(alice).get(f"/runs/{work.run.pk}/live/")

    text = answer.content.decode()
    assert "HX-Refresh" not in answer
    assert "9,102 of 18,204 contacts accepted" in text
    assert "<html" not in text


def test_a_page_that_asks_after_the_end_is_told_to_load_again(
    alice: Person, browse: Browse, tmp_path: Path
) -> None:
    run = stage_runs.successful(alice, stage_runs.small_export(alice, tmp_path))

    answer = browse(alice).get(f"/runs/{run.pk}/live/")

    assert answer["HX-Refresh"] == "true"


def test_a_server_that_cannot_stream_says_so(alice: Person, browse: Browse, tmp_path: Path) -> None:
    work = stage_runs.pushing(alice, stage_runs.small_export(alice, tmp_path))

    assert browse(alice).get(f"/runs/{work.run.pk}/events/").status_code == 204


def test_following_a_run_asks_the_database_little(
    alice: Person,
    browse: Browse,
    tmp_path: Path,
    django_assert_max_num_queries: Callable[..., object],
) -> None:
    work = stage_runs.pushing(alice, stage_runs.small_export(alice, tmp_path))
    browser = browse(alice)

    with django_assert_max_num_queries(6):  # session, person, run (once to be found), run, papers
        browser.get(f"/runs/{work.run.pk}/live/")
