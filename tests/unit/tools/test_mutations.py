"""The mistakes that `make mutants` makes: each in its place, the rest of the file untouched, and always valid Python."""

from __future__ import annotations

import ast
from collections.abc import Sequence

import pytest

from tools.mutants import ALSO, MODULES, ROOT, files_testing
from tools.mutations import mutations


def made(source: str) -> Sequence[str]:
    """Return the module's text with each mistake in turn."""
    return [one.applied_to(source.encode()).decode() for one in mutations(source.encode())]


@pytest.mark.parametrize(
    ("code", "mistakes"),
    [
        ("a >= b", ["(a > b)"]),
        ("a == b", ["(a != b)"]),
        ("a & b", ["(a | b)"]),
        ("a and b", ["(a or b)"]),
        ("not a", ["a"]),
        ("~a", ["a"]),
        ("3", ["4"]),
        ("True", ["False"]),
        ("a if b else c", ["a if (not b) else c"]),
        ("t.filter(a)", ["t"]),
        ("t.anti_join(a, b)", ["t.semi_join(a, b)"]),
        ("t.notnull()", ["t.isnull()"]),
        ("t.count(where=a)", ["t.count()"]),
        ("ibis.cases(a, b, else_=c)", ["ibis.cases(b, a, else_=c)", "ibis.cases(a, b)"]),
        ("'x NOT IN y'", ["'x IN y'"]),
        ("f'{a} IS NULL'", ["f'{a} IS NOT NULL'"]),
        ("f'{a + b}'", ["f'{a - b}'"]),
        ("'plain words'", []),
    ],
)
def test_each_kind_of_code_has_its_mistakes(code: str, mistakes: list[str]) -> None:
    assert sorted(made(f"x = {code}\n")) == sorted(f"x = {one}\n" for one in mistakes)


def test_a_statement_may_be_forgotten_a_test_turned_round_and_a_result_lost() -> None:
    source = "def f(a):\n    if a:\n        g(a)\n    return a\n"

    assert sorted(made(source)) == sorted(
        [
            source.replace("if a", "if (not a)"),
            source.replace("g(a)", "pass"),
            source.replace("return a", "return None"),
        ]
    )


def test_what_says_nothing_about_the_work_stays_as_it_is() -> None:
    source = '"""Words AND words."""\nfrom a import b\n\n\ndef f(x: A | B = C) -> D | None:\n    """Say IS NULL."""\n'

    assert made(source) == []


def test_places_are_right_beside_letters_of_several_bytes() -> None:
    assert "é = 'ü'; x = (a <= b)\n" in made("é = 'ü'; x = a < b\n")


@pytest.mark.parametrize("module", ["sync/held_values", "engines/duckdb/audience/chunks"])
def test_every_mistake_is_a_module_that_can_be_read_and_has_tests(module: str) -> None:
    from tools.mutants import PACKAGE

    source = (ROOT / PACKAGE / f"{module}.py").read_bytes()

    found = mutations(source)

    assert len(found) > 10
    for one in found:
        ast.parse(one.applied_to(source))
    assert files_testing(module)


def test_every_module_of_the_heart_is_there_and_has_unit_tests() -> None:
    from tools.mutants import PACKAGE

    assert [name for name in MODULES if not (ROOT / PACKAGE / f"{name}.py").is_file()] == []
    assert [name for name in MODULES if not files_testing(name)] == []


def test_the_tests_that_are_named_beside_a_module_are_there() -> None:
    named = [path for paths in ALSO.values() for path in paths]

    assert [path for path in named if not (ROOT / "tests" / path).is_file()] == []
    assert set(MODULES) >= ALSO.keys()
