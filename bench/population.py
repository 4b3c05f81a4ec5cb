"""Make the people and orders that are measured, as Parquet files, by DuckDB and always the same for one size.

Of N profiles about 1 % have no usable address, 1 % share theirs with another profile but for capitals, 4 % gave no
consent; names are not ASCII only; 3 N orders lie within two years.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

import duckdb

from segue.engines.duckdb.quoting import literal

ORDERS_PER_PERSON = 3

_PROFILES = """
SELECT i AS id,
  CASE WHEN dice(i, 1, 200) = 0 THEN NULL
       WHEN dice(i, 2, 200) = 0 THEN 'person' || i || '.shop.example'
       WHEN dice(i, 3, 100) = 0 AND i > 1 THEN 'Person' || (i - 1) || '@Shop' || (i - 1) % 97 || '.Example'
       ELSE 'person' || i || '@shop' || i % 97 || '.example' END AS email,
  ['Émile', 'Nadia', 'Jürgen', 'Łukasz', 'Begoña', 'Åsa', 'Pia', 'Quentin', 'Rosa', 'Omar'][1 + dice(i, 4, 10)]
    AS first_name,
  ['Lefèvre', 'Weiß', 'Núñez', 'Wójcik', 'Öberg', 'van den Berg', 'O''Neill', 'Roux'][1 + dice(i, 5, 8)]
    || ' ' || dice(i, 6, 5000)::VARCHAR AS last_name,
  ['France', 'Germany', 'Spain', 'Poland', 'Sweden', 'Ireland', 'Italy', 'Greece'][1 + dice(i, 7, 8)] AS country,
  'City ' || dice(i, 8, 900) AS city,
  ['fr', 'de', 'es', 'pl', 'sv', 'en', 'it', 'el'][1 + dice(i, 7, 8)] AS language,
  DATE '1940-01-01' + dice(i, 9, 24000)::INTEGER AS birthday,
  DATE '{today}' - dice(i, 10, 1460)::INTEGER AS signed_up,
  dice(i, 11, 400) AS visits,
  (dice(i, 12, 100000) / 100)::DECIMAL(18, 2) AS credit,
  dice(i, 13, 100) >= 4 AS opted_in
FROM range(1, {people} + 1) numbers(i)
"""

_CHURN = """
SELECT * REPLACE (
  CASE WHEN id % 200 = 7 THEN last_name || '-Weiß' ELSE last_name END AS last_name,
  CASE WHEN id % 1000 IN (11, 12, 13) THEN 'Portugal' ELSE country END AS country,
  CASE WHEN id % 1000 = 17 THEN 0 ELSE visits END AS visits,
  CASE WHEN id % 1000 = 19 THEN true ELSE opted_in END AS opted_in)
FROM ({profiles})
"""
"""One profile in a hundred differs: half of them by a name, the others by what segments and consent look at."""

_RANKED = """
WITH people AS ({profiles}), fit AS (
  SELECT id FROM people WHERE email LIKE '%@%'
  QUALIFY row_number() OVER (PARTITION BY lower(email) ORDER BY signed_up DESC, id) = 1
    AND bool_and(opted_in) OVER (PARTITION BY lower(email))
)
SELECT people.*, ranked.rank FROM people
LEFT JOIN (SELECT id, row_number() OVER (ORDER BY id) AS rank FROM fit) ranked USING (id)
"""
"""`rank` numbers the people whom an export may write, so that a segment can choose an exact number of them."""

_ORDERS = """
SELECT o AS id, (1 + dice(o, 21, {people}))::BIGINT AS customer_id,
  TIMESTAMP '{today} 12:00:00' - to_minutes(dice(o, 22, 1050000)) AS placed_at,
  ((500 + dice(o, 23, 20000)) / 100)::DECIMAL(18, 2) AS total,
  ['books', 'tea', 'garden', 'kitchen', 'toys'][1 + dice(o, 24, 5)] AS category
FROM range(1, {orders} + 1) numbers(o)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """How many rows were written, and how many people an export may write."""

    profiles: int
    orders: int
    contactable: int


def make_population(
    folder: Path, people: int, *, today: date, is_churned: bool = False
) -> dict[str, int]:
    """Write `profiles.parquet` (and, unless `is_churned`, `orders.parquet`) into the folder. Returns the counts."""
    folder.mkdir(parents=True, exist_ok=True)
    profiles = _PROFILES.format(people=people, today=today)
    if is_churned:
        profiles = _CHURN.format(profiles=profiles)
    orders = _ORDERS.format(people=people, orders=people * ORDERS_PER_PERSON, today=today)
    with duckdb.connect(
        config={"memory_limit": "2GB", "temp_directory": str(folder / "spill")}
    ) as engine:
        engine.execute("CREATE MACRO dice(n, salt, sides) AS (hash(n, salt) % sides)::BIGINT")
        _copy(engine, _RANKED.format(profiles=profiles), folder / "profiles.parquet")
        if not is_churned:
            _copy(engine, orders, folder / "orders.parquet")
        found = engine.execute(
            f"SELECT count(*), count(rank) FROM read_parquet({literal(str(folder / 'profiles.parquet'))})"
        ).fetchall()[0]
    return asdict(Made(profiles=found[0], orders=people * ORDERS_PER_PERSON, contactable=found[1]))


def write_csv(folder: Path) -> int:
    """Write the made people and orders as CSV files beside the Parquet files. Returns their bytes."""
    total = 0
    with duckdb.connect(config={"memory_limit": "2GB"}) as engine:
        for table in ("profiles", "orders"):
            made, target = folder / f"{table}.parquet", folder / f"{table}.csv"
            rows = f"SELECT * FROM read_parquet({literal(str(made))})"
            engine.execute(f"COPY ({rows}) TO {literal(str(target))} (FORMAT csv, HEADER)")
            total += target.stat().st_size
    return total


def _copy(engine: duckdb.DuckDBPyConnection, query: str, target: Path) -> None:
    aside = target.with_suffix(".new")
    engine.execute(f"COPY ({query}) TO {literal(str(aside))} (FORMAT parquet, COMPRESSION zstd)")
    aside.replace(target)
