"""`python -m bot doctor` and `signal-challenge`, against the fakes."""

from __future__ import annotations

import asyncio
import base64
import os
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, make_url
from sqlalchemy.pool import NullPool

from bot.__main__ import main
from bot.app import App
from bot.commands import challenge
from bot.commands.doctor import doctor, durability, examine
from bot.commands.run import plan_run
from bot.messengers.signal.service import is_new_enough
from bot.settings.environment import Settings, load
from bot.storage.sealing import keep_sealed, read_sealed
from bot.storage.vault import new_key
from tests.fakes.signal_server import FakeSignal
from tests.fakes.signal_state import BOT_NUMBER, Fault, public_id
from tests.fakes.telegram_server import TOKEN as TELEGRAM_TOKEN
from tests.fakes.telegram_server import FakeTelegram
from tests.fakes.telegram_state import Fault as TelegramFault
from tests.load.storm import environment_of
from tests.postgres import Server

GROUP = "aW52ZW50ZWQgZGVzayBvZiB0aGUgZG9jdG9yISEhISE="
TOKEN = "invented-challenge"
CAPTCHA = "signalcaptcha://invented"


@pytest.fixture
async def signal() -> AsyncIterator[FakeSignal]:
    server = await FakeSignal.start()
    server.state.group(GROUP, ["71717171-7171-4717-8717-717171717171"])
    yield server
    await server.close()
    assert server.violations == []


@pytest.fixture
async def telegram() -> AsyncIterator[FakeTelegram]:
    server = await FakeTelegram.start()
    server.state.group(-100500)
    yield server
    await server.close()


