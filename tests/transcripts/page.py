"""What stands in a chat, as lines that a translator can read."""

from __future__ import annotations

from bot.markup import to_plain
from bot.messenger import Button, Parcel

PERSON, BOT, STAFF, DESK, BACKUP = "person", "bot", "staff", "desk", "backup"
_WIDTH = 6


def spoken(who: str, text: str) -> list[str]:
    """What a person or staff member does: `person > Thailand`."""
    return _beside(f"{who:<{_WIDTH}} > ", text.split("\n"))


def shown(who: str, parcel: Parcel, *, messenger: str, note: str = "") -> list[str]:
    """What the bot shows: `bot    | Hello.`, with what is no text as a line in parentheses."""
    return _beside(f"{who:<{_WIDTH}} | ", [*([f"({note})"] if note else []), *_bubble(who, parcel, messenger)])


def _bubble(who: str, parcel: Parcel, messenger: str) -> list[str]:
    lines = ["(photo)"] if parcel.photo else []
    if text := to_plain(parcel.text, parcel.words):
        lines += text.split("\n")
    if parcel.latitude is not None:
        what = "map" if messenger == "telegram" else "link to a map"
        lines.append(f"({what}: {parcel.latitude}, {parcel.longitude})")
    if messenger == "telegram":
        return lines + _keyboard(parcel.buttons)
    # In a group nothing is numbered: nobody would know whose number counts.
    return lines + (_numbered(parcel.buttons) if who == BOT else [])


def _keyboard(buttons: tuple[Button, ...]) -> list[str]:
    return [" ".join(f"[ {button.label} ]" for button in buttons)] if buttons else []


def _numbered(buttons: tuple[Button, ...]) -> list[str]:
    lines = [f"{number}. {button.label}" for number, button in enumerate(buttons, 1)]
    return ["", *lines] if lines else []


def _beside(margin: str, lines: list[str]) -> list[str]:
    """The margin names who speaks on the first line and stays empty on the others."""
    rest = " " * _WIDTH + margin[_WIDTH:].replace(">", " ")
    return [f"{margin if number == 0 else rest}{line}".rstrip() for number, line in enumerate(lines)] + [""]
