"""A restored server neither forgets, nor repeats, nor resurrects."""

from __future__ import annotations

import base64
import re
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pytest

from bot.__main__ import main
from bot.backup import BackupError, make, restore
from bot.messenger import DeliveryError, Trouble
from bot.retention import forget_once
from bot.store import open_reader
from bot.transfer import NotEmptyError
from bot.vault import Vault
from tests.conversations.test_case import open_case
from tests.core.test_delivery import rows
from tests.talk import KEY, FakeClock, Talk

SECRET = base64.b64encode(KEY).decode()


@pytest.fixture
async def talk(tmp_path: Path) -> AsyncIterator[Talk]:
    talk = Talk(f"sqlite:///{tmp_path}/bot.db")
    yield talk
    await talk.close()


def back_up(folder: Path) -> Path:
    file = folder / "backup"
    assert make(open_reader(f"sqlite:///{folder}/bot.db"), Vault([KEY]), file) > 0
    return file


async def restored(talk: Talk, folder: Path, file: Path, *graveyards: Path) -> Talk:
    """Another host, filled from the backup, at the same moment."""
    clock = FakeClock(talk.clock.now())
    url = f"sqlite:///{folder}/other/bot.db"
    restore(url, [KEY], file, graveyards, clock)
    other = Talk(url)
    other.clock.moment = clock.moment
    other._updates = talk._updates  # messages go on where they were: what was heard before is not heard again
    await other.settle()
    return other


async def test_open_cases_languages_and_drafts_are_there_again_and_what_was_sent_is_not_sent_again(
    talk: Talk, tmp_path: Path
) -> None:
    code = await open_case(talk)
    await talk.says("/language", who="502")
    await talk.chooses("繁體中文", who="502")
    other = await restored(talk, tmp_path, back_up(tmp_path))
    with closing(other.app.store):
        assert other.messenger.shown == []
        assert [case.code for case in await other.open_cases()] == [code]
        assert await other.staff_says(f"/r {code} We are here again.") == [f"<b>{code}</b>: delivered."]
        assert "🇹🇭 泰國" in "".join(await other.says("🇹🇭", who="502"))


async def test_what_waited_to_be_sent_is_marked_and_a_lookup_is_dropped(talk: Talk, tmp_path: Path) -> None:
    talk.messenger.trouble = lambda _parcel: DeliveryError(Trouble.UNREACHABLE)
    await talk.says("/ready")
    await talk.hear(talk.received("501", "501", "SOS they are here"))
    await talk.hear(talk.received("502", "502", "Thailand"))
    file = back_up(tmp_path)
    other = await restored(talk, tmp_path, file)
    with closing(other.app.store):
        assert all("may have received this already" in text for text in other.told())
        assert other.told("502") == []


async def test_a_case_whose_time_is_over_is_not_brought_back(talk: Talk, tmp_path: Path) -> None:
    code = await open_case(talk, "MARKER")
    await talk.staff_says(f"/close {code} MARKER")
    file = back_up(tmp_path)
    talk.clock.forward(days=8)
    other = await restored(talk, tmp_path, file)
    with closing(other.app.store):
        assert (await rows(other, "entry"), await rows(other, "case_key"), await rows(other, "sos_case")) == (0, 0, 1)


async def test_what_was_wiped_after_the_backup_stays_wiped(talk: Talk, tmp_path: Path) -> None:
    code = await open_case(talk)
    await talk.says("/language", who="502")
    await talk.chooses("繁體中文", who="502")
    file = back_up(tmp_path)
    await talk.says("/wipe")
    await talk.says("/wipe", who="502")
    graves = (tmp_path / "graveyard").read_text()
    assert code not in graves
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\d [0-9a-f]{32}", line) for line in graves.splitlines())
    other = await restored(talk, tmp_path, file, tmp_path / "graveyard")
    with closing(other.app.store):
        assert "not delivered" in (await other.staff_says(f"/r {code} Are you there?"))[0]
        assert "🇹🇭 泰国" not in "".join(told := await other.says("🇹🇭", who="502")), told
        assert "Thailand" in "".join(told)


