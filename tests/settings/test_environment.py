"""Settings are read from every place they may stand in, and never shown."""

from __future__ import annotations

import base64
import re
from pathlib import Path

import pytest
from dotenv import dotenv_values
from hypothesis import given
from hypothesis import strategies as st

from bot.messengers import signal, telegram
from bot.parsing import Endpoint
from bot.settings.addresses import ChatAddress
from bot.settings.environment import Settings, load, read, secret_names, variable_names
from bot.settings.variables import SettingsError
from tests.settings.built import of

KEY = base64.b64encode(bytes(range(32))).decode()
VARIABLES, SECRETS = variable_names(), secret_names()
OLD_KEY = base64.b64encode(bytes(range(1, 33))).decode()
ROOT = Path(__file__).resolve().parents[2]


pytestmark = pytest.mark.usefixtures("in_an_empty_folder", "as_shipped")


def loaded(monkeypatch: pytest.MonkeyPatch, **environ: str) -> Settings:
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    return load()


def complaint(monkeypatch: pytest.MonkeyPatch, **environ: str) -> str:
    with pytest.raises(SettingsError) as caught:
        loaded(monkeypatch, **environ)
    assert len(caught.value.lines) == 1
    return caught.value.lines[0]


def test_nothing_set_gives_the_defaults_of_the_design() -> None:
    got = load()
    assert got.database_url.get_secret_value() == "sqlite:///data/bot.db"
    assert of(got, telegram.TRAITS).api_url == "https://api.telegram.org"
    assert (got.http, got.log_level, got.retention_days) == (Endpoint("127.0.0.1", 8081), "INFO", 7)
    assert (got.desk, got.backup_desk, got.staff, got.allow_downgrade) == (None, None, frozenset(), False)
    assert (got.content, got.locales) == (ROOT / "content", ROOT / "locales")
    assert (got.secret_keys, got.running, got.notify) == ((), [], ())
    assert (of(got, signal.TRAITS).devices, of(got, signal.TRAITS).timer_days) == (1, 7)
    assert got.desk_language == "en"


def test_every_setting_is_read_into_its_type(monkeypatch: pytest.MonkeyPatch) -> None:
    got = loaded(
        monkeypatch,
        BOT_SECRET_KEY=f"{KEY}, {OLD_KEY}",
        BOT_TELEGRAM_TOKEN="123:Abc-_9",
        BOT_TELEGRAM_API_URL="http://127.0.0.1:9000/",
        BOT_TELEGRAM_WEBHOOK_URL="https://bot.example/hook",
        BOT_TELEGRAM_WEBHOOK_SECRET="a-B_9-of-16-signs",
        BOT_SIGNAL_SERVICE="signal-api:8080",
        BOT_SIGNAL_NUMBER="+85212345678",
        BOT_DESK="telegram:-1001",
        BOT_BACKUP_DESK="signal:group.YWJj=",
        BOT_DESK_LANGUAGE="zh_Hant",
        BOT_STAFF="telegram:7, signal:6BA7B810-9DAD-11D1-80B4-00C04FD430C8,",
        BOT_ALLOW_DOWNGRADE="true",
        BOT_NOTIFY="ntfy://one/a,b, json://two",
        BOT_CONTENT="words",
        BOT_HTTP="[::1]:0",
        BOT_LOG_LEVEL="debug",
        BOT_RETENTION_DAYS="30",
    )
    assert [key.get_secret_value() for key in got.secret_keys] == [bytes(range(32)), bytes(range(1, 33))]
    its = of(got, telegram.TRAITS)
    assert its.token is not None
    assert its.token.get_secret_value() == "123:Abc-_9"
    assert its.api_url == "http://127.0.0.1:9000"
    assert its.webhook_secret is not None
    assert of(got, signal.TRAITS).service == Endpoint("signal-api", 8080)
    assert of(got, signal.TRAITS).number == "+85212345678"
    assert (got.desk, got.backup_desk) == (ChatAddress("telegram", "-1001"), ChatAddress("signal", "group.YWJj="))
    assert got.staff == {("telegram", "7"), ("signal", "6ba7b810-9dad-11d1-80b4-00c04fd430c8")}
    assert [url.get_secret_value() for url in got.notify] == ["ntfy://one/a,b", "json://two"]
    assert (got.content, got.log_level, got.retention_days) == (Path("words"), "DEBUG", 30)
    assert (str(got.http), got.allow_downgrade, got.desk_language) == ("[::1]:0", True, "zh_Hant")


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("postgres://u@h/db", "postgresql+psycopg://u@h/db"),
        ("postgresql://u@h/db", "postgresql+psycopg://u@h/db"),
        ("postgresql:///db?host=/run/postgresql", "postgresql+psycopg:///db?host=/run/postgresql"),
        ("sqlite:///x.db", "sqlite:///x.db"),
        ("sqlite://", "sqlite://"),
    ],
)
def test_a_database_url_is_brought_into_the_form_that_the_driver_takes(
    monkeypatch: pytest.MonkeyPatch, written: str, meant: str
) -> None:
    assert loaded(monkeypatch, DATABASE_URL=written).database_url.get_secret_value() == meant


