"""The short version of `make mutants`: of a tiny module, which faults are noticed is known."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.load.mutants.kinds import mutants
from tests.talk import ROOT

CODE = """
noted: list[str] = []


def is_old(age: int) -> bool:
    noted.append("asked")
    return age >= 18
"""
TESTS = """
import tiny


def test_who_is_old():
    assert tiny.is_old(18)
    assert not tiny.is_old(17)
"""


def test_what_nobody_looks_at_survives_and_all_else_is_noticed(tmp_path: Path) -> None:
    (tmp_path / "tiny.py").write_text(CODE)
    (tmp_path / "test_tiny.py").write_text(TESTS)
    command = [sys.executable, "-m", "tests.load.mutants", "--code", "tiny.py", "--anew", "test_tiny.py"]
    few_plugins = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTEST_PLUGINS": "xdist.plugin", "PYTHONPATH": str(ROOT)}
    ran = subprocess.run(command, cwd=tmp_path, env=os.environ | few_plugins, capture_output=True)
    lines = ran.stdout.decode().splitlines()
    assert [line for line in lines if "SURVIVED" in line] == [line for line in lines if line.startswith("tiny.py:6 ")]
    assert lines[lines.index("-    noted.append('asked')") + 1] == "+    pass"
    assert sum(" noticed by test_tiny.py::test_who_is_old (" in line for line in lines) == 4
    assert lines[-1].startswith("4 of 5 faults noticed, of 5 that can be made")
    assert ran.returncode == 1, "four of five are less than is wanted"


@pytest.mark.parametrize(
    ("code", "changed"),
    [
        ("z = x < y", ["z = x <= y"]),
        ("z = not x", ["z = not not x"]),
        ("z = 7", ["z = 8", "z = 6"]),
        ("z = True", []),
        ("z = f(a, b, k=c)", ["z = f(a, b)", "z = f(b, a, k=c)"]),
        ("z = max(a, b)", []),
        ("z = [a, b]", ["z = [b]", "z = [a]"]),
        ("x.y = z; f()", ["pass; f()", "x.y = z; pass"]),
        ("x: tuple[int, str]", []),
    ],
)
def test_each_kind_of_fault(code: str, changed: list[str]) -> None:
    made = [ast.unparse(mutant.tree()) for mutant in mutants("tiny.py", code)]
    assert sorted(made) == sorted(ast.unparse(ast.parse(one)) for one in changed)
