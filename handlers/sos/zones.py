"""Whose clock: a zone that is named ("UTC+7", "Bangkok time", 曼谷時間), as minutes east of UTC."""

from __future__ import annotations

import re
from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from babel.core import get_global

from handlers.model.knowledge import whole_of
from handlers.ports import Ports

FIRST, LAST = -12 * 60, 14 * 60
"""Minutes east of UTC of the clocks that there are."""
_STEP = 15
"""Clocks differ by quarters of an hour; what is left is how long an answer took."""
_UTC = re.compile(r"(?:utc|gmt)\s*(?:([+\-−–])\s*(\d{1,2})(?:[:.]?(\d{2}))?)?(?!\w)", re.IGNORECASE)
_NAMED = re.compile(r"(.{2,40}?)[\s,]*(?:\btime\b|时间|時間)", re.IGNORECASE)
_BY_NAME = {"北京": "Asia/Shanghai", "beijing": "Asia/Shanghai", "china": "Asia/Shanghai", "中国": "Asia/Shanghai"}


def split_zone(text: str, ports: Ports) -> tuple[int | None, str]:
    """The offset of a zone that a text begins with, and what follows it; (None, the text) where it begins with none."""
    if found := _UTC.match(text):
        return _utc(found), text[found.end() :].strip(" ,.;")
    found = _NAMED.match(text)
    if found and (offset := _offset_of(found[1].strip(), ports)) is not None:
        return offset, text[found.end() :].strip(" ,.;，。")
    return None, text


def zone_of(text: str, ports: Ports) -> int | None:
    """The offset of a text that is a zone, or a place with one clock."""
    offset, rest = split_zone(text, ports)
    return offset if offset is not None and not rest else _offset_of(text.strip(), ports)


def offset_by(hour: int, minute: int, now: datetime) -> tuple[int, ...]:
    """The offsets of the clocks that show this time now: two near the date line."""
    utc = now.hour * 60 + now.minute
    east = round((hour * 60 + minute - utc) / _STEP) * _STEP % 1440
    return tuple(offset for offset in (east, east - 1440) if FIRST <= offset <= LAST)


def _utc(found: re.Match[str]) -> int | None:
    minutes = int(found[2] or 0) * 60 + int(found[3] or 0)
    offset = minutes if found[1] in (None, "+") else -minutes
    return offset if FIRST <= offset <= LAST else None


def _offset_of(name: str, ports: Ports) -> int | None:
    now = ports.clock.now()
    city = _BY_NAME.get(name.casefold()) or _cities().get(name.casefold())
    if city:
        return _offset(city, now)
    places = ports.places.find(name).places
    code = whole_of(places[0]) or places[0] if len(places) == 1 else ""
    offsets = {_offset(zone, now) for zone in get_global("territory_zones").get(code, ())}
    return offsets.pop() if len(offsets) == 1 else None


def _offset(zone: str, now: datetime) -> int | None:
    """None on a host that knows no zones: then the person is asked."""
    try:
        there = now.astimezone(ZoneInfo(zone)).utcoffset()
    except (ZoneInfoNotFoundError, ValueError):
        return None
    return int(there.total_seconds() // 60) if there is not None else None


@lru_cache(maxsize=1)
def _cities() -> dict[str, str]:
    """The zones by their city, as the tz database has them: `new york`."""
    return {
        zone.rpartition("/")[2].replace("_", " ").casefold(): zone
        for zone in sorted(available_timezones())
        if zone.partition("/")[0]
        in ("Africa", "America", "Asia", "Australia", "Europe", "Pacific", "Indian", "Atlantic")
    }
