"""Nothing that is stored is open to others on the machine, whatever their umask is."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.storage.engines import open_engine
from bot.storage.private import be_private, open_files
from tests.talk import Talk


@pytest.fixture(autouse=True)
def _careless() -> Iterator[None]:
    before = os.umask(0o000)
    yield
    os.umask(before)


def modes(folder: Path) -> dict[str, str]:
    return {path.name: oct(stat.S_IMODE(path.stat().st_mode)) for path in sorted(folder.rglob("*")) if path.is_file()}


async def test_a_new_database_and_what_lies_beside_it_is_private(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    talk = Talk(f"sqlite:///{folder}/bot.db")
    await talk.says("SOS they are here")
    assert {"bot.db", "bot.db-wal", "bot.db-shm"} <= set(modes(folder))
    assert set(modes(folder / "nothing")) == set()
    assert {mode for name, mode in modes(folder).items() if name.startswith("bot.db")} == {"0o600"}
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    talk.app.store.close()


def test_one_that_was_open_to_others_is_closed(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    database = tmp_path / "bot.db"
    for name in ("bot.db", "graveyard"):
        (tmp_path / name).touch(mode=0o644)
    assert {path.name for path in open_files(database)} == {tmp_path.name, "bot.db", "graveyard"}
    with open_engine(f"sqlite:///{database}").connect():
        pass
    assert modes(tmp_path)["bot.db"] == "0o600"
    assert {path.name for path in open_files(database)} == {tmp_path.name, "graveyard"}


def test_whatever_a_private_process_makes_is_private(tmp_path: Path) -> None:
    be_private()
    (tmp_path / "backup.sealed").write_bytes(b"x")
    (tmp_path / "folder").mkdir()
    assert modes(tmp_path) == {"backup.sealed": "0o600"}
    assert stat.S_IMODE((tmp_path / "folder").stat().st_mode) == 0o700
