"""Telegram's other way in: posts that are stored before they are answered, from nobody but Telegram."""

from __future__ import annotations

import asyncio
import io
import socket
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest
from pydantic import SecretStr

from bot.messengers.telegram.adapter import TelegramMessenger
from bot.messengers.telegram.webhook import SECRET_HEADER, WEBHOOK_PATH, Webhook
from bot.parsing import Endpoint
from bot.routing.command_menus import menus
from bot.storage.engines import StoreError
from bot.web import Web
from tests.fakes.telegram_server import FakeTelegram
from tests.fakes.telegram_state import Fault
from tests.messengers.conftest import Running
from tests.messengers.doors import TelegramDoor

SECRET = "invented-secret_of_this_test"


class Hooked(Running):
    """A bot at work that Telegram posts to."""

    url = ""

    @property
    def door(self) -> TelegramDoor:
        [door] = self.doors
        assert isinstance(door, TelegramDoor)
        return door

    async def post(self, body: object, secret: str = SECRET) -> int:
        async with (
            aiohttp.ClientSession() as http,
            http.post(f"{self.url}{WEBHOOK_PATH}", json=body, headers={SECRET_HEADER: secret}) as answer,
        ):
            return answer.status


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@pytest.fixture
async def hooked(server: FakeTelegram, tmp_path: Path) -> AsyncIterator[Hooked]:
    hooked, port = Hooked(f"sqlite:///{tmp_path}/bot.db", TelegramDoor(server)), free_port()
    hooked.url = f"http://127.0.0.1:{port}"
    hooked.web = Web(Endpoint("127.0.0.1", port))
    webhook = Webhook("https://bot.invalid/", SecretStr(SECRET), hooked.web)
    hooked.messengers["telegram"] = TelegramMessenger(
        SecretStr(server.token), menus(hooked.app.catalogues), api_url=server.url, webhook=webhook
    )
    server.next("setWebhook", Fault("refuse", 502, "Bad Gateway"))
    hooked.begin()
    await hooked.web.is_open.wait()
    await server.wait_until(lambda: bool(server.webhook))
    yield hooked
    await hooked.end()


def update(number: int, text: str) -> dict[str, object]:
    chat = {"id": 501, "type": "private"}
    message = {"message_id": number, "date": 1, "chat": chat, "from": {"id": 501, "is_bot": False}, "text": text}
    return {"update_id": number, "message": message}


async def test_telegram_is_told_where_to_post_and_what(hooked: Hooked) -> None:
    assert hooked.door.server.webhook["url"] == f"https://bot.invalid{WEBHOOK_PATH}"
    assert hooked.door.server.webhook["secret_token"] == SECRET
    assert "getUpdates" not in hooked.door.methods()


async def test_a_post_is_stored_and_answered_once(hooked: Hooked) -> None:
    hooked.door.server.state.chat(501)
    assert await hooked.post(update(1, "Thailand")) == 200
    assert await hooked.post(update(1, "Thailand")) == 200
    await hooked.door.hears("Black")
    assert sum("Black" in text for text in hooked.door.server.state.texts(501)) == 1


@pytest.mark.parametrize("secret", ["", "wrong", SECRET[:-1]])
async def test_nobody_else_is_heard(hooked: Hooked, secret: str) -> None:
    hooked.door.server.state.chat(501)
    assert await hooked.post(update(1, "Thailand"), secret) == 403
    assert await hooked.post(update(2, "hong kong")) == 200
    await hooked.door.hears("Amber")
    assert "Black" not in "\n".join(hooked.door.server.state.texts(501))


async def test_what_cannot_be_stored_is_asked_for_again(hooked: Hooked) -> None:
    kept = hooked.app.inbox.keep
    hooked.door.server.state.chat(501)

    async def full(_batch: object) -> None:
        raise StoreError("full")

    hooked.app.inbox.keep = full  # type: ignore[method-assign, assignment]
    assert hooked.work
    hooked.work.cancel()
    await asyncio.gather(hooked.work, return_exceptions=True)
    assert hooked.web
    hooked.web.is_open.clear()
    hooked.begin()
    await hooked.web.is_open.wait()
    await hooked.door.server.wait_until(lambda: hooked.door.methods().count("setWebhook") >= 3)
    assert await hooked.post(update(1, "Thailand")) == 503
    assert kept is not None


@pytest.mark.parametrize("body", [{}, [], "text", {"update_id": 1, "message": 3}, None])
async def test_nonsense_is_set_aside(hooked: Hooked, body: object) -> None:
    assert await hooked.post(body) == 200


async def test_a_body_that_is_too_large_is_refused(hooked: Hooked) -> None:
    body = io.BytesIO(b"x" * 1_100_000)
    async with (
        aiohttp.ClientSession() as http,
        http.post(f"{hooked.url}{WEBHOOK_PATH}", data=body, headers={SECRET_HEADER: SECRET}) as answer,
    ):
        assert answer.status == 413


async def test_an_sos_goes_through_beside_five_hundred_half_open_requests(hooked: Hooked, server: FakeTelegram) -> None:
    port = int(hooked.url.rpartition(":")[2])
    held = [await asyncio.open_connection("127.0.0.1", port) for _ in range(500)]
    for _, writer in held:
        writer.write(f"POST {WEBHOOK_PATH} HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n".encode())
    number = server.state.says(501, "SOS they are at the door")
    [update] = [one for one in server.state.updates if one["update_id"] == number]
    assert await hooked.post(update) == 200
    await hooked.door.hears("they are at the door")
    for _, writer in held:
        writer.close()
    await asyncio.gather(*(writer.wait_closed() for _, writer in held), return_exceptions=True)
