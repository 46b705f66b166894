"""What is logged can't tell who wrote what: markers planted everywhere, an exception forced in every handler."""

from __future__ import annotations

import asyncio
import base64
import io
import logging
import subprocess
import sys
import threading
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import cast
from urllib.parse import quote

import pytest

from bot.monitoring.redaction import Redactor, configure, describe, watch_loop
from bot.settings.environment import Settings
from bot.storage.tables import ScheduleRow
from handlers.model.messages import Inbound, Kind, Reply
from handlers.table import ROWS, TABLE
from tests.fakes.telegram_server import TOKEN
from tests.load.storm import environment_of
from tests.messengers.conftest import Running
from tests.messengers.doors import DOORS, Door, SignalDoor, TelegramDoor
from tests.sample import PHONE
from tests.talk import MESSENGERS, STAFF, Talk, answer_with

MARKER = "Zq7mArKeR"
PERSON = "90817263544"
NAMES = {"first_name": f"{MARKER}first", "last_name": f"{MARKER}last", "username": f"{MARKER}user"}


def forms(secret: str) -> list[bytes]:
    """How a text may hide in a file."""
    raw = secret.encode()
    wide = [secret.encode("utf-16-le"), secret.encode("utf-16-be")]
    return [
        raw,
        *wide,
        raw.hex().encode(),
        quote(secret).encode(),
        *(base64.b64encode(b"x" * shift + raw)[4:-4] for shift in range(3)),
    ]


def hits(folder: Path, *secrets: str) -> list[str]:
    """The files in which any form of a secret stands."""
    return [
        f"{path.name}: {secret}"
        for path in folder.rglob("*")
        if path.is_file()
        for secret in secrets
        for form in forms(secret)
        if len(form) > 5 and form in path.read_bytes()
    ]


@pytest.fixture
def logged() -> Iterator[io.StringIO]:
    """Everything that is logged at DEBUG, as it would be written."""
    root, out = logging.getLogger(), io.StringIO()
    handlers, level, hook = root.handlers[:], root.level, sys.excepthook
    other_hooks = threading.excepthook, sys.unraisablehook
    configure("DEBUG", [TOKEN])
    root.handlers[0].setStream(out)  # type: ignore[attr-defined]
    yield out
    root.handlers[:], sys.excepthook = handlers, hook
    threading.excepthook, sys.unraisablehook = other_hooks
    logging.setLogRecordFactory(logging.LogRecord)
    root.setLevel(level)
    logging.captureWarnings(False)
    logging.raiseExceptions = True


def marked_telegram(door: TelegramDoor) -> tuple[str, ...]:
    """Gives the person marked names, and returns what must not be found anywhere."""
    door.person, door.names = int(PERSON), NAMES
    door.state.add_update({"message": {"text": f"{MARKER}broken", "from": NAMES}})
    return (PERSON, TOKEN, TOKEN.split(":")[1])


def marked_signal(door: SignalDoor) -> tuple[str, ...]:
    person = door.state.persons[door.person]
    person.name = f"{MARKER}name"
    door.state.deliver(f"{MARKER}broken")
    door.state.deliver({"envelope": {"sourceUuid": 1, "dataMessage": {"message": f"{MARKER}broken"}}})
    return (door.person, str(person.number), str(person.number)[1:])


async def whole_conversation(door: Door) -> None:
    door.says(f"SOS {MARKER}words")
    await door.hears(f"{MARKER}words")
    door.says(f"{MARKER}more")
    await door.hears(f"{MARKER}more")
    door.sends_place(13.756331, 100.501762)
    await door.hears("Your location")
    door.chooses("Send")
    await door.hears("The team has your note")
    door.staff_says(f"/r {MARKER}answer", quotes="SOS")
    await door.hears(f"{MARKER}answer")
    door.says("Thailand")
    await door.hears("Added to your note")


@pytest.mark.parametrize("messenger", MESSENGERS)
async def test_no_marker_reaches_log_database_or_wal(logged: io.StringIO, tmp_path: Path, messenger: str) -> None:
    door = await DOORS[messenger].open()
    running = Running(f"sqlite:///{tmp_path}/bot.db", door)
    running.begin()
    await running.is_heard()
    secrets = marked_telegram(door) if isinstance(door, TelegramDoor) else marked_signal(cast(SignalDoor, door))
    await whole_conversation(door)
    logging.getLogger("httpx").debug("GET %s", f"{door.server.url}/bot{TOKEN}/getMe")
    found = hits(tmp_path, MARKER, *secrets, "13.7563", "100.5017")
    text = logged.getvalue()
    await running.end()
    await door.server.close()
    assert found == []
    assert text
    for secret in (MARKER, *secrets, TOKEN, "13.7563"):
        assert secret not in text


