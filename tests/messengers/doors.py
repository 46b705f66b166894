"""A door: what persons and staff do at one messenger's fake server, and what stands on their screens."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from typing import Any, Self

from pydantic import SecretStr

from bot.app import App
from bot.messengers.contract import Messenger
from bot.messengers.signal.adapter import SignalMessenger
from bot.messengers.telegram.adapter import TelegramMessenger
from bot.routing.command_menus import menus
from handlers.model.direction import MARKS
from tests.fakes import signal_state, telegram_state
from tests.fakes.signal_server import FakeSignal
from tests.fakes.telegram_server import FakeTelegram

WEEK = 7 * 86_400


class Door(ABC):
    """One person, two of the staff and their group at one messenger; nothing here knows the bot's inside."""

    name: str
    desk: str
    """The group, as BOT_DESK names it."""
    staff: tuple[str, str]
    secrets: tuple[str, ...]
    """What the desk must never see of the person."""
    server: Any

    @classmethod
    @abstractmethod
    async def open(cls) -> Self: ...

    async def close(self) -> None:
        await self.server.close()
        assert self.server.violations == []

    @abstractmethod
    def adapter(self, app: App) -> Messenger:
        """The real one, at this server."""

    @abstractmethod
    async def is_heard(self) -> None:
        """From now on nothing that is said gets lost."""

    # the person; what is said returns the reference of the message

    @abstractmethod
    def says(self, text: str, **raw: Any) -> int:
        """`raw` goes into the message as the messenger writes it."""

    @abstractmethod
    def chooses(self, label: str) -> None: ...

    @abstractmethod
    def edits(self, message: int, text: str) -> None: ...

    @abstractmethod
    def sends_photo(self, data: bytes, text: str = "") -> None: ...

    @abstractmethod
    def sends_place(self, latitude: float, longitude: float) -> None: ...

    @abstractmethod
    def sends_voice(self) -> None: ...

    @abstractmethod
    def leaves(self) -> None:
        """Nothing reaches this person any more."""

    # staff

    @abstractmethod
    def staff_says(self, text: str, *, quotes: str = "") -> None:
        """`quotes`: a part of the bot's message that is quoted."""

    @abstractmethod
    def staff_chooses(self, label: str) -> None: ...

    # the screens

    @abstractmethod
    def told(self) -> list[str]:
        """What the bot's messages to the person say now."""

    @abstractmethod
    def newest_choices(self) -> list[str]:
        """What the person may choose from."""

    @abstractmethod
    def posts(self) -> list[str]:
        """The same in the desk."""

    @abstractmethod
    def photos(self) -> list[bytes]:
        """The photos in the desk."""

    async def hears(self, part: str) -> str:
        """Waits until the person was told something with this part."""
        return await self._seen(self.told, part)

    async def desk_hears(self, part: str) -> str:
        return await self._seen(self.posts, part)

    async def _seen(self, texts: Callable[[], list[str]], part: str) -> str:
        try:
            await self.server.wait_until(lambda: any(part in text for text in texts()))
        except TimeoutError:
            raise AssertionError(f"{part!r} was not said; only {texts()}") from None
        return [text for text in texts() if part in text][-1]

    # what goes wrong

    @abstractmethod
    def loses_answers(self, times: int) -> None:
        """The next messages go out, and the bot doesn't hear of it."""

    @abstractmethod
    def breaks_once(self) -> None:
        """The connection breaks before the next message goes out."""

    @abstractmethod
    def holds_back_once(self) -> None:
        """The next message is too much."""


class TelegramDoor(Door):
    name = "telegram"
    desk = "-100500"
    staff = ("71", "72")
    person = 501
    secrets = ("Marker", "marker_username", "501")
    names: Mapping[str, str] = {
        "first_name": "Marker Firstname",
        "last_name": "Marker Lastname",
        "username": "marker_username",
    }

    def __init__(self, server: FakeTelegram) -> None:
        self.server: FakeTelegram = server
        self.state = server.state
        self.state.group(int(self.desk))

    @classmethod
    async def open(cls) -> Self:
        return cls(await FakeTelegram.start())

    def adapter(self, app: App) -> TelegramMessenger:
        return TelegramMessenger(SecretStr(self.server.token), menus(app.catalogues), api_url=self.server.url)

    async def is_heard(self) -> None:
        """Telegram keeps what nobody has fetched."""

    def methods(self) -> list[str]:
        """What was called so far."""
        return [method for method, _ in self.server.calls]

    def says(self, text: str, **raw: Any) -> int:
        self.state.says(self.person, text, sender=self.names, **raw)
        return self._changed()

    def chooses(self, label: str) -> None:
        self.state.press(self.person, label)
        self._changed()

    def edits(self, message: int, text: str) -> None:
        self.state.edits(self.person, message, text)
        self._changed()

    def sends_photo(self, data: bytes, text: str = "") -> None:
        self.state.photo(self.person, data, sender=self.names, **({"caption": text} if text else {}))
        self._changed()

    def sends_place(self, latitude: float, longitude: float) -> None:
        self.says("", location={"latitude": latitude, "longitude": longitude})

    def sends_voice(self) -> None:
        self.says("", voice={"file_id": "voice", "file_unique_id": "v", "duration": 1})

    def leaves(self) -> None:
        self.state.chat(self.person).is_blocked = True

    def staff_says(self, text: str, *, quotes: str = "", **raw: Any) -> None:
        if quotes:
            shown = self.state.chat(int(self.desk)).messages.items()
            quoted = [number for number, message in shown if quotes in message.get("text", "").translate(MARKS)][-1]
            self.state.quotes(71, quoted, text, chat=int(self.desk), **raw)
        else:
            self.state.says(71, text, chat=int(self.desk), **raw)
        self._changed()

    def staff_chooses(self, label: str, *, chat: int = 0) -> None:
        self.state.press(71, label, chat=chat or int(self.desk))
        self._changed()

    def told(self) -> list[str]:
        return self.state.texts(self.person)

    def newest_choices(self) -> list[str]:
        shown = reversed(self.state.chat(self.person).messages.values())
        keyboards = (m["reply_markup"]["inline_keyboard"] for m in shown if "reply_markup" in m)
        rows: list[list[dict[str, str]]] = next(keyboards, [])
        return [button["text"].translate(MARKS) for row in rows for button in row]

    def posts(self) -> list[str]:
        places = (message.get("location") for message in self.state.chat(int(self.desk)).messages.values())
        return [*self.state.texts(int(self.desk)), *(str(place) for place in places if place)]

    def photos(self) -> list[bytes]:
        return [data for name, data in self.state.files.items() if name.startswith("sent-")]

    def loses_answers(self, times: int) -> None:
        for _ in range(times):
            self.server.next("sendMessage", telegram_state.Fault("lose"))

    def breaks_once(self) -> None:
        self.server.next("sendMessage", telegram_state.Fault("reset"))

    def holds_back_once(self) -> None:
        fault = telegram_state.Fault("refuse", 429, "Too Many Requests: retry after 1", parameters={"retry_after": 1})
        self.server.next("sendMessage", fault)

    def _changed(self) -> int:
        self.server.changed()
        return self.state.last_message