@pytest.mark.parametrize("value", ["", "   "])
def test_an_empty_value_is_the_same_as_none(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    assert loaded(monkeypatch, **dict.fromkeys(VARIABLES, value)) == Settings()


def test_the_environment_wins_over_the_env_file(monkeypatch: pytest.MonkeyPatch) -> None:
    Path(".env").write_text("BOT_RETENTION_DAYS=3\nBOT_LOG_LEVEL=ERROR\n")
    got = loaded(monkeypatch, BOT_RETENTION_DAYS="5")
    assert (got.retention_days, got.log_level) == (5, "ERROR")


@pytest.mark.parametrize("name", SECRETS)
@pytest.mark.parametrize("is_in_env_file", [True, False])
def test_every_secret_may_lie_in_a_file(monkeypatch: pytest.MonkeyPatch, name: str, is_in_env_file: bool) -> None:
    secret = {"DATABASE_URL": "sqlite:///y.db", "BOT_SECRET_KEY": KEY, "BOT_NOTIFY": "json://x"}.get(name, "12:Aa")
    secret = "https://ping.example/x" if name.endswith("_URL") and name != "DATABASE_URL" else secret
    secret = "sixteen_letters_" if name.endswith("WEBHOOK_SECRET") else secret
    Path("secret").write_text(f"{secret}\n")
    if is_in_env_file:
        Path(".env").write_text(f"{name}_FILE=secret\n")
    else:
        monkeypatch.setenv(f"{name}_FILE", "secret")
    from_file = load()
    monkeypatch.delenv(f"{name}_FILE", raising=False)
    Path(".env").unlink(missing_ok=True)
    assert from_file == loaded(monkeypatch, **{name: secret})
    assert from_file != Settings()


def test_a_secret_file_that_is_missing_empty_or_doubled_is_named_with_the_remedy(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    Path("empty").write_text("\n")
    Path("bytes").write_bytes(b"\xff\xfe")
    assert "BOT_SECRET_KEY_FILE can't be read" in complaint(monkeypatch, BOT_SECRET_KEY_FILE="nowhere")
    assert "BOT_SECRET_KEY_FILE can't be read" in complaint(monkeypatch, BOT_SECRET_KEY_FILE="bytes")
    assert "BOT_SECRET_KEY_FILE names an empty file" in complaint(monkeypatch, BOT_SECRET_KEY_FILE="empty")
    assert "are both set" in complaint(monkeypatch, BOT_SECRET_KEY=KEY)


@pytest.mark.parametrize("content", ["", "nobody", "telegram:7\ntelegram:@boss"])
def test_a_staff_file_is_read_whole_or_refused(monkeypatch: pytest.MonkeyPatch, content: str) -> None:
    Path("staff").write_text("telegram:7\nsignal:6BA7B810-9DAD-11D1-80B4-00C04FD430C8,telegram:8\n")
    got = loaded(monkeypatch, BOT_STAFF_FILE="staff")
    assert got.accounts == {("telegram", "7"), ("telegram", "8"), ("signal", "6ba7b810-9dad-11d1-80b4-00c04fd430c8")}
    assert "6ba7b810" not in f"{got!r} {got.staff_file!r}"
    assert "BOT_STAFF_FILE must be a text file" in complaint(monkeypatch, BOT_STAFF_FILE="nowhere")
    Path("staff").write_text(content)
    assert "BOT_STAFF_FILE must be a text file" in complaint(monkeypatch, BOT_STAFF_FILE="staff")


def test_an_env_file_that_is_not_text_is_refused() -> None:
    Path(".env").write_bytes(b"BOT_STAFF=\xff\xfe")
    with pytest.raises(SettingsError, match="save it as UTF-8"):
        load()


@pytest.mark.parametrize(
    ("name", "value", "remedy"),
    [
        ("DATABASE_URL", "mysql://u@h/db", "begin with sqlite://"),
        ("DATABASE_URL", "sqlite:x.db", "begin with sqlite://"),
        ("DATABASE_URL", "postgres:///db", "the host is missing"),
        ("BOT_SECRET_KEY", "c2hvcnQ=", "python -m bot key"),
        ("BOT_SECRET_KEY", f"{KEY},", "python -m bot key"),
        ("BOT_SECRET_KEY", "schlüssel", "python -m bot key"),
        ("BOT_TELEGRAM_TOKEN", "123/Abc", "BotFather"),
        ("BOT_TELEGRAM_API_URL", "ftp://x", "begin with https:// or http://"),
        ("BOT_TELEGRAM_API_URL", "https://[", "can't be read as a URL"),
        ("BOT_TELEGRAM_WEBHOOK_URL", "http://bot.example", "begin with https://"),
        ("BOT_TELEGRAM_WEBHOOK_SECRET", "söcret", "A-Z a-z 0-9"),
        ("BOT_TELEGRAM_WEBHOOK_SECRET", "a" * 257, "16 to 256"),
        ("BOT_TELEGRAM_WEBHOOK_SECRET", "a", "16 to 256"),
        ("BOT_SIGNAL_WEBHOOK_SECRET", "fifteen-letters", "16 to 256"),
        ("BOT_SIGNAL_SERVICE", "http://localhost:8080", "without http://"),
        ("BOT_SIGNAL_NUMBER", "852 9999 9999", "+85212345678"),
        ("BOT_DESK", "whatsapp:1", "begin with telegram: or signal:"),
        ("BOT_DESK", "telegram:@desk", "is a number"),
        ("BOT_BACKUP_DESK", "signal:+85212345678", "begins with group."),
        ("BOT_DESK_LANGUAGE", "Klingon!", "en or zh_Hant"),
        ("BOT_STAFF", "telegram:@boss", "numeric id"),
        ("BOT_STAFF", "telegram:7,signal:+85212345678", "UUID"),
        ("BOT_STAFF", "7", "begins with telegram: or signal:"),
        ("BOT_STAFF", "telegram:1087968824", "everybody who posts anonymously"),
        ("BOT_ALLOW_DOWNGRADE", "perhaps", "true or false"),
        ("BOT_NOTIFY", "just words", "like a URL"),
        ("BOT_HEARTBEAT_URL", "ping.example", "begin with https://"),
        ("BOT_HEARTBEAT_URL", "ftp://ping.example/x", "begin with https://"),
        ("BOT_HTTP", "127.0.0.1:65536", "host:port"),
        ("BOT_HTTP", "8081", "host:port"),
        ("BOT_LOG_LEVEL", "TRACE", "DEBUG, INFO, WARNING or ERROR"),
        ("BOT_RETENTION_DAYS", "0", "from 1 to 30"),
        ("BOT_RETENTION_DAYS", "31", "from 1 to 30"),
        ("BOT_RETENTION_DAYS", "a week", "from 1 to 30"),
    ],
)
def test_a_value_that_is_not_right_is_refused_with_its_name_and_remedy_but_never_quoted(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, remedy: str
) -> None:
    line = complaint(monkeypatch, **{name: value})
    assert line.startswith(f"{name} must be ")
    assert remedy in line
    assert len(value) < 4 or value not in line


def test_all_that_is_not_right_is_said_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SettingsError) as caught:
        loaded(monkeypatch, BOT_HTTP="x", BOT_RETENTION_DAYS="99", BOT_SECRET_KEY_FILE="nowhere", BOT_DESK="y")
    assert sorted(line.split()[0] for line in caught.value.lines) == [
        "BOT_DESK",
        "BOT_HTTP",
        "BOT_RETENTION_DAYS",
        "BOT_SECRET_KEY_FILE",
    ]
    assert str(caught.value) == "\n".join(caught.value.lines)


def test_what_can_be_read_survives_what_can_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOT_RETENTION_DAYS", "99")
    monkeypatch.setenv("BOT_LOG_LEVEL", "ERROR")
    got, lines = read(Path(".env"))
    assert (got.retention_days, got.log_level, list(lines)) == (7, "ERROR", ["BOT_RETENTION_DAYS"])


def test_settings_show_no_secret_no_desk_and_no_staff(monkeypatch: pytest.MonkeyPatch) -> None:
    marked = {
        "DATABASE_URL": "postgres://MARKa:MARKb@MARKc/db",
        "BOT_TELEGRAM_TOKEN": "123:MARKd",
        "BOT_TELEGRAM_WEBHOOK_URL": "https://bot.example/MARKe",
        "BOT_TELEGRAM_WEBHOOK_SECRET": "MARKf_of_sixteen",
        "BOT_SIGNAL_NUMBER": "+85299999999",
        "BOT_DESK": "telegram:-99999999",
        "BOT_BACKUP_DESK": "signal:group.MARKg",
        "BOT_STAFF": "telegram:99999999",
        "BOT_NOTIFY": "ntfy://MARKh",
        "BOT_HEARTBEAT_URL": "https://MARKi.example/x",
        "BOT_SECRET_KEY": KEY,
    }
    got = loaded(monkeypatch, **marked)
    shown = f"{got!r} {got} {got.desk!r} {got.notify!r} {got.secret_keys!r}"
    assert "MARK" not in shown
    assert "99999999" not in shown
    assert KEY not in shown
    assert repr(bytes(range(32)))[2:20] not in shown


def test_settings_can_not_be_changed() -> None:
    with pytest.raises(ValueError, match="frozen"):
        load().retention_days = 1


def test_the_example_names_every_setting_with_a_comment_and_can_be_read(monkeypatch: pytest.MonkeyPatch) -> None:
    text = (ROOT / ".env.example").read_text("utf-8")
    shown = re.findall(r"^#?([A-Z_]+)=", text, re.MULTILINE)
    assert sorted(shown) == sorted(VARIABLES)
    Path(".env").write_text(text, "utf-8")
    assert load() == Settings()
    assert "BOT_DESK" in dotenv_values(".env")


@given(
    environ=st.dictionaries(
        st.sampled_from(sorted(VARIABLES) + [f"{name}_FILE" for name in SECRETS]),
        st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=60)
        | st.from_regex(r"(telegram|signal|sqlite|https|ntfy):[-/0-9a-z.:,\[\]]{0,20}", fullmatch=True),
    )
)
def test_whatever_is_written_gives_settings_or_lines_that_quote_nothing(
    monkeypatch: pytest.MonkeyPatch, environ: dict[str, str]
) -> None:
    with monkeypatch.context() as patch:
        for name, value in environ.items():
            patch.setenv(name, value)
        got, lines = read(Path(".env"))
    assert isinstance(got, Settings)
    assert set(lines) <= set(VARIABLES)
    said = "\n".join(lines.values())
    assert not [value for value in environ.values() if len(value) > 20 and value in said]
