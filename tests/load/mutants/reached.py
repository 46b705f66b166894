"""Which test passes which statement: modules are loaded with a note before each statement of their functions."""

from __future__ import annotations

import ast
import builtins
import json
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any

import pytest

NOTE = "_passed_by_a_test"
Line = tuple[str, int]
Change = Callable[[str, ast.Module], ast.Module]


class Changed(MetaPathFinder):
    """Loads these modules as `change` has them; nothing of it is kept on disk."""

    def __init__(self, paths: Sequence[str], change: Change) -> None:
        self._paths, self._change = {str(Path(path).resolve()): path for path in paths}, change
        self._names = {Path(path.removesuffix("/__init__.py")).stem for path in paths}

    def find_spec(self, name: str, path: Any = None, target: ModuleType | None = None) -> ModuleSpec | None:
        if name.rpartition(".")[2] not in self._names:
            return None
        spec = PathFinder.find_spec(name, path, target)
        if spec and (ours := self._paths.get(str(spec.origin))):
            spec.loader = _Loader(name, str(spec.origin), lambda tree: self._change(ours, tree))
        return spec


class _Loader(SourceFileLoader):
    def __init__(self, name: str, path: str, change: Callable[[ast.Module], ast.Module]) -> None:
        super().__init__(name, path)
        self._change = change

    def get_code(self, fullname: str) -> CodeType:
        tree = self._change(ast.parse(self.get_data(self.path)))
        return compile(ast.fix_missing_locations(tree), self.path, "exec", dont_inherit=True)


def noted(path: str, tree: ast.Module) -> ast.Module:
    """The module with a note before each statement of a function."""
    for node in list(ast.walk(tree)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            for body in _bodies(node):
                has_docstring = body is node.body and ast.get_docstring(node) is not None
                with_notes = [line for one in body[has_docstring:] for line in (_note(path, one), one)]
                body[has_docstring:] = with_notes
    return tree


def _bodies(function: ast.AST) -> Iterator[list[ast.stmt]]:
    """All lists of statements within it; functions within it have their own turn."""
    for child in ast.iter_child_nodes(function):
        if not isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
            yield from _bodies(child)
    for name in ("body", "orelse", "finalbody"):
        body = getattr(function, name, None)
        if isinstance(body, list) and body and isinstance(body[0], ast.stmt):
            yield body


def _note(path: str, statement: ast.stmt) -> ast.stmt:
    note = ast.parse(f"{NOTE}(({path!r}, {statement.lineno}))").body[0]
    return ast.copy_location(note, statement)


class Notes:
    """A plug-in of pytest that writes down what each test passed, and how long it took."""

    def __init__(self) -> None:
        self.passed: set[Line] = set()
        self.tests: dict[Line, list[str]] = defaultdict(list)
        self.seconds: dict[str, float] = {}

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        self.passed.clear()
        began = time.monotonic()
        result = yield
        self.seconds[item.nodeid] = round(time.monotonic() - began, 3)
        for line in self.passed:
            self.tests[line].append(item.nodeid)
        return result


def write_down(paths: Sequence[str], arguments: Sequence[str], file: Path) -> int:
    """Runs the tests and writes which of them pass which statement. Returns what pytest returns."""
    notes = Notes()
    setattr(builtins, NOTE, notes.passed.add)
    sys.meta_path.insert(0, Changed(paths, noted))
    result = int(pytest.main([*arguments, "-q", "-n0", "-pno:cacheprovider"], plugins=[notes]))
    order = {test: number for number, test in enumerate(notes.seconds)}
    lines = {f"{path}:{line}": sorted(order[test] for test in tests) for (path, line), tests in notes.tests.items()}
    sources = {path: Path(path).read_text() for path in paths}
    file.write_text(json.dumps({"tests": list(notes.seconds.items()), "lines": lines, "sources": sources}))
    return result
