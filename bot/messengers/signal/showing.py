"""A parcel as it is read on Signal, which has neither buttons nor places on a map, and styles of its own."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.messengers.contract import Parcel
from bot.messengers.markup import Run, as_they_are, choices_in_words, runs_of
from bot.messengers.signal.parse import is_group
from bot.messengers.words import with_broken_links


def shown(parcel: Parcel) -> list[Run]:
    """All that is read of a parcel: text, words, a link to the place, and the choices in words."""
    runs = runs_of(parcel.text, parcel.words, as_they_are if parcel.has_links else _without_links)
    if parcel.links_note and with_broken_links(parcel.words) != parcel.words:
        runs.append(Run(f"\n\n{parcel.links_note}"))
    if parcel.latitude is not None and parcel.longitude is not None:
        runs.append(Run(f"\n{_map_link(parcel.latitude, parcel.longitude)}"))
    if lines := choices_in_words(parcel, is_group=is_group(parcel.chat)):
        runs.append(Run("\n\n" + "\n".join(lines)))
    return runs


def _without_links(words: str) -> list[Run]:
    """Signal makes links of addresses whatever their style is."""
    return [Run(with_broken_links(words), is_words=True)]


def _map_link(latitude: float, longitude: float) -> str:
    return (
        f"https://www.openstreetmap.org/?mlat={latitude:.5f}&mlon={longitude:.5f}#map=15/{latitude:.5f}/{longitude:.5f}"
    )


_SIGNS = {"b": "**", "i": "*", "code": "`"}
_MEANS_SOMETHING = re.compile(r"[*~|`\\_]")


def to_signs(runs: Sequence[Run]) -> str | None:
    """As **bold**, *italic*, `monospace`; None where the text itself holds such signs.

    Versions of signal-cli-rest-api escape them in different ways: such a text is better shown without any style.
    """
    if any(_MEANS_SOMETHING.search(run.text) for run in runs):
        return None
    return "".join(_signed(run) for run in runs)


def _signed(run: Run) -> str:
    """Each line by itself, its white space outside: a sign that doesn't touch a letter is shown as a sign."""
    sign = "".join(_SIGNS[tag] for tag in run.tags[:1] if tag in _SIGNS)
    pieces = re.split(r"(\s*\n\s*|^\s+|\s+$)", run.text)
    return "".join(f"{sign}{piece}{sign}" if piece.strip() else piece for piece in pieces)
