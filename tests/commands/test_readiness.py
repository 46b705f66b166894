"""An operator hears of everything that keeps the bot from running, in one go and in plain words."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest
from pydantic import SecretBytes, SecretStr

from bot.commands.readiness import advice, faults, inspect, load_for_run, unknown_names
from bot.messengers.signal.settings import SignalSettings
from bot.messengers.telegram.settings import TelegramSettings
from bot.parsing import Endpoint
from bot.settings.addresses import ChatAddress
from bot.settings.environment import Settings
from bot.settings.staff_file import StaffFile
from bot.settings.variables import SettingsError
from tests.settings.built import built

KEY = base64.b64encode(bytes(32)).decode()
TELEGRAM = TelegramSettings(token=SecretStr("1:a"))
TELEGRAM_DESK = ChatAddress("telegram", "-1001")
SIGNAL_DESK = ChatAddress("signal", "group.YQ==")
SIGNAL = SignalSettings(service=Endpoint("127.0.0.1", 8080), number="+85212345678")
KEYS = (SecretBytes(bytes(32)),)


pytestmark = pytest.mark.usefixtures("in_an_empty_folder")


def test_a_bare_machine_hears_of_the_key_and_of_the_messengers() -> None:
    key, messenger = faults(Settings())
    assert key.startswith("BOT_SECRET_KEY is missing: `python -m bot key`")
    assert messenger.startswith("BOT_TELEGRAM_TOKEN is missing, and so is BOT_SIGNAL_SERVICE")


def test_a_key_and_one_messenger_are_enough() -> None:
    assert faults(built(TELEGRAM, secret_keys=KEYS)) == []
    assert faults(built(SIGNAL, secret_keys=KEYS)) == []


def test_signal_needs_its_number_and_a_webhook_its_secret() -> None:
    half = (
        TELEGRAM.model_copy(update={"webhook_url": "https://bot.example"}),
        SIGNAL.model_copy(update={"number": None}),
    )
    secret, number = faults(built(*half, secret_keys=KEYS))
    assert number.startswith("BOT_SIGNAL_NUMBER is missing")
    assert secret.startswith("BOT_TELEGRAM_WEBHOOK_SECRET is missing")


def test_staff_stand_in_one_place(tmp_path: Path) -> None:
    (tmp_path / "staff").write_text("telegram:7")
    file = StaffFile.open(str(tmp_path / "staff"))
    alone = built(TELEGRAM, secret_keys=KEYS, desk=TELEGRAM_DESK, staff_file=file)
    assert faults(alone) == []
    assert not [line for line in advice(alone) if "BOT_STAFF" in line]
    [line] = faults(alone.model_copy(update={"staff": frozenset({("telegram", "8")})}))
    assert line == "BOT_STAFF and BOT_STAFF_FILE are both set: remove one of them"


@pytest.mark.parametrize(
    ("desk", "backup_desk", "remedies"),
    [
        (TELEGRAM_DESK, None, []),
        (SIGNAL_DESK, None, ["BOT_DESK is on a messenger that is off: set BOT_SIGNAL_SERVICE"]),
        (TELEGRAM_DESK, SIGNAL_DESK, ["BOT_BACKUP_DESK is on a messenger that is off: set BOT_SIGNAL_SERVICE"]),
        (TELEGRAM_DESK, TELEGRAM_DESK, ["BOT_BACKUP_DESK is the same chat as BOT_DESK"]),
        (None, TELEGRAM_DESK, ["BOT_DESK is missing though there is a BOT_BACKUP_DESK"]),
    ],
)
def test_a_desk_that_can_not_be_reached_is_named(
    desk: ChatAddress | None, backup_desk: ChatAddress | None, remedies: list[str]
) -> None:
    lines = faults(built(TELEGRAM, secret_keys=KEYS, desk=desk, backup_desk=backup_desk))
    assert len(lines) == len(remedies)
    assert all(line.startswith(remedy) for line, remedy in zip(lines, remedies, strict=True))


def test_what_can_not_be_read_is_not_also_called_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOT_SECRET_KEY", "short")
    monkeypatch.setenv("BOT_TELEGRAM_TOKEN", "short")
    _, lines = inspect()
    assert [line.split(" must be ")[0] for line in lines] == ["BOT_SECRET_KEY", "BOT_TELEGRAM_TOKEN"]


def test_running_is_refused_with_the_unreadable_and_the_missing_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOT_RETENTION_DAYS", "0")
    monkeypatch.setenv("BOT_TELEGRAM_TOKEN", "1:a")
    with pytest.raises(SettingsError) as caught:
        load_for_run()
    assert [line.split()[0] for line in caught.value.lines] == ["BOT_RETENTION_DAYS", "BOT_SECRET_KEY"]


def test_complete_settings_are_ready_to_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOT_SECRET_KEY", KEY)
    monkeypatch.setenv("BOT_TELEGRAM_TOKEN", "1:a")
    assert load_for_run().secret_keys[0].get_secret_value() == bytes(32)


def test_what_is_allowed_but_perhaps_not_meant_is_pointed_out() -> None:
    assert [line.split()[0] for line in advice(Settings())] == ["BOT_DESK", "BOT_NOTIFY", "BOT_HEARTBEAT_URL"]
    unstaffed = Settings(desk=TELEGRAM_DESK, staff=frozenset({("signal", "x")}), allow_downgrade=True)
    names = ["BOT_STAFF", "BOT_NOTIFY", "BOT_HEARTBEAT_URL", "BOT_ALLOW_DOWNGRADE"]
    assert [line.split()[0] for line in advice(unstaffed)] == names
    notify, beat = (SecretStr("json://127.0.0.1:9"),), SecretStr("https://127.0.0.1:9/x")
    staff = frozenset({("telegram", "7")})
    assert advice(Settings(desk=TELEGRAM_DESK, staff=staff, notify=notify, heartbeat_url=beat)) == []


def test_a_misspelt_name_is_answered_with_the_right_one() -> None:
    lines = unknown_names(["BOT_DEKS", "BOT_TELEGRAM_TOKEN_FLIE", "BOT_ZZZZZZ", "PATH", "BOT_DESK", "BOT_NOTIFY_FILE"])
    assert lines == [
        "BOT_DEKS is not a setting: did you mean BOT_DESK?",
        "BOT_TELEGRAM_TOKEN_FLIE is not a setting: did you mean BOT_TELEGRAM_TOKEN_FILE?",
        "BOT_ZZZZZZ is not a setting",
    ]


def test_an_alarm_address_that_cannot_be_used_is_counted_and_not_quoted() -> None:
    urls = (SecretStr("json://127.0.0.1:9"), SecretStr("nonsense://MARKER"))
    [line] = faults(built(TELEGRAM, secret_keys=KEYS, notify=urls))
    assert line.startswith("BOT_NOTIFY: Apprise can't use 1 of 2 URLs")
    assert "MARKER" not in line
