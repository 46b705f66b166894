"""Draws `bot/places/tables/everyday.txt` and `persons.txt`: which names of places are also words or names of persons.

Needs what the tests don't: hunspell dictionaries and message catalogues below a folder, `faker` and `names` installed.
`python -m tests.bench.places.draw_words FOLDER`
"""

from __future__ import annotations

import gettext
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

from bot.places.build import inflections, lists, spellings
from bot.places.build.sources import cities, language_names, persons, subdivision_names, territory_names
from bot.places.slips import shortened, slips_of
from bot.places.words import TABLES, key

_KNOWN_WIDELY = 20
"""A territory's name in so many languages is not given up for a word that looks like it."""
_MOST_SMALL_TERRITORIES = 15
"""A dictionary with more of those in small letters writes every word so."""
_MOST_OWN_NAMES = 0.2
"""A dictionary that writes more of its own language's names so says nothing about them."""
_COMMONEST = 6000
"""Names of persons in the list of the census; rarer ones look like misspelt places."""
_CATALOGUES = ("gtk20", "gtk20-properties", "glib20", "nautilus", "vlc", "coreutils", "adduser", "gtk30", "bash")


def main(folder: Path) -> None:
    names = set(_names())
    votes = Counter(" ".join(key(text)) for text, _ in {(name.text, name.language) for name in territory_names()})
    alike = {name for name in names if " " not in name and votes[name] < _KNOWN_WIDELY}
    slips = {slip for name in lists.guessable() for slip in slips_of(name)}
    widely = {name for name in votes if votes[name] >= _KNOWN_WIDELY}
    everyday, persons = _words(folder, widely), set(_persons(_COMMONEST))
    words = {" ".join([word, *sorted(everyday[word])]) for word in everyday.keys() & alike}
    _write("everyday.txt", "Names of places that are also words, and of which languages.", words)
    named = names.intersection(_persons(None)) - (everyday.keys() - alike)
    _write("persons.txt", "Names of places that persons have too.", named)
    others = (everyday.keys() | persons) - votes.keys()
    near = {word for word in others if any(slip in slips for slip in slips_of(word))} | set(_near_parts(folder))
    _write("near.txt", "Words and persons' names that are one slip away from the name of a place.", near)


def _names() -> Iterator[str]:
    for name in (*territory_names(), *subdivision_names(), *language_names()):
        for form in (name.text, *inflections.forms(name.text, name.language)):
            yield " ".join(key(form))
    for city in cities():
        yield from (" ".join(key(text)) for text in (city.name, *city.others))


def _words(folder: Path, widely: set[str]) -> dict[str, set[str]]:
    """Words that are written in small letters, and their languages."""
    found: dict[str, set[str]] = defaultdict(set)
    for language, words in (*_of_dictionaries(folder, widely), *_of_catalogues(folder)):
        for word in words:
            if len(word) >= 3 and word.islower():
                found[_folded(word)].add(language)
    return found


def _of_dictionaries(folder: Path, widely: set[str]) -> Iterator[tuple[str, set[str]]]:
    """Of dictionaries that write Thailand with a capital."""
    own: dict[str, set[str]] = defaultdict(set)
    for name in territory_names():
        own[name.language].add(" ".join(key(name.text)))
    for path in sorted(folder.rglob("*.dic")):
        language, listed = path.stem.split("_")[0], set(_listed(path))
        words = {word for word in listed if word.islower()}
        if len(words & widely) <= _MOST_SMALL_TERRITORIES:
            names = {word for word in listed if _folded(word) in own[language]}
            is_careless = len(names & words) > _MOST_OWN_NAMES * len(names)
            yield language, words - names if is_careless else words


def _of_catalogues(folder: Path) -> Iterator[tuple[str, set[str]]]:
    for domain in _CATALOGUES:
        for path in [*sorted(folder.rglob(f"{domain}.mo")), *sorted(Path("/usr/share/locale").rglob(f"{domain}.mo"))]:
            language = re.split("[_@]", path.parts[-3])[0]
            yield language, set(re.findall(r"[^\W\d_]+", " ".join(_sentences(path))))


def _folded(word: str) -> str:
    return word.casefold() if word.isascii() else "".join(key(word)[:1])


def _near_parts(folder: Path) -> Iterator[str]:
    """English words that are no slips of words like South, beside the name of a place."""
    parts = {word for _, word in spellings.english_parts()}
    slips = {slip for word in parts for slip in shortened(word)}
    for path in sorted(folder.rglob("en_[GU][BS].dic")):
        for word in _listed(path):
            if word.islower() and word.isascii() and len(word) >= 3:
                forms = (word, word + "s", word.removesuffix("e") + "ed")
                yield from (form for form in forms if form not in parts and not slips.isdisjoint(shortened(form)))


def _listed(path: Path) -> Iterator[str]:
    for line in path.read_bytes().decode(_encoding(path), "replace").splitlines():
        yield re.split(r"[/\s\t]", line)[0]


def _sentences(path: Path) -> list[str]:
    try:
        with path.open("rb") as file:
            catalogue = gettext.GNUTranslations(file)
    except (IndexError, ValueError, UnicodeDecodeError):
        return []
    found = catalogue._catalog.values()  # type: ignore[attr-defined]
    return [str(one).replace("_", "").replace("&", "") for one in found]


def _encoding(dictionary: Path) -> str:
    rules = dictionary.with_suffix(".aff")
    named = re.search(rb"^SET +([\w-]+)", rules.read_bytes(), re.MULTILINE) if rules.exists() else None
    return named[1].decode().replace("microsoft-cp", "cp") if named else "utf-8"


def _persons(most: int | None) -> Iterator[str]:
    import names

    for file in ("first:male", "first:female", "last"):
        for line in Path(names.FILES[file]).read_text().splitlines()[:most]:
            yield line.split()[0].casefold()
    yield from (" ".join(key(name)) for name in persons())


def _write(file: str, purpose: str, words: set[str]) -> None:
    lines = [f"# {purpose} Drawn by tests/bench/places/draw_words.py.", *sorted(filter(None, words))]
    (TABLES / file).write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(file, len(words))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
