"""Puts a sample of faults into what carries an SOS, and runs for each the tests that pass its line until one fails.

A process is forked for each, with one module changed as it is loaded and nothing on disk. So neither a copy of the tree
nor a start of Python is needed, which is what mutmut and Cosmic Ray spend their time on; nor does either of them know
deleted statements, elements and swapped arguments. What is not run here: tests that start the bot as a process.
"""

from __future__ import annotations

import argparse
import atexit
import contextlib
import json
import os
import random
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import zip_longest
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.load.mutants.kinds import Mutant, mutants
from tests.load.mutants.reached import Changed, write_down

FOLDERS = (
    *("handlers/sos", "handlers/cases", "handlers/staff", "handlers/desk", "bot/delivery", "bot/jobs", "bot/routing"),
    *("bot/repositories", "bot/storage/vault.py", "bot/storage/sealing.py", "bot/storage/keys.py"),
    *("bot/storage/rekey.py", "bot/monitoring/redaction.py", "handlers/model/escalation_policy.py"),
)
"""What carries an SOS."""
TESTS = [
    *(
        "tests/handlers",
        "tests/conversations",
        "tests/delivery",
        "tests/routing",
        "tests/repositories",
        "tests/storage",
    ),
    *("tests/monitoring", "tests/messengers", "tests/poison", "tests/transcripts", "tests/commands", "tests/load"),
]
"""Those that are run in the process itself, and are about more than a list of words."""
MAP = Path(".mutants.json")
WANTED = 0.95
FIRST = 60
"""So many tests are run first, from as many files as there are; most faults are noticed by one of them."""
OPTIONS = ["-x", "-q", "-n0", "-pno:cacheprovider", "-Wignore::pytest.PytestAssertRewriteWarning"]
"""Of pytest; what is loaded before the fork can't be rewritten, and needn't be."""
NOBODY = "nobody"
SLACK = 60.0


@dataclass(frozen=True, slots=True)
class Reach:
    """Which tests pass which statement, and how many seconds each takes."""

    tests: Sequence[tuple[str, float]]
    lines: dict[str, list[int]]
    most: int = 0
    """Tests that are run for one fault; 0: all."""

    def of(self, mutant: Mutant) -> list[str]:
        """Those that may notice it, one of each file before the others of each, and the quickest before the slow."""
        folder = f"{Path(mutant.module).parent}/"  # of what is read by its neighbours
        wanted = [f"{mutant.module}:{mutant.statement}"] if mutant.statement else self._within(f"{mutant.module}:")
        wanted = wanted or ([] if mutant.statement else self._within(folder))
        found = {number for line in wanted for number in self.lines.get(line, ())}
        return list(_one_of_each(self.tests[number] for number in found))[: self.most or None]

    def _within(self, beginning: str) -> list[str]:
        return [line for line in self.lines if line.startswith(beginning)]

    def seconds(self, tests: Iterable[str]) -> float:
        known = dict(self.tests)
        return sum(known[test] for test in tests)


def _one_of_each(tests: Iterable[tuple[str, float]]) -> Iterator[str]:
    files: dict[str, list[str]] = {}
    for name, _ in sorted(tests, key=lambda test: (_is_slow(test[0]), test[1])):
        files.setdefault(name.split("::")[0], []).append(name)
    for row in zip_longest(*files.values()):
        yield from (name for name in row if name)


def _is_slow(test: str) -> bool:
    return "postgres" in test


class FirstFailure:
    """A plug-in of pytest that keeps the name of the test that noticed."""

    test = ""

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed and not self.test:
            self.test = report.nodeid

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed and not self.test:
            self.test = f"{report.nodeid} does not load"


def noticed(mutant: Mutant | None, tests: Sequence[str], seconds: float) -> str:
    """By what; "" by nothing."""
    reading, writing = os.pipe()
    with TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)  # a database server of its own works as another user
        if (child := os.fork()) == 0:
            _in_the_child(writing, folder, mutant, tests)
        os.close(writing)
        is_done = _wait(child, seconds)
        _stop_servers(Path(folder))
    with os.fdopen(reading) as answer:
        by = answer.read() if is_done else "time"
    if not by or by.startswith("\n"):
        raise RuntimeError(f"a process ended without an answer{by}")
    return "" if by == NOBODY else by


def _in_the_child(writing: int, folder: str, mutant: Mutant | None, tests: Sequence[str]) -> None:
    try:
        os.setsid()
        tempfile.tempdir = folder
        os.write(writing, (_try(mutant, tests) or NOBODY).encode()[:4000])
        atexit._run_exitfuncs()
    except BaseException:
        os.write(writing, f"\n{traceback.format_exc()}".encode()[-4000:])
    finally:
        os._exit(0)


