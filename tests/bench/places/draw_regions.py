"""Draws `bot/places/tables/regions.tsv`: names of territories of Firefox and KDE that the other sources lack.

Needs the packages `firefox-esr-l10n-*` and `libkf5kdelibs4support-data` of Debian, unpacked below a folder.
`.venv-places/bin/python -m tests.bench.places.draw_regions FOLDER`
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from zipfile import ZipFile

from bot.places.build.sources import Name, territory_names
from bot.places.names import countries
from bot.places.words import TABLES, joined, key

_FIREFOX = re.compile(r"^region-name-([a-z]{2}) = (.+)$", re.MULTILINE)
_MADE_UP = "x"
"""The language in which KDE tests its programs."""
_KDE = re.compile(r"^Name\[(\w+)[^\]]*\]=(.+)$", re.MULTILINE)


def main(folder: Path) -> None:
    there = {(joined(key(name.text)), name.place) for name in territory_names()}
    new = {
        (name.place, name.language, name.text.strip())
        for name in (*_firefox(folder), *_kde(folder))
        if name.language != _MADE_UP and name.place in countries()
        if (joined(key(name.text)), name.place) not in there and "{" not in name.text
    }
    lines = [f"{place}\t{language}\t{text}" for place, language, text in sorted(new)]
    head = "# Names of territories in the translations of Firefox and KDE. Drawn by tests/bench/places/draw_regions.py."
    (TABLES / "regions.tsv").write_text("\n".join([head, *lines]) + "\n", encoding="utf-8")
    print(len(lines))


def _firefox(folder: Path) -> Iterator[Name]:
    for path in sorted(folder.rglob("*.xpi")):
        with ZipFile(path) as pack:
            for file in pack.namelist():
                if file.endswith("regionNames.ftl"):
                    language = file.split("/")[1].split("-")[0]
                    for code, name in _FIREFOX.findall(pack.read(file).decode("utf-8")):
                        yield Name(name, code.upper(), language)


def _kde(folder: Path) -> Iterator[Name]:
    for path in sorted(folder.rglob("countries/??/country.desktop")):
        for language, name in _KDE.findall(path.read_text(encoding="utf-8")):
            yield Name(name, path.parent.name.upper(), language.split("_")[0])


if __name__ == "__main__":
    main(Path(sys.argv[1]))
