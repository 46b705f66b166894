"""Photos without what they tell about who took them."""

from __future__ import annotations

import io

LARGEST_BYTES = 10_000_000
MOST_PIXELS = 40_000_000
LONGEST_SIDE = 2560
QUALITY = 85
_FORMATS = ("JPEG", "PNG", "WEBP")


class PhotoError(Exception):
    """This is no photo that can be passed on: too large, broken, or of another format."""


def strip(data: bytes) -> bytes:
    """The picture drawn anew as a JPEG: no EXIF, no place, no thumbnail, no comment. Raises PhotoError."""
    from PIL import Image, ImageOps, UnidentifiedImageError  # 20 MiB that only a photo needs

    if len(data) > LARGEST_BYTES:
        raise PhotoError
    try:
        with Image.open(io.BytesIO(data), formats=_FORMATS) as image:
            if image.width * image.height > MOST_PIXELS:
                raise PhotoError
            upright = ImageOps.exif_transpose(image).convert("RGB")
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        raise PhotoError from None
    upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    clean = Image.new("RGB", upright.size)
    clean.paste(upright)
    out = io.BytesIO()
    clean.save(out, "JPEG", quality=QUALITY)
    return out.getvalue()
