"""Only the team can act, on either messenger: whatever a stranger tries, nothing changes and nothing is shown."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import text as sql

from bot.messengers.contract import Event
from bot.settings.addresses import ChatAddress
from bot.settings.desk import DeskSettings
from tests.talk import Talk, code_in

COMMANDS = (
    "/ack {code}",
    "/r {code} come outside",
    "/handoff {code}",
    "/snooze {code} 30",
    "/close {code} solved",
    "/show {code}",
    "/log {code}",
    "/links {code}",
    "/ban {code} floods us",
    "/word {code} blue table",
    "/lift {code}",
    "/confirm ABC",
    "/board",
    "/duty on",
    "/drill",
    "/drill alarm",
    "/help",
)
REFUSED = (
    "A message that is changed does nothing. Write the command again.",
    "Nothing was done: this was written anonymously or in the name of a channel, so that the bot can't tell who you "
    "are. In the settings of this group, under Administrators, switch off <i>Remain anonymous</i> for your account. "
    "Then write it again.",
)
"""All that is ever said to such a command, word by word: it shows nothing of any case."""
KEPT = ("sos_case", "entry", "alarm", "deed", "sealed", "offer", "post", "case_key", "outbox", "inbox", "ban")


@dataclass(frozen=True)
class Place:
    """Where staff are on one messenger, and where they are not."""

    desk: str
    backup: str
    elsewhere: str
    staff: str
    outsider: str
    stand_ins: Sequence[str]


PLACES = {
    "telegram": Place("-100500", "-100600", "-100999", "71", "666", ("1087968824", "136817688", "777000")),
    "signal": Place("group.desk", "group.backup", "group.other", "uuid-71", "uuid-666", ("",)),
}
OTHER = {"telegram": "signal", "signal": "telegram"}


@dataclass
class Siege:
    """A house with an open case, and everything that could change in it."""

    talk: Talk
    messenger: str
    code: str
    token: str = ""

    @property
    def place(self) -> Place:
        return PLACES[self.messenger]

    @classmethod
    async def begin(cls, messenger: str) -> Siege:
        place = PLACES[messenger]
        talk = Talk(
            desk=DeskSettings(messenger, place.desk, 7, False, ChatAddress(messenger, place.backup)),
            staff=frozenset({(messenger, place.staff)}),
        )
        siege = cls(talk, messenger, "")
        await siege.hear("u-1", "u-1", "SOS they are here")
        await siege.hear("u-1", "u-1", "1" if messenger == "signal" else "Send")
        siege.code = code_in([shown.text for shown in talk.messengers[messenger].shown])
        shown = talk.messengers[messenger].shown
        siege.token = next(one.parcel.buttons[0].token for one in shown if one.chat == place.desk)
        return siege

    async def exercise(self) -> None:
        """In the place of the open case there is an exercise."""
        await self.hear(self.place.desk, self.place.staff, f"/close {self.code} done")
        await self.hear(self.place.desk, self.place.staff, "/drill")
        post = self.talk.messengers[self.messenger].shown[-1]
        assert "EXERCISE" in post.text
        self.code, self.token = re.findall(r"[0-9A-Z]{4}-[0-9A-Z]{2}", post.text)[0], post.parcel.buttons[0].token

    async def hear(self, chat: str, sender: str, text: str = "", **more: Any) -> None:
        received = self.talk.received(chat, sender, text, **({"platform": self.messenger} | more))
        await self.talk.app.inbox.keep([received])
        await self.talk.settle()

    async def state(self) -> list[object]:
        """All rows that an act could change, and all that was shown to anybody but the attacker, beside that it
        was refused."""

        def rows(session: Any) -> list[object]:
            return [session.execute(sql(f"SELECT * FROM {table}")).all() for table in KEPT]

        shown = [
            (one.chat, one.text)
            for messenger in self.talk.messengers.values()
            for one in messenger.shown
            if one.chat not in (self.place.outsider, self.place.staff) and one.text not in REFUSED
        ]
        return [await self.talk.app.store.run(rows), shown]


async def an_outsider_in_the_desk(siege: Siege, command: str) -> None:
    await siege.hear(siege.place.desk, siege.place.outsider, command)


async def an_outsider_in_the_backup_desk(siege: Siege, command: str) -> None:
    await siege.hear(siege.place.backup, siege.place.outsider, command)


async def staff_in_another_group(siege: Siege, command: str) -> None:
    await siege.hear(siege.place.elsewhere, siege.place.staff, command)


async def somebody_in_the_name_of_the_group(siege: Siege, command: str) -> None:
    await siege.hear(siege.place.desk, siege.place.staff, command, is_anonymous=True)


async def an_account_that_stands_for_many(siege: Siege, command: str) -> None:
    for account in siege.place.stand_ins:
        await siege.hear(siege.place.desk, account, command)


async def an_edited_message(siege: Siege, command: str) -> None:
    await siege.hear(siege.place.desk, siege.place.staff, command, event=Event.EDIT)


async def the_same_account_on_the_other_messenger(siege: Siege, command: str) -> None:
    await siege.hear(siege.place.desk, siege.place.staff, command, platform=OTHER[siege.messenger])


async def a_group_that_says_it_was_the_desk(siege: Siege, command: str) -> None:
    await siege.hear(siege.place.elsewhere, siege.place.outsider, event=Event.MOVED, moved_to="-1008")
    await siege.hear("-1008", siege.place.staff, command)


async def an_outsider_who_quotes_the_post(siege: Siege, command: str) -> None:
    post = next(one for one in siege.talk.messengers[siege.messenger].shown if one.chat == siege.place.desk)
    bare = command.replace(siege.code, "").replace("  ", " ")
    await siege.hear(siege.place.desk, siege.place.outsider, bare, quoted=post.reference)


async def an_outsider_with_the_button(siege: Siege, command: str) -> None:
    for chat in (siege.place.desk, siege.place.elsewhere):
        press = {"event": Event.PRESS, "token": siege.token, "message": "1"}
        await siege.hear(chat, siege.place.outsider, command, **press)


async def a_forged_button_of_staff(siege: Siege, command: str) -> None:
    for token in ("", ".", "forged.0", siege.token[:-1] + "7", siege.code):
        await siege.hear(siege.place.desk, siege.place.staff, command, event=Event.PRESS, token=token, message="1")


async def somebody_removed_from_the_roster(siege: Siege, command: str) -> None:
    object.__setattr__(siege.talk.app.dependencies.roster, "_staff", frozenset())
    await siege.hear(siege.place.desk, siege.place.staff, command)


async def words_that_only_look_like_a_command(siege: Siege, command: str) -> None:
    for text in (f" . {command}", command[1:], f"> {command}", f"//{command}", command.replace("/", "⁄")):
        await siege.hear(siege.place.desk, siege.place.staff, text)


WAYS = (
    an_outsider_in_the_desk,
    an_outsider_in_the_backup_desk,
    staff_in_another_group,
    somebody_in_the_name_of_the_group,
    an_account_that_stands_for_many,
    an_edited_message,
    the_same_account_on_the_other_messenger,
    a_group_that_says_it_was_the_desk,
    an_outsider_who_quotes_the_post,
    an_outsider_with_the_button,
    a_forged_button_of_staff,
    words_that_only_look_like_a_command,
    somebody_removed_from_the_roster,
)


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
@pytest.mark.parametrize("messenger", PLACES)
async def test_nothing_changes_and_nothing_is_shown(messenger: str, way: Any) -> None:
    """13 ways with 16 commands each, on two messengers: 416 hostile cases."""
    siege = await Siege.begin(messenger)
    before = await siege.state()
    for command in COMMANDS:
        await way(siege, command.format(code=siege.code))
        assert await siege.state() == before, command
    await siege.talk.close()


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
@pytest.mark.parametrize("messenger", PLACES)
async def test_an_exercise_is_no_way_in(messenger: str, way: Any) -> None:
    """The same while an exercise is on: nobody else can end it, and it opens nothing to anybody."""
    siege = await Siege.begin(messenger)
    await siege.exercise()
    before = await siege.state()
    for command in COMMANDS:
        await way(siege, command.format(code=siege.code))
        assert await siege.state() == before, command
    await siege.talk.close()


@pytest.mark.parametrize("messenger", PLACES)
async def test_staff_in_their_own_private_chat_are_answered_like_anybody(messenger: str) -> None:
    siege = await Siege.begin(messenger)
    place = siege.place
    cases = await siege.talk.open_cases()
    for command in COMMANDS[:-1]:
        for account in (place.staff, place.outsider):
            await siege.hear(account, account, command.format(code=siege.code))
    shown = siege.talk.messengers[messenger].shown
    told = [[one.text for one in shown if one.chat == account] for account in (place.staff, place.outsider)]
    assert told[0] == told[1]
    assert await siege.talk.open_cases() == cases
    await siege.talk.close()


@pytest.mark.parametrize("messenger", PLACES)
async def test_the_same_commands_of_staff_in_the_desk_do_change_it(messenger: str) -> None:
    """So that the siege above could have failed."""
    siege = await Siege.begin(messenger)
    for command in COMMANDS:
        before = await siege.state()
        await siege.hear(siege.place.desk, siege.place.staff, command.format(code=siege.code))
        assert await siege.state() != before, command
    await siege.talk.close()
