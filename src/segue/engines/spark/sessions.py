"""Open sessions of a cluster through Spark Connect: the one place that knows its client. No tables, no queries of ours.

The client takes up a broken stream again by itself (re-attachable execution); how often and how long is said here.
What a session holds, views above all, is nobody else's and ends with it.
"""

from __future__ import annotations

import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib import import_module
from importlib.util import find_spec
from threading import Event, Thread
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from segue.core.errors import ConfigurationProblem
from segue.core.permit import Permit
from segue.engines.spark.failures import told

if TYPE_CHECKING:
    from pyspark.sql import DataFrame
    from pyspark.sql.connect.session import SparkSession

_SETTINGS = {"spark.sql.session.timeZone": "UTC", "spark.sql.ansi.enabled": "true"}
"""Days and hours are asked in UTC, and a value that does not fit is an error rather than a wrong number."""

ATTEMPTS = 6
"""How often a call is made again when the cluster does not answer; the waits add up to about half a minute."""
_FIRST_WAIT_MS, _LONGEST_WAIT_MS = 200, 10_000

_AGAIN_S = 0.2
"""Between two tries to break off: the first may come before the cluster has heard of the question."""

PIECE_ROWS = 100_000
"""Rows that are sent to the cluster in one piece: less than the 128 MiB that a message may have."""


class Session:
    """One session. Whatever it asks may be broken off from another thread."""

    def __init__(self, spark: SparkSession, permit: Permit) -> None:
        self.spark = spark
        self.permit = permit
        self._closed = Event()

    def interrupt(self) -> None:
        """Break off what the cluster evaluates for this session; nothing happens where it does not answer."""
        with suppress(Exception):  # the permit is asked next
            self.spark.interruptAll()

    def give_up(self) -> None:
        """Break off whatever is and will be evaluated, until the session is closed: what is on its way to the cluster, too."""
        Thread(target=self._keep_interrupting, name="giving up on Spark", daemon=True).start()

    def close(self) -> None:
        """End the session. The server may be gone: it forgets it by itself."""
        self._closed.set()
        with suppress(Exception):
            self.spark.stop()

    def _keep_interrupting(self) -> None:
        while not self._closed.is_set():
            self.interrupt()
            self._closed.wait(_AGAIN_S)

    def batches(self, query: str) -> Iterator[pa.RecordBatch]:
        """Yield the answer to a query as it comes, at least one batch; instants are naive UTC, texts plain."""
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

    @contextmanager
    def failing(self) -> Iterator[None]:
        """Tell what the cluster says in our own words. Raises: the permit's reason where the work was broken off."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", FutureWarning)
            try:
                yield
            except Exception as error:
                self.permit.check()
                if (problem := told(error)) is not None:
                    raise problem from None  # its own words may hold values, and the address with its token
                raise


@contextmanager
def session(remote: str, *, permit: Permit | None = None) -> Iterator[Session]:
    """Open a session at an address such as `sc://host:15002/;use_ssl=true;token=…`, which is never shown.

    Raises: ConfigurationProblem `spark_not_installed`, and as `failures.told`.
    """
    allowed = permit or Permit()
    load_client()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)
        opened = Session(_connected(remote, allowed), allowed)
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
    with _main_has_a_file():
        import_module("pyspark.sql.connect")
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


def _connected(remote: str, permit: Permit) -> SparkSession:
    from pyspark.sql.connect.client.retries import DefaultPolicy
    from pyspark.sql.connect.session import SparkSession

    permit.check()
    try:
        spark = SparkSession.builder.remote(remote).create()
        policy = DefaultPolicy(
            max_retries=ATTEMPTS, initial_backoff=_FIRST_WAIT_MS, max_backoff=_LONGEST_WAIT_MS
        )
        spark.client.set_retry_policies([policy])
        for name, value in _SETTINGS.items():
            spark.conf.set(name, value)
    except Exception as error:
        permit.check()
        if (problem := told(error)) is not None:
            raise problem from None
        raise
    return spark


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
