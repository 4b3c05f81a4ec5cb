"""What a person would pick instead: SQL written by hand for DuckDB, Polars, and the official client in a loop of 500.

Each finds the same people as Segue's first plan, which is checked. None of them knows who opted out, what the audience
holds, what was acknowledged before, or what to do after a crash: they are here for their speed alone.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import duckdb

from bench.configuration_text import numbers
from bench.figures import BATCH
from segue.engines.duckdb.quoting import literal

SOUTH = ("France", "Spain", "Italy", "Greece")
TAGS = ("south", "recent", "buyers", "spenders", "readers", "gone", "south_buyers", "others")
MEMORY_MB = 2_000

_BY_HAND = """
CREATE TEMP TABLE wanted AS
WITH bought AS (
  SELECT customer_id, count(*) FILTER (WHERE placed_at >= DATE '{year}') AS lately, sum(total) AS spent,
    count(*) FILTER (WHERE category = 'books') AS books, count(*) AS orders, max(placed_at) AS last_at
  FROM read_parquet({orders}) GROUP BY customer_id
), told AS (
  SELECT id, lower(trim(email)) AS address, first_name, last_name, country, signed_up, opted_in,
    coalesce(country IN {south}, false) AS south, coalesce(signed_up >= DATE '{recent}', false) AS recent,
    coalesce(lately, 0) >= {count} AS buyers, coalesce(spent >= {spent}, false) AS spenders,
    coalesce(books, 0) > 0 AS readers,
    coalesce(orders, 0) > 0 AND NOT coalesce(last_at >= DATE '{since}', false) AS gone,
    coalesce(visits > {visits}, false) AS visitors
  FROM read_parquet({profiles}) LEFT JOIN bought ON id = customer_id
), masked AS (
  SELECT *, south::INT + 2 * recent::INT + 4 * buyers::INT + 8 * spenders::INT + 16 * readers::INT + 32 * gone::INT
    + 64 * (south AND buyers)::INT + 128 * ((spenders OR visitors) AND NOT gone)::INT AS tags,
    bool_and(coalesce(opted_in, true)) OVER (PARTITION BY address) AS nobody_said_no
  FROM told WHERE regexp_matches(address, '^[^@ ]+@[^@ ]+[.][^@ ]+$')
)
SELECT id, md5(address)::UUID AS hash, md5(concat_ws('|', first_name, last_name, country))::UUID AS fields, tags
FROM (SELECT *, row_number() OVER (PARTITION BY address ORDER BY signed_up DESC, id) AS place FROM masked WHERE tags > 0)
WHERE place = 1 AND opted_in AND nobody_said_no
"""


def by_hand(folder: str, today: str) -> Mapping[str, Any]:
    """Find the wanted people by one statement over the made files; `seconds` and `cpu_s` are the statement's alone."""
    query = _BY_HAND.format(
        profiles=literal(str(Path(folder) / "profiles.parquet")),
        orders=literal(str(Path(folder) / "orders.parquet")),
        south=SOUTH,
        **_bounds(today),
    )
    with duckdb.connect(config={"memory_limit": f"{MEMORY_MB}MB", "threads": 2}) as engine:
        began, cpu = time.perf_counter(), time.process_time()
        engine.execute(query)
        seconds, cpu_s = time.perf_counter() - began, time.process_time() - cpu
        people = engine.execute("SELECT count(*) FROM wanted").fetchall()[0][0]
    return {"people": people, "seconds": seconds, "cpu_s": cpu_s}


def by_polars(folder: str, today: str) -> Mapping[str, Any]:
    """Find the same people with Polars; `is_absent` where it is not installed."""
    if find_spec("polars") is None:
        return {"is_absent": True}
    pl: Any = import_module("polars")
    bounds = _bounds(today)
    began, cpu = time.perf_counter(), time.process_time()
    found = _polars_plan(pl, Path(folder), bounds).collect()
    return {
        "people": found.height,
        "seconds": time.perf_counter() - began,
        "cpu_s": time.process_time() - cpu,
    }


