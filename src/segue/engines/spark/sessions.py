"""Open sessions of a cluster through Spark Connect: the one place that knows its client. No tables, no queries of ours.

The client takes up a broken stream again by itself (re-attachable execution); how often and how long is said here.
What a session holds, views above all, is nobody else's and ends with it. A session that the cluster ended is told apart
from what went wrong in one: whatever only reads may then be done once more in another (`once_more`).
"""

from __future__ import annotations

import os
import sys
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from importlib import import_module
from importlib.util import find_spec
from threading import Event, Thread, Timer
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlsplit
from uuid import uuid4

import pyarrow as pa

from segue.core.errors import ConfigurationProblem, Problem
from segue.core.permit import Permit
from segue.engines.spark.failures import (
    SessionEnded,
    address_wrong,
    ended,
    is_end,
    told,
    unreachable,
)

if TYPE_CHECKING:
    from pyspark.sql import DataFrame
    from pyspark.sql.connect.session import SparkSession

Result = TypeVar("Result")

_SETTINGS = {"spark.sql.session.timeZone": "UTC", "spark.sql.ansi.enabled": "true"}
"""Days and hours are asked in UTC, and a value that does not fit is an error rather than a wrong number."""

_MARK = "segue.session"
"""A setting by which a session is known again: Sail goes on under the same name after it was started anew, with nothing
that was set or made before. Where such a setting is not allowed, the server itself tells sessions apart."""

ATTEMPTS = 17
"""How often a call is made again when the cluster does not answer; the waits add up to between 31 and 39 seconds."""
_FIRST_WAIT_MS, _LONGEST_WAIT_MS = 200, 2_000
_LONGEST_ORDERED_MS = 10_000
"""The longest wait that a server may ask for before a call is made again."""

LONGEST_SILENCE_S = 300.0
"""For how long a cluster that takes a call may say nothing before it has opened a session: some are started by the first call."""

_QUIET_MS, _ANSWER_MS = 330_000, 20_000
"""After how long without a sign a cluster is asked whether it is there, and how long it has to say so: whoever waits for an
answer learns that its machine is gone. Source: gRPC's keepalive; servers in Java end connections that ask more often than
every five minutes.
"""
_CONNECTING_MS = 5_000
"""How long one try to connect may take: a machine that is gone does not even refuse."""

_AGAIN_S = 0.2
"""Between two tries to break off: the first may come before the cluster has heard of the question."""

_GRACE_S = 5.0
"""For how long a cluster is asked to break off, or to end a session, before the connection is closed on it."""

PIECE_ROWS = 100_000
"""Rows that are sent to the cluster in one piece: less than the 128 MiB that a message may have."""


class Session:
    """One session. Whatever it asks may be broken off from another thread."""

    def __init__(self, remote: str, permit: Permit) -> None:
        """Open it. Raises: as `session`."""
        self.permit = permit
        self._closed, self._given_up = Event(), Event()
        self.spark, self._mark = _connected(remote, permit, self._given_up)

    def interrupt(self) -> None:
        """Break off what the cluster evaluates for this session; returns at once, and nothing happens where it does not answer."""
        Thread(target=self._interrupt, name="interrupting Spark", daemon=True).start()

    def give_up(self) -> None:
        """Break off whatever is and will be evaluated, until the session is closed: what is on its way to the cluster, too.

        A cluster that does not hear of it is left after a moment.
        """
        self._given_up.set()
        for target in (self._keep_interrupting, self._hang_up):
            Thread(target=target, name="giving up on Spark", daemon=True).start()

    def close(self) -> None:
        """End the session. The server may be gone, or silent: it forgets it by itself."""
        self._closed.set()
        self._given_up.set()  # what is not answered is not asked again
        ending = Thread(target=self._stop, name="leaving Spark", daemon=True)
        ending.start()
        ending.join(_GRACE_S)
        if ending.is_alive():
            self._disconnect()

    def _interrupt(self) -> None:
        with suppress(Exception):  # the permit is asked next
            self.spark.interruptAll()

    def _keep_interrupting(self) -> None:
        while not self._closed.is_set():
            self._interrupt()
            self._closed.wait(_AGAIN_S)

    def _hang_up(self) -> None:
        if not self._closed.wait(_GRACE_S):
            self._disconnect()

    def _stop(self) -> None:
        with suppress(Exception):
            self.spark.stop()

    def _disconnect(self) -> None:
        _hang_up(self.spark)

    def confirm(self) -> None:
        """Make sure that whatever was asked until now was asked in this session, with its settings and its views.

        Raises: SessionEnded.
        """
        if not self._is_same():
            self.permit.check()
            raise ended()

    def _is_same(self) -> bool:
        with suppress(Exception):  # its session is gone, or all of it
            return not self._mark or self.spark.conf.get(_MARK, "") == self._mark
        return False

    def batches(self, query: str) -> Iterator[pa.RecordBatch]:
        """Yield the answer to a query as it comes, at least one batch; instants are naive UTC, texts plain.

        Nothing of it counts before it is whole. Raises: SessionEnded, and as `failing`.
        """
        self.permit.check()
        with self.failing():
            # What `toArrow` is made of: that one holds the whole answer at once.
            frame: Any = self.spark.sql(query)
            plan = frame._plan.to_proto(self.spark.client)
            is_any = False
            for table in self.spark.client.to_table_as_iterator(plan, {}):
                if isinstance(table, pa.Table):
                    self.permit.check()
                    is_any = True
                    yield from _plain(table).to_batches() or [_none_of(table.schema)]
            if not is_any:
                yield _none_of(_plain(frame.limit(0).toArrow()).schema)
        self.confirm()

    @contextmanager
    def failing(self) -> Iterator[None]:
        """Tell what the cluster says in our own words.

        Raises: the permit's reason where the work was broken off; SessionEnded where the session was.
        """
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", FutureWarning)
            try:
                yield
            except Exception as error:
                self.permit.check()
                if (problem := told(error)) is not None:
                    # Its own words may hold values, and the address with its token.
                    raise self._classed(problem) from None
                raise

    def _classed(self, problem: Problem) -> Problem:
        """Return the end of the session as such, whatever the cluster says of it: a view that is not there, mostly."""
        if is_end(problem):
            return SessionEnded(problem.message, action=problem.action, code=problem.code)
        return problem if self._is_same() else ended()


