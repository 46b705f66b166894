"""`make bench-places`: the finder of places beside other libraries: right, wrong, and how long it takes.

`python -m tests.bench.places [FOLDER]`; the folder may hold `langs/*.json` of the npm package i18n-iso-countries and
`*.mo` of message catalogues, from which more sets are drawn. Neither is in the index.
"""

from __future__ import annotations

import gettext
import json
import logging
import resource
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from random import Random
from time import perf_counter, thread_time

from bot.content import load
from bot.places import PlaceFinder
from handlers.model.places import Outcome
from tests.bench.places.sets import messages, questions

ROOT = Path(__file__).parents[3]
Lookup = Callable[[str], tuple[str, set[str]]]
"""Text → (answer, ask, suggest or none; places)."""
Case = tuple[str, set[str]]
_PER_LANGUAGE = 60
_PERSONS = 4000


def main(folder: Path | None) -> None:
    started, before = perf_counter(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    finder = PlaceFinder(load(ROOT / "content").aliases())  # the shipped one: how long it takes depends on its size
    ready, after = perf_counter() - started, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(f"start {ready:.2f} s with the content, {(after - before) / 1024:.0f} MiB added")
    lookups: dict[str, Lookup] = {"this bot": lambda text: _ours(finder, text)} | dict(_peers())
    for name, cases in _sets(folder):
        print(f"\n{name} ({len(cases)})")
        for who, lookup in lookups.items():
            print(f"  {who:20}{_row(lookup, cases)}")


def _row(lookup: Lookup, cases: Sequence[Case]) -> str:
    counts: Counter[str] = Counter()
    times = []
    for text, wanted in cases:
        begun = thread_time()
        outcome, places = lookup(text)
        times.append(thread_time() - begun)
        is_right = places == wanted if outcome == "answer" else bool(wanted & places)
        counts[outcome if outcome == "none" else f"{outcome} {'right' if is_right else 'wrong'}"] += 1
    times.sort()
    shares = "  ".join(f"{name} {100 * counts[name] / len(cases):.2f} %" for name in sorted(counts))
    return f"{shares}  p50 {times[len(times) // 2] * 1e6:.0f} µs, p99 {times[len(times) * 99 // 100] * 1e6:.0f} µs"


def _ours(finder: PlaceFinder, text: str) -> tuple[str, set[str]]:
    finding = finder.find(text)
    return finding.outcome.value, set(finding.places)


def _peers() -> Iterator[tuple[str, Lookup]]:
    """The libraries that are installed; what they answer counts as an answer."""
    import country_converter
    import countrynames
    import pycountry
    from countryguess import guess_country

    logging.getLogger("country_converter").setLevel(logging.CRITICAL)
    converter = country_converter.CountryConverter()

    def fuzzy(text: str) -> str | None:
        try:
            return str(pycountry.countries.search_fuzzy(text)[0].alpha_2)
        except LookupError:
            return None

    def converted(text: str) -> str | None:
        found = converter.convert(text, to="ISO2", not_found=None)
        return found if isinstance(found, str) and len(found) == 2 and found.isupper() and found != text else None

    peers: dict[str, Callable[[str], object]] = {
        "countryguess": lambda text: (guess_country(text) or {}).get("iso2"),
        "country-converter": converted,
        "countrynames": lambda text: countrynames.to_code(text),
        "pycountry fuzzy": fuzzy,
    }
    for name, lookup in peers.items():
        yield name, lambda text, lookup=lookup: _answered(lookup(text))  # type: ignore[misc]


def _answered(code: object) -> tuple[str, set[str]]:
    return (Outcome.ANSWER.value, {str(code)}) if code else (Outcome.NONE.value, set())


def _sets(folder: Path | None) -> Iterator[tuple[str, list[Case]]]:
    yield "questions in thirty languages", list(questions())
    rows = [(named, text) for _, named, text in messages()]
    yield "questions in 33 languages", [(text, set(named.split())) for named, text in rows if named[0] not in "-~"]
    yield "lines without a place", [(text, set()) for named, text in rows if named == "-"]
    yield "names of territories with a slip", [(text, {named[1:]}) for named, text in rows if named[0] == "~"]
    yield "names of persons", [(name, set()) for name in _persons()]
    if folder:
        yield "names of territories (i18n-iso-countries)", list(_names(folder))
        yield "sentences of interfaces", [(line, set()) for line in _sentences(folder)]


def _persons() -> Iterator[str]:
    from faker import Faker
    from faker.config import AVAILABLE_LOCALES

    for locale in sorted(AVAILABLE_LOCALES):
        faker = Faker(locale)
        faker.seed_instance(11)
        for _ in range(_PERSONS // len(AVAILABLE_LOCALES)):
            yield faker.name()


def _names(folder: Path) -> Iterator[Case]:
    for path in sorted(folder.rglob("langs/*.json")):
        for code, names in json.loads(path.read_text(encoding="utf-8"))["countries"].items():
            if code != "XK":
                yield from ((name, {code}) for name in ([names] if isinstance(names, str) else names))


def _sentences(folder: Path) -> Iterator[str]:
    random = Random(1)
    for path in sorted(folder.rglob("*.mo")):
        try:
            with path.open("rb") as file:
                catalogue = gettext.GNUTranslations(file)._catalog.values()  # type: ignore[attr-defined]
        except (IndexError, ValueError, UnicodeDecodeError):
            continue
        lines = sorted({str(line) for line in catalogue if line and "\n" not in str(line) and len(str(line)) < 120})
        yield from random.sample(lines, min(_PER_LANGUAGE, len(lines)))


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else None)
