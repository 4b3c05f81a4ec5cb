"""Small mistakes, one at a time, in the text of a module: what `make mutants` lets the tests find. Pure.

Each mutation replaces one node of the syntax tree and leaves the rest of the file as it is written, so that a survivor
can be read in its place.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutation:
    """One mistake: the line where it begins, the code before and after, and the place in the module's UTF-8."""

    line: int
    before: str
    after: str
    start: int
    end: int

    def applied_to(self, source: bytes) -> bytes:
        """Return the module's text with the mistake in it."""
        return source[: self.start] + self.after.encode() + source[self.end :]


_COMPARED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
}
_CALCULATED: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.FloorDiv,
    ast.FloorDiv: ast.Mult,
    ast.Div: ast.Mult,
    ast.Mod: ast.FloorDiv,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
    ast.LShift: ast.RShift,
}
_SWAPPED = {
    "semi_join": "anti_join",
    "anti_join": "semi_join",
    "left_join": "join",
    "outer_join": "left_join",
    "notnull": "isnull",
    "isnull": "notnull",
    "isin": "notin",
    "notin": "isin",
    "min": "max",
    "max": "min",
    "asc": "desc",
    "desc": "asc",
    "any": "all",
    "all": "any",
}
"""Methods and functions that are easily taken for one another."""

_DROPPED = frozenset({"filter", "fill_null", "coalesce", "distinct", "limit", "order_by"})
"""Methods whose call may be forgotten: the value that they are called on stands in for the result."""

_SQL = (
    (r"\bNOT IN\b", "IN"),
    (r"\bIS NOT NULL\b", "IS NULL"),
    (r"\bIS NULL\b", "IS NOT NULL"),
    (r"<>", "="),
    (r"(?<=\s)AND(?=\s)", "OR"),
    (r"(?<=\s)OR(?=\s)", "AND"),
    (r"\bUNION ALL\b", "UNION"),
    (r"\bFULL JOIN\b", "LEFT JOIN"),
    (r"\bLEFT JOIN\b", "JOIN"),
    (r"& ~", "& "),
    (r"(?<=\s)\|(?=\s)", "&"),
    (r"\bDESC\b", "ASC"),
    (r"<=", "<"),
    (r"\bbit_or\b", "bit_and"),
    (r"\bbool_or\b", "bool_and"),
    (r"\bDISTINCT\b", ""),
    (r"AND NOT (?=[\w(])", "AND "),
)
"""Mistakes inside SQL text: pattern and what stands in its place, the first match of each."""

_SAID = frozenset({"ConfigurationProblem", "TryLater", "RuntimeError", "ValueError", "Drift"})
"""Calls whose texts are words for people, which unit tests do not spell out."""

_CHECKING = frozenset({"strict"})
"""Keywords that only say again, or check, what holds anyway."""


def mutations(source: bytes) -> Sequence[Mutation]:
    """Return every mistake that this tool knows to make in a module, in order of place."""
    tree = ast.parse(source)
    starts = _line_starts(source)
    found = {}
    for node, changed in (one for living in _living(tree) for one in _mistakes(living)):
        if (after := _text(changed)) is None:
            continue
        start = starts[node.lineno - 1] + node.col_offset
        end = starts[(node.end_lineno or 1) - 1] + (node.end_col_offset or 0)
        before = source[start:end].decode()
        if after != before:
            found[start, end, after] = Mutation(
                line=node.lineno, before=before, after=after, start=start, end=end
            )
    return [found[place] for place in sorted(found)]


def _line_starts(source: bytes) -> list[int]:
    starts = [0]
    for line in source.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    return starts


def _text(node: ast.AST) -> str | None:
    """Return code that may stand in the place of an expression or a statement, None when it cannot be written."""
    try:
        text = ast.unparse(node)
    except ValueError:  # quotes inside quotes of an f-string, before Python 3.12
        return None
    return f"({text})" if isinstance(node, ast.expr) and not _is_closed(node) else text


def _is_closed(node: ast.expr) -> bool:
    closed = (ast.Name, ast.Attribute, ast.Call, ast.Constant, ast.Subscript, ast.JoinedStr)
    return isinstance(node, closed)


def _living(tree: ast.AST) -> Iterator[ast.expr | ast.stmt]:
    """Yield the nodes that say what the module does: no docstrings, types, decorators, imports or words for people."""
    for child in ast.iter_child_nodes(tree):
        if isinstance(child, ast.Import | ast.ImportFrom | ast.arg) or _is_words(child):
            continue
        if isinstance(child, ast.keyword) and child.arg in _CHECKING:
            continue
        if isinstance(child, ast.expr | ast.stmt):
            yield child
        if isinstance(child, ast.AnnAssign):
            yield from _inside(child.value)
        elif isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            for statement in child.body:
                yield from _inside(statement)
        elif not isinstance(child, ast.JoinedStr):
            yield from _living(child)


