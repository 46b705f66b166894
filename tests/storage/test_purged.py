"""Proof on the raw bytes: what was purged or wiped is in no file of the database, and in no backup made afterwards."""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator, Callable, Coroutine, Iterable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from bot.commands.backup import make
from bot.commands.restore import unseal
from bot.jobs.retention import forget_once
from bot.storage.engines import open_reader
from tests.conversations.test_case import open_case
from tests.delivery.test_delivery import rows
from tests.talk import KEY, Talk

MARKER = "Zq7mArKeRxW4kjunipEr"
CALL, ADDED, ANSWER, REASON = (f"{MARKER}{part}" for part in ("call", "added", "answer", "reason"))

Ending = Callable[[Talk, str], Coroutine[Any, Any, None]]


async def purged(talk: Talk, code: str) -> None:
    await talk.staff_says(f"/close {code} {REASON}")
    talk.clock.forward(days=8)
    assert await forget_once(talk.app.store, talk.app.sealing)


async def wiped(talk: Talk, _code: str) -> None:
    await talk.says("/wipe")
    assert await forget_once(talk.app.store, talk.app.sealing)


ENDINGS = pytest.mark.parametrize("end", [purged, wiped])


@pytest.fixture
async def talk(url: str) -> AsyncIterator[Talk]:
    talk = Talk(url)
    yield talk
    await talk.close()


async def said(talk: Talk) -> str:
    """A case with words of the person and of staff."""
    code = await open_case(talk, CALL)
    await talk.says(ADDED)
    await talk.staff_says(f"/r {code} {ANSWER}")
    return code


async def stored(talk: Talk, column: str, table: str, code: str) -> list[bytes]:
    query = text(f"SELECT {column} FROM {table} WHERE code = :code").bindparams(code=code)
    return [bytes(body) for body in await talk.app.store.run(lambda session: session.execute(query).scalars().all())]


async def secrets_of(talk: Talk, code: str) -> dict[str, bytes]:
    """What must not be found any more: markers as they could be written down, and the case's sealed bytes."""
    found = {f"{table} {number}": body for table in ("case_key", "entry")
             for number, body in enumerate(await stored(talk, "body", table, code))}  # fmt: skip
    [found["address"]] = await stored(talk, "address", "sos_case", code)
    [key] = await stored(talk, "body", "case_key", code)
    found["opened key"] = talk.app.sealing.vault.open(key, "case_key", code)
    return found | dict(written(MARKER))


def written(marker: str) -> Iterable[tuple[str, bytes]]:
    plain = marker.encode()
    yield "utf-8", plain
    yield "utf-16 le", marker.encode("utf-16-le")
    yield "utf-16 be", marker.encode("utf-16-be")
    yield "hex", plain.hex().encode()
    yield "HEX", plain.hex().upper().encode()
    for shift in range(3):  # what stands before it decides how base64 reads; its edges belong to the neighbours
        coded = base64.b64encode(b"." * shift + plain + b"..")[4:-8]
        yield f"base64 {shift}", coded


def hits(secrets: dict[str, bytes], files: Iterable[Path]) -> list[str]:
    return [
        f"{name} in {file.name}" for file in files for name, secret in secrets.items() if secret in file.read_bytes()
    ]


def database_files(folder: Path) -> list[Path]:
    return [folder / f"bot.db{end}" for end in ("", "-wal", "-shm")]


def unsealed_backup(folder: Path) -> Path:
    """A backup of now, and what is inside of its seal."""
    make(open_reader(f"sqlite:///{folder}/bot.db"), KEY, folder / "backup")
    unseal(folder / "backup", [KEY], folder / "plain.db")
    return folder / "plain.db"


@ENDINGS
@pytest.mark.only_with("sqlite", "looks into the files")
async def test_nothing_of_it_is_in_the_files_nor_in_a_backup_made_afterwards(
    talk: Talk, tmp_path: Path, end: Ending
) -> None:
    code = await said(talk)
    secrets = await secrets_of(talk, code)
    assert all(len(secret) > 8 for secret in secrets.values())
    sealed = {name: secret for name, secret in secrets.items() if name.startswith(("case_key", "entry", "address"))}
    before = hits(sealed, [*database_files(tmp_path), unsealed_backup(tmp_path)])
    assert {hit.partition(" in ")[0] for hit in before} == set(sealed)  # so this search finds what is there
    assert {hit.partition(" in ")[2] for hit in before} >= {"bot.db-wal", "plain.db"}
    await end(talk, code)
    assert (tmp_path / "bot.db-wal").stat().st_size == 0
    assert all(file.exists() for file in database_files(tmp_path))
    assert hits(secrets, [*database_files(tmp_path), tmp_path / "graveyard", unsealed_backup(tmp_path)]) == []


@ENDINGS
@pytest.mark.only_with("sqlite", "the log is a file")
async def test_a_log_that_a_reader_holds_is_not_taken_for_emptied(talk: Talk, tmp_path: Path, end: Ending) -> None:
    code = await said(talk)
    reader = open_reader(f"sqlite:///{tmp_path}/bot.db")
    with reader.connect() as connection:
        connection.execute(text("SELECT count(*) FROM entry")).scalar()
        await talk.says(ADDED)
        await talk.app.store.run(lambda session: session.execute(text("PRAGMA busy_timeout=50")).close())
        assert not await talk.app.store.truncate_wal()
    reader.dispose()
    await end(talk, code)
    assert (tmp_path / "bot.db-wal").stat().st_size == 0


@ENDINGS
@pytest.mark.only_with("postgresql", "deleted rows stay in its pages for a while: what counts is that the key is gone")
async def test_on_postgresql_the_key_and_the_entries_are_gone(talk: Talk, end: Ending) -> None:
    code = await said(talk)
    other = await open_case(talk, "another", who="502")
    assert len(await stored(talk, "body", "case_key", code)) == 1
    assert len(await stored(talk, "body", "entry", code)) == 3
    await end(talk, code)
    for table in ("case_key", "entry", "outbox"):
        assert await stored(talk, "body", table, code) == [], table
    assert await stored(talk, "address", "sos_case", code) == [b""]
    assert await rows(talk, "case_key") == 1
    assert len(await stored(talk, "body", "entry", other)) == 1


@pytest.mark.parametrize("shift", range(6))
def test_the_search_finds_a_marker_in_every_writing(tmp_path: Path, shift: int) -> None:
    around, secrets = b"?" * shift + MARKER.encode() + b"more", dict(written(MARKER))
    for name, planted in {
        "utf-8": around,
        "utf-16 le": ("?" * shift + MARKER).encode("utf-16-le"),
        "utf-16 be": ("?" * shift + MARKER).encode("utf-16-be"),
        "hex": around.hex().encode(),
        "HEX": around.hex().upper().encode(),
        f"base64 {shift % 3}": base64.b64encode(around),
    }.items():
        (tmp_path / "file").write_bytes(planted)
        assert f"{name} in file" in hits(secrets, [tmp_path / "file"])
