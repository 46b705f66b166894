"""The trie of all spellings: built from their text where it isn't there yet, and verified before it is used."""

from __future__ import annotations

import fcntl
import hashlib
import logging
import os
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import marisa_trie

from bot.places import entries

BUILT = Path(__file__).with_name("index.marisa")
CHECKSUM = Path(__file__).with_name("index.marisa.blake2b")

log = logging.getLogger(__name__)


class IndexFileError(Exception):
    """The index of places can't be built: restore bot/places/entries and its checksum, or run `make places`."""


def open_trie(built: Path = BUILT, text: Path = entries.FOLDER, checksum: Path = CHECKSUM) -> marisa_trie.BytesTrie:
    """The trie that the checksum was made of, mapped into memory.

    A file that isn't it (missing, half written, of another version) is built anew; of several processes one does so and
    the others wait. Where it can't be kept, it is built in memory. Raises IndexFileError.
    """
    wanted = checksum.read_text(encoding="ascii").strip()
    if not _is(built, wanted):
        with _alone(built.parent):
            if not _is(built, wanted):  # nobody else has built it meanwhile
                trie = build(text)
                data = trie.tobytes()
                if digest(data) != wanted:
                    raise IndexFileError
                if not _keep(data, built):
                    return trie
    trie = marisa_trie.BytesTrie()
    trie.mmap(str(built))
    return trie


def build(text: Path = entries.FOLDER) -> marisa_trie.BytesTrie:
    """Takes seconds and some 300 MB. Raises IndexFileError if the text can't be read."""
    try:
        return marisa_trie.BytesTrie(entries.rows(text))
    except (ValueError, OSError) as error:
        raise IndexFileError from error


def digest(data: bytes) -> str:
    return hashlib.blake2b(data, digest_size=32).hexdigest()


def _is(file: Path, wanted: str) -> bool:
    try:
        return digest(file.read_bytes()) == wanted
    except OSError:
        return False


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Waits while another process builds there; where a folder can't be locked, both build the same."""
    with ExitStack() as stack:
        with suppress(OSError):
            lock = os.open(folder, os.O_RDONLY)
            stack.callback(os.close, lock)
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _keep(data: bytes, file: Path) -> bool:
    """Puts the file there in one step: a running bot goes on with the one that it has mapped. False if it can't be."""
    try:
        with tempfile.TemporaryDirectory(prefix=".index-", dir=file.parent) as folder:
            new = Path(folder) / file.name
            new.write_bytes(data)
            new.replace(file)
    except OSError as error:
        log.warning("places: the index can't be kept (%s): every start takes the seconds to build it", error.strerror)
        return False
    return True
