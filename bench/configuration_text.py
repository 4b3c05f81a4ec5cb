"""The configurations that are measured: 8 or 64 segments over the made people, one export each."""

from __future__ import annotations

from pathlib import Path

API_KEY = "bench-us1"

_TEXT = """\
version: 1
home: {home}
sources:
  people: {people}
  sales:  {sales}
{engine}profiles:
  source: people
  key: {{column: id, type: integer}}
  attributes:
    email: {{column: email, type: email}}
    first_name: {{column: first_name, personal: true}}
    last_name: {{column: last_name, personal: true}}
    country: country
    city: city
    language: language
    birthday: {{column: birthday, type: date, personal: true}}
    signed_up: {{column: signed_up, type: date}}
    visits: {{column: visits, type: integer}}
    credit: {{column: credit, type: decimal}}
    opted_in: {{column: opted_in, type: boolean}}
    rank: {{column: rank, type: integer}}
related:
  orders:
    source: sales
    profile_key: customer_id
    attributes:
      placed_at: {{column: placed_at, type: timestamp}}
      total: {{column: total, type: decimal}}
      category: category
segments:
{segments}
connections:
  main: {{type: mailchimp, label: Sandbox, api_key: {{env: BENCH_API_KEY}}, base_url: {base_url}}}
exports:
  newsletter:
    connection: main
    audience: {audience}
    match: {{email: email, fields: {{FNAME: first_name, LNAME: last_name, COUNTRY: {{attribute: country, create: true}}}}}}
    segments: [{chosen}]
    consent: {{attribute: opted_in}}
    winner: {{newest_by: signed_up}}
    profile_limit: 20000000
"""

_EIGHT = """\
  south{n}: {{rules: {{attribute: country, any_of: [France, Spain, Italy, Greece]}}}}
  recent{n}: {{rules: {{attribute: signed_up, within_last: {{days: {days}}}}}}}
  buyers{n}: {{rules: {{related: orders, count: true, at_least: {count}, where: {{attribute: placed_at, within_last: {{months: 12}}}}}}}}
  spenders{n}: {{rules: {{related: orders, sum: total, at_least: {spent}}}}}
  readers{n}: {{rules: {{related: orders, exists: true, where: {{attribute: category, is: books}}}}}}
  gone{n}: {{rules: {{all: [{{related: orders, exists: true}}, {{not: {{related: orders, max: placed_at, within_last: {{months: {months}}}}}}}]}}}}
  south_buyers{n}: {{rules: {{intersect: [{{segment: south{n}}}, {{segment: buyers{n}}}]}}}}
  others{n}: {{rules: {{except: [{{union: [{{segment: spenders{n}}}, {{attribute: visits, more_than: {visits}}}]}}, {{segment: gone{n}}}]}}}}
"""
_NAMES = ("south", "recent", "buyers", "spenders", "readers", "gone", "south_buyers", "others")


def numbers(n: int) -> dict[str, int]:
    """Return what the segments of the set with this number compare with; the first has number 1."""
    return {
        "days": 60 + 30 * n,
        "count": 2 + n % 4,
        "spent": 200 + 25 * n,
        "months": 6 + n,
        "visits": 300 + 10 * n,
    }


def segments(sets: int) -> tuple[str, list[str]]:
    """Return the text of `sets` times eight segments and their names; each set asks for other numbers."""
    texts = [_EIGHT.format(n=f"_{n}", **numbers(n)) for n in range(1, sets + 1)]
    return "".join(texts), [f"{name}_{n}" for n in range(1, sets + 1) for name in _NAMES]


def exact_segment(people: int) -> tuple[str, list[str]]:
    """Return a segment of exactly so many people who may all be written."""
    return f"  exact: {{rules: {{attribute: rank, at_most: {people}}}}}\n", ["exact"]


def write_configuration(
    path: Path,
    *,
    base_url: str,
    audience: str,
    chosen: tuple[str, list[str]],
    home: str = "state",
    kind: str = "parquet",
    cluster: str = "",
) -> Path:
    """Write a configuration beside the population and return its path; `kind` is that of the files, parquet or csv.

    `cluster` is the address of a server of Spark Connect on this machine that reads them and keeps the profiles; "" for none.
    """
    text, names = chosen
    path.write_text(
        _TEXT.format(
            home=home,
            people=_source(path.parent, f"profiles.{kind}", kind=kind, cluster=cluster),
            sales=_source(path.parent, f"orders.{kind}", kind=kind, cluster=cluster),
            engine=_engine(path.with_suffix(".remote"), cluster) if cluster else "",
            segments=text,
            base_url=base_url,
            audience=audience,
            chosen=", ".join(names),
        ),
        encoding="utf-8",
    )
    return path


def _source(folder: Path, name: str, *, kind: str, cluster: str) -> str:
    if not cluster:
        return f"{{type: {kind}, path: ./{name}}}"
    return f"{{type: spark, path: '{(folder / name).resolve().as_uri()}'}}"


def _engine(address: Path, cluster: str) -> str:
    address.write_text(cluster, encoding="utf-8")
    snapshots = (address.parent / "on_cluster").resolve().as_uri()
    return f"engine: {{type: spark, remote: {{file: {address.name}}}, snapshots: '{snapshots}'}}\n"
