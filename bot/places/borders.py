"""From a point on the map to the territory that it lies in, offline; nothing is read before the first point."""

from __future__ import annotations

import math
import mmap
import struct
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path

from handlers.model.messages import Point
from handlers.model.places import Finding, Outcome

FILE = Path(__file__).with_name("borders.bin")

CELLS = 512
"""The world is cut into so many columns and rows of cells."""
LIMIT = 179.9999
"""The outermost longitude, and twice the outermost latitude, that the source has."""
STEPS = 65_535
"""Steps across a cell; outlines are counted in them from its south-western corner."""
NEAR = 150
"""Metres: who is as near to a border may be on the other side of it. The outlines err by 40, a telephone by 100."""
DEGREE = 111_320
"""Metres in a degree of latitude."""

# Where another power rules than the one whose territory it is by ISO 3166-1, and the outlines know only the one that
# rules: (west, south, east, north), whom they name, and who is offered beside.
_ALSO = (
    ((35.635, 32.70, 35.90, 33.35), "IL", "SY"),  # the Golan Heights
    ((35.205, 31.70, 35.30, 31.90), "IL", "PS"),  # East Jerusalem
    # Kosovo, which has no time zone of its own, and up to ten kilometres of Serbia around it.
    ((19.90, 41.80, 21.45, 42.80), "RS", "XK"),
    ((21.45, 42.23, 21.60, 42.40), "RS", "XK"),
    ((21.45, 42.36, 21.72, 42.56), "RS", "XK"),
    ((21.45, 42.50, 21.80, 42.75), "RS", "XK"),
    ((20.25, 42.80, 21.45, 42.91), "RS", "XK"),
    ((20.47, 42.91, 21.27, 43.03), "RS", "XK"),
    ((20.59, 43.03, 21.00, 43.28), "RS", "XK"),
    ((20.95, 43.03, 21.22, 43.15), "RS", "XK"),
)


class Borders:
    """The territories of the world by their outlines; the file stays on disk, each question reads a few pages of it."""

    def __init__(self, file: Path = FILE) -> None:
        self._file = file

    def at(self, point: Point) -> Finding:
        """ANSWER: surely there. ASK: near a border, or in a place that two claim. NONE: on the high sea.

        Territorial waters are territory. Where they end is not asked about: there is nothing on the other side.
        """
        spots = (point, *_around(point))
        found = tuple(dict.fromkeys(place for spot in spots for place in self._territories(spot)))
        if not found:
            return Finding(Outcome.NONE)
        return Finding(Outcome.ANSWER if len(found) == 1 else Outcome.ASK, found)

    def _territories(self, spot: Point) -> tuple[str, ...]:
        column, row, x, y = cell_of(spot.longitude, spot.latitude)
        sets, table, shapes = self._parts
        value = table[row * CELLS + column]
        inside = [value] if value <= STEPS else _outlines_around(shapes, value - STEPS - 1, x, y)
        found = dict.fromkeys(place for number in inside for place in sets[number])
        for (west, south, east, north), ruling, other in _ALSO:
            if ruling in found and west <= spot.longitude <= east and south <= spot.latitude <= north:
                found[other] = None
        return tuple(found)

    @cached_property
    def _parts(self) -> tuple[list[list[str]], memoryview, memoryview]:
        """The sets of territories; for each cell a set or, above `STEPS`, where its outlines are; the outlines."""
        with self._file.open("rb") as file:
            content = memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
        (length,) = struct.unpack_from("<I", content)
        table, shapes = 4 + length, 4 + length + 4 * CELLS * CELLS
        names = bytes(content[4:table]).decode("ascii").strip()
        sets = [places.split() for places in names.split("|")]
        return sets, content[table:shapes].cast("I"), content[shapes:].cast("H")


BORDERS = Borders()
"""The one that is in use: its file is opened once, with the first point."""


def cell_of(longitude: float, latitude: float) -> tuple[int, int, float, float]:
    """Column and row of the cell, and how many steps the spot is east and north of its corner."""
    across = (min(max(longitude, -LIMIT), LIMIT) + LIMIT) / (2 * LIMIT) * CELLS
    up = (min(max(latitude, -LIMIT / 2), LIMIT / 2) + LIMIT / 2) / LIMIT * CELLS
    column, row = min(int(across), CELLS - 1), min(int(up), CELLS - 1)
    return column, row, (across - column) * STEPS, (up - row) * STEPS


def _around(point: Point) -> Iterator[Point]:
    """Eight spots on the circle of those that are as near."""
    shrink = max(math.cos(math.radians(point.latitude)), 0.01)
    for step in range(8):
        north, east = math.cos(step * math.pi / 4), math.sin(step * math.pi / 4)
        longitude = point.longitude + east * NEAR / DEGREE / shrink
        yield Point(point.latitude + north * NEAR / DEGREE, (longitude + 180) % 360 - 180)


def _outlines_around(shapes: memoryview, start: int, x: float, y: float) -> list[int]:
    """The sets of the outlines that hold the spot: count, then for each its set, its count of rings, and those."""
    count, position = shapes[start], start + 1
    found = []
    for _ in range(count):
        number, rings, position = shapes[position], shapes[position + 1], position + 2
        crossed = False
        for _ in range(rings):
            size = 2 * shapes[position]
            crossed ^= is_inside(shapes[position + 1 : position + 1 + size].tolist(), x, y)
            position += 1 + size
        if crossed:
            found.append(number)
    return found


def is_inside(ring: list[int], x: float, y: float) -> bool:
    """Whether a ray to the east crosses the ring an odd number of times; a ring is x, y, x, y, …"""
    is_within = False
    last_x, last_y = ring[-2], ring[-1]
    for next_x, next_y in zip(ring[::2], ring[1::2], strict=True):
        if (next_y > y) != (last_y > y) and x < (last_x - next_x) * (y - next_y) / (last_y - next_y) + next_x:
            is_within = not is_within
        last_x, last_y = next_x, next_y
    return is_within
