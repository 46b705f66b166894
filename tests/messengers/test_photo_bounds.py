"""What is refused before anything is decoded, and that no photo is."""

from __future__ import annotations

import io
import time
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from bot.messengers.photos.bounds import MOST_SCANS, is_bounded
from tests.messengers.bombs import KINDS, Dice

COSTLY = ("scans", "segments", "filling", "chunks", "text_bombs", "frames_in_png", "frames_in_webp", "chunks_in_webp")


@pytest.mark.parametrize("kind", COSTLY)
def test_what_repeats_without_end_is_refused_at_once(kind: str) -> None:
    for seed in range(4):
        data = KINDS[kind](Dice(seed))
        since = time.process_time()
        assert not is_bounded(data)
        assert time.process_time() - since < 0.5


def saved(kind: str, **options: object) -> bytes:
    out = io.BytesIO()
    image = Image.frombytes("RGB", (1200, 900), Dice(1).randbytes(1200 * 900 * 3))
    image.save(out, kind, **options)
    return out.getvalue()


@pytest.mark.parametrize(
    "make",
    [
        lambda: saved("JPEG", quality=100),
        lambda: saved("JPEG", progressive=True, restart_marker_blocks=1, comment=b"\xff\xda" * 1000),
        lambda: saved("JPEG", exif=b"Exif\0\0" + b"\xff\xda" * 10_000, icc_profile=b"\xff\xda" * 500_000),
        lambda: saved("JPEG") + b"\xff\xda" * 1_000_000,  # a film behind the photo
        lambda: saved("PNG", compress_level=0),
        lambda: saved("WEBP", lossless=True),
    ],
)
def test_no_photo_is_refused(make: Callable[[], bytes]) -> None:
    assert is_bounded(make())


@pytest.mark.parametrize(("scans", "is_taken"), [(MOST_SCANS, True), (MOST_SCANS + 1, False)])
def test_scans_are_counted(scans: int, *, is_taken: bool) -> None:
    assert is_bounded(b"\xff\xd8" + b"\xff\xda\0\2picture \xff\0\xff\xd0" * scans + b"\xff\xd9") is is_taken


@given(st.sampled_from([b"\xff\xd8", b"\x89PNG\r\n\x1a\n", b"RIFF\0\0\0\0WEBP", b""]), st.binary(max_size=300))
def test_whatever_it_is_there_is_an_answer(head: bytes, data: bytes) -> None:
    assert is_bounded(head + data) in (True, False)
