"""What is stored belongs to the bot's own user: files 0600, folders 0700."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

_OTHERS = 0o077
FILES_BESIDE = ("", "-wal", "-shm", "-journal")
"""The endings of SQLite's files; what it makes beside a database gets the mode of that."""


def be_private() -> None:
    """Whatever this process makes from now on is for its own user."""
    os.umask(_OTHERS)


def make_private(database: Path) -> None:
    """Makes the file of a database, if there is none, and takes from others what they may do with one that there is.

    A file of somebody else is left as it is. Raises OSError if it can't be made.
    """
    os.close(os.open(database, os.O_RDWR | os.O_CREAT, 0o600))
    for ending in FILES_BESIDE:
        file = database.with_name(f"{database.name}{ending}")
        with suppress(OSError):
            if is_open_to_others(file):
                file.chmod(stat.S_IMODE(file.stat().st_mode) & ~_OTHERS)


def is_open_to_others(path: Path) -> bool:
    """Whether anybody but its user may read, write or enter it. Raises OSError if it isn't there."""
    return bool(path.stat().st_mode & _OTHERS)


def open_files(database: Path) -> Iterator[Path]:
    """The database's files, its folder and what the bot keeps beside it, as far as others may get at them."""
    folder = database.parent
    beside = [folder / name for name in ("graveyard", "last-good-content", "unsent-alerts")]
    for path in (folder, *(database.with_name(f"{database.name}{ending}") for ending in FILES_BESIDE), *beside):
        with suppress(OSError):
            if is_open_to_others(path):
                yield path