def once_more(work: Callable[[], Result]) -> Result:
    """Return what `work` does, which is done from its start once more where the cluster ended its session before."""
    with suppress(SessionEnded):
        return work()
    return work()


@contextmanager
def session(remote: str, *, permit: Permit | None = None) -> Iterator[Session]:
    """Open a session at an address such as `sc://host:15002/;use_ssl=true;token=…`, which is never shown.

    Raises: ConfigurationProblem `spark_not_installed`, and as `failures.told`: where the cluster cannot be reached after at
    most 40 seconds, where it takes calls and says nothing after `LONGEST_SILENCE_S`.
    """
    allowed = permit or Permit()
    load_client()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)
        opened = Session(remote, allowed)
    try:
        with allowed.hearing(opened.give_up):
            yield opened
    finally:
        opened.close()


def uploaded(session: Session, table: pa.Table) -> DataFrame:
    """Return rows of this machine as a table of the cluster, sent in pieces. Without any its columns are numbers and texts."""
    if not table.num_rows:  # of which the client tells no types
        kinds = ("bigint" if pa.types.is_integer(one.type) else "string" for one in table.schema)
        columns = zip(table.schema.names, kinds, strict=True)
        return session.spark.createDataFrame([], ", ".join(f"`{n}` {kind}" for n, kind in columns))
    pieces = [
        session.spark.createDataFrame(table.slice(start, PIECE_ROWS))
        for start in range(0, table.num_rows, PIECE_ROWS)
    ]
    found = pieces[0]
    for piece in pieces[1:]:
        found = found.unionAll(piece)
    return found


def load_client() -> None:
    """Import the client of Spark Connect, as whatever uses it does first.

    Raises: ConfigurationProblem `spark_not_installed` when it is not there.
    """
    if find_spec("pyspark") is None or find_spec("grpc") is None:
        raise ConfigurationProblem(
            "The profiles are on Spark, and what talks to it is not installed.",
            action="Install it beside Segue: pip install 'segue[spark]'.",
            code="spark_not_installed",
        )
    # gRPC's own library would write to standard error. Source: gRPC's "Environment Variables".
    os.environ.setdefault("GRPC_VERBOSITY", "NONE")
    with _main_has_a_file():
        import_module("pyspark.sql.connect")
        logger = import_module("pyspark.logger").PySparkLogger.getLogger("SQLQueryContextLogger")
    logger.disabled = True  # it would write whole queries, and values of people, to standard error
    # Said as a problem of ours, in the words of whoever reads it.
    warnings.filterwarnings("ignore", message=r"\[RETRIES_EXCEEDED\]")


