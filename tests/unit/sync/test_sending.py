"""One chunk, whatever happens to its calls: who is accepted, rejected, not sent, in how many calls and seconds."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from dataclasses import replace
from random import Random
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from segue.core.emails import subscriber_hash
from segue.core.errors import ConfigurationProblem, ConnectionLost, Problem, TryLater
from segue.sync.carriers import LOOK_UPS, PAGES
from segue.sync.failures import FailedCalls
from segue.sync.isolating import BREAKS, CONNECTION_BROKEN, HALVINGS, SILENCE
from segue.sync.pacing import Attempts, Pace, Patience
from segue.sync.ports import Reason, Rejection, Tag, Upserted, WriteMode
from segue.sync.sending import IDENTIFIED, READ_BACKS, TAG_READINGS, Sending
from segue.sync.store import Acknowledgement, Chunk, Group, Step
from segue.sync.tags import TagBit
from tests.fakes.laboratory import StillClock
from tests.fakes.service import Service, never

WRITE = Group(name="add", step=Step.WRITE, mode=WriteMode.UPSERT)
MOVE = Group(name="move", step=Step.MOVE, mode=WriteMode.UPDATE)
UNTAG = Group(name="untag-0", step=Step.UNTAG, bit=TagBit(name="Vip", position=0, claimed=True))


def addresses(count: int) -> list[str]:
    return [f"p{n:04}@shop.example" for n in range(count)]


def chunk(group: Group, people: Sequence[str], number: int = 0) -> Chunk:
    members = [json.dumps({"email_address": a, "tags": ["Vip"]}).encode() for a in people]
    return Chunk(
        group=group,
        number=number,
        count=len(people),
        subs=[subscriber_hash(a) for a in people],
        joined=b",".join(members),
        members=members,
        addresses=list(people),
        old_subs=[subscriber_hash(f"old-{a}") for a in people],
    )


def failing(code: str = "mailchimp_unavailable", status: int = 500) -> TryLater:
    context = {"http_status": status, "request_id": "r-500", "words": "A deep error."}
    return TryLater("It failed.", action="Wait.", code=code, context=context)


def refusing(code: str, **context: Any) -> ConfigurationProblem:
    return ConfigurationProblem("Refused.", action="Look.", code=code, context=context)


class Poison:
    """Fails for calls that hold one of these addresses; `rest` is raised for every other call."""

    def __init__(self, *people: str, problem: Problem | None = None) -> None:
        self.people = set(people)
        self.problem = problem or failing()

    def __call__(self, name: str, people: Sequence[str]) -> Problem | None:
        return self.problem if self.people & set(people) else None


class Bench:
    """A sending over a fake service, on a still clock."""

    def __init__(
        self,
        service: Service,
        patience: Patience | None = None,
        *,
        carriers: int = 0,
        without_id: Sequence[str] = (),
    ) -> None:
        self.service = service
        self.clock = StillClock()
        attempts = Attempts(
            clock=self.clock, chance=Random(1), pace=Pace(), patience=patience or Patience()
        )
        self.sending = Sending(
            destination=cast(Any, service),
            attempts=attempts,
            audience_id="list",
            tags=[Tag(tag_id=7, name="VIP", active_members=carriers)],
            without_id=without_id,
        )

    def send(self, some: Chunk) -> Acknowledgement:
        return asyncio.run(self.sending.send(some))

    def send_all(self, chunks: Sequence[Chunk]) -> list[Acknowledgement | BaseException]:
        async def together() -> list[Acknowledgement | BaseException]:
            tasks = (self.sending.send(one) for one in chunks)
            return await asyncio.gather(*tasks, return_exceptions=True)

        return asyncio.run(together())


def reasons(acknowledgement: Acknowledgement) -> dict[str, Reason]:
    return {r.subscriber_hash: r.reason for r in acknowledgement.rejections}


FAILURES = [
    failing(),
    failing("mailchimp_unreadable_reply", 200),
    failing("mailchimp_gateway_time_out", 504),
    failing("mailchimp_connection_broken", 0),
    refusing("mailchimp_refused_request", http_status=422),
]


@pytest.mark.parametrize("group", [WRITE, UNTAG, MOVE], ids=["write", "untag", "move"])
@pytest.mark.parametrize("problem", FAILURES, ids=lambda p: p.code)
def test_one_person_whose_calls_fail_is_rejected_and_the_others_are_accepted(
    problem: Problem, group: Group
) -> None:
    people = addresses(20)
    bench = Bench(Service(Poison(people[13], problem=problem)))
    bench.service.carriers = set(people)

    found = bench.send(chunk(group, people))

    assert reasons(found) == {subscriber_hash(people[13]): Reason.CALL_FAILS}
    assert (found.sent, found.unsent) == (20, ())
    assert bench.clock.slept_s <= 13
    if group is WRITE:
        assert len(bench.service.held) == 19


def test_the_person_is_found_among_500_in_few_calls_and_seconds() -> None:
    people = addresses(500)
    bench = Bench(Service(Poison(people[123])))

    found = bench.send(chunk(WRITE, people))

    assert (found.counted.updated, len(found.rejections)) == (499, 1)
    assert bench.service.calls["upsert"] <= 3 + 3 * 9 + 3
    assert bench.clock.slept_s <= 15


def test_the_failed_calls_are_told_with_status_code_and_request_id() -> None:
    people = addresses(20)
    bench = Bench(Service(Poison(people[3], people[17])))

    bench.send(chunk(WRITE, people))

    assert bench.sending.failures.found == (
        FailedCalls(
            step=Step.WRITE,
            code="mailchimp_unavailable",
            http_status=500,
            calls=2,
            people=2,
            request_id="r-500",
        ),
    )


@given(
    poison=st.sets(st.integers(0, 59), max_size=6),
    refused=st.sets(st.integers(0, 59), max_size=6),
    put_off=st.sets(st.integers(0, 59), max_size=6),
    forgotten=st.sets(st.integers(0, 59), max_size=6),
    writes=st.booleans(),
)
def test_everybody_of_a_chunk_ends_in_exactly_one_outcome(
    poison: set[int], refused: set[int], put_off: set[int], forgotten: set[int], writes: bool
) -> None:
    people = addresses(60)
    put_off -= refused
    forgotten -= refused | put_off
    service = Service(Poison(*(people[n] for n in poison)))
    service.refuses = {
        people[n]: Rejection(subscriber_hash=subscriber_hash(people[n]), reason=Reason.FAKE_ADDRESS)
        for n in refused
    }
    service.puts_off = {people[n] for n in put_off}
    service.passes_over = {people[n] for n in forgotten}
    service.writes_them = writes

    found = Bench(service).send(chunk(WRITE, people))

    lost = put_off | (set() if writes else forgotten)
    assert set(reasons(found)) == {subscriber_hash(people[n]) for n in poison | refused}
    assert set(found.unsent) == {subscriber_hash(people[n]) for n in lost - poison}
    accepted = found.sent - len(found.rejections) - len(found.unsent)
    assert accepted == found.counted.created + found.counted.updated == len(service.held)


@pytest.mark.parametrize("writes", [True, False])
def test_who_is_passed_over_is_accepted_only_when_it_was_written(writes: bool) -> None:
    people = addresses(3)
    service = Service()
    service.held = {subscriber_hash(people[1]): {"email_address": people[1], "tags": []}}
    service.passes_over, service.writes_them = {people[1]}, writes
    bench = Bench(service)

    found = bench.send(chunk(WRITE, people))

    assert found.counted.updated == (3 if writes else 2)
    assert found.unsent == (() if writes else (subscriber_hash(people[1]),))
    assert found.rejections == ()
    assert [f.code for f in bench.sending.failures.found] == (
        [] if writes else ["mailchimp_left_out"]
    )


def test_who_is_passed_over_and_cannot_be_looked_up_is_not_taken_as_accepted() -> None:
    people = addresses(3)
    away = TryLater("Away.", action="", code="mailchimp_unreachable")
    service = Service(lambda name, _some: away if name == "holds" else None)
    service.passes_over, service.writes_them = {people[1]}, True
    bench = Bench(service)

    found = bench.send(chunk(WRITE, people))

    assert (found.counted.updated, found.rejections) == (2, ())
    assert found.unsent == (subscriber_hash(people[1]),)
    assert bench.sending.doubts.people == {subscriber_hash(people[1])}


def test_a_reply_that_passes_over_everybody_is_not_looked_up_for_everybody() -> None:
    people = addresses(READ_BACKS + 5)
    service = Service()
    service.passes_over, service.writes_them = set(people), True

    found = Bench(service).send(chunk(WRITE, people))

    assert service.calls["holds"] == READ_BACKS
    assert (found.counted.updated, len(found.unsent)) == (READ_BACKS, 5)


class Outage:
    """Fails for every writing call after so many; `ends_after` more calls it is over."""

    def __init__(self, after: int, ends_after: int = 10**9) -> None:
        self.left = after
        self.fails = ends_after

    def __call__(self, name: str, people: Sequence[str]) -> Problem | None:
        self.left -= 1
        if self.left >= 0:
            return None
        self.fails -= 1
        return failing() if self.fails >= 0 else None


def test_an_outage_is_waited_for_and_rejects_nobody() -> None:
    bench = Bench(Service(Outage(0, ends_after=8)))

    found = bench.send(chunk(WRITE, addresses(20)))

    assert (found.counted.updated, found.rejections, found.unsent) == (20, (), ())
    assert bench.service.calls["upsert"] <= 9


def test_a_lasting_outage_ends_with_its_problem_and_halves_nothing() -> None:
    bench = Bench(Service(Outage(0)))

    with pytest.raises(TryLater):
        bench.send(chunk(WRITE, addresses(500)))

    assert bench.service.calls == {"upsert": 8, "carries_out": 1}
    assert [(f.calls, f.people) for f in bench.sending.failures.found] == [(1, 500)]


@pytest.mark.parametrize("breaks", range(1, BREAKS))
def test_broken_connections_are_no_answer_to_whether_the_service_works(breaks: int) -> None:
    """A person makes every call fail, and the connection breaks just when the service is asked: the person is found."""
    people = addresses(20)
    poison, left = Poison(people[7]), [failing(CONNECTION_BROKEN, 0)] * breaks
    bench = Bench(
        Service(
            lambda name, some: left.pop() if name == "carries_out" and left else poison(name, some)
        )
    )

    found = bench.send(chunk(WRITE, people))

    assert found.counted.updated == 19
    assert [one.subscriber_hash for one in found.rejections] == [subscriber_hash(people[7])]
    assert found.unsent == ()


@pytest.mark.parametrize("after", range(3, 30))
def test_an_outage_in_the_middle_of_a_search_rejects_nobody_but_who_was_found(after: int) -> None:
    people = addresses(20)
    poison, outage = Poison(people[7]), Outage(after)
    bench = Bench(Service(lambda name, some: outage(name, some) or poison(name, some)))

    try:
        found = bench.send(chunk(WRITE, people))
    except TryLater:
        assert not bench.service.held
        return

    assert set(reasons(found)) <= {subscriber_hash(people[7])}
    assert found.counted.updated == len(bench.service.held)
    assert found.counted.updated + len(found.rejections) + len(found.unsent) == 20


def test_chunks_that_all_fail_alike_are_not_halved_though_an_empty_call_gets_through() -> None:
    def fault(name: str, people: Sequence[str]) -> Problem | None:
        return failing() if people else None

    bench = Bench(Service(fault))
    people = addresses(900)
    chunks = [chunk(WRITE, people[n * 100 : n * 100 + 100], n) for n in range(9)]

    ends = bench.send_all(chunks)

    assert all(isinstance(end, TryLater) for end in ends)
    assert bench.service.calls["upsert"] <= 9 * 8 + 2 * 3 * SILENCE


def test_people_are_looked_for_in_any_number_of_chunks_while_calls_get_through_between_them() -> (
    None
):
    people = addresses(100)
    chunks = [chunk(WRITE, people[n : n + 20], n) for n in range(0, 100, 20)]
    bench = Bench(Service(Poison(*people[::20])))

    found = [bench.send(one) for one in chunks]

    assert [list(reasons(one)) for one in found] == [[subscriber_hash(a)] for a in people[::20]]
    assert len(bench.service.held) == 95


def test_everybody_poisoned_is_everybody_rejected_when_they_are_few() -> None:
    people = addresses(3)
    bench = Bench(Service(Poison(*people)))

    found = bench.send(chunk(WRITE, people))

    assert set(reasons(found).values()) == {Reason.CALL_FAILS}
    assert len(found.rejections) == 3


def test_the_budget_of_halvings_ends_a_search_and_leaves_the_rest_unsent() -> None:
    people = addresses(500)
    bench = Bench(Service(Poison(*people[::3])))

    found = bench.send(chunk(WRITE, people))

    assert found.unsent
    assert set(reasons(found)) <= {subscriber_hash(a) for a in people[::3]}
    assert bench.service.calls["upsert"] <= 3 + 5 * HALVINGS
    assert found.counted.updated == len(bench.service.held)


def test_words_of_a_refused_call_name_the_reason_of_the_one_who_is_left() -> None:
    people = addresses(8)
    problem = refusing("mailchimp_refused_payload", reason="gone", words="status_if_new")
    bench = Bench(Service(Poison(people[2], problem=problem)))

    found = bench.send(chunk(WRITE, people))

    assert reasons(found) == {subscriber_hash(people[2]): Reason.GONE}
    assert found.rejections[0].words == "status_if_new"
    assert bench.clock.slept_s == 0


def test_everybody_who_is_refused_is_found_without_asking_whether_the_service_works() -> None:
    people = addresses(20)
    refused_ones = [*people[:5], people[13]]
    bench = Bench(Service(Poison(*refused_ones, problem=refusing("mailchimp_refused_payload"))))

    found = bench.send(chunk(WRITE, people))

    assert set(reasons(found)) == {subscriber_hash(a) for a in refused_ones}
    assert (found.counted.updated, found.unsent) == (14, ())
    assert bench.service.calls["carries_out"] == bench.clock.slept_s == 0


@pytest.mark.parametrize(
    "problem",
    [
        TryLater("busy", action="", code="mailchimp_throttled", throttled=True),
        TryLater("away", action="", code="mailchimp_unreachable"),
    ],
    ids=lambda p: p.code,
)
def test_throttling_and_an_unreachable_service_suspect_nobody(problem: TryLater) -> None:
    bench = Bench(Service(Poison(*addresses(20), problem=problem)))

    with pytest.raises(TryLater):
        bench.send(chunk(WRITE, addresses(20)))

    assert bench.service.calls == {"upsert": 8}


def test_a_lost_connection_to_the_account_stops_at_once() -> None:
    lost = ConnectionLost("revoked", action="", code="mailchimp_key_refused")
    bench = Bench(Service(Poison(*addresses(4), problem=lost)))

    with pytest.raises(ConnectionLost):
        bench.send(chunk(WRITE, addresses(4)))

    assert bench.service.calls == {"upsert": 1}


def test_a_flaky_service_costs_repeats_and_rejects_nobody() -> None:
    chance = Random(7)
    bench = Bench(Service(lambda *_: failing() if chance.random() < 0.3 else None))
    people = addresses(900)
    chunks = [chunk(WRITE, people[n * 100 : n * 100 + 100], n) for n in range(9)]

    ends = bench.send_all(chunks)

    assert len(bench.service.held) == 900
    assert not [r for end in ends if isinstance(end, Acknowledgement) for r in end.rejections]


def test_a_contact_whose_archiving_fails_leaves_the_others_alone() -> None:
    people = addresses(5)
    old = subscriber_hash(f"old-{people[2]}")
    service = Service(
        lambda name, some: failing() if name == "archive" and old in some else None,
    )
    bench = Bench(service)

    found = bench.send(chunk(replace(MOVE, archives=True), people))

    assert reasons(found) == {subscriber_hash(people[2]): Reason.CALL_FAILS}
    assert found.counted.updated == 4


@pytest.mark.parametrize("count", [5, 300])
def test_who_had_no_such_tag_to_lose_is_done(count: int) -> None:
    people = addresses(count)
    service = Service()
    service.carriers = {people[0], "else@shop.example"}

    found = Bench(service).send(chunk(UNTAG, people))

    assert (found.rejections, found.unsent) == ((), ())
    assert service.carriers == {"else@shop.example"}
    assert service.calls["contact"] + service.calls["tagged"] <= 4


@pytest.mark.parametrize("writes", [True, False])
@pytest.mark.parametrize("count", [3, 200])
def test_who_is_passed_over_by_a_removal_is_done_only_when_the_tag_is_gone(
    count: int, writes: bool
) -> None:
    people = addresses(count)
    service = Service()
    service.carriers, service.passes_over, service.writes_them = set(people), {people[1]}, writes

    found = Bench(service).send(chunk(UNTAG, people))

    assert found.unsent == (() if writes else (subscriber_hash(people[1]),))


def test_a_removal_that_passes_over_everybody_is_not_taken_as_done() -> None:
    people = addresses(500)
    service = Service()
    service.carriers = service.passes_over = set(people)
    bench = Bench(service)

    found = bench.send(chunk(UNTAG, people))

    assert len(found.unsent) == 500
    assert service.calls["contact"] <= LOOK_UPS
    assert [(f.code, f.people) for f in bench.sending.failures.found] == [
        ("mailchimp_left_out", 500)
    ]


def test_carriers_that_cannot_be_read_leave_the_removal_open() -> None:
    people = addresses(3)
    away = TryLater("Away.", action="", code="mailchimp_unreachable")
    service = Service(lambda name, _some: away if name in ("contact", "tagged") else None)

    found = Bench(service).send(chunk(UNTAG, people))

    assert len(found.unsent) == 3


def addressless(people: Sequence[str], *places: int) -> Chunk:
    """Return a chunk of removals in which some people's addresses are Mailchimp's to tell."""
    told = ["" if at in places else address for at, address in enumerate(people)]
    return replace(chunk(UNTAG, people), addresses=told)


def test_who_changed_the_address_at_mailchimp_is_asked_for_it_before_the_tag_is_taken() -> None:
    people = addresses(4)
    service = Service()
    service.carriers = set(people)

    found = Bench(service).send(addressless(people, 1, 3))

    assert (found.rejections, found.unsent, found.counted.updated) == ((), (), 4)
    assert service.carriers == set()
    assert service.calls["contact"] == 2


def test_whose_address_is_not_told_is_left_to_the_next_plan_and_stops_nobody() -> None:
    people = addresses(4)
    away = TryLater("Away.", action="", code="mailchimp_unreachable")
    service = Service(lambda name, _some: away if name == "contact" else None)
    service.carriers = set(people)
    bench = Bench(service)

    found = bench.send(addressless(people, 2))

    assert found.unsent == (subscriber_hash(people[2]),)
    assert service.carriers == {people[2]}
    assert [(f.code, f.people) for f in bench.sending.failures.found] == [("mailchimp_left_out", 1)]


def test_where_everybody_is_gone_no_tag_is_taken() -> None:
    people = addresses(2)
    service = Service()

    found = Bench(service).send(addressless(people, 0, 1))

    assert set(found.unsent) == set(map(subscriber_hash, people))
    assert service.calls["untag"] == 0


def test_a_tag_of_too_many_people_is_not_read_through() -> None:
    people = addresses(100)
    service = Service()
    bench = Bench(service, carriers=PAGES * 1_000 + 1)

    found = bench.send(chunk(UNTAG, people))

    assert service.calls["tagged"] == 0
    assert len(found.unsent) == 100 - LOOK_UPS


@pytest.mark.parametrize("reason", [Reason.FORGOTTEN, Reason.INVALID_ADDRESS, Reason.COMPLIANCE])
def test_only_who_was_erased_is_held_at_the_old_address_of_a_move_too(reason: Reason) -> None:
    service, (one, other) = Service(), addresses(2)
    service.refuses[one] = Rejection(subscriber_hash=subscriber_hash(one), reason=reason)

    told = Bench(service).send(chunk(MOVE, [one, other]))

    held = [(hold.subscriber_hash, hold.reason) for hold in told.also_held]
    old = (subscriber_hash(f"old-{one}"), reason)
    assert reasons(told) == {subscriber_hash(one): reason}
    assert held == ([old] if reason is Reason.FORGOTTEN else [])


class Renaming(Service):
    """Renames as `answers` say, one after another for each address, and after them without a word."""

    def __init__(self, **answers: Sequence[Rejection | TryLater]) -> None:
        super().__init__()
        self.answers = {f"{name}@shop.example": list(some) for name, some in answers.items()}

    async def move(
        self, audience_id: str, subscriber_hash: str, *, address: str
    ) -> Rejection | None:
        await super().move(audience_id, subscriber_hash, address=address)
        if not (answers := self.answers.get(address)):
            return None
        answer = answers.pop(0)
        if isinstance(answer, TryLater):
            raise answer
        return answer


NADIA = "nadia@shop.example"
NEW, OLD = subscriber_hash(NADIA), subscriber_hash(f"old-{NADIA}")
LOST = TryLater("Lost.", action="", code="mailchimp_time_out", occupies_s=120.0)


def refused(reason: Reason) -> Rejection:
    return Rejection(subscriber_hash=OLD, reason=reason)


def renamed(service: Service) -> tuple[Acknowledgement, Bench]:
    bench = Bench(service)
    return bench.send(chunk(MOVE, [NADIA, "omar@shop.example"])), bench


def test_a_contact_that_neither_address_finds_was_erased_and_is_held_at_both() -> None:
    told, bench = renamed(Renaming(nadia=[refused(Reason.GONE)]))

    assert reasons(told) == {NEW: Reason.FORGOTTEN}
    assert [(one.subscriber_hash, one.reason) for one in told.also_held] == [
        (OLD, Reason.FORGOTTEN)
    ]
    assert bench.service.held.keys() == {subscriber_hash("omar@shop.example")}
    assert told.request_id == "request"


def test_a_contact_that_the_new_address_finds_was_renamed_before_and_is_written() -> None:
    service = Renaming(nadia=[refused(Reason.GONE)])
    service.held[NEW] = {"email_address": NADIA, "tags": []}

    told, _ = renamed(service)

    assert (told.rejections, told.also_held, told.counted.updated) == ((), (), 2)
    assert service.held[NEW]["tags"] == ["Vip"]


@pytest.mark.parametrize("is_old_there", [True, False])
def test_a_new_address_that_is_taken_after_a_lost_try_is_ours_only_when_the_old_one_is_gone(
    is_old_there: bool,
) -> None:
    service = Renaming(nadia=[LOST, refused(Reason.ALREADY_THERE)])
    if is_old_there:
        service.held[OLD] = {}

    told, bench = renamed(service)

    assert reasons(told) == ({NEW: Reason.ALREADY_THERE} if is_old_there else {})
    assert (NEW in service.held) is not is_old_there
    assert bench.clock.slept_s >= 120


def test_a_new_address_that_is_taken_at_the_first_try_is_refused_without_waiting() -> None:
    told, bench = renamed(Renaming(nadia=[refused(Reason.ALREADY_THERE)]))

    assert reasons(told) == {NEW: Reason.ALREADY_THERE}
    assert (bench.clock.slept_s, bench.service.calls["contact"]) == (0, 0)


def test_a_chunk_without_any_answer_leaves_its_people_in_doubt_and_one_put_off_does_not() -> None:
    people = addresses(3)
    bench = {
        problem.code: Bench(Service(lambda *_, it=problem: it), Patience(attempts=1))
        for problem in (failing("mailchimp_time_out", 0), failing(status=503))
    }

    for one in bench.values():
        for group in (WRITE, UNTAG, MOVE):
            with pytest.raises(TryLater):
                one.send(chunk(group, people))

    assert {code: len(one.sending.doubts.people) for code, one in bench.items()} == {
        "mailchimp_time_out": 3, "mailchimp_unavailable": 0
    }  # fmt: skip


def test_who_was_moved_stays_in_doubt_until_the_fields_are_written_too() -> None:
    def no_writing(name: str, _: Sequence[str]) -> Problem | None:
        return failing(status=503) if name in ("upsert", "carries_out") else None

    bench = Bench(Service(no_writing), Patience(attempts=1))

    with pytest.raises(TryLater):
        bench.send(chunk(MOVE, addresses(2)))
    half_way = len(bench.sending.doubts.people)
    bench.service.fault = never
    bench.send(chunk(MOVE, addresses(2)))

    assert (half_way, bench.sending.doubts.people) == (2, frozenset())


class Identifying(Service):
    """Tells the ids of contacts where they are asked for; `asked` is whether they were, per call."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[bool] = []

    async def upsert(self, audience_id: str, members: bytes, **more: Any) -> Upserted:
        self.asked.append(more["identify"])
        reply = await super().upsert(audience_id, members, **more)
        names = [one["email_address"] for one in json.loads(b"[" + members + b"]")]
        ids = {subscriber_hash(name): "ab" * 16 for name in names} if more["identify"] else {}
        return replace(reply, contact_ids=ids)