def _wait(child: int, seconds: float) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if os.waitpid(child, os.WNOHANG)[0]:
            return True
        time.sleep(0.02)
    os.killpg(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return False


def _stop_servers(folder: Path) -> None:
    """Those that a process left behind which was killed."""
    for file in folder.glob("postgres-*/data/postmaster.pid"):
        with contextlib.suppress(ProcessLookupError):
            os.kill(int(file.read_text().splitlines()[0]), signal.SIGQUIT)


def _try(mutant: Mutant | None, tests: Sequence[str]) -> str:
    if mutant:
        sys.meta_path.insert(0, Changed([mutant.module], lambda _path, _tree: mutant.tree()))
    with open(os.devnull, "w") as nowhere:
        os.dup2(nowhere.fileno(), 1)
        os.dup2(nowhere.fileno(), 2)
        for some in (tests[:FIRST], tests[FIRST:]):
            first = FirstFailure()
            result = pytest.main([*some, *OPTIONS], plugins=[first]) if some else 0
            if result:
                return first.test or f"pytest ends with {int(result)}"
    return ""


def files(folders: Sequence[str] = FOLDERS) -> list[str]:
    """The modules, by path."""
    found = [path for folder in folders for path in ([Path(folder)] if "." in folder else Path(folder).rglob("*.py"))]
    return sorted(map(str, found))


def reach(paths: Sequence[str], arguments: Sequence[str], *, is_anew: bool) -> Reach:
    """As it was written down. Raises SystemExit where it can't be used."""
    if is_anew or not MAP.exists():
        _in_a_child(paths, arguments)
    kept = json.loads(MAP.read_text())
    if changed := [path for path in paths if kept["sources"].get(path) != Path(path).read_text()]:
        sys.exit(f"{changed[0]} has changed since the map of tests was written: ANEW=1")
    return Reach([(name, seconds) for name, seconds in kept["tests"]], kept["lines"])


def _in_a_child(paths: Sequence[str], arguments: Sequence[str]) -> None:
    if (child := os.fork()) == 0:
        os._exit(write_down(paths, arguments, MAP))
    if status := os.waitpid(child, 0)[1]:
        sys.exit(f"some test fails without any fault ({os.waitstatus_to_exitcode(status)})")


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--sample", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--most", type=int, default=400, help="tests for one fault; 0: all")
    parser.add_argument("--code", action="append", help="a file or folder of code, in the place of what carries an SOS")
    parser.add_argument("--only", default="", help="those whose module and line begin so: handlers/sos/draft.py:90")
    parser.add_argument("--anew", action="store_true", help="find out anew which test passes which line")
    parser.add_argument("tests", nargs="*", default=TESTS, help="those that find it out")
    given = parser.parse_args()
    paths = files(given.code or FOLDERS)
    known = replace(reach(paths, given.tests, is_anew=given.anew), most=given.most)
    every = [mutant for path in paths for mutant in mutants(path, Path(path).read_text())]
    every = [mutant for mutant in every if f"{mutant.module}:{mutant.line}".startswith(given.only)]
    sample = random.Random(given.seed).sample(every, min(given.sample, len(every)))
    if not given.code:
        warm_up()
    survivors = sum(not _told(mutant, known) for mutant in sample)
    killed = len(sample) - survivors
    print(f"{killed} of {len(sample)} faults noticed, of {len(every)} that can be made (seed {given.seed})")
    return 1 if killed < WANTED * len(sample) else 0


def _told(mutant: Mutant, known: Reach) -> bool:
    tests, began = known.of(mutant), time.monotonic()
    by = _noticed_soundly(mutant, tests, known)
    what = f"noticed by {by}" if by else f"SURVIVED {len(tests)} tests"
    print(f"{mutant.module}:{mutant.line} {mutant.kind}: {what} ({time.monotonic() - began:.0f} s)", flush=True)
    if not by:
        print(mutant.diff(), flush=True)
    return bool(by)


def _noticed_soundly(mutant: Mutant, tests: list[str], known: Reach) -> str:
    """The same as `noticed`; a test that fails here without the fault as well notices nothing."""
    while tests:
        by = noticed(mutant, tests, SLACK + 6 * known.seconds(tests))
        if by not in tests or _is_sound(by):
            return by
        tests.remove(by)
    return ""


@cache
def _is_sound(test: str) -> bool:
    return not noticed(None, [test], SLACK + 60)


def warm_up() -> None:
    """Loads once what every fork needs and none of ours is part of."""
    for name in ("aiohttp", "alembic.command", "apprise", "PIL.Image", "psycopg", "signalbot"):
        with contextlib.suppress(ImportError):
            __import__(name)
    for name in ("sqlmodel", "telegram.ext", "nacl.bindings", "babel.dates", "phonenumbers", "prometheus_client"):
        __import__(name)


if __name__ == "__main__":
    sys.exit(main())
