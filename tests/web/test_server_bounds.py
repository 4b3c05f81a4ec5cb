"""The counting behind the server's bounds: sockets, places, bursts. Without a network."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from django.conf import settings
from pytest_django import Settings

from segue.control.people import failures, hashing
from segue.service.proposals import LARGEST_TEXT_BYTES
from segue.web import limits
from segue.web.limits import BOUNDS, as_set
from segue.web.server.places import is_among, place
from segue.web.server.sockets import Sockets
from segue.web.server.throttle import Known, Throttle

pytestmark = pytest.mark.one_database


@dataclass(eq=False)
class Wire:
    """A connection. `value` as `Held.worth` tells it; None: it is being answered."""

    place: str | None
    value: int | None = 0
    was_cut: bool = False

    def worth(self) -> int | None:
        """Return how late it is given up."""
        return self.value

    def cut(self) -> None:
        """Note that it was closed."""
        self.was_cut = True


class Seconds:
    """A monotonic clock that the test moves."""

    now = 0.0

    def __call__(self) -> float:
        """Return the seconds."""
        return self.now


def _admitted(sockets: Sockets, *wires: Wire) -> list[bool]:
    return [sockets.admit(wire) for wire in wires]


def test_a_place_that_holds_all_it_may_gives_its_oldest_silent_socket_for_a_new_one() -> None:
    sockets = Sockets(most=10, most_per_place=2)
    wires = [Wire("192.0.2.1") for _ in range(3)]
    other = Wire("192.0.2.2")

    assert _admitted(sockets, *wires, other) == [True] * 4
    assert [wire.was_cut for wire in (*wires, other)] == [True, False, False, False]
    assert len(sockets) == 3


def test_who_never_asked_goes_before_who_is_between_two_pages_and_before_a_slow_body() -> None:
    sockets = Sockets(most=10, most_per_place=3)
    slow, reader, silent = Wire("192.0.2.1", 2), Wire("192.0.2.1", 1), Wire("192.0.2.1", 0)
    _admitted(sockets, slow, reader, silent)

    newcomers = [Wire("192.0.2.1", None) for _ in range(4)]

    assert _admitted(sockets, *newcomers) == [True, True, True, False]
    assert [sockets.admit(Wire("192.0.2.9")), slow.was_cut] == [True, True]


def test_a_full_house_takes_the_room_from_the_place_that_holds_most() -> None:
    sockets = Sockets(most=4, most_per_place=3)
    many, reader = [Wire("192.0.2.1") for _ in range(3)], Wire("192.0.2.2")
    _admitted(sockets, *many, reader)

    assert sockets.admit(Wire("192.0.2.3"))
    assert [wire.was_cut for wire in (*many, reader)] == [True, False, False, False]


def test_a_believed_proxy_has_no_bound_of_its_own_and_gives_room_last() -> None:
    sockets = Sockets(most=5, most_per_place=2)
    proxied, stranger = [Wire(None) for _ in range(4)], Wire("192.0.2.1")

    assert _admitted(sockets, *proxied, stranger, Wire("192.0.2.2")) == [True] * 6
    assert [wire.was_cut for wire in (*proxied, stranger)] == [False] * 4 + [True]


def test_a_socket_that_is_gone_leaves_room_and_leaving_twice_counts_once() -> None:
    sockets = Sockets(most=1, most_per_place=1)
    first = Wire("192.0.2.1", None)
    sockets.admit(first)
    sockets.leave(first)
    sockets.leave(first)

    assert (len(sockets), sockets.admit(Wire("192.0.2.1", None)), len(sockets)) == (0, True, 1)


@pytest.mark.parametrize(
    ("address", "where"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3::4", "2001:db8:1:2::"),
        ("not an address", None),
        ("", None),
    ],
)
def test_a_place_is_what_one_stranger_has_at_hand(address: str, where: str | None) -> None:
    assert place(address) == where


def test_proxies_are_named_by_address_by_network_or_all() -> None:
    listed = ["127.0.0.1", "10.0.0.0/8", "proxy"]

    assert [is_among(one, listed) for one in ("127.0.0.1", "10.9.8.7", "192.0.2.1", "")] == [
        True,
        True,
        False,
        False,
    ]
    assert is_among("192.0.2.1", ["*"])


def test_a_burst_is_let_through_and_then_so_many_a_second() -> None:
    clock = Seconds()
    throttle = Throttle(burst=3, per_s=2, monotonic=clock)

    burst = [throttle.wait_s("192.0.2.1") for _ in range(4)]
    elsewhere = throttle.wait_s("192.0.2.2")
    clock.now += 1
    later = [throttle.wait_s("192.0.2.1") for _ in range(3)]
    clock.now += 1_000
    rested = [throttle.wait_s("192.0.2.1") for _ in range(4)]

    assert (burst, elsewhere) == ([0, 0, 0, 0.5], 0)
    assert (later, rested) == ([0, 0, 0.5], [0, 0, 0, 0.5])


def test_as_many_places_as_fit_are_remembered_the_latest() -> None:
    throttle = Throttle(burst=1, per_s=1, monotonic=Seconds(), most=2)
    for number in (1, 2, 3):
        throttle.wait_s(f"192.0.2.{number}")

    waits = [throttle.wait_s(f"192.0.2.{number}") > 0 for number in (3, 2, 1)]

    assert waits == [True, True, False]


def test_sessions_are_known_while_somebody_is_signed_in() -> None:
    known = Known(most=2)
    for key in "abc":
        known.note(key, signed_in=True)
    known.note("b", signed_in=False)

    assert [key in known for key in "abc"] == [False, False, True]


def test_the_limits_that_are_told_are_those_that_hold() -> None:
    by_setting = {bound.set_by: getattr(settings, bound.set_by) for bound in BOUNDS if bound.set_by}

    assert by_setting == {bound.set_by: bound.value for bound in BOUNDS if bound.set_by}
    assert len({bound.name for bound in BOUNDS}) == len(BOUNDS)


def test_a_bound_is_as_its_setting_says_and_else_as_it_stands(
    settings: Settings,
) -> None:
    settings.SEGUE_CONNECTIONS = 7

    assert as_set(limits.CONNECTIONS) == 7
    assert as_set(limits.BODY) == limits.BODY.value


def test_the_limits_that_stand_elsewhere_too_are_the_same_there() -> None:
    told = (limits.HASHINGS, limits.FAILURES_PER_PERSON, limits.FAILURES_SINGLY, limits.BODY)

    assert tuple(limit.value for limit in told) == (
        hashing.AT_ONCE,
        settings.AXES_FAILURE_LIMIT,
        failures.SINGLY,
        settings.DATA_UPLOAD_MAX_MEMORY_SIZE,
    )
    assert limits.SESSION.value * 24 * 60 * 60 == settings.SESSION_COOKIE_AGE
    assert limits.DEFINITION_BODY.value > 3 * LARGEST_TEXT_BYTES
