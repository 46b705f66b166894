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
NAMES = ["ann", "ben"]


def is_old(age: int) -> bool:
    return age >= 18


def says(name: str) -> str:
    noted.append(name)
    return f"{name} is known" if name in NAMES else ""


noted: list[str] = []
"""
TESTS = """
import tiny


def test_who_is_old():
    assert tiny.is_old(18)
    assert not tiny.is_old(17)


def test_who_is_known():
    assert tiny.says("ann")
    assert tiny.says("ben")
    assert not tiny.says("eve")
"""
NOBODY_LOOKS = "tiny.py:10 statement: SURVIVED 1 tests"


def test_what_nobody_looks_at_survives_and_all_else_is_noticed(tmp_path: Path) -> None:
    (tmp_path / "tiny.py").write_text(CODE)
    (tmp_path / "test_tiny.py").write_text(TESTS)
    command = [sys.executable, "-m", "tests.load.mutants", "--code", "tiny.py", "--anew", "test_tiny.py"]
    ran = subprocess.run(command, cwd=tmp_path, env=os.environ | {"PYTHONPATH": str(ROOT)}, capture_output=True)
    lines = ran.stdout.decode().splitlines()
    assert [line for line in lines if "SURVIVED" in line and not line.startswith(NOBODY_LOOKS)] == []
    assert lines[lines.index("-    noted.append(name)") + 1] == "+    pass"
    noticed = [line for line in lines if " noticed by test_tiny.py::test_who_is_" in line]
    assert lines[-1].startswith(f"{len(noticed)} of {len(noticed) + 1} faults noticed")
    assert ran.returncode == 1, "eight of nine are less than is wanted"


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
