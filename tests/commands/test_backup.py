"""A restored server neither forgets, nor repeats, nor resurrects."""

from __future__ import annotations

import asyncio
import base64
import itertools
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Protocol

import pytest
from sqlalchemy import Engine, event

from bot.__main__ import main
from bot.commands.backup import make
from bot.commands.restore import BackupError, restore, unseal
from bot.jobs.retention import forget_once
from bot.messengers.contract import DeliveryError, Trouble
from bot.storage.backups.transfer import NotEmptyError
from bot.storage.engines import beside, open_engine, open_reader
from tests.conversations.test_case import open_case
from tests.delivery.test_delivery import rows
from tests.postgres import database
from tests.talk import KEY, FakeClock, Talk

OLD = Path(__file__).with_name("backup_1.sealed")
SECRET = base64.b64encode(KEY).decode()


@pytest.fixture
async def talk(url: str) -> AsyncIterator[Talk]:
    talk = Talk(url)
    yield talk
    await talk.close()


@pytest.fixture
def source(url: str) -> Iterator[Engine]:
    source = open_reader(url)
    yield source
    source.dispose()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Where the backup is written."""
    return tmp_path / "backup"


@pytest.fixture
def erasure_log(url: str) -> Path:
    path = beside(open_engine(url), "graveyard")
    assert path
    return path.absolute()


def back_up(source: Engine, file: Path) -> Path:
    assert make(source, KEY, file) > 0
    return file


def read(path: Path) -> str:
    return path.read_text()


@pytest.fixture(params=["sqlite", "postgresql"])
def other_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Of the empty database of another host; it need not be of the same kind."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/other/bot.db"
        return
    with database(is_empty=True) as url:
        yield url


class Restored(Protocol):
    async def __call__(self, file: Path, *graveyards: Path) -> Talk: ...


@pytest.fixture
async def restored(
    talk: Talk, other_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Restored]:
    """Fills another host from the backup, at the same moment."""
    async with AsyncExitStack() as opened:

        async def fill(file: Path, *graveyards: Path) -> Talk:
            clock = FakeClock(talk.clock.now())
            (tmp_path / "other").mkdir()
            monkeypatch.chdir(tmp_path / "other")
            restore(other_url, [KEY], file, graveyards, clock)
            other = Talk(other_url, clock=clock)
            opened.push_async_callback(other.close)
            other.clock = clock
            other._updates = talk._updates  # messages go on where they were: what was heard before is not heard again
            await other.settle()
            return other

        yield fill


async def test_open_cases_languages_and_drafts_are_there_again_and_what_was_sent_is_not_sent_again(
    talk: Talk, source: Engine, file: Path, restored: Restored
) -> None:
    code = await open_case(talk)
    await talk.says("/language", who="502")
    await talk.chooses("繁體中文", who="502")
    other = await restored(back_up(source, file))
    assert other.messenger.shown == []
    assert [case.code for case in await other.open_cases()] == [code]
    assert await other.staff_says(f"/r {code} We are here again.") == [f"<b>{code}</b>: delivered."]
    assert "🇹🇭 泰國" in "".join(await other.says("🇹🇭", who="502"))


async def test_what_waited_to_be_sent_is_marked_and_a_lookup_is_dropped(
    talk: Talk, source: Engine, file: Path, restored: Restored
) -> None:
    talk.messenger.trouble = lambda _parcel: DeliveryError(Trouble.UNREACHABLE)
    await talk.says("/ready")
    await talk.hear(talk.received("501", "501", "SOS they are here"))
    await talk.hear(talk.received("502", "502", "Thailand"))
    back_up(source, file)
    other = await restored(file)
    assert other.told()
    assert all("may have received this already" in text for text in other.told())
    assert other.told("502") == []


async def test_a_case_whose_time_is_over_is_not_brought_back(
    talk: Talk, source: Engine, file: Path, restored: Restored
) -> None:
    code = await open_case(talk, "MARKER")
    await talk.staff_says(f"/close {code} MARKER")
    back_up(source, file)
    talk.clock.forward(days=8)
    other = await restored(file)
    assert (await rows(other, "entry"), await rows(other, "case_key"), await rows(other, "sos_case")) == (0, 0, 1)


async def test_what_was_wiped_after_the_backup_stays_wiped(
    talk: Talk, source: Engine, file: Path, erasure_log: Path, restored: Restored
) -> None:
    code = await open_case(talk)
    await talk.says("/language", who="502")
    await talk.chooses("繁體中文", who="502")
    back_up(source, file)
    await talk.says("/wipe")
    await talk.says("/wipe", who="502")
    graves = read(erasure_log)
    assert code not in graves
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\d [0-9a-f]{32}", line) for line in graves.splitlines())
    other = await restored(file, erasure_log)
    assert "not delivered" in (await other.staff_says(f"/r {code} Are you there?"))[0]
    assert "🇹🇭 泰国" not in "".join(told := await other.says("🇹🇭", who="502")), told
    assert "Thailand" in "".join(told)


async def test_a_backup_beside_a_bot_at_work_shows_one_moment(
    talk: Talk, source: Engine, file: Path, restored: Restored
) -> None:
    await talk.says("SOS they are here")
    shown, send = talk.button("Send", "501")
    await talk.app.inbox.keep([talk.pressed(send.token, message=shown.reference)])
    loop, is_handled = asyncio.get_running_loop(), False

    @event.listens_for(source, "before_cursor_execute")
    def handles(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        nonlocal is_handled
        if "FROM sos_case" in statement and not is_handled:  # some tables were read before, some come after
            is_handled = True
            asyncio.run_coroutine_threadsafe(talk.settle(), loop).result(30)

    await asyncio.to_thread(back_up, source, file)
    assert len(await talk.open_cases()) == 1
    other = await restored(file)
    [case] = await other.open_cases()
    assert any("they are here" in text and case.code in text for text in other.desk())


async def test_what_was_purged_after_the_backup_stays_closed_and_calls_nobody(
    talk: Talk, source: Engine, file: Path, erasure_log: Path, restored: Restored
) -> None:
    code = await open_case(talk, "MARKER")
    back_up(source, file)
    await talk.staff_says(f"/close {code} done")
    talk.clock.forward(days=8)
    await forget_once(talk.app.store, talk.app.sealing)
    assert code not in read(erasure_log)
    other = await restored(file, erasure_log)
    assert code not in [case.code for case in await other.open_cases()]
    for table in ("case_key", "entry", "post", "deed"):
        assert await rows(other, table) == 0, table
    await other.later(hours=1)
    assert not any(code in text for text in other.desk())
    assert await other.staff_says(f"/r {code} hello") == [f"<b>{code}</b> is closed. Nothing was changed."]


async def test_a_backup_shows_nothing_without_the_key(talk: Talk, source: Engine, file: Path, other_url: str) -> None:
    code = await open_case(talk, "MARKER words")
    data = back_up(source, file).read_bytes()
    for shown in (b"SQLite", b"MARKER", code.encode(), b"telegram"):
        assert shown not in data
    with pytest.raises(BackupError):
        restore(other_url, [bytes(32)], file, (), talk.clock)


@pytest.mark.only_with("sqlite", "a file is a file")
@pytest.mark.parametrize("harm", ["cut", "turned", "other", "empty", "longer"])
async def test_a_backup_that_is_not_whole_is_refused(
    talk: Talk, source: Engine, file: Path, tmp_path: Path, harm: str
) -> None:
    data = back_up(source, file).read_bytes()
    harmed = {
        "cut": data[:-100],
        "turned": data[:500] + bytes([data[500] ^ 1]) + data[501:],
        "other": b"something else",
        "empty": b"",
        "longer": data + b"more",
    }[harm]
    await asyncio.to_thread(file.write_bytes, harmed)
    with pytest.raises(BackupError):
        restore(f"sqlite:///{tmp_path}/other/bot.db", [KEY], file, (), talk.clock)


@pytest.mark.only_with("sqlite", "a file is a file")
async def test_a_backup_is_opened_with_a_key_that_is_not_the_newest_any_more(
    talk: Talk, source: Engine, file: Path, tmp_path: Path
) -> None:
    back_up(source, file)
    assert restore(f"sqlite:///{tmp_path}/other/bot.db", [bytes(32), KEY], file, (), talk.clock) > 0


async def test_a_backup_of_the_first_form_is_restored(tmp_path: Path) -> None:
    """The file was made by the code of 24 November 2026; chunks of 4 KiB and pages of 512 bytes keep it small."""
    url = f"sqlite:///{tmp_path}/bot.db"
    restore(url, [KEY], OLD, (), FakeClock())
    talk = Talk(url)
    talk._updates = itertools.count(100)  # those of before were heard before
    assert [case.code for case in await talk.open_cases()] == ["ZEGP-HK"]
    assert await talk.staff_says("/r ZEGP-HK We are here again.") == ["<b>ZEGP-HK</b>: delivered."]
    await talk.close()


@pytest.mark.parametrize("place", ["magic", "name", "length", "chunk", "last"])
def test_a_backup_of_the_first_form_with_a_turned_bit_is_refused(tmp_path: Path, place: str) -> None:
    data = bytearray(OLD.read_bytes())
    data[{"magic": 3, "name": 20, "length": 36, "chunk": 5000, "last": len(data) - 1}[place]] ^= 1
    (tmp_path / "harmed").write_bytes(data)
    with pytest.raises(BackupError):
        unseal(tmp_path / "harmed", [KEY], tmp_path / "plain")


@pytest.mark.parametrize("harm", ["cut at a chunk", "cut in a chunk", "turned round", "left out", "longer", "bare"])
def test_a_backup_of_the_first_form_that_is_not_whole_is_refused(tmp_path: Path, harm: str) -> None:
    data = OLD.read_bytes()
    begin, chunks = data[:35], list(old_chunks(data[35:]))
    harmed = {
        "cut at a chunk": [begin, *chunks[:-1]],
        "cut in a chunk": [data[:-100]],
        "turned round": [begin, chunks[1], chunks[0], *chunks[2:]],
        "left out": [begin, chunks[0], *chunks[2:]],
        "longer": [data, b"\xff\xff\xff\xff"],
        "bare": [begin],
    }[harm]
    (tmp_path / "harmed").write_bytes(b"".join(harmed))
    with pytest.raises(BackupError):
        unseal(tmp_path / "harmed", [KEY], tmp_path / "plain")


def old_chunks(data: bytes) -> Iterator[bytes]:
    """Each with its length before it."""
    while data:
        end = 4 + int.from_bytes(data[:4], "big")
        yield data[:end]
        data = data[end:]


async def test_a_database_that_holds_something_is_not_filled(talk: Talk, source: Engine, file: Path, url: str) -> None:
    await open_case(talk)
    back_up(source, file)
    with pytest.raises(NotEmptyError):
        restore(url, [KEY], file, (), talk.clock)


async def test_from_the_command_line(
    talk: Talk,
    url: str,
    other_url: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    await open_case(talk)
    monkeypatch.setenv("DATABASE_URL", url)
    assert main(["backup", "saved"]) == 1
    assert "BOT_SECRET_KEY is missing" in capsys.readouterr().err
    monkeypatch.setenv("BOT_SECRET_KEY", SECRET)
    assert main(["backup", "saved"]) == 0
    assert main(["restore", "saved"]) == 1
    assert "already holds something" in capsys.readouterr().err
    monkeypatch.setenv("DATABASE_URL", other_url)
    assert main(["restore", "nowhere"]) == 1
    assert main(["restore", "saved", "--graveyard", "nowhere"]) == 1
    assert main(["restore", "saved"]) == 0
    assert "rows" in capsys.readouterr().out
    assert (tmp_path / "saved").stat().st_mode & 0o777 == 0o600
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/never.db")
    assert main(["backup", "saved"]) == 1
    assert "no database yet" in capsys.readouterr().err


async def test_graves_that_no_backup_can_be_older_than_are_forgotten(url: str, erasure_log: Path) -> None:
    await asyncio.to_thread(erasure_log.write_text, "2020-01-01 aa\n2999-01-01 bb\n")
    talk = Talk(url)
    await talk.close()
    assert read(erasure_log) == "2999-01-01 bb\n"
