"""What persons and staff do on Matrix, and what stands on their screens."""

from __future__ import annotations

import re
from typing import Any, Self

from pydantic import SecretStr

from bot.app import App
from bot.messengers.contract import Messenger
from bot.parsing import Endpoint
from bot.routing.command_menus import menus
from bot.web import Web
from tests.messengers.doors import Door
from tests.messengers.matrix import TRAITS
from tests.messengers.matrix.homeserver import BOT, SERVER, TOKEN, Homeserver, Room
from tests.messengers.matrix.settings import MatrixSettings


class MatrixDoor(Door):
    name = "matrix"
    desk = f"!desk:{SERVER}"
    staff = (f"@staff:{SERVER}", f"@colleague:{SERVER}")
    person, room = f"@ann:{SERVER}", f"!ann:{SERVER}"
    secrets = ("Marker", person, room)

    def __init__(self, server: Homeserver) -> None:
        self.server: Homeserver = server
        server.rooms[self.desk] = Room({BOT, *self.staff})
        server.rooms[self.room] = Room({self.person}, invited={BOT})

    @classmethod
    async def open(cls) -> Self:
        return cls(await Homeserver.start())

    def adapter(self, app: App) -> Messenger:
        own = MatrixSettings(homeserver=self.server.url, token=SecretStr(TOKEN))
        return TRAITS.adapter(own, menus(app.catalogues), Web(Endpoint("127.0.0.1", 0)))

    async def is_heard(self) -> None:
        """The bot has joined the person's room."""
        await self.server.wait_until(lambda: BOT in self.server.rooms[self.room].members)

    def says(self, text: str, **raw: Any) -> Any:
        return self.server.says(self.room, self.person, {"msgtype": "m.text", "body": text, **raw})

    def chooses(self, label: str) -> None:
        newest = self.newest_choices()
        assert label in newest, f"{label!r} is not in the newest list: {newest}"
        self.says(str(newest.index(label) + 1))

    def edits(self, message: Any, text: str) -> None:
        new = {"msgtype": "m.text", "body": text}
        relation = {"rel_type": "m.replace", "event_id": message}
        self.says(f"* {text}", **{"m.new_content": new, "m.relates_to": relation})

    def sends_photo(self, data: bytes, text: str = "") -> None:
        caption = {"body": text, "filename": "IMG_1.jpg"} if text else {"body": "IMG_1.jpg"}
        self.says("", **{"msgtype": "m.image", "url": self.server.attach(data), **caption})

    def sends_place(self, latitude: float, longitude: float) -> None:
        self.says("here", msgtype="m.location", geo_uri=f"geo:{latitude},{longitude};u=10")

    def sends_voice(self) -> None:
        self.says("voice", msgtype="m.audio", url=self.server.attach(b"voice"))

    def leaves(self) -> None:
        self.server.rooms[self.room].members.discard(BOT)

    def staff_says(self, text: str, *, quotes: str = "") -> None:
        relation = {}
        if quotes:
            events = self.server.rooms[self.desk].events
            quoted = [event["event_id"] for event in events if quotes in event["content"].get("body", "")][-1]
            relation = {"m.relates_to": {"m.in_reply_to": {"event_id": quoted}}}
        self.server.says(self.desk, self.staff[0], {"msgtype": "m.text", "body": text, **relation})

    def staff_chooses(self, label: str) -> None:
        commands = re.findall(rf"^{re.escape(label)}: (/.+)$", "\n".join(self.posts()), re.MULTILINE)
        self.staff_says(commands[-1])

    def told(self) -> list[str]:
        return self.server.texts(self.room)

    def newest_choices(self) -> list[str]:
        lists = [re.findall(r"^\d+\. (.+)$", text, re.MULTILINE) for text in self.told()]
        return next((found for found in reversed(lists) if found), [])

    def posts(self) -> list[str]:
        return self.server.texts(self.desk)

    def photos(self) -> list[bytes]:
        shown = [content for content in self.server.shown(self.desk) if content["msgtype"] == "m.image"]
        return [self.server.media[content["url"].rpartition("/")[2]] for content in shown]

    def loses_answers(self, times: int) -> None:
        self.server.faults.extend(["lose"] * times)

    def breaks_once(self) -> None:
        self.server.faults.append("reset")

    def holds_back_once(self) -> None:
        self.server.faults.append("limit")
