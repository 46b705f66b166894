"""What each of two desks sees of a case, wherever person and desks are: every combination, on the whole house."""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest

from bot.settings.addresses import ChatAddress
from bot.settings.desk import DeskSettings
from handlers.model.messages import Kind
from tests.talk import BACKUP, DESK, MESSENGERS, STAFF, Talk, code_in

# "words": all that the person passed on, with photos and places; "notice": only that they wrote.
TABLE = """
person    desk      backup    downgrade  desk-sees  backup-sees
telegram  telegram  telegram  no         words      words
telegram  telegram  telegram  allowed    words      words
telegram  telegram  signal    no         words      words
telegram  telegram  signal    allowed    words      words
telegram  signal    telegram  no         words      words
telegram  signal    telegram  allowed    words      words
telegram  signal    signal    no         words      words
telegram  signal    signal    allowed    words      words
signal    telegram  telegram  no         notice     notice
signal    telegram  telegram  allowed    words      words
signal    telegram  signal    no         notice     words
signal    telegram  signal    allowed    words      words
signal    signal    telegram  no         words      notice
signal    signal    telegram  allowed    words      words
signal    signal    signal    no         words      words
signal    signal    signal    allowed    words      words
"""
ROWS = [tuple(line.split()) for line in TABLE.strip().splitlines()[1:]]
SECRETS = ("two men at the gate", "their car", "13.756331", "13.76", "they went in")
HIDDEN = "are not shown on Telegram"


@dataclass
class Played:
    talk: Talk
    sees: dict[str, bool]
    """Whether a desk sees the words."""


def test_the_table_has_every_combination() -> None:
    wanted = itertools.product(MESSENGERS, MESSENGERS, MESSENGERS, ("no", "allowed"))
    assert sorted(row[:4] for row in ROWS) == sorted(wanted)


@pytest.fixture(params=ROWS, ids=[" ".join(row[:4]) for row in ROWS])
async def played(request: pytest.FixtureRequest) -> AsyncIterator[Played]:
    person, desk, backup, downgrade, desk_sees, backup_sees = request.param
    settings = DeskSettings(desk, DESK, 7, allows_downgrade=downgrade == "allowed", backup=ChatAddress(backup, BACKUP))
    staff = frozenset({(desk, STAFF), (backup, STAFF)})
    talk = Talk(messenger=person, at_desk=desk, desk=settings, staff=staff)
    yield Played(talk, {DESK: desk_sees == "words", BACKUP: backup_sees == "words"})
    await talk.close()


async def test_each_desk_sees_what_the_table_says(played: Played) -> None:
    talk = played.talk
    await talk.says("SOS two men at the gate")
    await talk.says("their car", kind=Kind.PHOTO, photos=("photo-1",))
    await talk.sends(Kind.POINT, latitude=13.756331, longitude=100.501762)
    code = code_in(await talk.chooses("Send"))
    await talk.later(minutes=8)  # nobody acknowledges: the backup desk is called
    await talk.says("they went in")
    await talk.settle()
    for chat, sees_words in played.sees.items():
        posts = "\n".join(talk.desk(chat))
        photos = [shown for shown in talk.messenger.shown if shown.chat == chat and shown.parcel.photo]
        assert code in posts, chat
        assert (HIDDEN in posts) is not sees_words, chat
        assert [secret for secret in SECRETS if secret in posts] == (
            [secret for secret in SECRETS if secret != "13.756331"] if sees_words else []
        ), chat
        assert bool(photos) is sees_words, chat


async def test_staff_of_either_desk_answer_and_the_person_hears_the_same(played: Played) -> None:
    talk = played.talk
    await talk.says("SOS two men at the gate")
    code = code_in(await talk.chooses("Send"))
    await talk.later(minutes=8)
    for chat, answer in ((DESK, "Stay inside."), (BACKUP, "Somebody comes.")):
        await talk.hear(talk.received(chat, STAFF, f"/r {code} {answer}", platform=platform_of(talk, chat)))
        assert any(answer in told for told in talk.told())


def platform_of(talk: Talk, chat: str) -> str:
    settings = talk.app.dependencies.desk
    assert settings is not None
    assert settings.backup is not None
    return settings.platform if chat == DESK else settings.backup.platform
