"""From a point to its territory: right on both sides of the borders that matter, and asked where it can't be told."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.places import borders
from bot.places.borders import CELLS, FILE, Borders
from bot.places.build import outlines
from bot.places.names import countries
from handlers.model.messages import Point
from handlers.model.places import Outcome

BORDERS = Borders()


def found(latitude: float, longitude: float, borders: Borders = BORDERS) -> str:
    finding = borders.at(Point(latitude, longitude))
    return " ".join([finding.outcome.value, *sorted(finding.places)])


@pytest.mark.parametrize(
    ("where", "latitude", "longitude", "place"),
    [
        ("Mae Sot", 16.7131, 98.5742, "TH"),
        ("Myawaddy", 16.6890, 98.5090, "MM"),
        ("Mae Sai", 20.4330, 99.8800, "TH"),
        ("Tachileik", 20.4500, 99.8850, "MM"),
        ("Nong Khai", 17.8783, 102.7413, "TH"),
        ("Vientiane", 17.9757, 102.6331, "LA"),
        ("Aranyaprathet", 13.6900, 102.5000, "TH"),
        ("Poipet", 13.6550, 102.5600, "KH"),
        ("Sheung Shui", 22.5010, 114.1280, "HK"),
        ("Lo Wu station", 22.5281, 114.1133, "HK"),
        ("Luohu, Shenzhen", 22.5431, 114.1178, "CN"),
        ("Futian, Shenzhen", 22.5415, 114.0596, "CN"),
        ("Macau, at the gate", 22.2100, 113.5490, "MO"),
        ("Gongbei, Zhuhai", 22.2197, 113.5500, "CN"),
        ("Kinmen", 24.4300, 118.3200, "TW"),
        ("Xiamen", 24.4800, 118.0900, "CN"),
        ("Ruili", 24.0100, 97.8500, "CN"),
        ("Muse", 23.9900, 97.9000, "MM"),
        ("Hekou", 22.5100, 103.9600, "CN"),
        ("Lao Cai", 22.4800, 103.9700, "VN"),
        ("Hanoi, in a time zone named after Bangkok", 21.0300, 105.8500, "VN"),
        ("Nakhon Phanom", 17.4000, 104.7800, "TH"),
        ("Mohan", 21.1850, 101.6850, "CN"),
        ("Dandong", 40.1200, 124.3900, "CN"),
        ("Sinuiju", 40.1000, 124.4000, "KP"),
        ("Almaty", 43.2400, 76.8900, "KZ"),
        ("Korday", 43.0400, 74.7100, "KZ"),
        ("Bishkek", 42.8700, 74.5900, "KG"),
        ("Kilis", 36.7160, 37.1150, "TR"),
        ("Azaz", 36.5860, 37.0440, "SY"),
        ("Reyhanli", 36.2690, 36.5670, "TR"),
        ("Masnaa", 33.7000, 35.9200, "LB"),
        ("Damascus", 33.5100, 36.2900, "SY"),
        ("Terespol", 52.0760, 23.6160, "PL"),
        ("Brest", 52.0900, 23.6900, "BY"),
        ("Raxaul", 26.9800, 84.8500, "IN"),
        ("Birgunj", 27.0100, 84.8700, "NP"),
        ("Zhangmu", 27.9900, 85.9800, "CN"),
        ("Purang", 30.2900, 81.1800, "CN"),
        ("Lesbos, the strait", 39.3500, 26.3000, "GR"),
        ("Taipei", 25.0300, 121.5000, "TW"),
        ("Fiji, across the date line", -16.7800, -179.9700, "FJ"),
        ("Novi Pazar", 43.1370, 20.5150, "RS"),
        ("Presevo", 42.3080, 21.6500, "RS"),
        ("Kursumlija", 43.1410, 21.2740, "RS"),
        ("Skopje", 41.9960, 21.4310, "MK"),
        ("Kukes", 42.0770, 20.4220, "AL"),
        ("South Pole", -90.0, 0.0, "AQ"),
    ],
)
def test_each_side_of_a_border_is_told_from_the_other(
    where: str, latitude: float, longitude: float, place: str
) -> None:
    assert found(latitude, longitude) == f"answer {place}", where


@pytest.mark.parametrize(
    ("where", "latitude", "longitude", "places"),
    [
        ("the bridge between Mae Sot and Myawaddy", 16.6922, 98.5177, "MM TH"),
        ("the bridge at Lo Wu", 22.5307, 114.1135, "CN HK"),
        ("the gate of Macau", 22.2160, 113.5496, "CN MO"),
        ("the bridge at Kodari", 27.9722, 85.9628, "CN NP"),
        ("Simferopol, Crimea", 44.9500, 34.1000, "RU UA"),
        ("Laayoune, Western Sahara", 27.1500, -13.2000, "EH MA"),
        ("Sukhumi", 43.0000, 41.0000, "GE RU"),
        ("Majdal Shams, Golan", 33.2667, 35.7700, "IL SY"),
        ("East Jerusalem", 31.7800, 35.2400, "IL PS"),
        ("Pristina", 42.6630, 21.1620, "RS XK"),
        ("Prizren", 42.2140, 20.7400, "RS XK"),
        ("Gjilan", 42.4610, 21.4690, "RS XK"),
        ("Leposavic, north Kosovo", 43.1040, 20.8030, "RS XK"),
        ("Abyei", 9.6000, 28.4000, "SD SS"),
    ],
)
def test_it_is_asked_where_both_may_be_right(where: str, latitude: float, longitude: float, places: str) -> None:
    assert found(latitude, longitude) == f"ask {places}", where


@pytest.mark.parametrize(
    ("latitude", "longitude"),
    [(14.0, 115.0), (24.6, 119.6), (9.5, 101.5), (1.0, 1.0), (0.0, -180.0), (0.0, 180.0), (90.0, 0.0)],
)
def test_the_high_sea_is_no_territory(latitude: float, longitude: float) -> None:
    assert found(latitude, longitude) == "none"


@given(st.floats(-90, 90), st.floats(-180, 180))
def test_any_point_gets_territories_or_none(latitude: float, longitude: float) -> None:
    finding = BORDERS.at(Point(latitude, longitude))
    assert set(finding.places) <= countries()
    assert (finding.outcome is Outcome.NONE) is (not finding.places)
    assert (finding.outcome is Outcome.ASK) is (len(finding.places) > 1)


def test_nothing_is_read_before_the_first_point(tmp_path: Path) -> None:
    borders = Borders(tmp_path / "missing")
    with pytest.raises(FileNotFoundError):
        borders.at(Point(0, 0))


def test_a_point_is_compared_with_few_corners(monkeypatch: pytest.MonkeyPatch) -> None:
    random, is_inside, corners = Random(7), borders.is_inside, 0

    def count(ring: list[int], x: float, y: float) -> bool:
        nonlocal corners
        corners += len(ring) // 2
        return is_inside(ring, x, y)

    monkeypatch.setattr(borders, "is_inside", count)
    counts = []
    for _ in range(2000):
        corners = 0
        BORDERS.at(Point(random.uniform(10, 55), random.uniform(0, 130)))
        counts.append(corners)
    assert 0 < max(counts) < 10_000  # how long that takes stands in `python -m tests.bench.borders`


def test_the_notice_names_the_very_file_that_is_shipped() -> None:
    notice = (Path(__file__).parents[2] / "NOTICE").read_text("utf-8")
    assert hashlib.sha256(FILE.read_bytes()).hexdigest() in notice
    assert "OpenStreetMap" in notice


def test_what_is_built_is_found_again(tmp_path: Path) -> None:
    folder = _small_source(tmp_path)
    file = tmp_path / "borders.bin"
    file.write_bytes(outlines.built(folder))
    small = Borders(file)
    assert found(16.7, 98.55, small) == "answer MM"
    assert found(16.7, 99.0, small) == "answer TH"
    assert found(16.7, 98.8, small) == "ask MM TH"
    assert found(16.7, 99.3, small) == "answer TH"
    assert found(-3.2, 98.58, small) == "answer ID"
    assert found(-3.2, 98.9, small) == "none"
    assert found(16.7, 120.0, small) == "none"


def _small_source(folder: Path) -> Path:
    """A folder as the package has it: a cell that is all Thailand, one half of it, an island, high sea."""
    west = [(98_400_000, 16_500_000), (98_800_000, 16_500_000), (98_800_000, 16_900_000), (98_400_000, 16_900_000)]
    east = [(98_800_000, 16_500_000), (99_200_000, 16_500_000), (99_200_000, 16_900_000), (98_800_000, 16_900_000)]
    # A corner that lies a metre beside the line between its neighbours is not needed.
    island = [(98_500_000, -3_300_000), (98_600_000, -3_300_000), (98_600_009, -3_200_000), (98_600_000, -3_100_000)]
    rock = [(98_700_000, -3_300_000), (98_700_001, -3_300_000), (98_700_001, -3_300_001)]
    leaves = {
        _path(396, 303): _leaf([("Asia/Yangon", [west]), ("Asia/Bangkok", [east])]),
        _path(396, 246): _leaf([("Asia/Jakarta", [island, rock])]),
    }
    tree: dict[str, object] = {}
    content = b""
    for path, leaf in leaves.items():
        _put(tree, path, {"pos": len(content), "len": len(leaf)})
        content += leaf
    _put(tree, _path(397, 303), [0])
    _put(tree, _path(398, 303), [1])
    index = {"timezones": ["Asia/Bangkok", "Etc/GMT-7"], "lookup": tree}
    (folder / "timezones.geojson.index.json").write_text(json.dumps(index), "utf-8")
    (folder / "timezones.geojson.geo.dat").write_bytes(content)
    return folder


def _path(column: int, row: int) -> str:
    """a: north-east, b: north-west, c: south-west, d: south-east."""
    halves = [CELLS >> step for step in range(1, 10)]
    return "".join("cdba"[bool(row & half) * 2 + bool(column & half)] for half in halves)


def _put(tree: dict[str, object], path: str, leaf: object) -> None:
    for quarter in path[:-1]:
        branch = tree.setdefault(quarter, {})
        assert isinstance(branch, dict)
        tree = branch
    tree[path[-1]] = leaf


def _leaf(zones: Iterable[tuple[str, list[list[tuple[int, int]]]]]) -> bytes:
    """As Geobuf writes it: one polygon without lengths, several with them."""
    features = b""
    for name, rings in zones:
        deltas: list[int] = []
        for ring in rings:
            before = [(0, 0), *ring]
            deltas += [part for (x0, y0), (x, y) in zip(before, ring, strict=False) for part in (x - x0, y - y0)]
        lengths = [len(rings), *(number for ring in rings for number in (1, len(ring)))]
        kind = _number(1, 5 if len(rings) > 1 else 4)
        geometry = kind + (_bytes(2, b"".join(map(_varint, lengths))) if len(rings) > 1 else b"")
        geometry += _bytes(3, b"".join(_varint(2 * delta if delta >= 0 else -2 * delta - 1) for delta in deltas))
        features += _bytes(1, _bytes(1, geometry) + _bytes(13, _bytes(1, name.encode())) + _bytes(14, b"\0\0"))
    return _bytes(1, b"tzid") + _bytes(4, features)


def _number(tag: int, value: int) -> bytes:
    return _varint(tag << 3) + _varint(value)


def _bytes(tag: int, value: bytes) -> bytes:
    return _varint(tag << 3 | 2) + _varint(len(value)) + value


def _varint(value: int) -> bytes:
    return bytes([value & 0x7F | 0x80]) + _varint(value >> 7) if value > 0x7F else bytes([value])
