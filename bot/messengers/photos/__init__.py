"""Photos without what they tell about who took them."""

from __future__ import annotations

import io
import struct
import threading
from typing import TYPE_CHECKING

from bot.messengers.photos.bounds import is_bounded

if TYPE_CHECKING:
    from PIL.Image import Image

LARGEST_BYTES = 10_000_000
MOST_PIXELS = 40_000_000
LONGEST_SIDE = 2560
QUALITY = 85
_FORMATS = ("JPEG", "PNG", "WEBP")
_BROKEN = (OSError, ValueError, SyntaxError, TypeError, KeyError, IndexError, EOFError, OverflowError, struct.error)
"""The errors of Pillow for files that are damaged, or made to do damage; found by feeding it such files."""
_ONE_AT_A_TIME = threading.Lock()
"""A large photo takes 160 MiB while it is drawn anew: a few at once would be too much for a small server."""


class PhotoError(Exception):
    """This is no photo that can be passed on: too large, broken, or of another format."""


def strip(data: bytes) -> bytes:
    """The picture drawn anew as a JPEG: no EXIF, no place, no thumbnail, no comment. Raises PhotoError.

    It may take seconds and hundreds of MiB, and a decoder may have a hole: the bot itself calls `strip_apart`.
    """
    from PIL import Image

    if len(data) > LARGEST_BYTES or not is_bounded(data):
        raise PhotoError
    try:
        with _ONE_AT_A_TIME, Image.open(io.BytesIO(data), formats=_FORMATS) as image:
            if image.width * image.height > MOST_PIXELS:
                raise PhotoError
            return _drawn_anew(image)
    except (*_BROKEN, Image.DecompressionBombError):
        raise PhotoError from None


def _drawn_anew(image: Image) -> bytes:
    from PIL import Image

    image.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))  # a JPEG need not be unpacked in full to be made smaller
    mode = "RGBA" if image.has_transparency_data else "RGB"
    picture = image if image.mode == mode else image.convert(mode)  # else a copy of 160 MB, only to be made smaller
    picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    picture = _upright(picture, image)
    clean = Image.new("RGB", picture.size, "white")  # black would hide dark letters on a transparent ground
    clean.paste(picture, mask=picture if picture.mode == "RGBA" else None)
    out = io.BytesIO()
    clean.save(out, "JPEG", quality=QUALITY)
    return out.getvalue()


def _upright(picture: Image, original: Image) -> Image:
    """Turned as its EXIF asks for; where that is damaged, the picture counts and not its EXIF."""
    from PIL import ExifTags
    from PIL.Image import Transpose

    turns = {
        2: Transpose.FLIP_LEFT_RIGHT,
        3: Transpose.ROTATE_180,
        4: Transpose.FLIP_TOP_BOTTOM,
        5: Transpose.TRANSPOSE,
        6: Transpose.ROTATE_270,
        7: Transpose.TRANSVERSE,
        8: Transpose.ROTATE_90,
    }
    try:
        turn = turns.get(original.getexif().get(ExifTags.Base.Orientation, 1))
    except _BROKEN:
        turn = None
    return picture.transpose(turn) if turn is not None else picture
