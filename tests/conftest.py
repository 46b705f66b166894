"""What every test starts from: content of our own, and no other setting of this machine."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path

import pytest

import tests.fuzz  # noqa: F401 (how much Hypothesis tries)
from tests.postgres import database
from tests.prepared import empty_database, prepare
from tests.sample import CONTENT, LOCALES


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """What asks for a database gets each kind; `@pytest.mark.only_with("sqlite", "why")`: just one."""
    if "engine" in metafunc.fixturenames and "messenger" not in metafunc.fixturenames:
        only = metafunc.definition.get_closest_marker("only_with")
        metafunc.parametrize("engine", only.args[:1] if only else ("sqlite", "postgresql"))


@pytest.fixture(autouse=True, scope="session")
def _prepared() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        prepare(patch)
        yield


@pytest.fixture(autouse=True)
def _no_settings_of_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith(("BOT_", "DATABASE_URL"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("BOT_CONTENT", str(CONTENT))
    monkeypatch.setenv("BOT_LOCALES", str(LOCALES))


@pytest.fixture
def as_shipped(monkeypatch: pytest.MonkeyPatch, _no_settings_of_this_machine: None) -> None:
    """For what is about the shipped folders as such."""
    monkeypatch.delenv("BOT_CONTENT")
    monkeypatch.delenv("BOT_LOCALES")


@pytest.fixture
def url(engine: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Of an empty database of that kind: `sqlite` (a file) or `postgresql`, with this version's tables."""
    monkeypatch.chdir(tmp_path)  # what lies beside a database lies here
    if engine == "sqlite":
        (tmp_path / "bot.db").write_bytes(empty_database())
        yield f"sqlite:///{tmp_path}/bot.db"
        return
    with database() as url:
        yield url


@pytest.fixture
def empty_url(engine: str, tmp_path: Path) -> Iterator[str]:
    """The same, without any tables."""
    with database(is_empty=True) if engine == "postgresql" else nullcontext(f"sqlite:///{tmp_path}/new.db") as url:
        yield url


@pytest.fixture
def in_an_empty_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """So that a developer's own `.env` isn't read."""
    monkeypatch.chdir(tmp_path)
    return tmp_path