def by_official_client(
    base_url: str, api_key: str, audience: str, people: int
) -> Mapping[str, Any]:
    """Write so many made-up people with the official client, 500 a call, one call after another."""
    if find_spec("mailchimp_marketing") is None:
        return {"is_absent": True}
    official: Any = import_module("mailchimp_marketing")
    client = official.Client({"api_key": api_key})
    client.api_client.host = base_url
    began, cpu = time.perf_counter(), time.process_time()
    written = 0
    for members in _batches(people):
        reply = client.lists.batch_list_members(
            audience, {"members": members, "update_existing": True}
        )
        written += reply["total_created"] + reply["total_updated"]
    if written != people:
        raise RuntimeError(f"The official client wrote {written} people instead of {people}.")
    return {
        "people": written,
        "seconds": time.perf_counter() - began,
        "cpu_s": time.process_time() - cpu,
    }


def _bounds(today: str) -> dict[str, Any]:
    """Return what the first eight segments compare with, in days as a marketing person counts them."""
    day, asked = date.fromisoformat(today), numbers(1)
    return {
        "recent": day - timedelta(days=asked["days"] - 1),
        "year": _months_before(day, 12),
        "since": _months_before(day, asked["months"]),
        "count": asked["count"],
        "spent": asked["spent"],
        "visits": asked["visits"],
    }


def _months_before(day: date, months: int) -> date:
    """Return the first day of a period of so many months that ends today."""
    with duckdb.connect() as engine:
        query = "SELECT (?::DATE - to_months(?) + INTERVAL 1 DAY)::DATE"
        found: date = engine.execute(query, [day, months]).fetchall()[0][0]
    return found


def _polars_plan(pl: Any, folder: Path, bounds: Mapping[str, Any]) -> Any:
    col, told = pl.col, _polars_flags(pl, folder, bounds)
    tags = pl.sum_horizontal(col(tag).cast(pl.Int64) * 2**bit for bit, tag in enumerate(TAGS))
    winners = (
        told.with_columns(tags=tags)
        .filter(col("tags") > 0)
        .sort(["signed_up", "id"], descending=[True, False])
        .unique("address", keep="first", maintain_order=True)
        .filter(col("opted_in") & col("nobody_said_no"))
    )
    fields = pl.concat_str(["first_name", "last_name", "country"], separator="|")
    hashes = [
        text.map_batches(_md5, return_dtype=pl.String).alias(name)
        for text, name in ((col("address"), "hash"), (fields, "fields"))
    ]
    return winners.select("id", "tags", *hashes)


def _polars_flags(pl: Any, folder: Path, bounds: Mapping[str, Any]) -> Any:
    col = pl.col
    bought = (
        pl.scan_parquet(folder / "orders.parquet")
        .group_by("customer_id")
        .agg(
            lately=(col("placed_at") >= bounds["year"]).sum(),
            spent=col("total").sum(),
            books=(col("category") == "books").sum(),
            orders=pl.len(),
            last_at=col("placed_at").max(),
        )
    )
    return (
        pl.scan_parquet(folder / "profiles.parquet")
        .join(bought, left_on="id", right_on="customer_id", how="left")
        .with_columns(
            address=col("email").str.strip_chars().str.to_lowercase(),
            south=col("country").is_in(SOUTH),
            recent=col("signed_up") >= bounds["recent"],
            buyers=col("lately").fill_null(0) >= bounds["count"],
            spenders=(col("spent") >= bounds["spent"]).fill_null(False),
            readers=col("books").fill_null(0) > 0,
            gone=(col("orders").fill_null(0) > 0)
            & ~(col("last_at") >= bounds["since"]).fill_null(False),
        )
        .filter(col("address").str.contains("^[^@ ]+@[^@ ]+[.][^@ ]+$"))
        .with_columns(
            south_buyers=col("south") & col("buyers"),
            others=(col("spenders") | (col("visits") > bounds["visits"])) & ~col("gone"),
            nobody_said_no=col("opted_in").fill_null(True).all().over("address"),
        )
    )


def _md5(texts: Any) -> Any:
    return type(texts)(
        [hashlib.md5(text.encode(), usedforsecurity=False).hexdigest() for text in texts]
    )


def _batches(people: int) -> Iterator[list[dict[str, Any]]]:
    for first in range(1, people + 1, BATCH):
        yield [
            {
                "email_address": f"client{number}@shop{number % 97}.example",
                "status_if_new": "subscribed",
                "merge_fields": {"FNAME": "Émile", "LNAME": "Weiß"},
                "tags": ["south", "readers"],
            }
            for number in range(first, min(first + BATCH, people + 1))
        ]