def test_ids_of_contacts_are_taken_from_the_replies_to_the_first_people_of_a_run() -> None:
    bench, size = Bench(service := Identifying()), 500

    for number in range(IDENTIFIED // size + 2):
        bench.send(chunk(WRITE, addresses(size), number=number))

    assert service.asked == [True] * (IDENTIFIED // size) + [False, False]
    assert len(bench.sending.contact_ids) == IDENTIFIED * 32


class Telling(Service):
    """Tells the ids of tags from the third reply on, another each time; `asked` are the names of each call."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[set[str]] = []

    async def upsert(self, audience_id: str, members: bytes, **more: Any) -> Upserted:
        self.asked.append(set(more["tags"]))
        reply = await super().upsert(audience_id, members, **more)
        told = {"New": len(self.asked)} if len(self.asked) >= 3 else {}
        return replace(reply, tag_ids=told)


def test_ids_of_new_tags_are_asked_for_until_a_reply_tells_them_and_not_for_ever() -> None:
    bench = Bench(service := Telling(), without_id=["New", "Rare"])

    for number in range(TAG_READINGS + 2):
        bench.send(chunk(WRITE, addresses(1), number=number))

    assert service.asked[:3] == [{"New", "Rare"}] * 3
    assert service.asked[3:TAG_READINGS] == [{"Rare"}] * (TAG_READINGS - 3)
    assert service.asked[TAG_READINGS:] == [set(), set()]
    assert bench.sending.tag_ids == {"New": 3}
