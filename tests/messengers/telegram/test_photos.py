"""Photos as phones send them and as files get damaged: they tell nothing, stand upright, and break nothing."""

from __future__ import annotations

import io
import random
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from PIL import Image, ImageOps
from PIL.PngImagePlugin import PngInfo

from bot.messengers import photos
from bot.messengers.photos import PhotoError, strip

MARKER = b"MARKER-CAMERA"
pytestmark = pytest.mark.filterwarnings("ignore::UserWarning:PIL")


def exif(orientation: int = 1) -> Image.Exif:
    found = Image.Exif()
    found[0x0112] = orientation
    found[0x010F] = MARKER.decode()
    found.get_ifd(0x8825)[1] = "N"
    found.get_ifd(0x8825)[2] = (13.0, 45.0, 22.0)
    return found


def picture(kind: str = "JPEG", mode: str = "RGB", size: tuple[int, int] = (60, 40), **more: Any) -> bytes:
    out = io.BytesIO()
    Image.new(mode, size).save(out, kind, exif=exif(), **more)
    return out.getvalue()


def read(data: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(data))
    assert image.format == "JPEG"
    return image


@pytest.mark.parametrize(
    ("kind", "mode", "more"),
    [
        ("JPEG", "RGB", {"comment": MARKER}),
        ("JPEG", "CMYK", {}),
        ("JPEG", "L", {"icc_profile": MARKER}),
        ("WEBP", "RGBA", {"xmp": MARKER}),
        ("PNG", "P", {}),
        ("PNG", "LA", {}),
    ],
)
def test_nothing_but_the_picture_is_left(kind: str, mode: str, more: dict[str, Any]) -> None:
    data = picture(kind, mode, **more)
    assert MARKER in data
    clean = strip(data)
    assert MARKER not in clean
    assert dict(read(clean).getexif()) == {}


def test_what_is_written_into_a_screenshot_is_gone() -> None:
    notes = PngInfo()
    notes.add_text("Author", MARKER.decode())
    assert MARKER not in strip(picture("PNG", pnginfo=notes))


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_photo_stands_upright_whatever_its_exif_says(orientation: int) -> None:
    image = Image.new("RGB", (60, 40))
    image.paste("red", (0, 0, 30, 20))
    image.paste("blue", (30, 20, 60, 40))
    out = io.BytesIO()
    image.save(out, "PNG", exif=exif(orientation))
    expected = ImageOps.exif_transpose(Image.open(io.BytesIO(out.getvalue()))).convert("RGB")
    found = read(strip(out.getvalue()))
    assert found.size == expected.size
    for x, y in ((5, 5), (found.width - 5, 5), (5, found.height - 5)):
        near, wanted = found.getpixel((x, y)), expected.getpixel((x, y))
        assert isinstance(near, tuple)
        assert isinstance(wanted, tuple)
        assert all(abs(one - other) < 40 for one, other in zip(near, wanted, strict=True))


def test_what_is_transparent_becomes_white() -> None:
    assert read(strip(picture("PNG", "RGBA"))).getpixel((5, 5)) == (255, 255, 255)


def test_a_damaged_exif_does_not_cost_the_photo() -> None:
    data = picture()
    start = data.index(b"Exif\0\0") + 6
    for number in range(300):
        broken, dice = bytearray(data), random.Random(number)
        for _ in range(4):
            broken[start + dice.randrange(40)] = dice.randrange(256)
        assert read(strip(bytes(broken))).width in (60, 40)


def test_an_orientation_that_can_not_be_read_does_not_cost_the_photo(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(_image: Image.Image) -> Image.Exif:
        raise TypeError

    monkeypatch.setattr(Image.Image, "getexif", fails)
    assert Image.open(io.BytesIO(strip(picture()))).size == (60, 40)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_damaged_files_are_refused_or_drawn_and_nothing_else(kind: str) -> None:
    data, dice = picture(kind), random.Random(7)
    outcomes: set[str] = set()
    for _ in range(400):
        broken = bytearray(data)
        for _ in range(dice.choice((1, 2, 8))):
            broken[dice.randrange(len(broken))] = dice.randrange(256)
        length = dice.choice((len(data), dice.randrange(len(data))))
        try:
            outcomes.add(read(strip(bytes(broken[:length]))).mode)
        except PhotoError as error:
            outcomes.add(f"refused {error}")
    assert outcomes <= {"RGB", "refused "}
    assert "refused " in outcomes


def test_a_bomb_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 100)
    with pytest.raises(PhotoError):
        strip(picture())


def test_photos_are_drawn_one_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    under_way: list[int] = []
    most: list[int] = []
    whole = photos._drawn_anew

    def watched(image: Image.Image) -> bytes:
        under_way.append(1)
        most.append(len(under_way))
        try:
            return whole(image)
        finally:
            under_way.pop()

    monkeypatch.setattr(photos, "_drawn_anew", watched)
    with ThreadPoolExecutor(4) as threads:
        assert len(list(threads.map(strip, [picture(size=(400, 400))] * 8))) == 8
    assert set(most) == {1}
