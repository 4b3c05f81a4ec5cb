"""What libyaml reads is what PyYAML's own parser reads: the same nodes at the same places, or else it is left to that one."""

from __future__ import annotations

from itertools import count
from pathlib import Path
from random import Random
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from segue.configuration.nodes import Plain, Swift, compose

EXAMPLES = sorted((Path(__file__).resolve().parents[3] / "examples").rglob("*.yaml"))

FRAGMENTS = (
    *(" ", "  ", "\n", "\n  ", "\n\n", "\r\n", "\r", "\t", "\x85", "\u2028", "\ufeff", "\xa0"),
    *("- ", "-", ": ", ":", ", ", ",", "[", "]", "{", "}", "? ", "?", "#", " # ", "%YAML 1.1\n"),
    *("!", "!!str ", "!!int ", "!e!x ", "&a ", "*a ", "*a", "|", "|\n", "|2\n", ">-\n", "|+\n"),
    *("'", "''", '"', "\\", "\\n", "\\x41", "\\ud800", "\\\n", "\x00", "\x07", "---", "...", "\n---\n"),
    *("a", "é", "漢", "\U0001f600", "key", "1", "<<", "~", "@", "b:c", "a:", "c: d", "http://x"),
    *("a: b\n", "- a\n", "  - b\n", "k: [a, b]\n", "{a: b}", '"x": y\n', "- |\n  x\n", "a" * 1100),
)  # fmt: skip
"""What YAML is made of, and what the two parsers might see differently."""

Shape = tuple[Any, ...]


def shape(node: yaml.Node | None) -> Shape | None:
    """Return all that is told of a node and of those below it."""
    if node is None:
        return None
    numbers: dict[int, int] = {}
    counter = count()

    def told(node: yaml.Node) -> Shape:
        if id(node) in numbers:
            return ("again", numbers[id(node)])
        numbers[id(node)] = next(counter)
        place = (node.start_mark.line, node.start_mark.column)
        if isinstance(node, yaml.ScalarNode):
            return (node.tag, place, node.value, node.style or "plain")
        if isinstance(node, yaml.SequenceNode):
            return (node.tag, place, [told(one) for one in node.value])
        return (node.tag, place, [(told(key), told(value)) for key, value in node.value])

    return told(node)


def outcome(text: str, *, loader: Any = None) -> Shape | None:
    """Return the shape of a text, or what is wrong with it and where; `loader`: read by it alone."""
    try:
        return shape(yaml.compose(text, Loader=loader) if loader else compose(text))
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        return (str(error), mark and (mark.line, mark.column))


def some_text(dice: Random) -> str:
    """Return fragments in any order, or a piece of a real file that fragments were put into."""
    if dice.random() < 0.5:
        return "".join(dice.choices(FRAGMENTS, k=dice.randint(1, 14)))
    whole = dice.choice(EXAMPLES).read_text(encoding="utf-8")
    begin = dice.randrange(len(whole))
    text = whole[begin : begin + dice.randint(10, 300)].partition("\n")[2]
    for _ in range(dice.randint(1, 3)):
        at = dice.randint(0, len(text))
        text = text[:at] + dice.choice(FRAGMENTS) + text[at + dice.choice((0, 0, 1)) :]
    return text


@given(st.integers(0, 10**9))
def test_every_text_gives_the_nodes_and_the_mistakes_of_the_other_parser(seed: int) -> None:
    dice = Random(seed)

    texts = [some_text(dice) for _ in range(40)]

    for text in texts:
        assert outcome(text) == outcome(text, loader=Plain), repr(text)


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.parent.name)
@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"], ids=["LF", "CRLF", "CR"])
def test_a_configuration_is_read_by_libyaml_alone(path: Path, ends: str) -> None:
    text = path.read_text(encoding="utf-8").replace("label: ", "label: é漢\U0001f600 ")

    read = outcome(text.replace("\n", ends), loader=Swift)

    assert read == outcome(text.replace("\n", ends), loader=Plain)
    assert read is not None and isinstance(read[-1], list)


@pytest.mark.parametrize(
    "text",
    [
        "a:\tb\n",
        "[?a]\n",
        "!b:c!!str a\n",
        "a: |#\n",
        "a: >-#b\n",
        "a\ufeffb: c\n",
        "a: {b: , c: d}\n",
        "- [b: ]\n",
        "--- ",
        "a: b\n\ufeff",
    ],
)
@pytest.mark.skipif(not yaml.__with_libyaml__, reason="PyYAML is without libyaml here")
def test_where_libyaml_reads_otherwise_it_is_not_heard(text: str) -> None:
    right = outcome(text, loader=Plain)

    assert outcome(text, loader=Swift) != right
    assert outcome(text) == right


def test_an_alias_is_the_node_that_it_names() -> None:
    assert outcome("a: &x [1]\nb: *x\n", loader=Swift) == (
        "tag:yaml.org,2002:map",
        (0, 0),
        [
            (
                ("tag:yaml.org,2002:str", (0, 0), "a", "plain"),
                (
                    "tag:yaml.org,2002:seq",
                    (0, 3),
                    [("tag:yaml.org,2002:str", (0, 7), "1", "plain")],
                ),
            ),
            (("tag:yaml.org,2002:str", (1, 0), "b", "plain"), ("again", 2)),
        ],
    )
