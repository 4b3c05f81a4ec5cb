"""A whole run from the command line whose profiles stay on a cluster: what DuckDB would do, to the last call."""

from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread

import duckdb
import pytest

from segue.engines.duckdb.quoting import literal
from segue.engines.spark import sessions
from tests.cli.program import CONFIGURATION, CUSTOMERS, Shop, open_shop
from tests.spark import OwnServer, own_server, spark_remote

_FILE = "customers: {type: csv, path: customers.csv}"
_ADDRESS = "SPARK_REMOTE"


def _declare(shop: Shop, *, source: str = "", engine: str = "") -> None:
    folder = shop.folder.as_uri()
    engine = (
        engine or f"{{type: spark, remote: {{env: {_ADDRESS}}}, snapshots: '{folder}/on_cluster'}}"
    )
    source = source or f"{{type: spark, path: '{folder}/customers.parquet'}}"
    text = CONFIGURATION.format(base_url=shop.sandbox.base_url).replace(
        _FILE, f"customers: {source}"
    )
    (shop.folder / "segue.yaml").write_text(f"{text}engine: {engine}\n", encoding="utf-8")


def _write(shop: Shop, text: str) -> None:
    shop.write_customers(text)
    csv, parquet = (str(shop.folder / f"customers.{kind}") for kind in ("csv", "parquet"))
    duckdb.sql(
        f"COPY (FROM read_csv({literal(str(csv))}, all_varchar = true)) TO {literal(str(parquet))} (FORMAT parquet)"
    )


def _people(shop: Shop) -> object:
    found = shop.sandbox.members("a1b2c3d4e5")
    return sorted((one.email, one.status, tuple(one.tags), str(one.merge_fields)) for one in found)


def test_a_run_over_a_cluster_does_what_a_run_over_files_does(tmp_path: Path) -> None:
    remote = {_ADDRESS: spark_remote()}
    folders = {name: tmp_path / name for name in ("files", "cluster")}
    for folder in folders.values():
        folder.mkdir()
    later = CUSTOMERS.replace("1,nadia", "8,new@shop.example,Nia,Spain,true\n1,nadia").replace(
        "3,pia@shop.example,Pia,Spain,true\n", ""
    )
    seen = {}
    for name, folder in folders.items():
        with open_shop(folder) as shop:
            if name == "cluster":
                _declare(shop)
            seen[name] = [_run(shop, text, remote) for text in (CUSTOMERS, later, later)]

    assert seen["cluster"] == seen["files"]
    first, held, again = seen["cluster"]
    assert [first["code"], held["code"], again["code"]] == [0, 4, 4]
    assert held["digest"] == again["digest"]
    assert first["calls"]


def test_a_no_of_another_profile_with_the_address_counts_over_a_cluster_too(tmp_path: Path) -> None:
    said_no = CUSTOMERS.replace("6,nadia@shop.example,Nadia the second,France,true", "6,nadia@shop.example,Nadia,Peru,false")  # fmt: skip
    people = {}
    for name in ("files", "cluster"):
        (tmp_path / name).mkdir()
        with open_shop(tmp_path / name) as shop:
            if name == "cluster":
                _declare(shop)
            people[name] = _run(shop, said_no, {_ADDRESS: spark_remote()})

    assert people["cluster"] == people["files"]
    assert "nadia@shop.example" not in str(people["cluster"]["people"])


def test_a_cluster_that_is_gone_ends_a_run_that_may_be_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spark_remote()
    monkeypatch.setattr(sessions, "ATTEMPTS", 1)  # else it waits for half a minute
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    with open_shop(tmp_path) as shop:
        _declare(shop)
        _write(shop, CUSTOMERS)
        address = f"sc://127.0.0.1:{port}/;user_id=verysecret"
        ended = shop.segue("run", "--yes", settings={_ADDRESS: address})

    assert ended.code == 5
    assert "The Spark cluster does not answer." in ended.err
    assert "verysecret" not in ended.out + ended.err
    assert str(port) not in ended.out + ended.err