def _inside(node: ast.AST | None) -> Iterator[ast.expr | ast.stmt]:
    if node is not None:
        yield from _living(ast.Module(body=[node], type_ignores=[]))  # type: ignore[list-item]


def _is_words(node: ast.AST) -> bool:
    if isinstance(node, ast.Expr):
        return isinstance(node.value, ast.Constant)
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _SAID


def _mistakes(node: ast.expr | ast.stmt) -> Iterator[tuple[ast.expr | ast.stmt, ast.AST]]:
    """Yield what to replace and by what."""
    for changed in _changed(node):
        yield node, changed
    if isinstance(node, ast.If | ast.While | ast.IfExp):
        yield node.test, ast.UnaryOp(ast.Not(), node.test)


def _changed(node: ast.AST) -> Iterator[ast.AST]:
    match node:
        case ast.Compare(ops=[operator]):
            yield _with(node, lambda new: new.ops.__setitem__(0, _COMPARED[type(operator)]()))
        case ast.BoolOp(op=operator):
            other = ast.Or() if isinstance(operator, ast.And) else ast.And()
            yield _with(node, lambda new: setattr(new, "op", other))
        case ast.BinOp(op=operator) if type(operator) in _CALCULATED:
            yield _with(node, lambda new: setattr(new, "op", _CALCULATED[type(operator)]()))
        case ast.UnaryOp(op=ast.Not() | ast.Invert(), operand=operand):
            yield operand
        case ast.Constant(value=bool() as value):
            yield ast.Constant(not value)
        case ast.Constant(value=int() as value):
            yield ast.Constant(value + 1)
        case ast.Constant(value=str() as value):
            yield from (ast.Constant(text) for text in _in_sql(value))
        case ast.JoinedStr():
            yield from _in_texts(node)
        case ast.Return(value=value) if value is not None and not _is_none(value):
            yield ast.Return(ast.Constant(None))
        case ast.Expr(value=ast.Call()):
            yield ast.Pass()
        case ast.Call():
            yield from _in_call(node)


def _with(node: ast.AST, change: Callable[[ast.AST], object]) -> ast.AST:
    new = deepcopy(node)
    change(new)
    return new


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def _in_sql(text: str) -> Iterator[str]:
    for pattern, other in _SQL:
        for found in re.finditer(pattern, text):
            yield text[: found.start()] + other + text[found.end() :]


def _in_texts(node: ast.JoinedStr) -> Iterator[ast.AST]:
    for place, part in enumerate(node.values):
        if isinstance(part, ast.Constant):
            for text in _in_sql(str(part.value)):
                new = deepcopy(node)
                new.values[place] = ast.Constant(text)
                yield new
        elif isinstance(part, ast.FormattedValue):
            for inner in ast.walk(part.value):
                for _, changed in _mistakes(inner) if isinstance(inner, ast.expr) else ():
                    yield _Replaced(inner, changed).visit(node)


class _Replaced(ast.NodeTransformer):
    """Copies a tree with one node of it replaced."""

    def __init__(self, old: ast.AST, new: ast.AST) -> None:
        self._old, self._new = old, new

    def visit(self, node: ast.AST) -> ast.AST:
        if node is self._old:
            return self._new
        fields = {
            name: [self.visit(one) if isinstance(one, ast.AST) else one for one in value]
            if isinstance(value, list)
            else self.visit(value)
            if isinstance(value, ast.AST)
            else value
            for name, value in ast.iter_fields(node)
        }
        return type(node)(**fields)


def _in_call(node: ast.Call) -> Iterator[ast.AST]:
    name = node.func.attr if isinstance(node.func, ast.Attribute) else ""
    if name in _DROPPED and isinstance(node.func, ast.Attribute):
        yield node.func.value
    if name in _SWAPPED:
        yield _with(node, lambda new: setattr(new.func, "attr", _SWAPPED[name]))
    if name == "cases":
        for place in range(len(node.args) - 1):
            if not any(isinstance(one, ast.Starred) for one in node.args[place : place + 2]):
                new = deepcopy(node)
                new.args[place : place + 2] = new.args[place : place + 2][::-1]
                yield new
    for place, keyword in enumerate(node.keywords):
        if keyword.arg is not None and keyword.arg not in _CHECKING:
            new = deepcopy(node)
            del new.keywords[place]
            yield new