class SignalDoor(Door):
    name = "signal"
    group = "aW52ZW50ZWQgZGVzayBvZiB0aGVzZSB0ZXN0cyEhISE="
    desk = signal_state.public_id(group)
    staff = ("71717171-7171-4717-8717-717171717171", "72727272-7272-4727-8727-727272727272")
    person = "11111111-1111-4111-8111-111111111111"
    secrets = ("Marker", person, "+12025550199")

    def __init__(self, server: FakeSignal) -> None:
        self.server: FakeSignal = server
        self.state = server.state
        self.state.group(self.group, self.staff)
        self.state.person(self.person, number="+12025550199", name="Marker Ann")

    @classmethod
    async def open(cls) -> Self:
        return cls(await FakeSignal.start())

    def adapter(self, app: App) -> SignalMessenger:
        return SignalMessenger(self.server.address, signal_state.BOT_NUMBER, timer=WEEK)

    async def is_heard(self) -> None:
        await self.server.wait_until(lambda: bool(self.server.readers))

    def says(self, text: str, **raw: Any) -> int:
        return self.state.says(self.person, text, **raw)

    def chooses(self, label: str) -> None:
        """Types the number that stands before the label in the newest list."""
        newest = self.newest_choices()
        assert label in newest, f"{label!r} is not in the newest list: {newest}"
        self.says(str(newest.index(label) + 1))

    def edits(self, message: int, text: str) -> None:
        self.state.edits(self.person, message, text)

    def sends_photo(self, data: bytes, text: str = "") -> None:
        self.says(text, attachments=[self.state.attach(data)])

    def sends_place(self, latitude: float, longitude: float) -> None:
        self.says(f"https://maps.google.com/maps?q={latitude}%2C{longitude}")

    def sends_voice(self) -> None:
        self.says("", attachments=[self.state.attach(b"voice", "audio/aac", isVoiceNote=True)])

    def leaves(self) -> None:
        self.state.persons[self.person].is_registered = False
        self.server.names_failures = True

    def staff_says(self, text: str, *, quotes: str = "") -> None:
        if quotes:
            quoted = [
                message.timestamp
                for message in self.state.messages(self.desk)
                if quotes in message.text.translate(MARKS)
            ][-1]
            self.state.quotes(self.staff[0], quoted, text, group=self.group)
        else:
            self.state.says(self.staff[0], text, group=self.group)

    def staff_chooses(self, label: str) -> None:
        """Writes the command that stands behind the label."""
        commands = re.findall(rf"^{re.escape(label)}: (/.+)$", "\n".join(self.posts()), re.MULTILINE)
        self.staff_says(commands[-1])

    def told(self) -> list[str]:
        return self.state.texts(self.person)

    def newest_choices(self) -> list[str]:
        lists = [re.findall(r"^\d+\. (.+)$", text, re.MULTILINE) for text in self.told()]
        return next((found for found in reversed(lists) if found), [])

    def posts(self) -> list[str]:
        return self.state.texts(self.desk)

    def photos(self) -> list[bytes]:
        return [data for message in self.state.messages(self.desk) for data in message.attachments]

    def loses_answers(self, times: int) -> None:
        self.server.next("send", signal_state.Fault("lose"), times)

    def breaks_once(self) -> None:
        self.server.next("send", signal_state.Fault("reset"))

    def holds_back_once(self) -> None:
        self.server.next("send", signal_state.Fault(error="Failed to send message due to rate limiting [429]"))


DOORS: dict[str, type[Door]] = {"telegram": TelegramDoor, "signal": SignalDoor}
