"""Staff safety: whoever was removed can do nothing from the next message on; who read what is written down."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text as sql

from bot.__main__ import main
from bot.messengers.contract import Event
from bot.settings.staff_file import StaffFile
from handlers.table import DESK_TABLE
from tests.conversations.conftest import OpenHouse
from tests.conversations.test_case import open_case
from tests.talk import DESK, OTHER_STAFF, STAFF, Talk, code_in

UUIDS = {STAFF: "71717171-7171-4717-8717-717171717171", OTHER_STAFF: "72727272-7272-4727-8727-727272727272"}


class Team:
    """A house whose staff stand in a file, with an open case."""

    def __init__(self, talk: Talk, path: Path, accounts: dict[str, str]) -> None:
        self.talk, self.path, self.accounts = talk, path, accounts
        self.code = ""

    def write(self, *members: str, more: str = "") -> None:
        lines = [f"{self.talk.at_desk.name}:{self.accounts[member]}" for member in members]
        self.path.write_text("\n".join([*lines, more]), "utf-8")

    async def says(self, text: str, member: str = STAFF, **more: Any) -> list[str]:
        return await self.talk.staff_says(text, sender=self.accounts[member], **more)

    def label(self, member: str) -> str:
        return self.talk.app.dependencies.roster.label(self.talk.at_desk.name, self.accounts[member])

    async def state(self) -> list[object]:
        """All that an act could change, and all that was shown."""

        def rows(session: Any) -> list[object]:
            tables = ("sos_case", "entry", "alarm", "deed", "sealed", "offer", "post", "case_key", "outbox", "ban")
            return [session.execute(sql(f"SELECT * FROM {table}")).all() for table in tables]

        return [await self.talk.app.store.run(rows), [shown.text for shown in self.talk.messenger.shown]]


@pytest.fixture
async def team(house: OpenHouse, messenger: str, tmp_path: Path) -> Team:
    path = tmp_path / "staff"
    accounts = {member: member if messenger == "telegram" else UUIDS[member] for member in UUIDS}
    path.write_text("".join(f"{messenger}:{account}\n" for account in accounts.values()))
    team = Team(house(staff_file=StaffFile.open(str(path))), path, accounts)
    await team.talk.says("SOS they are here")
    team.code = code_in(await team.talk.chooses("Send"))
    return team


WAYS: dict[str, Callable[[Team], dict[str, Any]]] = {
    **{
        name: lambda team, name=name: {"text": f"/{name} {team.code} some words"}  # type: ignore[misc]
        for name in (row.command for row in DESK_TABLE if row.command)
    },
    "button": lambda team: {
        "event": Event.PRESS,
        "token": team.talk.button("Acknowledge", DESK)[1].token,
        "message": team.talk.button("Acknowledge", DESK)[0].reference,
    },
    "quote": lambda team: {"text": "/r come outside", "quoted": team.talk.button("Acknowledge", DESK)[0].reference},
    "reaction": lambda team: {
        "event": Event.REACTED,
        "text": "👍",
        "quoted": team.talk.button("Acknowledge", DESK)[0].reference,
    },
}


@pytest.mark.parametrize("way", WAYS)
async def test_the_very_next_message_of_somebody_who_was_removed_counts_for_nothing(team: Team, way: str) -> None:
    received = team.talk.received(DESK, team.accounts[STAFF], **WAYS[way](team))
    await team.says(f"/show {team.code}")
    before = await team.state()
    team.write(OTHER_STAFF)
    assert await team.talk.hear(received) == []
    assert await team.state() == before


@pytest.mark.parametrize("way", WAYS)
async def test_the_same_of_somebody_who_stands_in_the_file_counts(team: Team, way: str) -> None:
    """So that the test before this one could have failed."""
    before = await team.state()
    await team.talk.hear(team.talk.received(DESK, team.accounts[STAFF], **WAYS[way](team)))
    assert await team.state() != before


async def test_a_message_that_was_written_before_and_is_handled_after_counts_for_nothing(team: Team) -> None:
    await team.talk.app.inbox.keep([team.talk.received(DESK, team.accounts[STAFF], f"/ack {team.code}")])
    team.write(OTHER_STAFF)
    await team.talk.settle()
    assert "has acknowledged" not in "".join(team.talk.desk())


async def test_whoever_is_added_may_act_at_once(team: Team) -> None:
    team.write(OTHER_STAFF)
    assert await team.says("/board") == []
    team.write(STAFF, OTHER_STAFF)
    assert "Open cases" in (await team.says("/board"))[0]


async def test_a_removed_colleague_is_called_by_nobody_and_their_shift_and_case_fall_to_the_others(team: Team) -> None:
    await team.says("/duty on")
    await team.says(f"/r {team.code} We are coming.")
    team.write(OTHER_STAFF)
    assert team.label(STAFF) not in (await team.says("/duty", OTHER_STAFF))[0]
    before = len(team.talk.messenger.shown)
    await team.talk.says("They are at the door")
    await team.talk.later(hours=1)
    shown = [one for one in team.talk.messenger.shown[before:] if one.chat == DESK]
    called = list(itertools.chain.from_iterable(one.parcel.mentions for one in shown))
    assert called
    assert {account for _, account in called} == {team.accounts[OTHER_STAFF]}
    assert "more from the person" in shown[0].text
    assert shown[0].parcel.mentions


async def test_a_removal_holds_although_another_line_is_broken(team: Team, caplog: pytest.LogCaptureFixture) -> None:
    team.write(OTHER_STAFF, more="telegram:@boss\nsignal:+85212345678")
    assert await team.says("/board") == []
    assert [(record.levelname, record.message) for record in caplog.records] == [
        ("CRITICAL", "staff: 2 entries of BOT_STAFF_FILE can't be read: nobody was added; mend it")
    ]
    assert "Open cases" in (await team.says("/board", OTHER_STAFF))[0]
    assert len(caplog.records) == 1
    team.path.unlink()
    assert await team.says("/board") == []
    team.write(STAFF, OTHER_STAFF)
    assert "Open cases" in (await team.says("/board"))[0]


async def test_a_broken_file_gives_nobody_authority(team: Team) -> None:
    team.write(OTHER_STAFF)
    assert await team.says("/board") == []
    team.write(STAFF, OTHER_STAFF, more="telegram:")
    assert await team.says("/board") == []


@pytest.mark.parametrize("content", [None, b"", b"\n \n", b"\xff\xfe\x00", b"nobody"])
async def test_a_file_that_tells_nothing_leaves_nobody_without_help_and_is_an_alert(
    team: Team, caplog: pytest.LogCaptureFixture, content: bytes | None
) -> None:
    if content is None:
        team.path.unlink()
    else:
        team.path.write_bytes(content)
    assert "has acknowledged" in (await team.says(f"/ack {team.code}"))[0]
    assert [(record.levelname, record.message) for record in caplog.records] == [
        ("CRITICAL", "staff: BOT_STAFF_FILE is missing, empty or broken: all who could act still can; mend it")
    ]


async def test_who_opened_a_case_and_who_did_what_is_written_down(team: Team) -> None:
    await team.says(f"/show {team.code}")
    team.talk.clock.forward(minutes=1)
    await team.says(f"/r {team.code} We are coming.", OTHER_STAFF)
    [log] = await team.says(f"/log {team.code}")
    first, second = team.label(STAFF), team.label(OTHER_STAFF)
    assert log.splitlines()[1:] == [
        f"24 November 2026, 14:05 UTC {first} <code>/show</code>",
        f"24 November 2026, 14:06 UTC {second} <code>/r</code>",
        f"24 November 2026, 14:06 UTC {first} <code>/log</code>",
    ]


async def test_a_case_is_found_by_its_code_and_by_nothing_of_the_person(team: Team) -> None:
    [case] = await team.talk.open_cases()
    for typed in ("501", "telegram:501", case.person.tag, "they are here", "*", "%", "all", ""):
        for command in ("show", "log", "r", "ack", "word"):
            said = await team.says(f"/{command} {typed}")
            assert said == ["Which case? Write its code after the command, or quote a message of the case."]
    assert await team.talk.open_cases() == [case]


def test_there_is_no_export_and_no_search(capsys: pytest.CaptureFixture[str]) -> None:
    """What staff and operators can ask for, all of it: whoever adds something thinks about this test."""
    assert {row.command for row in DESK_TABLE if row.command} == {
        *("ack", "r", "correct", "handoff", "snooze", "close", "reopen", "show", "log", "links", "word", "ban"),
        *("lift", "board", "duty", "confirm", "drill", "help"),
    }
    with pytest.raises(SystemExit):
        main(["--help"])
    said = capsys.readouterr().out
    assert "backup" in said
    assert not [word for word in ("export", "search", "find", "dump", "list") if f" {word} " in said]


NEVER_ASKED = {
    "en": "never asks for login codes, for your name, or to scan a QR code",
    "zh_Hant": "小組絕不會索取登入驗證碼、問你的名字，也不會叫你掃描 QR 碼。",
    "zh_Hans": "小组绝不会索要登录验证码、问你的名字，也不会让你扫二维码。",
}


@pytest.mark.parametrize("language", NEVER_ASKED)
async def test_every_answer_says_what_the_team_never_asks_for(talk: Talk, language: str) -> None:
    await talk.says(f"/language {language}")
    await talk.says("SOS they are here")
    await talk.chooses(talk.app.catalogues.of(language).gettext("Send"))
    [case] = await talk.open_cases()
    for words in ("Stay inside.", "a long answer " * 500):
        before = len(talk.told())
        await talk.staff_says(f"/r {case.code} {words}")
        assert NEVER_ASKED[language] in talk.told()[before]


async def test_an_answer_for_which_the_address_is_lost_is_no_withdrawal(talk: Talk) -> None:
    code = await open_case(talk)
    await talk.app.store.run(lambda session: session.execute(sql("DELETE FROM case_key")))
    [told] = await talk.staff_says(f"/r {code} Stay inside.")
    assert told.startswith(f"<b>{code}</b>: not delivered: the person's address can't be read any more")
    await talk.says("are you there?")
    assert f"<b>{code}</b>: delivered." in await talk.staff_says(f"/r {code} Stay inside.")
    await talk.says("/wipe")
    [told] = await talk.staff_says(f"/r {code} Stay inside.")
    assert "the person withdrew" in told
