"""`make mutants`: put one small mistake after another into the heart of the engine and see whether a unit test finds it.

Works on a copy of the tree. For each mistake only the tests of its module run, until the first fails. Prints those that
no test found ("survivors") with their place, and the score: found of all. Not part of any gate, because it takes long.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import resource
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue
from random import Random

from tools.mutations import Mutation, mutations

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = Path("src/segue")
HEAVY = ["pytest", "hypothesis", "ibis", "ibis.backends.sql.compilers.duckdb", "duckdb", "pyarrow"]
"""What every test run imports and no mutation touches: imported once, then every run is a fork of it."""

RAN = 64
"""Added to the exit code of every test run that took place: what fails for another reason is not taken for a find."""

SYNC = """
    audience_fields bars brakes carriers changed_fields changes conflicts counts desired diff doubts field_counts fields
    held_values isolating looking merge_texts moves observe outcomes pacing paging planning push sending spot_check
    suppression tables tag_readers tags
"""
AUDIENCE = """
    chunks contacts journal journal_holds ledger plan_tables seen store store_expressions store_looking store_runs
"""
SEGMENTS = """
    aggregates blanks compared compile conditions exact formulas functions kept literals local_days local_times measured
    measures operators overlaps parse parse_chosen parse_measures parse_related parse_values printing quick ranks
    truth_words walk
"""
PROFILES = "fitting object_stores pasted personal problems reading references"
MAILCHIMP = "batches calls catalogue credentials errors holding payloads reading replies scanning"
MODULES = (
    "core/permit",
    *(f"sync/{name}" for name in SYNC.split()),
    *(f"engines/duckdb/audience/{name}" for name in AUDIENCE.split()),
    "engines/duckdb/rendering",
    *(f"segments/{name}" for name in SEGMENTS.split()),
    *(f"profiles/{name}" for name in PROFILES.split()),
    *(f"mailchimp/{name}" for name in MAILCHIMP.split()),
)
"""The heart: what decides about contacts and what Mailchimp's replies say of them, what rules mean, which profiles there
are, and the audience's half of the engine."""

WHOLE = frozenset({"segments", "profiles", "mailchimp"})
"""Packages whose tests are called like what they show, not like a module: all of them are looked at."""

