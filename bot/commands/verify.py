"""`python -m bot verify [CODE]`: which edition stands in these files, and whether a code names it."""

from __future__ import annotations

from bot.content.book import assemble
from bot.content.edition import Edition, edition_of
from bot.content.reading import read_folder
from bot.languages.catalogue_files import catalogues, read_catalogue
from bot.settings.environment import Settings


def verify(settings: Settings, typed: str) -> int:
    """Prints the edition; returns 1 if the code is another's. Raises ContentError for content that can't be used."""
    edition = edition_on_disk(settings)
    print(f"edition {edition.code}")
    if not typed:
        return 0
    is_same = edition.is_named(typed)
    print("The code names this edition." if is_same else "The code does not name this edition.")
    return 0 if is_same else 1


def edition_on_disk(settings: Settings) -> Edition:
    """Of the files as they are now; a running bot may still use the ones before."""
    reading = read_folder(settings.content)
    assemble(reading)
    return edition_of(reading, {path.parts[-3]: read_catalogue(path).forms for path in catalogues(settings.locales)})
