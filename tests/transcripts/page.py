"""What stands in a chat, as lines that a translator can read."""

from __future__ import annotations

from bot.messengers.contract import Button, Parcel
from bot.messengers.markup import to_plain
from bot.messengers.signal import showing

PERSON, BOT, STAFF, DESK, BACKUP = "person", "bot", "staff", "desk", "backup"
_WIDTH = 6


def spoken(who: str, text: str) -> list[str]:
    """What a person or staff member does: `person > Thailand`."""
    return _beside(f"{who:<{_WIDTH}} > ", text.split("\n"))


def shown(who: str, parcel: Parcel, *, messenger: str, note: str = "") -> list[str]:
    """What the bot shows: `bot    | Hello.`, with what is no text as a line in parentheses; on Signal as its adapter
    writes it."""
    return _beside(f"{who:<{_WIDTH}} | ", [*([f"({note})"] if note else []), *_bubble(parcel, messenger)])


def _bubble(parcel: Parcel, messenger: str) -> list[str]:
    photo = ["(photo)"] if parcel.photo else []
    if messenger == "signal":
        return photo + "".join(run.text for run in showing.shown(parcel)).split("\n")
    text = to_plain(parcel.text, parcel.words)
    place = [f"(map: {parcel.latitude}, {parcel.longitude})"] if parcel.latitude is not None else []
    return [*photo, *(text.split("\n") if text else []), *place, *_keyboard(parcel.buttons)]


def _keyboard(buttons: tuple[Button, ...]) -> list[str]:
    return [" ".join(f"[ {button.label} ]" for button in buttons)] if buttons else []


def _beside(margin: str, lines: list[str]) -> list[str]:
    """The margin names who speaks on the first line and stays empty on the others."""
    rest = " " * _WIDTH + margin[_WIDTH:].replace(">", " ")
    return [f"{margin if number == 0 else rest}{line}".rstrip() for number, line in enumerate(lines)] + [""]
