"""JSON that is cut into its objects gives the same ones wherever what was read ends, and never more than one in memory."""

from __future__ import annotations

import io
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from segue.engines.duckdb.reading.sources_json_cut import DamagedError, Document
from segue.engines.duckdb.reading.sources_json_lines import Beginning, is_too_deep, lines_of
from segue.profiles.problems import RowProblem
from segue.profiles.source_sizes import DEEPEST

LONGEST = 300


class Dripping(io.BytesIO):
    """A file that gives a few bytes at each reading."""

    def __init__(self, content: bytes, size: int) -> None:
        super().__init__(content)
        self._size = size

    def read(self, _size: int | None = -1, /) -> bytes:
        return super().read(self._size)


def document(text: str, size: int) -> Document:
    return Document(Dripping(text.encode(), size), longest=LONGEST)


def found(text: str, size: int, path: str = "") -> list[object]:
    values = document(text, size).values_of(path)
    return [one if isinstance(one, RowProblem) else json.loads(one) for one in values]


SIZES = [1, 2, 3, 7, 64, 10_000]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=6),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3)
    ),
    max_leaves=8,
)


@settings(deadline=None)
@given(
    st.lists(JSON, max_size=5), st.sampled_from(SIZES), st.booleans(), st.sampled_from([None, 1])
)
def test_a_list_is_cut_into_its_values(
    values: list[object], size: int, is_ascii: bool, indent: int | None
) -> None:
    text = json.dumps(values, ensure_ascii=is_ascii, indent=indent)
    whole = Document(Dripping(text.encode(), size), longest=1_000_000)

    cut = [json.loads(one) for one in whole.values_of("") if isinstance(one, bytes)]

    assert cut == values


@settings(deadline=None)
@given(
    st.lists(st.dictionaries(st.text(max_size=4), JSON, max_size=3), max_size=3),
    JSON,
    st.sampled_from(SIZES),
)
def test_a_list_is_found_by_its_name_wherever_it_stands(
    values: list[dict[str, object]], other: object, size: int
) -> None:
    text = json.dumps({"other": other, "data": {"rows": values, "data": other}, "rows": other})
    whole = Document(Dripping(text.encode(), size), longest=1_000_000)

    cut = [json.loads(one) for one in whole.values_of("data.rows") if isinstance(one, bytes)]

    assert cut == values


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(
    "large",
    [
        '{"id": 2, "name": "%s"}' % ("x" * 2_000),
        '{"id": 2, "name": "%s"}' % ('\\"' * 1_000),
        '{"id": 2, "name": "%s"}' % ("\\\\" * 1_000),
        '{"id": 2, "rows": [%s 0]}' % ('{"a": "}]"},' * 200),
        '{"id": 2%s}' % (" " * 1_000),
    ],
)
def test_an_object_that_is_too_large_is_passed_over(large: str, size: int) -> None:
    small = '{"id": 1, "name": "a"}'

    assert found(f"[{small}, {large}, {small},{large}]", size) == [
        {"id": 1, "name": "a"},
        RowProblem.ROW_TOO_LARGE,
        {"id": 1, "name": "a"},
        RowProblem.ROW_TOO_LARGE,
    ]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("levels", [DEEPEST + 1, 5_000])
@pytest.mark.parametrize(("opening", "closing"), ["[]", ('{"a":', "}")])
def test_an_object_with_too_many_levels_is_passed_over(
    opening: str, closing: str, levels: int, size: int
) -> None:
    deep = f'{{"id": 2, "name": {opening * levels}0{closing * levels}}}'

    kinds = found(f'[{deep}, {{"id": 1}}]', size)

    assert kinds == [RowProblem.JSON_TOO_DEEP, {"id": 1}]


@pytest.mark.parametrize("size", SIZES)
def test_what_is_deep_or_large_beside_the_list_holds_nothing_up(size: int) -> None:
    deep = "[" * 3_000 + "]" * 3_000
    text = f'{{"deep": {deep}, "long": "{"x" * 3_000}", "more": [{"1," * 900}1], "data": [{{"id": 1}}]}}'

    assert found(text, size, "data") == [{"id": 1}]
    assert list(document(text, size).lists()) == ["data"]


@pytest.mark.parametrize("size", [1, 5, 10_000])
@pytest.mark.parametrize(
    "text",
    [
        "[", "[1", "[1,", "[1,]", "[,1]", "[1 2]", "[{}", "[{},", "[{} {}]", "[{},,{}]", "[,{}]", "[{},]", "[{}}", "[}",
        "[]]", "[] x", '["a', '["a\\', '["\n"]', '["\\\n"]', "[x]", '[{"a": x}]', "[{}, x, {}]", "]", "{}}",
        '[{"a": "' + "x" * 900, '[{"a": "' + "x" * 900 + "\n", "[" + "1," * 900 + "1]",
    ],
)  # fmt: skip
def test_what_is_no_whole_json_is_damaged(text: str, size: int) -> None:
    with pytest.raises(DamagedError):
        found(text, size)


@pytest.mark.parametrize("size", SIZES)
def test_values_that_follow_one_another_are_cut(size: int) -> None:
    text = '{"a": 1}\n{"a": [{}]}{"a": "}"}\n7\n'

    cut = [json.loads(one) for one in document(text, size).values() if isinstance(one, bytes)]

    assert cut == [{"a": 1}, {"a": [{}]}, {"a": "}"}, 7]


def test_a_document_without_end_holds_no_more_than_an_object() -> None:
    class Endless(io.RawIOBase):
        given = b'[{"id": 1, "a": "'
        left = 20_000

        def read(self, size: int = -1, /) -> bytes:
            self.left -= 1
            start, self.given = self.given, b""
            return start or (b"\\n" * 50 if self.left > 0 else b"")

    whole = Document(Endless(), longest=LONGEST)  # type: ignore[arg-type]
    with pytest.raises(DamagedError):
        list(whole.values_of(""))
    assert len(whole._data) < 2 * LONGEST


@pytest.mark.parametrize("size", [1, 3, 10, 99, 1_000])
def test_lines_that_are_too_long_are_cut_to_their_beginning(size: int) -> None:
    long = b"x" * 50
    lines = [b"a", long, b"", b"b\r", long, long, b"x" * 10]

    cut = list(lines_of(Dripping(b"\n".join(lines), size), longest=10))

    assert [type(one) is Beginning for one in cut] == [False, True, False, False, True, True, False]
    assert [one for one in cut if type(one) is not Beginning] == [b"a", b"", b"b\r", b"x" * 10]


def test_levels_are_counted_outside_of_texts_only() -> None:
    flat = b'{"a": "%s", "b": [%s]}' % (b"[{" * 500, b"{}," * 500)

    assert not is_too_deep(flat)
    assert not is_too_deep(b"[" * DEEPEST + b"]" * DEEPEST)
    assert is_too_deep(b"[" * (DEEPEST + 1) + b"]" * (DEEPEST + 1))
    assert is_too_deep(b'{"a":' * 100_000)
