"""The house opens no connection by itself: only a messenger does, and what the operator configured."""

from __future__ import annotations

import socket
from typing import Any

import pytest

from tests.storage import full_house
from tests.talk import KEY, WITH_BACKUP, Talk


async def test_whatever_is_written_opens_no_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any, **__: Any) -> Any:
        raise AssertionError("a connection was opened")

    for name in ("connect", "connect_ex", "sendto"):
        monkeypatch.setattr(socket.socket, name, refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    talk = Talk(keys=(KEY,), desk=WITH_BACKUP)
    house = full_house.FullHouse(talk, "sqlite://")
    try:
        await full_house.use(house)
    finally:
        await talk.close()
    assert house.code
