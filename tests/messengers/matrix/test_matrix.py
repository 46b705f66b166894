"""A third messenger is one entry of MESSENGERS: settings, readiness, check-up, privacy and downgrade rule know it."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.__main__ import main
from bot.commands.doctor import examine
from bot.commands.readiness import advice, faults, load_for_run, unknown_names
from bot.commands.run import plan_run, secrets_of
from bot.messengers.contract import Act, DeliveryError, Parcel, Trouble
from bot.messengers.traits import with_defaults
from bot.settings.addresses import ChatAddress
from bot.settings.desk import DeskSettings
from bot.settings.environment import Settings, variable_names
from bot.settings.variables import SettingsError
from handlers.model.messages import Room
from tests.messengers.conftest import Running
from tests.messengers.doors import SignalDoor
from tests.messengers.matrix import TRAITS
from tests.messengers.matrix.adapter import MatrixMessenger
from tests.messengers.matrix.conftest import ALL
from tests.messengers.matrix.door import MatrixDoor
from tests.messengers.matrix.homeserver import TOKEN
from tests.messengers.matrix.settings import MatrixSettings
from tests.settings.built import built, of


def test_its_variables_are_read_like_all_others(settings: Settings, matrix: MatrixDoor) -> None:
    assert of(settings, TRAITS) == MatrixSettings(homeserver=matrix.server.url, token=SecretStr(TOKEN))
    assert settings.desk == ChatAddress("matrix", matrix.desk)
    assert settings.accounts == {("matrix", account) for account in matrix.staff}
    assert (settings.running[0].traits, len(settings.running)) == (TRAITS, 1)
    assert TOKEN in secrets_of(settings)
    assert TOKEN not in repr(settings)
    assert {"BOT_MATRIX_HOMESERVER", "BOT_MATRIX_TOKEN"} < set(variable_names(ALL))
    assert plan_run(settings).platforms == ("matrix",)


@pytest.mark.usefixtures("in_an_empty_folder")
@pytest.mark.parametrize(
    ("name", "value", "remedy"),
    [
        ("BOT_DESK", "matrix:#alias:example.org", "a Matrix room is its internal id"),
        ("BOT_DESK", "icq:1", "begin with telegram: or signal: or matrix:"),
        ("BOT_STAFF", "matrix:ann", "a Matrix account is its whole id"),
        ("BOT_MATRIX_HOMESERVER", "example.org", "begin with https://"),
    ],
)
def test_what_is_wrong_is_told_with_its_remedy(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, remedy: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError) as caught:
        load_for_run(messengers=ALL)
    [line] = [line for line in caught.value.lines if line.startswith(f"{name} must be ")]
    assert remedy in line


def test_what_is_missing_is_told() -> None:
    bare = faults(built(messengers=ALL))
    switches = "BOT_TELEGRAM_TOKEN is missing, and so are BOT_SIGNAL_SERVICE and BOT_MATRIX_HOMESERVER"
    assert bare[1] == f"{switches}: set at least one of them"
    half = built(MatrixSettings(homeserver="http://127.0.0.1:1"), messengers=ALL)
    assert "BOT_MATRIX_TOKEN is missing: it belongs to BOT_MATRIX_HOMESERVER" in faults(half)
    desk = ChatAddress("matrix", "!a:b.c")
    assert faults(built(messengers=ALL, desk=desk))[-1].endswith("is off: set BOT_MATRIX_HOMESERVER")
    assert advice(built(messengers=ALL, allow_downgrade=True))[-1].endswith(
        "words written on Signal may be posted on Telegram or Matrix"
    )
    [misspelt] = unknown_names(["BOT_MATRIX_TOKN"], ALL)
    assert misspelt.endswith("did you mean BOT_MATRIX_TOKEN?")


def test_it_is_a_role_of_its_own(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["run", "poet"], ALL)
    assert "is none of telegram, signal, matrix, worker" in capsys.readouterr().err


async def test_doctor_asks_it(settings: Settings, matrix: MatrixDoor) -> None:
    assert [str(finding) for finding in await examine(settings)] == [
        "ok: Matrix: the homeserver takes the token",
        "ok: Matrix: the account is in the room of BOT_DESK",
    ]
    matrix.server.rooms[matrix.desk].members.clear()
    assert [finding.is_well for finding in await examine(settings)] == [True, False]
    wrong = built(MatrixSettings(homeserver=matrix.server.url, token=SecretStr("no")), messengers=ALL)
    [finding] = await examine(wrong)
    assert str(finding) == (
        "WRONG: Matrix: BOT_MATRIX_HOMESERVER does not answer, or not to this token (M_UNKNOWN_TOKEN)"
    )


async def test_persons_are_told_who_can_read_it(door: MatrixDoor) -> None:
    door.says("/privacy")
    told = await door.hears("What we can't promise")
    assert "Whoever runs a Matrix server can read what is written there" in told
    assert "Telegram" not in told
    door.says("SOS")
    assert "Matrix itself can read what is written on Matrix." in await door.hears("Write here what is happening")


def test_the_downgrade_rule_knows_it() -> None:
    desk = DeskSettings("matrix", "!a:b.c", 7, allows_downgrade=False, messengers=ALL)
    assert [desk.may_show(name, Room.DESK) for name in ("telegram", "signal", "matrix")] == [True, False, True]
    on_telegram = DeskSettings("telegram", "-1", 7, allows_downgrade=False, messengers=ALL)
    assert on_telegram.may_show("matrix", Room.DESK)
    assert not DeskSettings("telegram", "-1", 7, allows_downgrade=False).may_show("matrix", Room.DESK)


async def test_words_from_signal_are_not_shown_in_its_desk_and_both_sides_are_told(
    matrix: MatrixDoor, tmp_path: Path
) -> None:
    person = await SignalDoor.open()
    running = Running(f"sqlite:///{tmp_path}/bot.db", person, matrix, desk=matrix, messengers=with_defaults(ALL))
    running.begin()
    await running.is_heard()
    person.says("SOS a secret")
    assert "Its channel is on Matrix," in await person.hears("the team sees that you wrote, but not what")
    person.chooses("Send")
    post = await matrix.desk_hears("SOS ")
    assert "Signal, English" in post
    assert "The words were written on Signal and are not shown on Matrix." in post
    assert "a secret" not in "\n".join(matrix.posts())
    await running.end()
    await person.close()


@pytest.mark.parametrize(
    ("chat", "fault", "trouble"),
    [
        ("!nowhere:example.org", "", Trouble.GONE),
        (MatrixDoor.desk, "limit", Trouble.SLOW_DOWN),
        (MatrixDoor.desk, "reset", Trouble.UNKNOWN),
        (MatrixDoor.desk, "lose", Trouble.UNKNOWN),
    ],
)
async def test_what_a_refusal_means(matrix: MatrixDoor, chat: str, fault: str, trouble: Trouble) -> None:
    messenger = MatrixMessenger(matrix.server.url, SecretStr(TOKEN))
    matrix.server.faults.extend([fault] if fault else [])
    with pytest.raises(DeliveryError) as caught:
        await messenger.deliver(Parcel(chat=chat, text="hello"))
    assert caught.value.trouble is trouble
    assert (caught.value.retry_after > 0) is (trouble is Trouble.SLOW_DOWN)
    with pytest.raises(DeliveryError) as caught:
        await messenger.deliver(Parcel(act=Act.FETCH, chat="", photo_ref="mxc://example.org/none"))
    assert caught.value.trouble is Trouble.WITHHELD
    await messenger.close()
