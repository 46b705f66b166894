"""A key that isn't there: it is said before the bot works, and there is a way on when it is lost for good."""

from __future__ import annotations

import asyncio
import base64
import logging
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlmodel import Session

from bot.__main__ import main
from bot.app import StartError
from bot.commands.backup import make
from bot.commands.restore import restore
from bot.jobs.retention import forget_once
from bot.repositories.offered_choices import Offers
from bot.repositories.people import person_of
from bot.storage import rekey
from bot.storage.aside import give_up
from bot.storage.engines import open_reader
from bot.storage.keys import MissingKeyError
from bot.storage.rekey import reseal
from bot.storage.tables import TraceRow
from bot.storage.vault import Vault, new_key
from handlers.model.messages import Choice
from tests.conversations.test_case import open_case
from tests.delivery.test_delivery import rows
from tests.storage.full_house import open_house
from tests.storage.test_rekey import unreadable
from tests.talk import Talk

OLD, NEW = new_key(), new_key()
OLD_ID, NEW_ID = (Vault([key]).key_ids[0].hex() for key in (OLD, NEW))


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rekey, "PAUSE_SECONDS", 0.0)


class House:
    """A house that is started with one list of keys after another; chats and clock go on."""

    def __init__(self, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
        self.url = url
        self.talk = open_house(url, [OLD])
        self._is_open = True
        self._monkeypatch = monkeypatch

    async def stop(self) -> None:
        if self._is_open:
            self._is_open = False
            await self.talk.close()

    async def restart(self, *keys: bytes) -> Talk:
        """Raises StartError."""
        await self.stop()
        self.talk = open_house(self.url, keys, self.talk)
        self._is_open = True
        return self.talk

    async def command(self, *arguments: str, keys: Sequence[bytes]) -> int:
        """Runs beside the house, with these keys in BOT_SECRET_KEY."""
        self._monkeypatch.setenv("DATABASE_URL", self.url)
        self._monkeypatch.setenv("BOT_SECRET_KEY", ",".join(base64.b64encode(key).decode() for key in keys))
        return await asyncio.to_thread(main, arguments)


@pytest.fixture
async def house(url: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[House]:
    house = House(url, monkeypatch)
    yield house
    await house.stop()


def alarms(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records if record.levelno == logging.CRITICAL]


async def test_start_refuses_while_a_row_needs_a_key_that_is_not_there(house: House) -> None:
    await house.talk.says("MARKER Thailand")
    await house.talk.says("Laos", who="502")
    await house.restart(NEW, OLD)
    with pytest.raises(StartError) as refused:
        await house.restart(NEW)
    said = str(refused.value)
    assert f"2 rows in person need the key {OLD_ID}" in said
    assert "rows in trace need" in said
    assert NEW_ID not in said
    assert "MARKER" not in said
    await reseal((talk := await house.restart(NEW, OLD)).app.store, talk.app.sealing.vault)
    await house.restart(NEW)


async def test_what_an_older_version_sealed_needs_its_key_though_nobody_noted_it(house: House) -> None:
    await house.talk.says("Thailand")
    await run_sql(house.talk, "DELETE FROM sealed WHERE name LIKE 'key %'")
    await house.restart(NEW, OLD)
    await run_sql(house.talk, "DELETE FROM sealed WHERE name LIKE 'key %'")
    with pytest.raises(StartError, match=f"need the key {OLD_ID}"):
        await house.restart(NEW)


async def run_sql(talk: Talk, statement: str, **values: object) -> None:
    await talk.app.store.run(lambda session: session.connection().execute(text(statement), values))


@pytest.mark.parametrize("body", [b"", b"abc", bytes(60), b"\xff" * 4], ids=["empty", "short", "zeros", "other"])
async def test_a_damaged_row_stops_no_start_and_is_one_alarm(
    house: House, caplog: pytest.LogCaptureFixture, body: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    await house.talk.says("Thailand")
    await run_sql(house.talk, "UPDATE trace SET body = :body WHERE id = (SELECT min(id) FROM trace)", body=body)
    caplog.clear()
    await house.restart(OLD)
    assert alarms(caplog) == ["keys: 1 rows are damaged: no key opens them"]
    assert await house.talk.says("Laos", who="502")
    assert await house.command("check", keys=[OLD]) == 1
    assert "1 rows in trace need the key" in capsys.readouterr().out


async def test_what_is_lost_for_good_is_given_up_and_an_open_case_calls_on(
    house: House, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    code = await open_case(house.talk)
    await house.restart(NEW, OLD)
    await house.stop()
    assert await house.command("rekey", keys=[NEW]) == 1
    assert f"1 rows in case_key need the key {OLD_ID}" in capsys.readouterr().err
    assert await house.command("rekey", "--abandon", OLD_ID, keys=[NEW]) == 0
    caplog.clear()
    talk = await house.restart(NEW)
    assert [alarm for alarm in alarms(caplog) if "set aside: their key is lost" in alarm]
    assert set(await unreadable(talk.app.store, NEW)) == {"sos_case", "entry"}, "what the case's lost key sealed"
    before = len(talk.desk())
    await talk.later(hours=1)
    assert any(code in post and "nobody is on it" in post for post in talk.desk()[before:])
    assert not [alarm for alarm in alarms(caplog) if "could not be rung" in alarm]
    assert "not delivered" in (await talk.staff_says(f"/r {code} Where are you?"))[0]
    await talk.says("still here")
    assert talk.desk()[-1].endswith("still here")
    assert "delivered" in (await talk.staff_says(f"/r {code} We come."))[-1]
    assert talk.told()[-1].endswith("We come.")
    assert "still here" in "".join(await talk.staff_says(f"/show {code}"))
    await talk.staff_says(f"/close {code} done")


async def test_an_open_case_calls_on_when_all_keys_are_lost_and_its_person_is_a_stranger(house: House) -> None:
    code = await open_case(house.talk)
    await house.stop()
    assert await house.command("rekey", "--abandon", OLD_ID, keys=[NEW]) == 0
    talk = await house.restart(NEW)
    before = len(talk.desk())
    await talk.later(hours=1)
    assert any(code in post and "nobody is on it" in post for post in talk.desk()[before:])
    assert await open_case(talk, "I wrote before") != code
    assert "has acknowledged" in (await talk.staff_says(f"/ack {code}"))[0]


async def given_up(house: House) -> Talk:
    await house.restart(NEW, OLD)
    await house.stop()
    assert await house.command("rekey", "--abandon", OLD_ID, keys=[NEW]) == 0
    return await house.restart(NEW)


async def test_what_was_given_up_is_there_again_when_the_key_is_found(house: House) -> None:
    await house.talk.says("SOS two men at the gate", who="502")
    code = await open_case(house.talk)
    await house.talk.says("Laos", who="503")
    talk = await given_up(house)
    assert await rows(talk, "case_key") == 0
    await talk.says("Thailand", who="503")
    offered = await newest_choices(talk, "503")
    talk = await house.restart(NEW, OLD)
    await reseal(talk.app.store, talk.app.sealing.vault)
    talk = await house.restart(NEW)
    assert await newest_choices(talk, "503") == offered, "what comes back is older than what was said meanwhile"
    assert await unreadable(talk.app.store, NEW) == []
    await talk.chooses("Send", who="502")
    assert any("two men at the gate" in post for post in talk.desk())
    assert "they are here" in "".join(await talk.staff_says(f"/show {code}"))
    assert "delivered" in (await talk.staff_says(f"/r {code} We come."))[-1]
    assert await asides(talk, "source = 'person'") == 1, "who wrote meanwhile has a newer row"


async def newest_choices(talk: Talk, who: str) -> Sequence[Choice]:
    person = person_of(talk.app.sealing, talk.messenger.name, who)
    return await talk.app.store.run(lambda session: Offers(session, talk.app.sealing).newest(person.tag))


async def test_what_opens_is_not_given_up(house: House) -> None:
    await house.talk.says("Thailand")
    store, lost = house.talk.app.store, Vault([OLD]).key_ids
    assert give_up(store, Vault([NEW, OLD]), lost, now=0.0) == 0
    assert await unreadable(store, OLD) == []
    assert await rows(house.talk, "aside") == 0


async def test_what_is_set_aside_goes_with_a_wipe_with_its_case_and_in_time(house: House) -> None:
    code = await open_case(house.talk)
    await open_case(house.talk, "another", who="502")
    await house.talk.says("Laos", who="503")
    talk = await given_up(house)
    before = await rows(talk, "aside")
    await talk.says("/wipe")
    assert await asides(talk, "owner <> '' OR code <> ''") < before
    assert await asides(talk, f"code = '{code}'") == 0
    assert await asides(talk, "source = 'person'") == 2
    talk.clock.forward(days=60)  # the command has the time of this machine
    await forget_once(talk.app.store, talk.app.sealing)
    assert await asides(talk, "code = ''") == 0
    assert await asides(talk, "source = 'case_key'") == 1, "its case is open"


async def asides(talk: Talk, which: str) -> int:
    def count(session: Session) -> int:
        return int(session.execute(text(f"SELECT count(*) FROM aside WHERE {which}")).scalar_one())

    return await talk.app.store.run(count)


async def test_the_command_does_not_make_a_bot_at_work_blind(house: House, capsys: pytest.CaptureFixture[str]) -> None:
    await house.talk.says("Thailand")
    assert await house.command("rekey", keys=[NEW, OLD]) == 1
    assert "restart it, or stop it first" in capsys.readouterr().err
    assert await unreadable(house.talk.app.store, OLD) == []
    await house.restart(NEW, OLD)
    assert await house.command("rekey", keys=[NEW, OLD]) == 0
    said = capsys.readouterr().out
    assert "rows were sealed anew" in said
    assert f"no row needs the key {OLD_ID} any more: take it out of BOT_SECRET_KEY" in said
    assert await house.talk.says("Laos")
    await house.stop()
    assert await house.command("rekey", keys=[new_key(), NEW]) == 0, "nobody is at work"


@pytest.mark.only_with("sqlite", "its tables are harmed, and those of the other are used again")
async def test_the_command_names_what_it_can_not_do(house: House, capsys: pytest.CaptureFixture[str]) -> None:
    assert await house.command("rekey", "--abandon", NEW_ID, keys=[NEW, OLD]) == 1
    assert "names the newest key" in capsys.readouterr().err
    for wrong in ("xyz", "0xabcdef", f"{NEW_ID}00"):
        with pytest.raises(SystemExit):
            await house.command("rekey", "--abandon", wrong, keys=[NEW])
    await run_sql(house.talk, "UPDATE alembic_version SET version_num = '0001'")
    assert await house.command("rekey", keys=[OLD]) == 1
    assert "migrate" in capsys.readouterr().err
    await run_sql(house.talk, "DROP TABLE alembic_version")
    assert await house.command("check", keys=[NEW]) == 1
    assert f"need the key {OLD_ID}" not in capsys.readouterr().out, "what it can't read it says nothing about"


async def test_what_its_own_old_key_does_not_open_can_be_given_up_too(
    house: House, capsys: pytest.CaptureFixture[str]
) -> None:
    body = Vault([OLD]).seal(b"content", "elsewhere", "name")
    await house.talk.app.store.run(lambda s: s.add(TraceRow(name="name", owner="x", body=body, at=1.0)))
    await house.restart(NEW, OLD)
    assert await house.command("rekey", keys=[NEW, OLD]) == 1
    assert f"1 rows in trace need the key {OLD_ID} still" in capsys.readouterr().out
    assert await house.command("rekey", "--abandon", OLD_ID, keys=[NEW, OLD]) == 0
    assert "1 rows were set aside" in capsys.readouterr().out
    await house.restart(NEW)


async def test_check_says_what_start_would_refuse(house: House, capsys: pytest.CaptureFixture[str]) -> None:
    await house.talk.says("Thailand")
    await house.restart(NEW, OLD)
    assert await house.command("check", keys=[NEW]) == 1
    assert f"need the key {OLD_ID}" in capsys.readouterr().out
    await house.command("check", keys=[NEW, OLD])
    assert OLD_ID not in capsys.readouterr().out


async def test_a_backup_of_many_keys_is_restored_with_those_keys(
    house: House, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code = await open_case(house.talk)
    talk = await house.restart(NEW, OLD)
    file, other = tmp_path / "backup", f"sqlite:///{tmp_path}/other/bot.db"
    source = open_reader(house.url)
    make(source, NEW, file)
    source.dispose()
    with pytest.raises(MissingKeyError, match=f"need the key {OLD_ID}"):
        restore(other, [NEW], file, (), talk.clock)
    restore(other, [NEW, OLD], file, (), talk.clock)
    restored = open_house(other, [NEW, OLD], talk)
    assert "they are here" in "".join(await restored.staff_says(f"/show {code}"))
    await restored.close()
    lost = f"sqlite:///{tmp_path}/lost/bot.db"
    restore(lost, [NEW], file, (), talk.clock, [bytes.fromhex(OLD_ID)])
    restored = open_house(lost, [NEW], talk)
    assert [case.code for case in await restored.open_cases()] == [code]
    assert set(await unreadable(restored.app.store, NEW)) == {"sos_case", "entry"}
    await restored.close()
