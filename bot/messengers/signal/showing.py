"""A parcel as it is read on Signal, which has neither buttons nor places on a map."""

from __future__ import annotations

from collections.abc import Sequence

from bot.messengers.contract import Button, Parcel
from bot.messengers.markup import Run, runs_of
from bot.messengers.signal.parse import is_group


def shown(parcel: Parcel) -> list[Run]:
    """All that is read of a parcel: text, words, a link to the place, and the choices: numbered for a person, as
    commands in a group, where nobody would know whose number counts."""
    runs = runs_of(parcel.text, parcel.words)
    if parcel.latitude is not None and parcel.longitude is not None:
        runs.append(Run(f"\n{_map_link(parcel.latitude, parcel.longitude)}"))
    lines = list(_in_group(parcel.buttons) if is_group(parcel.chat) else _numbered(parcel.buttons))
    if lines:
        runs.append(Run("\n\n" + "\n".join(lines)))
    return runs


def _numbered(buttons: Sequence[Button]) -> list[str]:
    return [f"{number}. {button.label}" for number, button in enumerate(buttons, 1)]


def _in_group(buttons: Sequence[Button]) -> list[str]:
    return [f"{button.label}: {button.command}" for button in buttons if button.command]


def _map_link(latitude: float, longitude: float) -> str:
    return (
        f"https://www.openstreetmap.org/?mlat={latitude:.5f}&mlon={longitude:.5f}#map=15/{latitude:.5f}/{longitude:.5f}"
    )
