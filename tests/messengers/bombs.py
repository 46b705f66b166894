"""Files made to shut the door: every kind of picture that is taken, in every way that makes it costly to read.

`bombs(200)` is the same 200 files each time; each is at most as large as a photo may be.
"""

from __future__ import annotations

import io
import random
import struct
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from PIL import Image

from bot.messengers.photos import LARGEST_BYTES

Dice = random.Random
_ROOM = LARGEST_BYTES - 500_000
"""Bytes that may be filled up; the rest is for what a picture needs."""


@dataclass(frozen=True)
class Bomb:
    """One file."""

    kind: str
    data: bytes = field(repr=False)


def bombs(count: int, seed: int = 7) -> Iterator[Bomb]:
    """So many files, the kinds in turn, in any order."""
    kinds = list(KINDS.items())
    Dice(seed).shuffle(kinds)
    for number in range(count):
        kind, make = kinds[number % len(kinds)]
        data = make(Dice(f"{seed} {number}"))
        assert len(data) <= LARGEST_BYTES, kind
        yield Bomb(kind, data)


def _picture(kind: str, size: tuple[int, int], mode: str = "RGB", **options: Any) -> bytes:
    out = io.BytesIO()
    Image.new(mode, size, 77 if mode == "L" else None).save(out, kind, **options)
    return out.getvalue()


def _noise(dice: Dice, size: tuple[int, int] = (400, 300)) -> Image.Image:
    return Image.frombytes("RGB", size, dice.randbytes(size[0] * size[1] * 3))


def _sides(dice: Dice, pixels: int = 39_000_000) -> tuple[int, int]:
    width = dice.choice((1000, 3000, 6000, 12000))
    return width, pixels // width


