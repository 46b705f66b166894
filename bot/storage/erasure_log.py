"""The log of what was erased, by keyed tag, beside the database: an old backup must not bring it back."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

_APPEND = os.O_WRONLY | os.O_CREAT | os.O_APPEND
KEPT_DAYS = 60
"""Longer than any backup should be kept."""


class ErasureLog:
    """A file with a line for each erasure: the day and a tag, which tell nothing. Copy it away when it changes."""

    def __init__(self, path: Path | None) -> None:
        """`path` None: a database in memory, of which there are no backups."""
        self._path = path

    def add(self, tag: str) -> None:
        """Adds a line; it is on the disk when this returns. One too many does no harm. Raises OSError."""
        if self._path is None:
            return
        with _alone(self._path), os.fdopen(os.open(self._path, _APPEND, 0o600), "w") as file:
            file.write(f"{datetime.now(UTC):%Y-%m-%d} {tag}\n")
            file.flush()
            os.fsync(file.fileno())

    def tidy(self) -> None:
        """Drops the lines that no backup can be older than. Raises OSError."""
        if self._path is None or not self._path.exists():
            return
        since = f"{datetime.now(UTC) - timedelta(days=KEPT_DAYS):%Y-%m-%d}"
        with _alone(self._path):
            kept = [line for line in self._path.read_text().splitlines() if line >= since]
            fresh = self._path.with_suffix(".new")
            fresh.touch(mode=0o600)
            fresh.write_text("".join(f"{line}\n" for line in kept))
            fresh.replace(self._path)


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Other processes wait: what one of them adds must not be lost because another is tidying."""
    with os.fdopen(os.open(path.with_suffix(".lock"), os.O_WRONLY | os.O_CREAT, 0o600), "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def tags_in(paths: Iterable[Path]) -> set[str]:
    """The tags of several such files. Raises OSError."""
    return {line.partition(" ")[2] for path in paths for line in path.read_text().splitlines()}
