"""Says how much of the code the tests have reached, and fails where that is less than was promised.

python -m tests.coverage .coverage.json bot=95 handlers=100
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

File = Mapping[str, Any]
"""Of one file, what SlipCover has written down."""


def share(files: Iterable[File]) -> float:
    """The lines and branches that were reached, in percent of all; 100 of none."""
    summaries = [file["summary"] for file in files]
    reached = sum(one["covered_lines"] + one["covered_branches"] for one in summaries)
    missed = sum(one["missing_lines"] + one["missing_branches"] for one in summaries)
    return 100 * reached / (reached + missed) if reached + missed else 100.0


def missing(file: File) -> str:
    """Its lines that no test reached, and its branches, as "from->to", where 0 is the way out."""
    lines = set(file["missing_lines"])
    branches = [f"{start}->{end}" for start, end in file["missing_branches"] if not {start, end} & lines]
    return ", ".join([*map(str, sorted(lines)), *branches])


def report(files: Mapping[str, File], wanted: Mapping[str, float]) -> Iterable[str]:
    """A line for each file that was not reached whole, then one for each folder."""
    for path, file in sorted(files.items()):
        if lacking := missing(file):
            yield f"{path}: {lacking}"
    for folder, least in wanted.items():
        yield f"{folder}: {share(inside(files, folder)):.2f} %, wanted: {least:g} %"


def inside(files: Mapping[str, File], folder: str) -> list[File]:
    """The files of a folder. Raises ValueError where there are none: what wasn't measured isn't covered."""
    found = [file for path, file in files.items() if Path(path).parts[0] == folder]
    if not found:
        raise ValueError(f"no file of {folder} was measured")
    return found


def main(file: str, *folders: str) -> int:
    files = json.loads(Path(file).read_text())["files"]
    here = {str(Path(path).resolve().relative_to(Path.cwd())): what for path, what in files.items()}
    wanted = {folder: float(least) for folder, least in (one.split("=") for one in folders)}
    print(*report(here, wanted), sep="\n")
    return int(any(share(inside(here, folder)) < least for folder, least in wanted.items()))


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