async def test_what_was_purged_after_the_backup_stays_closed_and_calls_nobody(talk: Talk, tmp_path: Path) -> None:
    code = await open_case(talk, "MARKER")
    file = back_up(tmp_path)
    await talk.staff_says(f"/close {code} done")
    talk.clock.forward(days=8)
    await forget_once(talk.app.store, talk.app.sealing)
    assert code not in (tmp_path / "graveyard").read_text()
    other = await restored(talk, tmp_path, file, tmp_path / "graveyard")
    with closing(other.app.store):
        assert code not in [case.code for case in await other.open_cases()]
        for table in ("case_key", "entry", "post", "deed"):
            assert await rows(other, table) == 0, table
        await other.later(hours=1)
        assert not any(code in text for text in other.desk())
        assert await other.staff_says(f"/r {code} hello") == [f"<b>{code}</b> is closed. Nothing was changed."]


async def test_a_backup_shows_nothing_without_the_key(talk: Talk, tmp_path: Path) -> None:
    code = await open_case(talk, "MARKER words")
    data = back_up(tmp_path).read_bytes()
    for shown in (b"SQLite", b"MARKER", code.encode(), b"telegram"):
        assert shown not in data
    with pytest.raises(BackupError):
        restore(f"sqlite:///{tmp_path}/other/bot.db", [bytes(32)], tmp_path / "backup", (), talk.clock)


@pytest.mark.parametrize("harm", ["cut", "turned", "other", "empty", "longer"])
async def test_a_backup_that_is_not_whole_is_refused(talk: Talk, tmp_path: Path, harm: str) -> None:
    file = back_up(tmp_path)
    data = file.read_bytes()
    harmed = {
        "cut": data[:-100],
        "turned": data[:500] + bytes([data[500] ^ 1]) + data[501:],
        "other": b"something else",
        "empty": b"",
        "longer": data + b"more",
    }[harm]
    file.write_bytes(harmed)
    with pytest.raises(BackupError):
        restore(f"sqlite:///{tmp_path}/other/bot.db", [KEY], file, (), talk.clock)


async def test_a_database_that_holds_something_is_not_filled(talk: Talk, tmp_path: Path) -> None:
    await open_case(talk)
    file = back_up(tmp_path)
    with pytest.raises(NotEmptyError):
        restore(f"sqlite:///{tmp_path}/bot.db", [KEY], file, (), talk.clock)


async def test_from_the_command_line(
    talk: Talk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    await open_case(talk)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/bot.db")
    assert main(["backup", "saved"]) == 1
    assert "BOT_SECRET_KEY is missing" in capsys.readouterr().err
    monkeypatch.setenv("BOT_SECRET_KEY", SECRET)
    assert main(["backup", "saved"]) == 0
    assert main(["restore", "saved"]) == 1
    assert "already holds something" in capsys.readouterr().err
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/other/bot.db")
    assert main(["restore", "nowhere"]) == 1
    assert main(["restore", "saved", "--graveyard", "nowhere"]) == 1
    assert main(["restore", "saved"]) == 0
    assert "rows" in capsys.readouterr().out
    assert (tmp_path / "saved").stat().st_mode & 0o777 == 0o600
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/never.db")
    assert main(["backup", "saved"]) == 1
    assert "no database yet" in capsys.readouterr().err


async def test_graves_that_no_backup_can_be_older_than_are_forgotten(tmp_path: Path) -> None:
    (tmp_path / "graveyard").write_text("2020-01-01 aa\n2999-01-01 bb\n")
    talk = Talk(f"sqlite:///{tmp_path}/bot.db")
    await talk.close()
    assert (tmp_path / "graveyard").read_text() == "2999-01-01 bb\n"
