"""A stage for one house: persons and staff speak and press by what things are called, and all of it is written down."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from bot.messengers.contract import Act, DeliveryError, Event, Parcel, Received, Trouble
from bot.repositories.drills import read_drill
from bot.settings.addresses import ChatAddress
from bot.settings.desk import DeskSettings
from bot.storage.vault import Tags
from handlers.model.direction import MARKS
from handlers.model.messages import Kind
from handlers.table import TABLE
from tests.talk import BACKUP as TELEGRAM_BACKUP
from tests.talk import DESK as TELEGRAM_DESK
from tests.talk import KEY, OTHER_STAFF, STAFF, Talk
from tests.transcripts import page

SIGNAL_DESK = "group.desk"
SIGNAL_BACKUP = "group.backup"
CODES = ("4F7K-2Q", "9T3M-XD", "B6WN-08", "H1RE-5C", "M0VA-7P", "Q8ZD-3K")
"""How case codes read in a transcript, in order of appearance: the real ones are random."""
_HINTS = {"en": "en", "zh_Hant": "zh-hant", "zh_Hans": "zh-hans", "zh_TW": "zh-tw"}
_CHOSEN = {"zh_TW": "zh-tw"}
"""What Signal, which says nothing of languages, can't tell: it stands for a choice that was made before."""


