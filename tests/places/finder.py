"""The finder of places with a few aliases, as content gives them, for the tests that ask it."""

from __future__ import annotations

from bot.places import PlaceFinder

_ALIASES = {
    "CN": "China; 中國; 中国; 大陸; 大陆; 北京; 北平; 上海; 重慶; 重庆; 四川",
    "CN-XJ": "新疆; 哈密",
    "CN-XZ": "西藏",
    "HK": "HK; 香港",
    "MO": "Macau; Coloane; 路環",
    "TH": "Mae Sot; 美索; Pattaya; 芭提雅; พัทยา; 普吉; Thái",
    "TW": "ROC; 臺中",
}
FINDER = PlaceFinder({spelling: place for place, many in _ALIASES.items() for spelling in many.split("; ")})


def found(text: str, finder: PlaceFinder = FINDER) -> str:
    """The outcome and the places, in a line: `ask KP KR`."""
    finding = finder.find(text)
    return " ".join([finding.outcome.value, *finding.places])