ALSO: Mapping[str, Sequence[str]] = {
    "segments/functions": ("unit/engines/test_values.py", "unit/sync/test_own_people.py"),
    "segments/kept": ("unit/sync/test_own_people.py",),
    "sync/audience_fields": (
        "unit/sync/test_planning.py",
        "integration/sync/test_planning_runs.py",
    ),
    "sync/carriers": ("unit/sync/test_sending.py",),
    "sync/changes": ("unit/sync/test_planning.py", "integration/sync/test_planning_runs.py"),
    "sync/conflicts": ("unit/configuration/test_configuration_conflicts.py",),
    "sync/counts": ("unit/sync/test_planning.py", "integration/sync/test_planning_runs.py"),
    "sync/desired": ("unit/sync/test_guards.py",),
    "sync/field_counts": ("unit/sync/test_counts.py",),
    "sync/isolating": ("unit/sync/test_sending.py", "unit/sync/test_push.py"),
    "sync/merge_texts": ("unit/sync/test_languages.py",),
    "sync/planning": ("unit/sync/test_guards.py", "integration/sync/test_planning_runs.py"),
    "sync/spot_check": ("unit/sync/test_looking.py",),
    "sync/tables": (
        "unit/sync/test_diff.py",
        "unit/sync/test_counts.py",
        "unit/engines/test_values.py",
    ),
    "sync/tag_readers": ("unit/sync/test_observe.py",),
    "engines/duckdb/audience/journal": ("contract/stores/test_journal.py",),
    "engines/duckdb/audience/journal_holds": (
        "contract/stores/test_journal.py",
        "unit/engines/test_plan_tables.py",
    ),
    "engines/duckdb/audience/ledger": (
        "unit/engines/test_ledger_fold.py",
        "unit/engines/test_plan_tables.py",
    ),
    "engines/duckdb/rendering": ("unit/engines/test_sparse_rendering.py",),
    "engines/duckdb/audience/store": ("integration/sync/test_planning_runs.py",),
    "engines/duckdb/audience/store_expressions": ("integration/sync/test_planning_runs.py",),
    "engines/duckdb/audience/store_looking": ("integration/sync/test_planning_runs.py",),
    "engines/duckdb/audience/store_runs": (
        "unit/engines/test_ledger_fold.py",
        "integration/sync/test_planning_runs.py",
    ),
}
"""Tests of a module besides those that are called like it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """What became of one mistake. `module` is a path below the package."""

    module: str
    mutation: Mutation
    is_found: bool

    def __str__(self) -> str:
        before, after = (" ".join(t.split()) for t in (self.mutation.before, self.mutation.after))
        place = f"{PACKAGE / self.module}.py:{self.mutation.line}"
        return f"{place}\n    - {_shown(before)}\n    + {_shown(after)}"


def main(arguments: Sequence[str] | None = None) -> int:
    """Try mistakes as the command line says and print what survived. Returns 1 when the untouched tests fail."""
    asked = _asked(arguments)
    modules = asked.module or MODULES
    chosen = [(m, one) for m in modules for one in mutations(_file(ROOT, m).read_bytes())]
    if asked.sample:
        dice = Random(asked.seed)  # noqa: S311
        chosen = dice.sample(chosen, min(asked.sample, len(chosen)))
    if asked.list:
        print("\n".join(str(Tried(module=m, mutation=one, is_found=False)) for m, one in chosen))
        return 0
    with tempfile.TemporaryDirectory(prefix="segue-mutants-") as folder:
        laboratory = Laboratory(Path(folder), asked.workers)
        red = laboratory.red_modules(sorted({module for module, _ in chosen}))
        if red:
            print(f"The tests of {', '.join(red)} fail without any mistake, or are missing.")
            return 1
        tried = []
        for one in laboratory.tried(chosen):
            tried.append(one)
            if not one.is_found:
                print(one, flush=True)
    _print_score(tried)
    return 0


def _asked(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make mutants", description=__doc__)
    parser.add_argument("--module", action="append", metavar="sync/diff", choices=MODULES)
    parser.add_argument("--sample", type=int, metavar="N", help="try N mistakes, chosen by chance")
    parser.add_argument("--seed", type=int, default=0, metavar="S", help="chooses another sample")
    parser.add_argument("--workers", type=int, default=2, metavar="N", help="runs at once")
    parser.add_argument("--list", action="store_true", help="show the mistakes, try none")
    return parser.parse_args(arguments)


class Laboratory:
    """One copy of the tree a worker, and the server from which test runs are forked."""

    def __init__(self, folder: Path, workers: int) -> None:
        self._context = multiprocessing.get_context("forkserver")
        self._context.set_forkserver_preload(HEAVY)
        self._workers = workers
        self._copies: SimpleQueue[Path] = SimpleQueue()
        self._used_s: dict[tuple[str, ...], float] = {}
        """What the tests that passed took, untouched."""
        for number in range(workers):
            copy = folder / str(number)
            for name in ("src", "tests"):
                shutil.copytree(ROOT / name, copy / name, ignore=_left_out)
            for path in ROOT.iterdir():
                if not path.name.startswith(".") and not (copy / path.name).exists():
                    (copy / path.name).symlink_to(path)
            self._copies.put(copy)

    def red_modules(self, modules: Sequence[str]) -> list[str]:
        """Return the modules whose tests fail before anything is changed, or that have none; measures the others."""
        return [module for module in modules if not self._is_green(module)]

    def tried(self, chosen: Sequence[tuple[str, Mutation]]) -> Iterator[Tried]:
        """Try the mistakes, some at once, and yield what became of each."""
        with ThreadPoolExecutor(self._workers) as pool:
            yield from pool.map(lambda one: self._try(*one), chosen)

    def _is_green(self, module: str) -> bool:
        tests = tuple(files_testing(module))
        if tests in self._used_s:
            return True
        copy = self._copies.get()
        started = time.monotonic()
        try:
            passed = self._passes(copy, module, cpu_s=600)
        finally:
            self._copies.put(copy)
        if passed:
            self._used_s[tests] = time.monotonic() - started
        return passed

    def _try(self, module: str, mutation: Mutation) -> Tried:
        copy = self._copies.get()
        path = _file(copy, module)
        source = path.read_bytes()
        try:
            path.write_bytes(mutation.applied_to(source))
            cpu_s = 10 + 3 * int(self._used_s[tuple(files_testing(module))])
            return Tried(
                module=module,
                mutation=mutation,
                is_found=not self._passes(copy, module, cpu_s=cpu_s),
            )
        finally:
            path.write_bytes(source)
            self._copies.put(copy)

    def _passes(self, copy: Path, module: str, *, cpu_s: int) -> bool:
        """Run a module's tests in a fork. A mistake that never ends counts as found, once `cpu_s` are used up."""
        tests = files_testing(module)
        if not tests:
            return False
        run = self._context.Process(target=_run_tests, args=(copy, tests, cpu_s))
        run.start()
        run.join(20 * cpu_s)
        if run.is_alive():
            run.kill()
            run.join()
        code = run.exitcode or 0
        if 0 <= code < RAN:
            raise RuntimeError(f"The tests of {module} did not begin.")
        return code == RAN


def files_testing(module: str) -> list[str]:
    """Return the unit tests of a module that are called like it, and the tests that are named beside it."""
    folder, _, name = module.rpartition("/")
    place = f"tests/unit/{folder.partition('/')[0]}"
    whole = sorted((ROOT / place).glob("test_*.py")) if folder in WHOLE else ()
    named = [str(path.relative_to(ROOT)) for path in whole] or [f"{place}/test_{name}.py"]
    named += [f"tests/{also}" for also in ALSO.get(module, ())]
    return [path for path in named if (ROOT / path).is_file()]


def _run_tests(copy: Path, tests: Sequence[str], cpu_s: int) -> None:
    """Run tests in a copy of the tree, with random examples that are the same every time."""
    import pytest

    resource.setrlimit(resource.RLIMIT_CPU, (cpu_s, cpu_s + 5))
    os.chdir(copy)
    os.environ["HYPOTHESIS_PROFILE"] = "ci"
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    sys.dont_write_bytecode = True
    nothing = os.open(os.devnull, os.O_WRONLY)
    for stream in (1, 2):
        os.dup2(nothing, stream)
    options = ["-x", "-q", "-p", "no:cacheprovider", "--rootdir", str(copy)]
    sys.exit(RAN + int(pytest.main([*options, *tests])))


def _left_out(folder: str, names: Sequence[str]) -> set[str]:
    return {name for name in names if name in {"__pycache__", ".hypothesis"}}


def _file(root: Path, module: str) -> Path:
    return root / PACKAGE / f"{module}.py"


def _shown(code: str) -> str:
    return code if len(code) <= 160 else f"{code[:157]}..."


def _print_score(tried: Sequence[Tried]) -> None:
    for module in sorted({one.module for one in tried}):
        found = [one.is_found for one in tried if one.module == module]
        print(f"{sum(found):5} of {len(found):5}  {module}")
    found = sum(one.is_found for one in tried)
    share = found / len(tried) if tried else 1.0
    print(f"{found:5} of {len(tried):5}  found, {share:.1%}")


if __name__ == "__main__":
    sys.exit(main())
