"""Makes `borders.bin` from the time zones of OpenStreetMap: python -m bot.places.build.outlines (needs npm).

The source is the npm package `geo-tz`: a quadtree whose leaves hold the outlines of time zones, cut at the leaf's
edges. A zone lies in one territory, reaches over its territorial waters, and follows the border to a few metres.
"""

from __future__ import annotations

import json
import math
import struct
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from babel.core import get_global

from bot.places.borders import CELLS, DEGREE, FILE, LIMIT, STEPS

PACKAGE = "geo-tz@8.1.9"
METRES, METRES_AT_SEA = 40, 100
"""An outline is simplified by at most so much; and where it borders on nobody, but less than `borders.NEAR`."""
WHOLE = 0.99999
"""An outline that fills so much of its cell fills it."""

Ring = list[tuple[int, int]]
"""Corners: in millionths of a degree, longitude first; or in steps from the cell's corner."""
Zones = list[tuple[str, list[Ring]]]
"""Time zones, each with its rings: outer ones and holes alike, as a spot inside of an odd number of them is inside."""

# Zones of two powers, which are both asked about, and zones that CLDR gives to nobody yet.
_OWNERS = {
    "Africa/El_Aaiun": ("EH", "MA"),
    "America/Coyhaique": ("CL",),
    "Antarctica/Troll": ("AQ",),
    "Europe/Simferopol": ("UA", "RU"),
}


def main(folder: Path | None) -> None:
    with tempfile.TemporaryDirectory() as scratch:
        FILE.write_bytes(built(folder or fetched(Path(scratch))))


def built(folder: Path) -> bytes:
    """What `Borders._parts` reads, from the package's folder of data."""
    index = json.loads((folder / "timezones.geojson.index.json").read_text("utf-8"))
    outlines = (folder / "timezones.geojson.geo.dat").read_bytes()
    sets: dict[tuple[str, ...], int] = {(): 0}
    table = [0] * (CELLS * CELLS)
    shapes: list[int] = []
    for column, row, size, leaf in leaves(index["lookup"], 0, 0, CELLS):
        if isinstance(leaf, list):
            whole, zones = [index["timezones"][number] for number in leaf], list[Any]()
        else:
            whole, zones = _cut(decoded(outlines[leaf["pos"] : leaf["pos"] + leaf["len"]]), column, row)
        value = _number(sets, [place for zone in whole for place in territories(zone, column, row)])
        if zones:
            value = STEPS + 1 + len(shapes)
            shapes.append(len(zones))
            for zone, rings in zones:
                shapes += (_number(sets, territories(zone, column, row)), len(rings))
                shapes += (
                    number for ring in rings for number in (len(ring), *(part for spot in ring for part in spot))
                )
        for line in range(row, row + size):
            table[line * CELLS + column : line * CELLS + column + size] = [value] * size
    names = "|".join(map(" ".join, sets)).encode("ascii")
    names += b" " * (-len(names) % 4)
    return struct.pack(f"<I{len(names)}s{len(table)}I{len(shapes)}H", len(names), names, *table, *shapes)


def territories(zone: str, column: int, row: int) -> tuple[str, ...]:
    """Whose zone it is, in this cell; none for the zones of the high sea."""
    if zone == "Asia/Bangkok":  # also that of the north of Vietnam, beyond Laos
        longitude, latitude = _corner(column + 0.5, row + 0.5)
        return ("VN",) if latitude > 16.9 and longitude > 102 + (21 - latitude) * 0.9 else ("TH",)
    if zone.startswith("Etc/"):
        return ()
    return _OWNERS.get(zone) or (get_global("zone_territories")[zone],)


def _number(sets: dict[tuple[str, ...], int], places: Sequence[str]) -> int:
    return sets.setdefault(tuple(dict.fromkeys(places)), len(sets))


def leaves(tree: Mapping[str, Any], column: int, row: int, size: int) -> Iterator[tuple[int, int, int, Any]]:
    """(column, row, cells across, leaf): a leaf is a list of the zones that fill it, or where its outlines are."""
    half = size // 2
    for quarter, (east, north) in {"a": (half, half), "b": (0, half), "c": (0, 0), "d": (half, 0)}.items():
        branch = tree.get(quarter)
        if isinstance(branch, list) or (branch and "pos" in branch):
            yield column + east, row + north, half, branch
        elif branch:
            yield from leaves(branch, column + east, row + north, half)


def _corner(column: float, row: float) -> tuple[float, float]:
    return column / CELLS * 2 * LIMIT - LIMIT, row / CELLS * LIMIT - LIMIT / 2


def _cut(zones: Zones, column: int, row: int) -> tuple[list[str], Zones]:
    """The zones that fill the cell, if all that there is belongs to them; else none, and the outlines in steps."""
    west, south = _corner(column, row)
    across, up = 2 * LIMIT / CELLS, LIMIT / CELLS
    shrink = math.cos(math.radians(south + up / 2))
    metres = (across * DEGREE * shrink / STEPS, up * DEGREE / STEPS)

    owners = {territories(zone, column, row) for zone, _ in zones}
    most = METRES if len(owners) > 1 else METRES_AT_SEA

    def steps(ring: Ring) -> Ring:
        spots = [((x / 1e6 - west) / across, (y / 1e6 - south) / up) for x, y in ring]
        return simplified([(_step(x), _step(y)) for x, y in spots], metres, most)

    in_steps = [(zone, [cut for ring in rings if len(cut := steps(ring)) > 2]) for zone, rings in zones]
    in_steps = [(zone, rings) for zone, rings in in_steps if rings]
    full = [zone for zone, rings in in_steps if abs(sum(map(_area, rings))) >= WHOLE * STEPS**2]
    total = sum(abs(_area(ring)) for _, rings in in_steps for ring in rings)
    if len(owners) == 1 and (full or total >= WHOLE * STEPS**2):
        return [zones[0][0]], []
    return [], in_steps


