"""Updates that Telegram posts: who may post them, and what is answered when."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from pydantic import SecretStr

from bot.messengers.telegram import errors
from bot.messengers.telegram.webhook import SECRET_HEADER, WEBHOOK_PATH, Webhook
from bot.parsing import Endpoint
from bot.web import LARGEST_BODY, Web
from tests.fakes.telegram_server import TOKEN, FakeTelegram
from tests.fakes.telegram_state import Fault
from tests.messengers.telegram.test_receiving import Kept, receiving

SECRET = "invented_secret"
HELLO = {
    "update_id": 5,
    "message": {"message_id": 1, "date": 1, "chat": {"id": 501, "type": "private"}, "from": {"id": 501}, "text": "hi"},
}


class Posting:
    """Telegram's side of a webhook."""

    def __init__(self, kept: Kept, url: str, http: aiohttp.ClientSession) -> None:
        self.kept, self.url, self.http = kept, url, http

    async def post(self, body: Any = HELLO, secret: bytes | None = SECRET.encode()) -> int:
        headers = {SECRET_HEADER: secret.decode("utf-8", "surrogateescape")} if secret is not None else {}
        content = {"data": body} if isinstance(body, bytes) else {"json": body}
        async with self.http.post(self.url, headers=headers, **content) as answer:
            return answer.status


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
async def posting(server: FakeTelegram, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Posting]:
    monkeypatch.setattr(errors, "_pause", lambda failures: 0.05)
    kept, port = Kept(server), free_port()
    web = Web(Endpoint("127.0.0.1", port))
    webhook = Webhook("https://bot.example/", SecretStr(SECRET), web)
    server.next("setWebhook", Fault("reset"))
    serving = asyncio.create_task(web.serve())
    async with receiving(kept, webhook=webhook), aiohttp.ClientSession() as http:
        await web.is_open.wait()
        await server.wait_until(lambda: bool(server.webhook))
        yield Posting(kept, f"http://127.0.0.1:{port}{WEBHOOK_PATH}", http)
    serving.cancel()
    await asyncio.gather(serving, return_exceptions=True)


async def test_telegram_is_told_where_and_with_which_secret(server: FakeTelegram, posting: Posting) -> None:
    assert server.webhook["url"] == "https://bot.example/telegram"
    assert server.webhook["secret_token"] == SECRET
    assert server.webhook.get("drop_pending_updates", "false").lower() == "false"
    assert TOKEN.split(":")[1] not in server.webhook["url"]


async def test_an_update_is_kept_before_it_is_answered(posting: Posting) -> None:
    assert await posting.post() == 200
    assert posting.kept.texts() == ["hi"]


@pytest.mark.parametrize("secret", [None, b"", b"wrong", SECRET.encode() + b"x", "gehört".encode(), b"\xff\xfe"])
async def test_without_the_secret_nothing_is_kept(posting: Posting, secret: bytes | None) -> None:
    assert await posting.post(secret=secret) == 403
    assert (posting.kept.received, posting.kept.aside) == ([], [])


async def test_what_could_not_be_kept_is_not_confirmed(posting: Posting) -> None:
    posting.kept.breaks = 1
    assert await posting.post() == 503
    assert await posting.post() == 200
    assert posting.kept.texts() == ["hi"]


@pytest.mark.parametrize("body", [b"{", b"\xff", b"[]", b"7", b'{"message": {}}', b'{"update_id": 6, "message": {}}'])
async def test_what_can_not_be_parsed_is_set_aside_once(posting: Posting, body: bytes) -> None:
    assert await posting.post(body) == 200
    assert len({key for _, key, _ in posting.kept.aside}) == 1
    assert posting.kept.received == []


async def test_an_update_that_concerns_nobody_is_confirmed(posting: Posting) -> None:
    assert await posting.post({"update_id": 8, "poll": {}}) == 200
    assert (posting.kept.received, posting.kept.aside) == ([], [])


async def test_a_body_that_is_too_large_is_refused(posting: Posting) -> None:
    assert await posting.post(b"x" * (LARGEST_BODY + 1)) == 413
    assert posting.kept.aside == []


async def test_many_at_once_are_all_kept(posting: Posting) -> None:
    answers = await asyncio.gather(*(posting.post(HELLO | {"update_id": number}) for number in range(40)))
    assert set(answers) == {200}
    assert {received.key for received in posting.kept.received} == {f"update {number}" for number in range(40)}