@pytest.fixture
def settings(
    signal: FakeSignal, telegram: FakeTelegram, in_an_empty_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> Settings:
    return set_up(monkeypatch, in_an_empty_folder, signal, telegram)


def set_up(
    monkeypatch: pytest.MonkeyPatch, folder: Path, signal: FakeSignal, telegram: FakeTelegram, **more: str
) -> Settings:
    own = {name: value for name, value in environment_of(telegram.url, folder).items() if name.startswith("BOT_")}
    own |= {"DATABASE_URL": f"sqlite:///{folder}/bot.db", "BOT_DESK": f"signal:{public_id(GROUP)}"}
    own |= {"BOT_SIGNAL_SERVICE": signal.address, "BOT_SIGNAL_NUMBER": BOT_NUMBER}
    for name, value in (own | more).items():
        monkeypatch.setenv(name, value)
    return load()


async def in_database(settings: Settings, job: Any) -> Any:
    app = App(plan_run(settings))
    try:
        return await app.store.run(lambda session: job(session, app.sealing))
    finally:
        app.store.close()


async def solve(settings: Settings, token: str, captcha: str) -> int:
    return await challenge.solve(settings, "signal", token, captcha)


async def keep_challenge(settings: Settings) -> None:
    await in_database(settings, lambda session, sealing: keep_sealed(session, sealing, "signal challenge", TOKEN))


async def wrong(settings: Settings) -> list[str]:
    return [finding.text for finding in await examine(settings) if not finding.is_well]


async def test_what_is_well_is_said_to_be_and_no_secret_is_shown(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    assert await doctor(settings) == 0
    told = capsys.readouterr().out
    assert told.splitlines() == [
        "ok: Telegram: the token is that of @invented_bot",
        "ok: Telegram: messages come by polling; 0 messages wait",
        "ok: Signal: signal-cli-rest-api answers, in mode json-rpc (needed: json-rpc)",
        "ok: Signal: its version is 0.101.0 (needed: 0.101 or newer)",
        "ok: Signal: 1 devices hold this account (expected: 1)",
        "ok: Signal: the account is in the group of BOT_DESK",
        "ok: Signal: no captcha is asked for",
    ]
    for secret in (TELEGRAM_TOKEN, BOT_NUMBER, public_id(GROUP)):
        assert secret not in told


async def test_it_tells_when_an_old_key_may_go(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    await keep_challenge(settings)
    newer = base64.b64encode(new_key()).decode()
    monkeypatch.setenv("BOT_SECRET_KEY", f"{newer},{os.environ['BOT_SECRET_KEY']}")
    older = [finding.text for finding in await examine(load()) if "rows in sealed need the key" in finding.text]
    assert len(older) == 1
    assert await asyncio.to_thread(main, ["rekey"]) == 0
    told = [finding.text for finding in await examine(load()) if finding.text.startswith("keys: ")]
    assert any("no row needs the key" in text and "take it out of BOT_SECRET_KEY" in text for text in told)
    monkeypatch.setenv("BOT_SECRET_KEY", newer)
    assert len([finding for finding in await examine(load()) if finding.text.startswith("keys: ")]) == 1
    monkeypatch.setenv("BOT_SECRET_KEY", base64.b64encode(new_key()).decode())
    assert any("a key is missing" in text for text in await wrong(load())), "and all else is asked nevertheless"


async def test_a_postgresql_that_keeps_what_it_commits_is_well(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    server = Server(is_durable=True)
    monkeypatch.setenv("DATABASE_URL", server.create("bot"))
    assert await doctor(load()) == 0
    told = capsys.readouterr().out.splitlines()
    assert told[:2] == ["ok: PostgreSQL: fsync is on", "ok: PostgreSQL: synchronous_commit is on"]
    server.end()


@pytest.mark.only_with("postgresql", "its settings")
async def test_a_postgresql_that_may_lose_what_it_committed_is_wrong(
    settings: Settings, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", url)  # the tests' own server is fast and forgets
    [line] = await wrong(load())
    assert line.startswith("PostgreSQL: fsync is off: what was receipted may be lost")
    hasty = make_url(url).set(drivername="postgresql+psycopg")
    engine = create_engine(hasty, connect_args={"options": "-c synchronous_commit=off"}, poolclass=NullPool)
    assert [finding.is_well for finding in durability(engine)] == [False, False]


async def test_a_service_that_is_down_is_one_line(settings: Settings, signal: FakeSignal) -> None:
    await signal.down()
    assert await wrong(settings) == ["Signal: signal-cli-rest-api does not answer at BOT_SIGNAL_SERVICE"]
    await signal.up()


async def test_mode_version_devices_and_membership_are_compared(
    settings: Settings, signal: FakeSignal, capsys: pytest.CaptureFixture[str]
) -> None:
    signal.about = signal.about | {"mode": "native", "version": "0.99.3"}
    signal.state.devices.append(signal.state.devices[0] | {"id": 2})
    signal.state.groups[GROUP].is_member = False
    assert await doctor(settings) == 1
    lines = [line for line in capsys.readouterr().out.splitlines() if line.startswith("WRONG")]
    assert [line.split(" ")[2] for line in lines] == ["signal-cli-rest-api", "its", "2", "the"]


@pytest.mark.parametrize(
    ("action", "fault", "told"),
    [
        ("devices", Fault("refuse", 400, "no"), "Signal: the linked devices can't be listed"),
        ("group", Fault("refuse", 404, "no"), "Signal: the account is not in the group of BOT_DESK"),
        ("group", Fault("refuse", 500, "no"), "Signal: the group of the desk can't be asked for"),
    ],
)
async def test_what_can_not_be_asked_is_wrong(
    settings: Settings, signal: FakeSignal, action: str, fault: Fault, told: str
) -> None:
    signal.always(action, fault)
    [line] = await wrong(settings)
    assert line.startswith(told)


async def test_a_captcha_that_is_asked_for_is_told_and_solved_with_the_newest_token(
    settings: Settings, signal: FakeSignal, capsys: pytest.CaptureFixture[str]
) -> None:
    assert await solve(settings, "", CAPTCHA) == 1
    await keep_challenge(settings)
    assert [line.split(":")[1] for line in await wrong(settings)] == [" a captcha was asked for"]
    signal.tokens.add(TOKEN)
    assert await solve(settings, "", "nonsense") == 1
    assert await solve(settings, "", CAPTCHA) == 0
    assert signal.bodies("challenge")[-1]["challenge_token"] == TOKEN
    assert await in_database(settings, lambda session, sealing: read_sealed(session, sealing, "signal challenge")) == ""
    assert await wrong(settings) == []
    assert TOKEN not in capsys.readouterr().out


async def test_a_token_may_be_named(settings: Settings, signal: FakeSignal) -> None:
    signal.tokens.add("another")
    assert await solve(settings, "another", CAPTCHA) == 0


async def test_without_signal_there_is_nothing_to_solve() -> None:
    assert await solve(Settings(), "", CAPTCHA) == 1


@pytest.mark.parametrize(
    ("method", "fault", "told"),
    [
        ("getMe", TelegramFault("refuse", 401, "Unauthorized"), "Telegram: BOT_TELEGRAM_TOKEN is not accepted"),
        ("getMe", TelegramFault("refuse", 502, "Bad Gateway"), "Telegram: the Bot API does not answer"),
        ("getChat", TelegramFault("refuse", 400, "Bad Request: chat not found"), "Telegram: the chat of BOT_DESK"),
    ],
)
async def test_what_telegram_refuses_is_told(
    signal: FakeSignal,
    telegram: FakeTelegram,
    in_an_empty_folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    method: str,
    fault: TelegramFault,
    told: str,
) -> None:
    settings = set_up(monkeypatch, in_an_empty_folder, signal, telegram, BOT_DESK="telegram:-100500")
    assert await wrong(settings) == []
    telegram.next(method, fault)
    [line] = await wrong(settings)
    assert line.startswith(told)


async def test_a_webhook_that_nobody_wants_or_that_fails_is_wrong(settings: Settings, telegram: FakeTelegram) -> None:
    telegram.webhook = {"url": "https://old.example"}
    assert await wrong(settings) == ["Telegram: messages come by webhook; 0 messages wait"]


@pytest.mark.parametrize(
    ("version", "is_new"),
    [("0.101", True), ("0.101.0", True), ("1.0", True), ("unset", True), ("0.100.9", False), ("x", False), ("", False)],
)
def test_versions_are_compared_as_numbers(version: str, *, is_new: bool) -> None:
    assert is_new_enough(version) is is_new