def _step(share: float) -> int:
    return min(max(round(share * STEPS), 0), STEPS)


def _area(ring: Ring) -> float:
    return sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in zip(ring, [*ring[1:], ring[0]], strict=True)) / 2


def simplified(ring: Ring, metres: tuple[float, float], most: float) -> Ring:
    """The ring without corners within `most` metres of the line between those that are kept (Douglas-Peucker)."""
    ring = [spot for spot, before in zip(ring, [ring[-1], *ring], strict=False) if spot != before]
    if len(ring) < 3:
        return []
    (x0, y0), (mx, my) = ring[0], metres
    far = max(range(len(ring)), key=lambda at: ((ring[at][0] - x0) * mx) ** 2 + ((ring[at][1] - y0) * my) ** 2)
    spots = [(x * mx, y * my) for x, y in (*ring, ring[0])]
    kept, open_parts = {0, far}, [(0, far), (far, len(ring))]
    while open_parts:
        first, last = open_parts.pop()
        distance, farthest = _farthest(spots, first, last)
        if distance > most:
            kept.add(farthest)
            open_parts += [(first, farthest), (farthest, last)]
    return [ring[at] for at in sorted(kept)]


def _farthest(spots: Sequence[tuple[float, float]], first: int, last: int) -> tuple[float, int]:
    """How far the farthest spot between two others is from the line through them, and which it is."""
    (ax, ay), (bx, by) = spots[first], spots[last]
    dx, dy = bx - ax, by - ay
    length = math.hypot(dx, dy)
    best, at = 0.0, first
    for number in range(first + 1, last):
        x, y = spots[number]
        along = ((x - ax) * dx + (y - ay) * dy) / (length * length) if length else 0.0
        if 0 <= along <= 1 and length:
            distance = abs((x - ax) * dy - (y - ay) * dx) / length
        else:
            distance = min(math.hypot(x - ax, y - ay), math.hypot(x - bx, y - by))
        if distance > best:
            best, at = distance, number
    return best, at


def decoded(raw: bytes) -> Zones:
    """The zones of a leaf, which is a Geobuf: Protocol Buffers with the differences between corners."""
    collection = dict(_fields(raw))[4]
    zones: Zones = []
    for tag, feature in _fields(collection):
        if tag == 1:
            parts = dict(_fields(feature))
            ((_, name),) = _fields(parts[13])
            zones.append((name.decode("ascii"), _rings(dict(_fields(parts[1])))))
    return zones


def _rings(geometry: Mapping[int, Any]) -> list[Ring]:
    numbers = [value // 2 if value % 2 == 0 else -(value + 1) // 2 for value in _varints(geometry[3])]
    lengths = list(_varints(geometry[2])) if 2 in geometry else [len(numbers) // 2]
    if 2 in geometry and geometry[1] == 5:
        lengths = _ring_lengths(lengths)
    rings, start = [], 0
    for length in lengths:
        ring, x, y = [], 0, 0
        for at in range(start, start + 2 * length, 2):
            x, y = x + numbers[at], y + numbers[at + 1]
            ring.append((x, y))
        rings.append(ring)
        start += 2 * length
    return rings


def _ring_lengths(lengths: Sequence[int]) -> list[int]:
    """Of several polygons: their count, then for each its count of rings and the length of each ring."""
    found: list[int] = []
    position = 1
    for _ in range(lengths[0]):
        found += lengths[position + 1 : position + 1 + lengths[position]]
        position += 1 + lengths[position]
    return found


def _fields(raw: bytes) -> Iterator[tuple[int, Any]]:
    """(tag, number or bytes)."""
    position = 0
    while position < len(raw):
        head, position = _varint(raw, position)
        value, position = _varint(raw, position)
        if head & 7 == 2:
            yield head >> 3, raw[position : position + value]
            position += value
        else:
            yield head >> 3, value


def _varints(raw: bytes) -> Iterator[int]:
    position = 0
    while position < len(raw):
        value, position = _varint(raw, position)
        yield value


def _varint(raw: bytes, position: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = raw[position]
        value |= (byte & 0x7F) << shift
        position, shift = position + 1, shift + 7
        if byte < 0x80:
            return value, position


def fetched(scratch: Path) -> Path:
    """The package's folder of data, below a folder to be thrown away."""
    subprocess.run(["npm", "pack", "--silent", PACKAGE], cwd=scratch, check=True)  # noqa: S603, S607
    (archive,) = scratch.glob("*.tgz")
    with tarfile.open(archive) as packed:
        packed.extractall(scratch, filter="data")
    return scratch / "package" / "data"


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else None)