@contextmanager
def _main_has_a_file() -> Iterator[None]:
    """Keep the client from taking a program begun by `python -c` for a test of its documentation, which ends the process.

    Source: PySpark 4.2, `pyspark.sql.connect.utils.check_dependencies`: it asks whether `__main__` has a file.
    """
    main = sys.modules["__main__"]
    if hasattr(main, "__file__"):
        yield
        return
    main.__file__ = sys.executable
    try:
        yield
    finally:
        del main.__file__


def _connected(remote: str, permit: Permit, given_up: Event) -> tuple[SparkSession, str]:
    """Return a session with its settings, and its mark."""
    from pyspark.sql.connect.client import DefaultChannelBuilder
    from pyspark.sql.connect.session import SparkSession

    permit.check()
    _check_address(remote)
    spark = None
    try:
        channel = DefaultChannelBuilder(remote, channelOptions=_channel_options())
        spark = SparkSession.builder.channelBuilder(channel).create()
        spark.client.set_retry_policies([_patience(given_up)])
        with permit.hearing(given_up.set), _answering(spark, permit):
            for name, value in _SETTINGS.items():
                spark.conf.set(name, value)
            return spark, _marked(spark)
    except Exception as error:
        if spark is not None:  # else it is asked once more when the process ends
            _hang_up(spark)
        permit.check()
        if (problem := told(error)) is not None:
            raise problem from None
        raise


def _check_address(remote: str) -> None:
    """Raise a ConfigurationProblem for what the client would stumble over: a port that is no number, a broken IPv6 address."""
    try:
        is_address = remote.isascii() and bool(urlsplit(remote).hostname)
        _ = urlsplit(remote).port
    except ValueError:
        is_address = False
    if not is_address:
        raise address_wrong()


def _channel_options() -> list[tuple[str, Any]]:
    return [
        ("grpc.keepalive_time_ms", _QUIET_MS),
        ("grpc.keepalive_timeout_ms", _ANSWER_MS),
        ("grpc.http2.ping_timeout_ms", _ANSWER_MS),
        ("grpc.http2.max_pings_without_data", 0),
        ("grpc.min_reconnect_backoff_ms", _CONNECTING_MS),
        ("grpc.max_reconnect_backoff_ms", _CONNECTING_MS),
    ]


@contextmanager
def _answering(spark: SparkSession, permit: Permit) -> Iterator[None]:
    """Give the first calls up when the permit is revoked, and when nothing was heard for the longest time. Raises: as the first."""
    is_silent = Event()

    def leave() -> None:
        is_silent.set()
        _hang_up(spark)

    silent = Timer(LONGEST_SILENCE_S, leave)
    silent.daemon = True
    silent.start()
    try:
        with permit.hearing(lambda: Thread(target=_hang_up, args=[spark], daemon=True).start()):
            yield
    except Exception:
        if is_silent.is_set():
            raise unreachable() from None
        raise
    finally:
        silent.cancel()


def _hang_up(spark: SparkSession) -> None:
    """Close the connection, so that whatever waits for an answer goes on."""
    with suppress(Exception):
        # Closing the client waits 10 s for what was still to be told the server, which ends at once without a channel.
        spark.client._channel.close()
    with suppress(Exception):
        spark.client.close()


def _patience(given_up: Event) -> Any:
    """Return how long calls are made again, and no longer once the work was given up."""
    from pyspark.sql.connect.client.retries import DefaultPolicy

    class Patience(DefaultPolicy):
        def can_retry(self, e: BaseException) -> bool:
            return not given_up.is_set() and super().can_retry(e)

    return Patience(
        max_retries=ATTEMPTS,
        initial_backoff=_FIRST_WAIT_MS,
        max_backoff=_LONGEST_WAIT_MS,
        max_server_retry_delay=_LONGEST_ORDERED_MS,
    )


def _marked(spark: SparkSession) -> str:
    """Mark a session and return by what it is known again, "" where it takes no mark."""
    mark = uuid4().hex
    with suppress(Exception):
        spark.conf.set(_MARK, mark)
        return mark if spark.conf.get(_MARK, "") == mark else ""
    return ""


def _none_of(schema: pa.Schema) -> pa.RecordBatch:
    return pa.RecordBatch.from_pylist([], schema=schema)


def _plain(table: pa.Table) -> pa.Table:
    """Return an answer with instants of no zone, which are UTC, and with texts of one kind."""
    fields = [pa.field(one.name, _plain_type(one.type)) for one in table.schema]
    return table.cast(pa.schema(fields))


def _plain_type(kind: pa.DataType) -> pa.DataType:
    if pa.types.is_timestamp(kind):
        return pa.timestamp("us")
    if pa.types.is_large_string(kind) or pa.types.is_string_view(kind):
        return pa.string()
    return kind
