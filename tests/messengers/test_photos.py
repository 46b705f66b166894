"""Photos without what they tell, and nothing that is no photo."""

import io
from collections.abc import Callable

import pytest
from PIL import Image

from bot.messengers.photos import LARGEST_BYTES, LONGEST_SIDE, PhotoError, strip


def picture(kind: str, size: tuple[int, int] = (60, 40), **options: object) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, (1, 2, 3)).save(out, kind, **options)
    return out.getvalue()


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_every_kind_becomes_a_plain_jpeg(kind: str) -> None:
    image = Image.open(io.BytesIO(strip(picture(kind))))
    assert image.format == "JPEG"
    assert image.size == (60, 40)
    assert set(image.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}


def test_it_stands_upright_without_the_mark_that_said_so() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    assert Image.open(io.BytesIO(strip(picture("JPEG", exif=exif)))).size == (40, 60)


def test_a_large_one_becomes_smaller() -> None:
    assert max(Image.open(io.BytesIO(strip(picture("JPEG", (4000, 100))))).size) == LONGEST_SIDE


@pytest.mark.parametrize(
    "make",
    [
        lambda: b"",
        lambda: b"no picture",
        lambda: picture("JPEG")[:200],
        lambda: picture("GIF"),
        lambda: b"x" * (LARGEST_BYTES + 1),
        lambda: picture("PNG", (8000, 6000)),
    ],
)
def test_what_is_no_photo_or_too_much_is_refused(make: Callable[[], bytes]) -> None:
    with pytest.raises(PhotoError):
        strip(make())
