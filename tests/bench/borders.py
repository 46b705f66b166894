"""How right points are told near borders: python -m tests.bench.borders [FOLDER] (needs npm, or the data of geo-tz).

Draws points within 3 km of the outlines of the source, before they are simplified, and asks for each.
"""

from __future__ import annotations

import json
import math
import sys
import tempfile
from collections import Counter
from pathlib import Path
from random import Random
from time import thread_time

from bot.places.borders import CELLS, DEGREE, Borders, cell_of, is_inside
from bot.places.build.outlines import Zones, decoded, fetched, leaves, territories
from handlers.model.messages import Point
from handlers.model.places import Outcome

FARTHEST = 3000
"""Metres from the outline."""
EACH = 5
"""Points for each cell in which territories meet."""


def main(folder: Path) -> None:
    random, borders = Random(11), Borders()
    counts, took = Counter[str](), []
    index = json.loads((folder / "timezones.geojson.index.json").read_text("utf-8"))
    outlines = (folder / "timezones.geojson.geo.dat").read_bytes()
    for column, row, _size, leaf in leaves(index["lookup"], 0, 0, CELLS):
        zones = [] if isinstance(leaf, list) else decoded(outlines[leaf["pos"] : leaf["pos"] + leaf["len"]])
        if len({territories(zone, column, row) for zone, _ in zones}) < 2:
            continue
        for _ in range(EACH):
            point = _near_an_outline(zones, random)
            if cell_of(point.longitude, point.latitude)[:2] == (column, row):
                started = thread_time()
                finding = borders.at(point)
                took.append(thread_time() - started)
                counts[_verdict(finding.outcome, set(finding.places), _truth(zones, point, column, row))] += 1
    took.sort()
    print(f"{len(took)} points within {FARTHEST / 1000:.0f} km of a border: {dict(counts)}")
    print(f"ms a point: p50 {took[len(took) // 2] * 1e3:.2f}, p99 {took[len(took) * 99 // 100] * 1e3:.2f}")


def _near_an_outline(zones: Zones, random: Random) -> Point:
    _zone, rings = random.choice(zones)
    x, y = random.choice(random.choice(rings))
    away, angle = random.uniform(0, FARTHEST) / DEGREE, random.uniform(0, 2 * math.pi)
    latitude = y / 1e6 + away * math.sin(angle)
    return Point(latitude, x / 1e6 + away * math.cos(angle) / max(math.cos(math.radians(latitude)), 0.01))


def _truth(zones: Zones, point: Point, column: int, row: int) -> set[str]:
    found = set[str]()
    for zone, rings in zones:
        flat = [[part for spot in ring for part in spot] for ring in rings]
        if sum(is_inside(ring, point.longitude * 1e6, point.latitude * 1e6) for ring in flat) % 2:
            found.update(territories(zone, column, row))
    return found


def _verdict(outcome: Outcome, places: set[str], truth: set[str]) -> str:
    if outcome is Outcome.ASK:
        return "asked, right one offered" if places >= truth else "asked, wrong"
    return "right" if places == truth else "at sea, said to be land" if not truth else "wrong"


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as scratch:
        main(Path(sys.argv[1]) if len(sys.argv) > 1 else fetched(Path(scratch)))