@pytest.mark.parametrize("seen", ["on_cluster/*/staged0.parquet", ".segue/spill/landed*"])
def test_a_run_whose_cluster_is_started_anew_does_what_it_would_have_done(
    tmp_path: Path, seen: str
) -> None:
    results = {}
    for name in ("left alone", "started anew"):
        (tmp_path / name).mkdir()
        with own_server() as server, open_shop(tmp_path / name) as shop:
            _declare(shop)
            with _restarting(server, shop.folder, seen if name == "started anew" else "") as done:
                results[name] = _run(shop, CUSTOMERS, {_ADDRESS: server.remote})
            assert done == [seen] * (name == "started anew")

    assert results["started anew"] == results["left alone"]
    assert results["left alone"]["code"] == 0
    assert results["left alone"]["people"]


@contextmanager
def _restarting(server: OwnServer, folder: Path, seen: str) -> Iterator[list[str]]:
    """Start a server anew as soon as there is something of a name in the folder, "" for never; yield what was seen."""
    done: list[str] = []
    over = Event()

    def wait() -> None:
        while seen and not over.wait(0.001):
            if next(folder.glob(seen), None) is not None:
                done.append(seen)
                server.restart()
                return

    waiting = Thread(target=wait)
    waiting.start()
    try:
        yield done
    finally:
        over.set()
        waiting.join()


def test_what_is_on_its_way_lies_in_the_folder_of_the_host_and_not_where_all_look(
    tmp_path: Path,
) -> None:
    scratch = tmp_path / "of this host"
    settings = {_ADDRESS: spark_remote(), "SEGUE_SCRATCH": str(scratch)}
    (tmp_path / "shop").mkdir()
    with open_shop(tmp_path / "shop") as shop:
        _declare(shop)
        _write(shop, CUSTOMERS)
        ended = shop.segue("run", settings=settings)

    shared = {path.name for path in (tmp_path / "shop" / ".segue").rglob("*")}
    assert ended.code == 0
    assert shared.isdisjoint({"spill", "locks", ".lock", ".working"})
    assert (scratch / "snapshots" / ".lock").exists()
    assert not list((scratch / "spill").glob("answer*"))


def test_segments_are_counted_and_shown_over_a_cluster(tmp_path: Path) -> None:
    remote = {_ADDRESS: spark_remote()}
    with open_shop(tmp_path) as shop:
        _declare(shop)
        _write(shop, CUSTOMERS)
        checked = shop.segue("check", settings=remote)
        read = shop.segue("profiles", settings=remote)
        shown = shop.segue("segments", "--json", settings=remote)

    assert (checked.code, read.code, shown.code) == (0, 0, 0)
    assert {one["segment"]: one["members"] for one in shown.json} == {
        "french": 4,
        "spanish": 3,
    }


def _run(shop: Shop, text: str, settings: dict[str, str]) -> dict[str, object]:
    _write(shop, text)
    shop.sandbox.reset_calls()
    ended = shop.segue("run", "--yes", "--json", settings=settings)
    assert ended.err == ""
    [run] = ended.json["runs"]
    return {
        "code": ended.code,
        "digest": run["plan"]["digest"],
        "plan": {key: run["plan"][key] for key in ("counts", "members", "skips", "segments")},
        "people": _people(shop),
        "calls": [(one.method, one.template) for one in shop.sandbox.writes],
    }


def test_a_first_file_over_a_cluster_says_where_snapshots_go(tmp_path: Path) -> None:
    with open_shop(tmp_path) as shop:
        ended = shop.segue("init", "main.shop", "--spark-env", _ADDRESS, "--force")

    assert ended.code == 2
    assert "--snapshots" in ended.err


def test_a_program_without_a_file_of_its_own_takes_the_client_for_what_it_is() -> None:
    spark_remote()  # skips where the client is not installed

    ended = subprocess.run(
        [
            sys.executable,
            "-c",
            "from segue.engines.spark.sessions import load_client; load_client()",
        ],
        capture_output=True,
        check=False,
        encoding="utf-8",
    )

    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "", "")
