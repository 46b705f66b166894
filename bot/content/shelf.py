"""Keeps the last good content in use, whatever happens to the files."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Sequence
from pathlib import Path

from bot.content.book import Content, ContentError, assemble, load
from bot.content.files import MODELS
from bot.content.reading import Reading, read_folder
from bot.content.source import Fault

log = logging.getLogger(__name__)

Stamp = frozenset[tuple[str, int, int]]


class Shelf:
    """The content in use: a broken file never displaces the last good content, nor stops the bot from starting."""

    def __init__(self, folder: Path, keep: Path | None) -> None:
        """`keep`: where the last good files are copied to. Raises ContentError when there is no good content at all."""
        self._folder = folder
        self._keep = keep
        self._seen = self._settling = self._stamp()
        reading = read_folder(folder)
        try:
            self.book = assemble(reading)
        except ContentError as error:
            self.book = self._last_good(error)
            self._complain(error)
        else:
            self._copy(reading)

    def reload_if_changed(self) -> Sequence[Fault]:
        """Takes changed files into use once they look the same twice; returns the faults that kept them out."""
        stamp = self._stamp()
        if stamp == self._seen:
            return ()
        if stamp != self._settling:
            # Somebody may still be copying: half of the files can be sound and say the wrong thing.
            self._settling = stamp
            return ()
        reading = read_folder(self._folder)
        try:
            book = assemble(reading)
        except ContentError as error:
            self._seen = stamp
            self._complain(error)
            return error.faults
        if self._stamp() == stamp:
            self._seen, self.book = stamp, book
            self._copy(reading)
            log.info("content: changed files are in use")
        return ()

    def _stamp(self) -> Stamp:
        found = set()
        for pattern in MODELS:
            for path in self._folder.glob(pattern):
                try:
                    stat = path.stat()
                except OSError:
                    continue
                found.add((str(path), stat.st_mtime_ns, stat.st_size))
        return frozenset(found)

    def _last_good(self, error: ContentError) -> Content:
        """What was kept; or what was kept before it, if the bot was killed between the two renamings."""
        for kept in [self._keep, _beside(self._keep, "old")] if self._keep else []:
            if kept.is_dir():
                try:
                    return load(kept)
                except ContentError:
                    log.error("content: the copy in %s can't be used either", kept.name)
        raise error

    def _complain(self, error: ContentError) -> None:
        for fault in error.faults:
            log.error("content: %s", fault)
        log.critical("content: %d faults: the last good content stays in use", len(error.faults))

    def _copy(self, reading: Reading) -> None:
        """Keeps just what was read: the files themselves may have changed since."""
        if self._keep is None:
            return
        fresh, old = _beside(self._keep, "new"), _beside(self._keep, "old")
        try:
            shutil.rmtree(fresh, ignore_errors=True)
            for name, (source, _) in reading.files.items():
                path = fresh / name
                path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
                path.write_text(source.text, "utf-8", newline="")
            if self._keep.exists():
                shutil.rmtree(old, ignore_errors=True)
                self._keep.rename(old)
            fresh.rename(self._keep)
            shutil.rmtree(old, ignore_errors=True)
        except OSError as error:
            # A full disk must not stop the answers; only the next start has less to fall back on.
            log.error("content: no copy of the good content could be kept: %s", error.strerror)


def _beside(folder: Path, suffix: str) -> Path:
    return folder.with_name(f"{folder.name}.{suffix}")