def have_all_handlers_fail(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """From now on, with all that they know in the exception; returns where the wishes of those that did so will be."""
    failed: set[str] = set()

    def fails(ask: Inbound, _ports: object) -> list[Reply]:
        assert ask.wish
        failed.add(ask.wish.name)
        raise RuntimeError(f"{MARKER} {PERSON} {ask!r} {ask.text}")

    for wish in ROWS:
        answer_with(monkeypatch, wish, fails)
    return failed


async def test_an_exception_in_any_handler_tells_nothing(logged: io.StringIO, monkeypatch: pytest.MonkeyPatch) -> None:
    talk = Talk()
    failed = have_all_handlers_fail(monkeypatch)
    for number, row in enumerate(TABLE):
        if row.command:  # each from somebody else: what fails holds up its chat
            await talk.says(f"/{row.command} {MARKER}", who=f"{PERSON}{number}")
    await talk.sends(Kind.STICKER, who=PERSON)
    assert {row.wish for row in TABLE if row.command} <= failed
    now = talk.clock.now().timestamp()
    events = [
        ScheduleRow(name=f"{MARKER}{wish}", wish=wish, argument=MARKER, due_at=now, leased_until=0) for wish in ROWS
    ]
    await talk.app.store.run(lambda session: session.add_all(events))
    await talk.settle()
    await talk.close()
    assert failed == set(ROWS)
    assert MARKER not in logged.getvalue()
    assert PERSON not in logged.getvalue()


@pytest.mark.parametrize("command", ["ack", "r", "handoff", "close", "board", "help"])
async def test_an_exception_over_an_act_of_staff_tells_nothing(
    logged: io.StringIO, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    talk = Talk()
    failed = have_all_handlers_fail(monkeypatch)
    await talk.staff_says(f"/{command} 4F7K-2Q {MARKER}", sender=STAFF)
    await talk.close()
    assert failed
    assert MARKER not in logged.getvalue()
    assert PERSON not in logged.getvalue()


async def test_a_message_that_breaks_a_handler_is_kept_and_the_person_is_told(
    logged: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    talk = Talk()
    whole = answer_with(monkeypatch, "level", lambda ask, ports: 1 / 0)
    [sorry] = await talk.says("Thailand")
    assert "Something went wrong" in sorry
    assert PHONE in sorry
    assert "ZeroDivisionError" in logged.getvalue()
    assert "test_redaction.py" in logged.getvalue()
    answer_with(monkeypatch, "level", whole)
    talk.clock.forward(seconds=5)
    await talk.settle()
    assert "Black" in talk.told()[-1]
    await talk.close()


def test_secrets_are_scrubbed_in_every_form() -> None:
    redactor = Redactor(["p@ss word", ""])
    for text in ("p@ss word", "p%40ss%20word", TOKEN, quote(TOKEN, safe="")):
        record = logging.LogRecord("bot.x", logging.INFO, "f", 1, "before %s after", (text,), None)
        assert redactor.format(record).endswith("before [hidden] after")


def test_a_secret_that_is_part_of_another_leaves_nothing_of_it() -> None:
    for secrets in (["key", "keyring of Ann"], ["keyring of Ann", "key"]):
        assert Redactor(secrets).scrub("<keyring of Ann> <key>") == "<[hidden]> <[hidden]>"


@pytest.mark.parametrize("ours", ["bot.delivery.sender", "handlers.sos.draft", "__main__"])
def test_what_we_say_ourselves_is_written(ours: str) -> None:
    record = logging.LogRecord(ours, logging.ERROR, "/x/draft.py", 7, "the note of %s", ("1234",), None)
    assert Redactor([]).format(record).endswith(f"ERROR {ours}: the note of 1234")


def test_what_a_library_says_is_not_written() -> None:
    record = logging.LogRecord("sqlalchemy.engine", logging.INFO, "f.py", 1, "INSERT %s", (MARKER,), None)
    line = Redactor([]).format(record)
    assert MARKER not in line
    assert "sqlalchemy.engine" in line


def test_an_exception_is_told_by_type_and_place_with_its_causes() -> None:
    try:
        try:
            raise KeyError(MARKER)
        except KeyError as error:
            raise ValueError(MARKER) from error
    except ValueError as error:
        text = describe(error)
    assert "builtins.ValueError" in text
    assert "caused by\nbuiltins.KeyError" in text
    assert "test_redaction.py" in text
    assert MARKER not in text
    assert describe(None) == ""


async def test_what_nobody_waits_for_is_told_without_its_words(logged: io.StringIO) -> None:
    loop = asyncio.get_running_loop()
    watch_loop(loop)
    loop.call_exception_handler({"message": MARKER, "exception": ValueError(MARKER)})
    sys.excepthook(ValueError, ValueError(MARKER), None)
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.warn(MARKER, stacklevel=1)
    loop.set_exception_handler(None)
    assert "ValueError" in logged.getvalue()
    assert MARKER not in logged.getvalue()


def test_a_handler_that_somebody_else_added_is_told_nothing_either(logged: io.StringIO) -> None:
    """It formats on its own, with the text of exceptions; so the records themselves must be clean."""
    out = io.StringIO()
    foreign = logging.StreamHandler(out)
    library, ours = logging.getLogger("some.library"), logging.getLogger("bot.x")
    for logger in (library, ours):
        logger.addHandler(foreign)
    try:
        raise ValueError(MARKER)
    except ValueError:
        library.exception("a body %s", MARKER, stack_info=True)
        ours.exception("with %s", TOKEN)
    for logger in (library, ours):
        logger.removeHandler(foreign)
    for text in (out.getvalue(), logged.getvalue()):
        assert MARKER not in text
        assert TOKEN not in text
        assert text.count("builtins.ValueError") == 2


def test_a_record_made_before_is_cleaned_when_it_is_written() -> None:
    try:
        raise ValueError(MARKER)
    except ValueError:
        record = logging.LogRecord("bot.x", logging.ERROR, "f", 1, "%s", (TOKEN,), sys.exc_info())
    logging.Formatter().format(record)  # leaves the whole traceback in the record
    line = Redactor([]).format(record)
    assert "builtins.ValueError" in line
    assert MARKER not in line
    assert TOKEN not in line


@pytest.mark.parametrize("arguments", [("%d", (MARKER,)), ("%s %s", (MARKER,)), ("%(x)s", ({"y": MARKER},))])
def test_a_mistake_in_a_log_line_breaks_nothing(logged: io.StringIO, arguments: tuple[str, tuple[object, ...]]) -> None:
    logging.getLogger("bot.x").error(arguments[0], *arguments[1])
    assert "can't be formatted" in logged.getvalue()
    assert MARKER not in logged.getvalue()


def test_what_failed_inside_a_group_is_told() -> None:
    inner = KeyError(MARKER)
    inner.__cause__ = inner  # causes may go in a circle
    text = describe(ExceptionGroup(MARKER, [ValueError(MARKER), ExceptionGroup(MARKER, [inner])]))
    assert text.count("builtins.KeyError") == 1
    assert "builtins.ValueError" in text
    assert MARKER not in text


def test_what_fails_where_nobody_can_catch_it_is_told_without_its_words(
    logged: io.StringIO, capsys: pytest.CaptureFixture[str]
) -> None:
    class Stubborn:
        def __del__(self) -> None:
            raise ValueError(MARKER)

    def fails() -> None:
        raise KeyError(MARKER)

    Stubborn()
    thread = threading.Thread(target=fails)
    thread.start()
    thread.join()
    assert "builtins.ValueError" in logged.getvalue()
    assert "builtins.KeyError" in logged.getvalue()
    assert MARKER not in logged.getvalue() + capsys.readouterr().err


def test_settings_show_no_secret(monkeypatch: pytest.MonkeyPatch, in_an_empty_folder: Path) -> None:
    monkeypatch.setenv("BOT_TELEGRAM_TOKEN", TOKEN)
    assert TOKEN not in repr(Settings())


def test_no_secret_stands_in_the_arguments_of_the_process(tmp_path: Path) -> None:
    """The storm starts the bot as an operator would: what `ps` shows of it holds neither token nor key."""
    arguments = [sys.executable, "-m", "bot", "run"]
    environment = environment_of("http://127.0.0.1:9", tmp_path)
    process = subprocess.Popen(arguments, cwd=tmp_path, env=environment, stderr=subprocess.DEVNULL)
    shown = Path(f"/proc/{process.pid}/cmdline").read_bytes()
    process.kill()
    process.wait()
    assert TOKEN.encode() not in shown
    assert environment["BOT_SECRET_KEY"].encode() not in shown
