"""What runs on this machine beside the tests, as far as Linux tells."""

from __future__ import annotations

import os
from pathlib import Path


def running(program: Path | str) -> list[int]:
    """The processes with this program on their command line, but for this one."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and int(entry.name) != os.getpid():
            try:
                is_it = str(program).encode() in (entry / "cmdline").read_bytes()
            except OSError:  # it ended meanwhile
                continue
            found += [int(entry.name)] if is_it else []
    return found
