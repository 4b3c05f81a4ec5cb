"""Time is an argument: only entry points and the place that joins the parts read the machine's clock."""

from __future__ import annotations

import ast

from tests.guards import tree

READS_THE_CLOCK = {
    "datetime.now",
    "datetime.utcnow",
    "datetime.today",
    "date.today",
    "time.time",
    "time.time_ns",
    "time.monotonic",
    "time.perf_counter",
    "time.sleep",
}
ENTRY_POINTS = (
    "src/segue/service/adapters.py",
    "src/segue/cli/",
    "src/segue_demo/",
    "src/mailchimp_sandbox/",
    "src/segue/web/",
    "src/segue/worker/",
)


def _clock_reads(path: str) -> list[str]:
    return [
        f"{path}:{node.lineno} {name}"
        for node in ast.walk(tree.tree_of(path))
        if isinstance(node, ast.Attribute)
        and (name := ".".join(tree.dotted(node).split(".")[-2:])) in READS_THE_CLOCK
    ]


def _imported_clocks(path: str) -> list[str]:
    wanted = {name.partition(".")[2] for name in READS_THE_CLOCK if name.startswith("time.")}
    return [
        f"{path}:{node.lineno} from time import {alias.name}"
        for node in ast.walk(tree.tree_of(path))
        if isinstance(node, ast.ImportFrom) and node.module == "time"
        for alias in node.names
        if alias.name in wanted
    ]


def test_only_entry_points_read_the_clock() -> None:
    inner = [p for p in tree.python_files("src") if not p.startswith(ENTRY_POINTS)]

    reads = [read for path in inner for read in (*_clock_reads(path), *_imported_clocks(path))]

    assert reads == []