def _filled(piece: bytes, dice: Dice) -> bytes:
    """Repeated until the file is full, or half full."""
    return piece * (int(_ROOM * dice.choice((0.5, 1.0))) // len(piece))


def _exif(entries: int, size: int, much: int) -> bytes:
    """A directory of so many tags, of which each claims the same `size` bytes of the `much` that follow."""
    table = b"".join(struct.pack("<HHLL", 0x9000 + n % 0x6000, 7, size, 8) for n in range(entries))
    return (
        b"II*\0"
        + struct.pack("<LH", much + 8, entries)[:4]
        + b"x" * much
        + struct.pack("<H", entries)
        + table
        + b"\0" * 4
    )


# JPEG


def _segment(marker: int, content: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(content) + 2) + content


def _in_jpeg(segments: bytes, size: tuple[int, int] = (60, 40)) -> bytes:
    plain = _picture("JPEG", size)
    return plain[:2] + segments + plain[2:]


def _scans(dice: Dice) -> bytes:
    """The last scans of a progressive picture again and again: each walks over all of it, for a few dozen bytes."""
    plain = _picture("JPEG", _sides(dice, dice.choice((1_000_000, 10_000_000, 39_000_000))), "L", progressive=True)
    starts = [at for at in range(len(plain)) if plain[at : at + 2] == b"\xff\xda"]
    return plain[:-2] + _filled(plain[starts[-1] : -2], dice) + plain[-2:]


def _scans_below_the_bound(dice: Dice) -> bytes:
    """As many as are let through, over a picture as large as is let through."""
    plain = _picture("JPEG", _sides(dice), progressive=True)
    starts = [at for at in range(len(plain)) if plain[at : at + 2] == b"\xff\xda"]
    return plain[:-2] + plain[starts[-1] : -2] * (60 - len(starts)) + plain[-2:]


def _arithmetic(dice: Dice) -> bytes:
    """A frame of the rare sorts (arithmetic, lossless, hierarchical), with noise for data."""
    plain = bytearray(_picture("JPEG", _sides(dice)))
    frame = plain.index(b"\xff\xc0")
    plain[frame + 1] = dice.choice((0xC3, 0xC5, 0xC9, 0xCA, 0xCB, 0xCD))
    return bytes(plain[:-2]) + dice.randbytes(_ROOM // 2).replace(b"\xff", b"\0")


def _endless_data(dice: Dice) -> bytes:
    """Noise for a picture, stuffed so that no marker ends it."""
    plain = _picture("JPEG", _sides(dice), progressive=dice.random() < 0.5)
    start = plain.index(b"\xff\xda")
    return plain[: start + 14] + dice.randbytes(_ROOM // 2).replace(b"\xff", b"\xfe")


def _segments(dice: Dice) -> bytes:
    content = dice.choice((b"", b"x", b"Exif\0\0x", b"ICC_PROFILE\0\1\1", b"Photoshop 3.0\x008BIM", b"MPF\0"))
    return _in_jpeg(_filled(_segment(dice.choice((0xFE, 0xE1, 0xE2, 0xED, 0xDB)), content), dice))


def _filling(dice: Dice) -> bytes:
    """Bytes that mean nothing before the first segment, which Pillow reads one by one."""
    return _in_jpeg(dice.choice((b"\xff", b"\0")) * _ROOM)


def _directory_in_jpeg(dice: Dice) -> bytes:
    """As many tags as have room, each of which claims as much as there is."""
    entries, much = 2500, 30_000
    found = _exif(entries, much, much)
    if dice.random() < 0.5:
        return _in_jpeg(_segment(0xE2, b"MPF\0" + found))
    return _in_jpeg(_segment(0xE1, b"Exif\0\0" + found))


def _long_directory_in_jpeg(dice: Dice) -> bytes:
    """EXIF that goes on over many segments, as Pillow joins them."""
    found = _exif(60_000, 5_000_000, 5_000_000)
    parts = [found[at : at + 65_000] for at in range(0, len(found), 65_000)]
    return _in_jpeg(b"".join(_segment(0xE1, b"Exif\0\0" + part) for part in parts))


def _wide_jpeg(dice: Dice) -> bytes:
    plain = bytearray(_picture("JPEG", (60, 40), progressive=dice.random() < 0.5))
    frame = max(plain.find(b"\xff\xc0"), plain.find(b"\xff\xc2"))
    plain[frame + 5 : frame + 9] = struct.pack(">HH", *dice.choice(((65_500, 65_500), (65_500, 600), (6_000, 6_600))))
    return bytes(plain)


# PNG


def _chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">L", len(content)) + name + content + struct.pack(">L", zlib.crc32(name + content))


_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_END = _chunk(b"IEND", b"")


def _header(size: tuple[int, int], depth: int = 8, colour: int = 0, interlace: int = 0) -> bytes:
    return _chunk(b"IHDR", struct.pack(">LLBBBBB", *size, depth, colour, 0, 0, interlace))


def _in_png(before: bytes = b"", after: bytes = b"") -> bytes:
    data = _chunk(b"IDAT", zlib.compress(b"\0" * (61 * 40)))
    return _SIGNATURE + _header((60, 40)) + before + data + after + _END


def _wide_png(dice: Dice) -> bytes:
    size = dice.choice(((2**31 - 1, 2**31 - 1), (2**31 - 1, 1), (40_000_000, 1), (1, 40_000_000), (6000, 6600)))
    return _SIGNATURE + _header(size, 8, 2) + _chunk(b"IDAT", zlib.compress(b"\0" * 100_000)) + _END


def _deep_png(dice: Dice) -> bytes:
    """All that a small file may unfold to: 16 bits in four channels, interlaced."""
    width, height = _sides(dice)
    rows = zlib.compressobj(9)
    row = (b"\0" if dice.random() < 0.5 else b"\4") + b"\0" * (width * 8)
    packed = b"".join(rows.compress(row) for _ in range(height)) + rows.flush()
    return _SIGNATURE + _header((width, height), 16, 6, dice.choice((0, 1))) + _chunk(b"IDAT", packed) + _END


def _endless_png(dice: Dice) -> bytes:
    """More data than there is picture: gigabytes of it."""
    more = zlib.compressobj(9)
    packed = b"".join(more.compress(b"\0" * 10_000_000) for _ in range(dice.choice((50, 300)))) + more.flush()
    return _SIGNATURE + _header((60, 40)) + _chunk(b"IDAT", packed) + _END


def _chunks(dice: Dice) -> bytes:
    piece = _chunk(dice.choice((b"tEXt", b"teST", b"IDAT", b"gAMA", b"pHYs", b"eXIf", b"PLTE", b"tRNS")), b"")
    filled = _filled(piece, dice)
    return _in_png(before=filled) if dice.random() < 0.5 else _in_png(after=filled)


def _text_bombs(dice: Dice) -> bytes:
    """A megabyte in each kilobyte, as often as there is room."""
    packed = zlib.compress(b"x" * dice.choice((1_000_000, 1_048_576, 50_000_000)), 9)
    name, head = dice.choice(((b"zTXt", b"a\0\0"), (b"iTXt", b"a\0\1\0\0\0"), (b"iCCP", b"a\0\0")))
    filled = _filled(_chunk(name, head + packed), dice)
    return _in_png(before=filled) if dice.random() < 0.5 else _in_png(after=filled)


def _frames_in_png(dice: Dice) -> bytes:
    pieces = []
    for number in range(100_000):
        shape = struct.pack(">LLLLLHHBB", 2 * number + 1, 1, 1, 0, 0, 1, 100, 0, 0)
        pieces += [_chunk(b"fcTL", shape), _chunk(b"fdAT", struct.pack(">L", 2 * number + 2) + b"x" * 12)]
    control = _chunk(b"acTL", struct.pack(">LL", dice.choice((100_000, 2**31 - 1)), 0))
    return _in_png(before=control, after=b"".join(pieces))


def _directory_in_png(dice: Dice) -> bytes:
    return _in_png(before=_chunk(b"eXIf", _exif(60_000, 5_000_000, 5_000_000)))


# WebP


def _riff(name: bytes, content: bytes) -> bytes:
    return name + struct.pack("<L", len(content)) + content + b"\0" * (len(content) % 2)


def _webp(*chunks: bytes) -> bytes:
    return _riff(b"RIFF", b"WEBP" + b"".join(chunks))


def _canvas(size: tuple[int, int], flags: int) -> bytes:
    sides = struct.pack("<L", size[0] - 1)[:3] + struct.pack("<L", size[1] - 1)[:3]
    return _riff(b"VP8X", struct.pack("<L", flags) + sides)


def _bitstream(size: tuple[int, int], **options: Any) -> bytes:
    return _picture("WEBP", size, **options)[12:]


def _wide_webp(dice: Dice) -> bytes:
    size = dice.choice(((16_384, 16_384), (16_777_216, 100), (6_000, 6_600), (16_777_216, 2)))
    return _webp(_canvas(size, 2), _riff(b"ANIM", b"\0" * 6), _frame(dice))


def _frame(dice: Dice) -> bytes:
    shape = b"\0" * 6 + struct.pack("<L", 15)[:3] + struct.pack("<L", 15)[:3] + b"\1\0\0" + b"\0"
    return _riff(b"ANMF", shape + _bitstream((16, 16), lossless=dice.random() < 0.5))


def _frames_in_webp(dice: Dice) -> bytes:
    size = dice.choice(((16, 16), (6000, 6600)))
    return _webp(_canvas(size, 2), _riff(b"ANIM", b"\0" * 6), _filled(_frame(dice), dice))


def _chunks_in_webp(dice: Dice) -> bytes:
    filled = _filled(_riff(dice.choice((b"teST", b"EXIF", b"XMP ", b"ICCP", b"ALPH")), b""), dice)
    picture = _bitstream((60, 40))
    return _webp(_canvas((60, 40), 0x2C), *((filled, picture) if dice.random() < 0.5 else (picture, filled)))


def _directory_in_webp(dice: Dice) -> bytes:
    exif = _riff(b"EXIF", _exif(60_000, 5_000_000, 5_000_000))
    return _webp(_canvas((60, 40), 8), _bitstream((60, 40)), exif)


def _large_webp(dice: Dice) -> bytes:
    return _picture("WEBP", (6100, 6200), lossless=dice.random() < 0.5, quality=0, method=0)


# all of them


def _truncated(dice: Dice) -> bytes:
    kind, options = dice.choice((("JPEG", {}), ("JPEG", {"progressive": True}), ("PNG", {}), ("WEBP", {})))
    out = io.BytesIO()
    _noise(dice).save(out, kind, **options)
    return out.getvalue()[: dice.randrange(20, len(out.getvalue()))]


def _damaged(dice: Dice) -> bytes:
    out = io.BytesIO()
    _noise(dice).save(out, dice.choice(("JPEG", "PNG", "WEBP")), exif=b"Exif\0\0" + _exif(20, 50, 100))
    broken = bytearray(out.getvalue())
    for _ in range(dice.choice((1, 20, 400))):
        broken[dice.randrange(min(len(broken), dice.choice((100, 10_000_000))))] = dice.randrange(256)
    return bytes(broken)


def _something_else(dice: Dice) -> bytes:
    """What Pillow could read, and must not; and what nobody can."""
    kind = dice.choice(("GIF", "TIFF", "BMP", "ICO", "PPM", "JPEG2000", "AVIF", "PDF", "EPS", "noise", "head", "none"))
    if kind == "noise":
        return dice.randbytes(_ROOM)
    if kind == "head":
        return dice.choice((b"\xff\xd8\xff", _SIGNATURE, b"RIFF\xff\xff\xff\xffWEBPVP8X")) + dice.randbytes(_ROOM)
    return _picture(kind, (60, 40)) if kind != "none" else b""


KINDS: dict[str, Callable[[Dice], bytes]] = {
    make.__name__.strip("_"): make
    for make in (
        *(_scans, _scans_below_the_bound, _arithmetic, _endless_data, _segments, _filling, _directory_in_jpeg),
        *(
            _long_directory_in_jpeg,
            _wide_jpeg,
            _wide_png,
            _deep_png,
            _endless_png,
            _chunks,
            _text_bombs,
            _frames_in_png,
        ),
        *(_directory_in_png, _wide_webp, _frames_in_webp, _chunks_in_webp, _directory_in_webp, _large_webp),
        *(_truncated, _damaged, _something_else),
    )
}
"""What is made, by the name of the kind."""
