"""The faults: flipped comparisons, a `not` that is gone, numbers one too high or too low, deleted statements and
keyword arguments, swapped arguments, a list without one of its elements."""

from __future__ import annotations

import ast
import difflib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile

FLIPPED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
}
HEADS = ("--", "++", "@@")
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
UNREAD = ("annotation", "returns", "slice")
"""What of a node is a type, or the index of one."""
IN_ANY_ORDER = (".where", "and_", "or_", "min", "max")
"""What does the same whatever the order of its arguments."""
Change = Callable[[ast.AST], None]
"""Puts the fault into a copy of the node."""


@dataclass(frozen=True, slots=True)
class Mutant:
    """A module with one fault."""

    module: str
    source: str
    kind: str
    line: int
    statement: int
    """The line where the statement begins that a test passes; 0: it is carried out when the module is loaded."""
    node: int
    """Which one, in the order in which the tree is walked."""
    change: Change

    def tree(self) -> ast.Module:
        tree = ast.parse(self.source)
        self.change(list(ast.walk(tree))[self.node])
        return ast.fix_missing_locations(tree)

    def diff(self) -> str:
        before, after = (ast.unparse(tree).splitlines() for tree in (ast.parse(self.source), self.tree()))
        lines = [line for line in difflib.unified_diff(before, after, n=0, lineterm="") if line[:2] not in HEADS]
        return "\n".join(_shortened(lines))


def _shortened(lines: Sequence[str]) -> Iterator[str]:
    """Long ones without most of what they have in common."""
    columns = zip(*(line[1:] for line in lines), strict=False) if len(lines) > 1 else ()
    same = sum(1 for _ in takewhile(lambda letters: len(set(letters)) == 1, columns))
    start = max(same - 80, 0) + 1 if max(map(len, lines)) > 200 else 1
    yield from (line[0] + line[start:][:200] for line in lines)


def mutants(module: str, source: str) -> Iterator[Mutant]:
    """Each fault that can be put into this module."""
    tree = ast.parse(source)
    numbers = {node: number for number, node in enumerate(ast.walk(tree))}
    for place in _read(Place(tree, 0, is_function=False)):
        for kind, change in _changes(place.node):
            line = getattr(place.node, "lineno", 0)
            yield Mutant(module, source, kind, line, place.statement, numbers[place.node], change)
        for statement, change in _statements(place.node):
            passed = statement.lineno if place.is_function else 0
            yield Mutant(module, source, "statement", statement.lineno, passed, numbers[place.node], change)


@dataclass(frozen=True, slots=True)
class Place:
    """A node whose value counts, the statement in which it is passed, and whether those in it are a function's."""

    node: ast.AST
    statement: int
    is_function: bool


def _read(place: Place) -> Iterator[Place]:
    yield place
    for name, value in ast.iter_fields(place.node):
        if name in UNREAD or _is_for_types(place.node):
            continue
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST):
                yield from _read(_within(place, name, child))


def _within(place: Place, name: str, child: ast.AST) -> Place:
    is_body = place.is_function and (name == "body" or not isinstance(place.node, FUNCTIONS))
    statement = child.lineno if is_body and isinstance(child, ast.stmt) else place.statement
    return Place(child, statement, is_body or isinstance(child, FUNCTIONS))


def _is_for_types(node: ast.AST) -> bool:
    is_guard = isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)
    is_list_of_names = isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__"
    return is_guard or is_list_of_names or isinstance(node, ast.Import | ast.ImportFrom)


def _changes(node: ast.AST) -> Iterator[tuple[str, Change]]:
    match node:
        case ast.Compare():
            for at in range(len(node.ops)):
                yield "comparison", lambda copied, at=at: _flip(copied, at)  # type: ignore[misc]
        case ast.UnaryOp(op=ast.Not()):
            yield "not", _drop_not
        case ast.Constant(value=int(value)) if not isinstance(value, bool):
            for by in (1, -1):
                yield "number", lambda copied, by=by: _add(copied, by)  # type: ignore[misc]
        case ast.Call():
            yield from _call_changes(node)
        case ast.List() | ast.Set():
            yield from _elements(node)
        case ast.Tuple(ctx=ast.Load()):
            yield from _elements(node)


def _call_changes(node: ast.Call) -> Iterator[tuple[str, Change]]:
    for at in [at for at, keyword in enumerate(node.keywords) if keyword.arg != "description"]:
        yield "keyword", lambda copied, at=at: _delete(copied, "keywords", at)  # type: ignore[misc]
    for at, (first, second) in enumerate(zip(node.args, node.args[1:], strict=False)):
        is_same = ast.dump(first) == ast.dump(second) or ast.unparse(node.func).endswith(IN_ANY_ORDER)
        if not is_same and not isinstance(second, ast.Starred):
            yield "order", lambda copied, at=at: _swap(copied, at)  # type: ignore[misc]


def _elements(node: ast.List | ast.Set | ast.Tuple) -> Iterator[tuple[str, Change]]:
    for at in range(len(node.elts)):
        yield "element", lambda copied, at=at: _delete(copied, "elts", at)  # type: ignore[misc]


def _statements(node: ast.AST) -> Iterator[tuple[ast.stmt, Change]]:
    for name in ("body", "orelse", "finalbody"):
        body = getattr(node, name, None)
        for at, statement in enumerate(body) if isinstance(body, list) else ():
            if _can_go(statement):
                yield statement, lambda copied, name=name, at=at: _pass(copied, name, at)  # type: ignore[misc]


def _can_go(statement: ast.stmt) -> bool:
    """Whether the module without it is still one: no name is missing, no docstring."""
    match statement:
        case ast.Expr(value=ast.Constant()):
            return False
        case ast.Assign(targets=[ast.Name()]) | ast.AnnAssign() | ast.Assign(targets=[ast.Tuple()]):
            return False
        case ast.If():
            return not _is_for_types(statement)
        case ast.Expr() | ast.Return() | ast.Raise() | ast.AugAssign() | ast.Assign() | ast.Delete() | ast.For():
            return True
    return False


def _flip(node: ast.AST, at: int) -> None:
    assert isinstance(node, ast.Compare)
    node.ops[at] = FLIPPED[type(node.ops[at])]()


def _drop_not(node: ast.AST) -> None:
    assert isinstance(node, ast.UnaryOp)
    node.operand = ast.UnaryOp(ast.Not(), node.operand)


def _add(node: ast.AST, by: int) -> None:
    assert isinstance(node, ast.Constant)
    assert isinstance(node.value, int)
    node.value += by


def _delete(node: ast.AST, name: str, at: int) -> None:
    del getattr(node, name)[at]


def _swap(node: ast.AST, at: int) -> None:
    assert isinstance(node, ast.Call)
    node.args[at], node.args[at + 1] = node.args[at + 1], node.args[at]


def _pass(node: ast.AST, name: str, at: int) -> None:
    getattr(node, name)[at] = ast.Pass()
