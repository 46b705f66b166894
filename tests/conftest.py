"""What every test starts from: none of this machine's settings."""

from __future__ import annotations

import os
from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def _no_settings_of_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith(("BOT_", "DATABASE_URL"))]:
        monkeypatch.delenv(name)


@pytest.fixture
def in_an_empty_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """So that a developer's own `.env` isn't read."""
    monkeypatch.chdir(tmp_path)
    return tmp_path
