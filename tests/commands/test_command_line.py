"""The command line and the terminal: what a newcomer and an operator meet first."""

from __future__ import annotations

import base64
import io
import subprocess
import sys
from pathlib import Path

import pytest

from bot.__main__ import main
from bot.commands.chat import chat, plan_chat
from bot.commands.check import check_everything
from bot.messengers.contract import Act, DeliveryError, Parcel
from bot.messengers.terminal import DESK, Terminal
from bot.settings.environment import load
from tests.load.storm import environment_of
from tests.sample import CONTENT, LOCALES, change, copy_content
from tests.talk import KEY, ROOT

QUESTION = "what is the level for Thailand\n"


class Tty(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


pytestmark = pytest.mark.usefixtures("in_an_empty_folder")


def piped(lines: str) -> str:
    process = subprocess.run(
        [sys.executable, "-m", "bot", "chat"],
        input=lines.encode(),
        capture_output=True,
        env={"PYTHONPATH": str(ROOT), "BOT_CONTENT": str(CONTENT), "BOT_LOCALES": str(LOCALES)},
        timeout=60,
        check=True,
    )
    assert process.stderr == b""
    return process.stdout.decode()


def test_a_question_through_a_pipe_is_answered_black() -> None:
    answer = piped(QUESTION)
    for part in ("🇹🇭 Thailand: ⚫ Black", "Stay away", "Source: ", "last reviewed", "3. Incidents"):
        assert part in answer
    assert "<b>" not in answer


async def test_a_whole_talk_in_the_terminal() -> None:
    out = io.StringIO()
    lines = "SOS two men <at> the gate\n\n1\n@staff 1\n@staff /board\n@staff\n@staff 99\n/wipe\n"
    await chat(plan_chat(load(), "sqlite://"), io.StringIO(lines), out)
    text = out.getvalue()
    assert "› two men <at> the gate" in text
    assert "desk │ SOS " in text
    assert "has taken your note" in text
    assert "Open cases: 1" in text
    assert "the person withdrew" in text


async def test_in_a_real_terminal_there_is_a_prompt_and_bold() -> None:
    out = Tty()
    await chat(plan_chat(load(), "sqlite://"), Tty("hong kong\n"), out)
    assert "You write as a person." in out.getvalue()
    assert "you  │ " in out.getvalue()
    assert "\033[1mAmber (lowest of 3)\033[0m" in out.getvalue()


async def test_words_cannot_command_the_terminal() -> None:
    out = io.StringIO()
    terminal = Terminal(out)
    words = "a\033[2Jb\x07"
    await terminal.deliver(Parcel(chat=DESK, text="<b>x</b> &lt;b&gt;", words=words, latitude=1.0, longitude=2.0))
    assert "\033" not in out.getvalue()
    assert "x <b>" in out.getvalue()
    assert "(1.00000, 2.00000)" in out.getvalue()


async def test_the_terminal_does_what_little_it_must() -> None:
    terminal = Terminal(io.StringIO())
    assert (await terminal.deliver(Parcel(act=Act.OPEN_TOPIC, chat=DESK))).topic == ""
    for act in (Act.DELETE, Act.PRESSED):
        assert (await terminal.deliver(Parcel(act=act, chat="you"))).messages == ()
    with pytest.raises(DeliveryError):
        await terminal.deliver(Parcel(act=Act.FETCH, chat="you"))
    await terminal.receive(None, None)  # type: ignore[arg-type]
    await terminal.close()


def test_key_prints_a_new_key_each_time(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["key"]) == main(["key"]) == 0
    first, second = capsys.readouterr().out.split()
    assert len(base64.b64decode(first)) == 32
    assert first != second


def test_check_passes_with_warnings(capsys: pytest.CaptureFixture[str]) -> None:
    assert check_everything(load(), faults=[], notes=["a note"]) == 0
    out = capsys.readouterr().out
    assert "0 errors" in out
    assert "warning: a note" in out
    assert "warning: places/TH.yaml:" in out


def test_check_names_faults_of_settings_and_content(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("BOT_CONTENT", str(tmp_path))
    monkeypatch.setenv("BOT_SECRET_KEY", "short")
    monkeypatch.setenv("BOT_DESKK", "x")
    assert main(["check"]) == 1
    out = capsys.readouterr().out
    assert "error: BOT_SECRET_KEY" in out
    assert "error: levels.yaml:1:" in out
    assert "did you mean BOT_DESK?" in out


def test_check_names_a_catalogue_of_a_language_that_nobody_knows(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    path = tmp_path / "xx_YY" / "LC_MESSAGES" / "messages.po"
    path.parent.mkdir(parents=True)
    path.write_text("")
    monkeypatch.setenv("BOT_LOCALES", str(tmp_path))
    assert check_everything(load(), faults=[], notes=[]) == 1
    assert capsys.readouterr().out.count("error: xx_YY is no language that CLDR knows: it is left out") == 1


def test_run_names_everything_that_is_missing(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run"]) == 1
    error = capsys.readouterr().err
    assert "BOT_SECRET_KEY is missing" in error
    assert "BOT_TELEGRAM_TOKEN is missing" in error


def test_run_refuses_a_role_that_is_none(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["run", "poet"])
    assert "is none of telegram, signal, worker" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("roles", "told"),
    [([], "telegram, worker"), (["telegram", "signal"], "telegram"), (["signal"], "nothing, all is off")],
)
def test_run_names_only_what_really_runs(roles: list[str], told: str, tmp_path: Path) -> None:
    own = {"BOT_HTTP": "127.0.0.1:0", "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(
        [sys.executable, "-m", "bot", "run", *roles],
        stderr=subprocess.PIPE,
        env=environment_of("http://127.0.0.1:9", tmp_path) | own,
    ) as process:
        assert process.stderr
        lines = iter(process.stderr.readline, b"")
        started = next(line.decode().rstrip() for line in lines if b"run: started" in line)
        process.terminate()
        process.stderr.read()
    assert started.endswith(f"run: started: {told}")
    assert process.returncode == 0


def test_migrate_makes_a_database_that_fits(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/new/bot.db")
    assert main(["migrate"]) == main(["migrate"]) == 0
    assert (tmp_path / "new/bot.db").exists()


def test_a_database_that_is_not_there_is_told_with_a_remedy(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgres://u:secret@127.0.0.1:9/x")
    assert main(["migrate"]) == 1
    told = capsys.readouterr().err
    assert "is it running?" in told
    assert "secret" not in told
    assert "DATABASE_URL" in told


def test_run_ends_with_a_remedy_when_the_database_is_not_there_so_that_it_is_started_again(tmp_path: Path) -> None:
    own = {"DATABASE_URL": "postgresql://u:secret@127.0.0.1:9/x", "PYTHONPATH": str(ROOT)}
    ended = subprocess.run(
        [sys.executable, "-m", "bot", "run"],
        capture_output=True,
        env=environment_of("http://127.0.0.1:9", tmp_path) | own,
        timeout=60,
        check=False,
    )
    assert ended.returncode == 1
    assert b"is it running?" in ended.stderr
    assert b"Traceback" not in ended.stderr
    assert b"secret" not in ended.stderr


def test_a_database_of_a_newer_version_is_refused_with_a_remedy(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    import sqlite3

    connection = sqlite3.connect(tmp_path / "bot.db")
    connection.execute("CREATE TABLE alembic_version (version_num TEXT)")
    connection.execute("INSERT INTO alembic_version VALUES ('9999')")
    connection.commit()
    connection.close()
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/bot.db")
    assert main(["migrate"]) == 1
    assert "update the bot" in capsys.readouterr().err


def test_another_key_does_not_open_the_database(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    url = f"sqlite:///{tmp_path}/bot.db"
    for key, code in ((KEY, 0), (bytes(32), 1)):
        monkeypatch.setenv("BOT_SECRET_KEY", base64.b64encode(key).decode())
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(QUESTION.encode())))
        monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(io.BytesIO()))
        assert main(["chat", "--database", url]) == code
    assert "BOT_SECRET_KEY does not open this database" in capsys.readouterr().err


def test_locales_updates_the_catalogues_and_checks_them(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("bot.__main__._ROOT", tmp_path)
    content = copy_content(tmp_path)
    assert main(["locales"]) == main(["locales", "--check"]) == 0
    assert "complete" in capsys.readouterr().out
    change(content, "places/CN.yaml", "No change is recorded.", "Something has changed.")
    assert main(["locales", "--check"]) == 1
    assert "messages.pot: out of date: run `make locales`" in capsys.readouterr().out


def test_schemas_are_written_into_the_folder_of_content(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("BOT_CONTENT", str(tmp_path))
    assert main(["schemas"]) == 0
    for path in (CONTENT / "schema").iterdir():
        assert (tmp_path / "schema" / path.name).read_text("utf-8") == path.read_text("utf-8")
