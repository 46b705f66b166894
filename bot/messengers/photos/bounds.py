"""Whether a photo is worth decoding: its outline is read for next to nothing, and tells what the rest would cost."""

from __future__ import annotations

import re
import struct
from collections.abc import Iterable
from itertools import islice

MOST_SCANS = 100
"""Of a JPEG: each walks over the whole picture again, for a few dozen bytes. Encoders make about ten."""
MOST_PARTS = 5_000
"""Segments of a JPEG, chunks of a PNG or a WebP; the largest that encoders make have half as many."""
MOST_PACKED = 100
"""Chunks of a PNG that unfold to a megabyte each before anything is drawn."""
MOST_FILLING = 1_000
"""Bytes between two segments of a JPEG before its first scan, which Pillow reads one by one; encoders leave none."""

_PNG = b"\x89PNG\r\n\x1a\n"
_PACKED = (b"zTXt", b"iTXt", b"iCCP")
_MARKER = re.compile(rb"\xff[\x01-\xcf\xd8-\xfe]")
"""Neither a byte 255 of the picture, which a 0 follows, nor a restart or filling."""
_START_OF_IMAGE, _END_OF_IMAGE, _START_OF_SCAN, _NOTHING = 0xD8, 0xD9, 0xDA, 0x01


def is_bounded(data: bytes) -> bool:
    """False for what would cost far more than a photo of its size; true as well for what is no photo at all."""
    if data.startswith(b"\xff\xd8"):
        return _is_bounded_jpeg(data)
    if data.startswith(_PNG):
        names = list(islice(_chunks(data, len(_PNG), ">L4s", 4), MOST_PARTS + 1))
        return len(names) <= MOST_PARTS and sum(name in _PACKED for name in names) <= MOST_PACKED
    if data.startswith(b"RIFF"):
        return len(list(islice(_chunks(data, 12, "<4sL", 0), MOST_PARTS + 1))) <= MOST_PARTS
    return True


def _chunks(data: bytes, at: int, head: str, tail: int) -> Iterable[bytes]:
    """Their names, as far as the file goes."""
    while at + 8 <= len(data):
        one, other = struct.unpack_from(head, data, at)
        name, length = (one, other) if isinstance(one, bytes) else (other, one)
        yield name
        at += 8 + length + (tail or length % 2)


def _is_bounded_jpeg(data: bytes) -> bool:
    at, scans = 2, 0
    for _ in range(MOST_PARTS):
        found = _MARKER.search(data, at)
        if found is None or data[found.end() - 1] == _END_OF_IMAGE:
            return True
        if not scans and found.start() - at > MOST_FILLING:
            return False
        at, kind = found.end(), data[found.end() - 1]
        scans += kind == _START_OF_SCAN
        if scans > MOST_SCANS:
            return False
        if kind not in (_START_OF_IMAGE, _NOTHING):
            at += int.from_bytes(data[at : at + 2], "big")
    return False
