"""The terminal as a messenger: you write as a person, `@staff …` as staff; choices are numbered."""

from __future__ import annotations

import re
import time
import unicodedata
from collections.abc import Iterable
from html import unescape
from typing import TextIO

from bot.messengers.contract import (
    Accepted,
    Act,
    Button,
    DeliveryError,
    Event,
    Keep,
    Parcel,
    Received,
    SetAside,
    Trouble,
)
from bot.messengers.reception import Reception
from bot.messengers.words import quoted
from handlers.model.direction import MARKS
from handlers.model.messages import Kind

NAME = "terminal"
PERSON = "you"
STAFF = "staff"
DESK = "desk"
_STAFF_PREFIX = "@staff"


class Terminal:
    """A `Messenger` on a stream of lines; `deliver` writes, `read` turns a line into what came in."""

    name = NAME
    receives_alone = True

    def __init__(self, out: TextIO) -> None:
        self.reception = Reception()
        self._out = out
        self._is_colourful = out.isatty()
        self._count = 0
        self._desk_buttons: tuple[Button, ...] = ()

    def read(self, line: str) -> Received | None:
        """The message that a line stands for; None for an empty one."""
        text = line.strip()
        if not text:
            return None
        self._count += 1
        if text.split(maxsplit=1)[0].casefold() == _STAFF_PREFIX:
            return self._from_staff(text[len(_STAFF_PREFIX) :].strip())
        return self._received(PERSON, PERSON, text)

    async def receive(self, keep: Keep, set_aside: SetAside) -> None:
        """Lines are fed by `bot.commands.chat`, which waits for the answers of one before it reads the next."""

    async def deliver(self, parcel: Parcel) -> Accepted:
        if parcel.act is Act.OPEN_TOPIC:
            return Accepted(topic="")
        if parcel.act is Act.FETCH:
            raise DeliveryError(Trouble.REFUSED)
        if parcel.act in (Act.DELETE, Act.PRESSED, Act.TIMER, Act.TRUST, Act.LEAVE):
            return Accepted()
        self._count += 1
        is_desk = parcel.chat == DESK
        if is_desk and parcel.buttons:
            self._desk_buttons = parcel.buttons
        self._write("desk │ " if is_desk else "bot  │ ", self._lines(parcel))
        return Accepted(messages=(str(self._count),))

    async def close(self) -> None:
        """Nothing is held open."""

    def _from_staff(self, text: str) -> Received:
        if text.isascii() and text.isdigit() and 1 <= int(text) <= len(self._desk_buttons):
            token = self._desk_buttons[int(text) - 1].token
            pressed = self._received(DESK, STAFF, "")
            return pressed.model_copy(update={"event": Event.PRESS, "token": token})
        return self._received(DESK, STAFF, text)

    def _received(self, chat: str, sender: str, text: str) -> Received:
        return Received(
            platform=NAME,
            key=f"{time.time_ns()}.{self._count}",
            chat=chat,
            sender=sender,
            is_private=chat == PERSON,
            at=time.time(),
            message=str(self._count),
            text=text,
            kind=Kind.TEXT,
        )

    def _lines(self, parcel: Parcel) -> Iterable[str]:
        yield from self._styled(parcel.text).split("\n")
        if parcel.words:
            yield ""
            yield from _printable(quoted(parcel.words)).split("\n")
        if parcel.latitude is not None:
            yield f"({parcel.latitude:.5f}, {parcel.longitude:.5f})"
        yield from (f"  {number}. {_printable(button.label)}" for number, button in enumerate(parcel.buttons, 1))

    def _styled(self, text: str) -> str:
        bold, plain = ("\033[1m", "\033[0m") if self._is_colourful else ("", "")
        parts = re.split(r"(</?(?:b|i|code|at)>)", _printable(text))
        codes = {"<b>": bold, "</b>": plain}
        return "".join(codes.get(part, "") if part.startswith("<") else unescape(part) for part in parts)

    def _write(self, margin: str, lines: Iterable[str]) -> None:
        self._out.write("".join(f"{margin}{line}".rstrip() + "\n" for line in lines) + "\n")
        self._out.flush()


def _printable(text: str) -> str:
    """Without control characters, which could tell a terminal to do things, and without marks of direction: most
    terminals show them, or order text by rules of their own."""
    return "".join(c for c in text.translate(MARKS) if c == "\n" or unicodedata.category(c) != "Cc")