class Stage:
    """Persons on one messenger, and the desk on the same one or another; a new person comes with each `enters`."""

    def __init__(
        self,
        messenger: str,
        language: str,
        words: Mapping[str, str],
        *,
        desk: str | None = "",
        is_forum: bool = False,
        has_backup: bool = False,
    ) -> None:
        self.messenger = messenger
        self.desk_messenger = messenger if desk == "" else desk or ""
        self.desk_chat = TELEGRAM_DESK if self.desk_messenger == "telegram" else SIGNAL_DESK
        self.lines: list[str] = []
        self._words = words
        self._people = itertools.count(501)
        self.person = ""
        self._codes: dict[str, str] = {}
        has_desk = bool(self.desk_messenger)
        self.backup_chat = TELEGRAM_BACKUP if self.desk_messenger == "telegram" else SIGNAL_BACKUP
        backup = ChatAddress(self.desk_messenger, self.backup_chat) if has_backup else None
        settings = DeskSettings(self.desk_messenger, self.desk_chat, 7, allows_downgrade=False, backup=backup)
        self.talk = Talk(
            messenger=messenger,
            at_desk=self.desk_messenger,
            desk=settings if has_desk else None,
            desk_language=language,
            platforms=(messenger,),
        )
        self.talk.messenger.is_forum = is_forum
        # A tag key that is always the same one: staff are called by their tags.
        object.__setattr__(self.talk.app.sealing, "tags", Tags(KEY))
        self.language = language
        self._language = self.talk.app.catalogues.of(language)
        self.enters()

    async def close(self) -> None:
        await self.talk.close()

    # what is written down without being said

    def enters(self) -> None:
        """From here on it is another person, whom the bot has never seen."""
        self.person = str(next(self._people))

    def notes(self, text: str) -> None:
        """A line between the messages that tells what happens."""
        self.lines += [f"-- {text} --", ""]

    def hides(self, text: str) -> None:
        """In the place of all that was played in this scene so far: a line that says what it was."""
        title = next(number for number, line in reversed(list(enumerate(self.lines))) if line.startswith("==="))
        self.lines[title + 2 :] = []
        self.notes(text)

    def later(self, **time: float) -> None:
        """Time goes by."""
        self.talk.clock.forward(**time)
        unit, number = next(iter(time.items()))
        self.notes(f"{number:g} {unit if number > 1 else unit.removesuffix('s')} later")

    async def waits(self, **time: float) -> None:
        """Time goes by, and what is due then happens at its time."""
        end = self.talk.clock.now() + timedelta(**time)
        while (due := await self.talk.next_event()) is not None and due <= end:
            self.talk.clock.moment = due
            start = len(self.lines)
            await self.settle()
            if len(self.lines) > start:
                self.lines[start:start] = [f"-- {due:%H:%M} UTC --", ""]
        self.talk.clock.moment = end

    # the person

    async def says(self, word: str, **more: Any) -> None:
        """What `word` is in the words of this language."""
        await self.writes(self._words[word], **more)

    async def writes(self, text: str, **more: Any) -> None:
        """The same in every language."""
        self._speak(page.PERSON, f"{_placeholder(more)}{text}".strip())
        await self._hear(self._from_person(text=text, **more))

    async def asks(self, wish: str, word: str = "") -> None:
        """A command on Telegram, the plain word for it on Signal."""
        row = next(row for row in TABLE if row.wish == wish)
        plain = self._language.gettext(row.words).split("|")[0] if row.words else ""
        name = f"/{row.command}" if self.messenger == "telegram" else plain
        await self.writes(f"{name} {self._words[word]}" if word else name)

    async def deletes(self, message: str) -> None:
        """The person deletes a message of theirs."""
        self._speak(page.PERSON, "(deletes the message)")
        await self._hear(self._from_person(event=Event.RETRACTED, message=message))

    async def has_new_key(self, who: str = "") -> None:
        """Somebody's key is new at the messenger."""
        self.notes("the person has a new key" if not who else "a staff member has a new key")
        account = who or self.person
        await self._hear(self.talk.received(account, account, event=Event.KEY_CHANGED))

    async def is_challenged(self) -> None:
        self.notes("the messenger holds the bot back")
        await self._hear(self.talk.received("bot", "bot", "invented token", event=Event.CHALLENGED))

    async def chooses(self, message: str) -> None:
        """The newest choice with this label, which is named by the sentence of the catalogue."""
        await self._take(self._language.gettext(message))

    async def picks(self, number: int) -> None:
        """A choice of the newest message that has any, by its place."""
        offer = next(p for p in reversed(self.talk.messenger.acts) if p.chat == self.person and p.buttons)
        await self._take(offer.buttons[number - 1].label)

    async def _take(self, label: str) -> None:
        for parcel, reference in self._offers(self.person):
            numbers = [number for number, button in enumerate(parcel.buttons) if button.label == label]
            if numbers and self.messenger == "telegram":
                self._speak(page.PERSON, f"[ {label} ]")
                await self._hear(self._press(self._from_person(), parcel.buttons[numbers[0]].token, reference))
                return
            if numbers:
                await self.writes(str(numbers[0] + 1))
                return
        raise AssertionError(f"nobody offered {label!r}")

    def _offers(self, chat: str) -> list[tuple[Parcel, str]]:
        """What has choices in a chat, newest first, with its reference."""
        shown = reversed(self.talk.messenger.shown)
        return [(it.parcel, it.reference) for it in shown if it.chat == chat and it.parcel.buttons]

    def _from_person(self, **more: Any) -> Received:
        hint = _HINTS[self._language.code] if self.messenger == "telegram" else _CHOSEN.get(self._language.code, "")
        values = {"platform": self.messenger, "language_hint": hint}
        return self.talk.received(self.person, self.person, **(values | more))

    async def presses_older(self, message: str) -> None:
        """The oldest button with this label, as only Telegram has them."""
        label = self._language.gettext(message)
        parcel, reference = self._offers(self.person)[-1]
        self._speak(page.PERSON, f"[ {label} ] (the first one)")
        token = next(button.token for button in parcel.buttons if button.label == label)
        await self._hear(self._press(self._from_person(), token, reference))

    # the desk

    async def acknowledges(self, sender: str = STAFF) -> None:
        await self.staff_chooses("Acknowledge", sender=sender)

    async def takes_over(self, sender: str = OTHER_STAFF) -> None:
        await self.staff_chooses("Take over", sender=sender)

    async def reacts(self, emoji: str, *, sender: str = STAFF) -> None:
        """Staff put an emoji to the newest post."""
        self._speak(page.STAFF, f"(reacts to the post) {emoji}")
        await self._hear(self._from_staff(sender, text=emoji, event=Event.REACTED, quoted=self.newest_post))

    async def staff_chooses(self, message: str, *, sender: str = STAFF) -> None:
        """The button where there are any, else the command that stands in its place."""
        if self.desk_messenger == "telegram":
            await self.staff_presses(message, sender=sender)
            return
        label = self._language.gettext(message)
        buttons = (button for parcel, _ in self._offers(self.desk_chat) for button in parcel.buttons)
        await self.staff_writes(next(button.command for button in buttons if button.label == label), sender=sender)

    async def staff_presses(self, message: str, *, sender: str = STAFF) -> None:
        label = self._language.gettext(message)
        self._speak(page.STAFF, f"[ {label} ]")
        for parcel, reference in self._offers(self.desk_chat):
            if token := next((button.token for button in parcel.buttons if button.label == label), ""):
                await self._hear(self._press(self._from_staff(sender), token, reference))
                return
        raise AssertionError(f"nobody offered {label!r}")

    async def staff_writes(self, command: str, word: str = "", *, sender: str = STAFF, **more: Any) -> None:
        """`{code}` stands for the newest case; the word is added behind the command."""
        text = command.replace("{code}", self.code)
        text = f"{text} {self._words[word]}".strip() if word else text
        quote = "(quotes a message of the case) " if more.get("quoted") else ""
        self._speak(page.STAFF, quote + self._tidy(text))
        await self._hear(self._from_staff(sender, text=text, **more))

    @property
    def code(self) -> str:
        """The newest case's real code."""
        return list(self._codes)[-1] if self._codes else ""

    @property
    def newest_post(self) -> str:
        """The reference of the newest message in the desk."""
        shown = reversed(self.talk.messenger.shown)
        return next(it.reference for it in shown if it.chat == self.desk_chat)

    def _from_staff(self, sender: str, *, at_backup: bool = False, **more: Any) -> Received:
        chat = self.backup_chat if at_backup else self.desk_chat
        return self.talk.received(chat, sender, **({"platform": self.desk_messenger} | more))

    # what goes wrong

    def fails_for_person(self, trouble: Trouble) -> None:
        self._fail(lambda parcel: parcel.chat == self.person, trouble)

    def fails_for_photos(self, trouble: Trouble) -> None:
        self._fail(lambda parcel: parcel.act is Act.FETCH, trouble)

    def fails_for_desk_once(self, trouble: Trouble) -> None:
        """The first message to the desk."""
        times = iter([True])
        self._fail(lambda parcel: parcel.chat == self.desk_chat and next(times, False), trouble)

    def loses_topic(self) -> None:
        """Staff delete the newest topic."""
        lost = self.newest_topic
        self._fail(lambda parcel: parcel.topic == lost and parcel.act is Act.SEND, Trouble.TOPIC_GONE)
        self.notes("staff delete the topic")

    def _fail(self, is_meant: Callable[[Parcel], bool], trouble: Trouble) -> None:
        for messenger in self.talk.messengers.values():
            messenger.trouble = lambda parcel: DeliveryError(trouble) if is_meant(parcel) else None

    @property
    def newest_topic(self) -> str:
        return next(it.parcel.topic for it in reversed(self.talk.messenger.shown) if it.parcel.topic)

    async def desk_moves(self, chat: str) -> None:
        self.notes("the group becomes a supergroup")
        await self._hear(self._from_staff(STAFF, event=Event.MOVED, moved_to=chat))

    def breaks(self) -> None:
        """No place can be looked up any more."""
        object.__setattr__(self.talk.app._places, "find", _raise)

    # writing it down

    @staticmethod
    def _press(received: Received, token: str, reference: str) -> Received:
        pressed = {"event": Event.PRESS, "token": token, "press": "query", "message": reference}
        return received.model_copy(update=pressed)

    def _speak(self, who: str, text: str) -> None:
        self.lines += page.spoken(who, text.translate(MARKS))

    async def _hear(self, received: Received) -> None:
        await self.talk.app.inbox.keep([received])
        await self.settle()

    async def settle(self) -> None:
        """Everything that is due happens, and is written down."""
        done = len(self.talk.messenger.acts)
        await self.talk.settle()
        drill = await self.talk.app.store.run(lambda session: read_drill(session, self.talk.app.sealing))
        codes = [case.code for case in await self.talk.open_cases()] + ([drill.code] if drill and drill.code else [])
        for code in codes:
            self._codes.setdefault(code, CODES[len(self._codes) % len(CODES)])
        for parcel in self.talk.messenger.acts[done:]:
            self.lines += [self._tidy(line).translate(MARKS) for line in self._seen(parcel)]

    def _seen(self, parcel: Parcel) -> list[str]:
        if parcel.act in (Act.SEND, Act.EDIT):
            is_desk = parcel.chat != self.person
            at_the_desk = page.BACKUP if parcel.chat == self.backup_chat else page.DESK
            who = at_the_desk if is_desk else page.BOT
            messenger = self.desk_messenger if is_desk else self.messenger
            note = "in place of the message above" if parcel.act is Act.EDIT else ""
            return page.shown(who, parcel, messenger=messenger, note=note)
        if parcel.act is Act.DELETE and parcel.chat == self.person:
            whose = "all messages of this chat" if self.messenger == "telegram" else "messages of the bot in this chat"
            return [f"-- {whose} that can still be deleted are deleted --", ""]
        if parcel.act is Act.OPEN_TOPIC and self.talk.messenger.is_forum:
            return [f"-- a new topic in the desk: {parcel.text} --", ""]
        return []

    def _tidy(self, line: str) -> str:
        """With the codes of a transcript."""
        real = "|".join(map(re.escape, self._codes))
        return re.sub(real, lambda found: self._codes[found[0]], line) if real else line


def _raise(_text: str) -> None:
    raise RuntimeError("broken on purpose")


def _placeholder(more: Mapping[str, Any]) -> str:
    """What a message is beside its text."""
    kind, photos = more.get("kind", Kind.TEXT), len(more.get("photos", ()))
    if kind is Kind.PHOTO:
        return "(photo) " if photos < 2 else f"({photos} photos) "
    if kind in (Kind.POINT, Kind.LIVE_LOCATION):
        return f"({kind.value.replace('_', ' ').replace('point', 'place')}: {more['latitude']}, {more['longitude']}) "
    if kind is not Kind.TEXT:
        return f"({kind.value}) "
    return "(changes the message) " if more.get("event") is Event.EDIT else ""
