"""The fake Bot API server keeps Telegram's promises, and sees what Telegram would refuse."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Sequence
from typing import Any

import aiohttp
import pytest

from tests.fakes.reference import reference
from tests.fakes.telegram_server import FakeTelegram
from tests.patience import PATIENCE
from tests.talk import ROOT

ANN = 501
knows_the_table = pytest.mark.skipif(
    not reference("telegram-bot-api-10.1.json"), reason="the description of the Bot API is not there"
)


class Client:
    """Calls the server as a bot does, without any library."""

    def __init__(self, server: FakeTelegram, http: aiohttp.ClientSession) -> None:
        self.server, self.http = server, http

    async def call(self, method: str, **given: Any) -> Any:
        async with self.http.post(f"{self.server.url}/bot{self.server.token}/{method}", data=given) as answer:
            found = await answer.json()
        return found.get("result", found.get("description"))

    async def send(self, chat: int = ANN, **given: Any) -> Any:
        return await self.call("sendMessage", **({"chat_id": chat, "text": "x", "protect_content": "true"} | given))


@pytest.fixture
async def client() -> AsyncIterator[Client]:
    server = await FakeTelegram.start()
    server.state.chat(ANN)
    async with aiohttp.ClientSession() as http:
        yield Client(server, http)
    await server.close()


async def test_only_a_higher_offset_confirms(client: Client) -> None:
    state = client.server.state
    first, second = state.says(ANN, "one"), state.says(ANN, "two")
    for _ in range(2):
        assert [update["update_id"] for update in await client.call("getUpdates")] == [first, second]
    assert state.confirmed == []
    assert [update["update_id"] for update in await client.call("getUpdates", offset=second)] == [second]
    assert state.confirmed == [first]


async def test_a_long_poll_ends_with_the_first_update(client: Client) -> None:
    polling = asyncio.create_task(client.call("getUpdates", timeout=20))
    await client.server.wait_until(lambda: bool(client.server.calls))
    client.server.state.says(ANN, "hello")
    client.server.changed()
    async with asyncio.timeout(PATIENCE):
        assert len(await polling) == 1


@knows_the_table
@pytest.mark.parametrize(
    ("given", "violation"),
    [
        ({"chat": "1"}, "unknown parameter chat"),
        ({"chat_id": "1", "text": "x" * 4097}, "text is longer than 4096"),
        ({"text": "x"}, "chat_id is missing"),
        ({"chat_id": "1", "text": "x", "reply_parameters": "x"}, "reply_parameters is no ReplyParameters"),
        ({"chat_id": "1", "text": "x", "message_thread_id": "1.5"}, "message_thread_id is no Integer"),
        ({"chat_id": "1", "text": "x", "protect_content": "yes"}, "protect_content is no Boolean"),
        (
            {
                "chat_id": "1",
                "text": "x",
                "reply_markup": '{"inline_keyboard":[[{"text":"x","callback_data":"' + "y" * 65 + '"}]]}',
            },
            "callback_data is longer than 64 bytes",
        ),
        ({"chat_id": "1", "text": "x"}, "the content is not protected"),
    ],
)
async def test_what_telegram_would_not_take_is_seen(client: Client, given: dict[str, str], violation: str) -> None:
    client.server._judge("sendMessage", given)
    assert any(violation in found for found in client.server.violations)


@knows_the_table
async def test_an_unknown_method_is_seen(client: Client) -> None:
    assert await client.call("forwardEverything") == "Not Found"
    assert client.server.violations == ["unknown method forwardEverything"]


async def test_limits_are_kept_only_when_switched_on(client: Client) -> None:
    assert isinstance(await client.send(), dict)
    assert isinstance(await client.send(), dict)
    client.server.has_limits = True
    assert isinstance(await client.send(), dict)
    assert "Too Many Requests" in await client.send()
    client.server.state.group(-5)
    answers = [await client.send(-5) for _ in range(21)]
    assert sum(isinstance(answer, dict) for answer in answers) == 20


async def test_limits_are_those_of_the_faq_and_say_how_long_to_wait(client: Client) -> None:
    server, now = client.server, 1000.0
    server.clock, server.has_limits, server.burst = lambda: now, True, 3.0
    assert await how_many(client, [1] * 5) == 3
    now += 2
    assert await how_many(client, [1] * 5) == 2
    now += 2
    assert await how_many(client, [-5] * 25) == 20
    now += 59
    assert await client.send(-5) == "Too Many Requests: retry after 2"
    now += 2
    assert await how_many(client, range(100, 140)) == 30
    assert server.too_many == 2 + 3 + 5 + 1 + 10


async def test_whoever_comes_back_too_early_is_remembered(client: Client) -> None:
    server, now = client.server, 1000.0
    server.clock, server.has_limits = lambda: now, True
    await how_many(client, [1, 1])
    now += 0.5
    await client.send(1)
    assert server.impatient == 1
    now += 2
    assert isinstance(await client.send(1), dict)
    assert server.impatient == 1


async def test_an_edit_counts_and_an_answer_to_a_button_does_not(client: Client) -> None:
    sent = await client.send()
    client.server.has_limits = True
    for _ in range(40):
        assert await client.call("answerCallbackQuery", callback_query_id="1") is True
    edit = {"chat_id": ANN, "message_id": sent["message_id"], "text": "new"}
    assert isinstance(await client.call("editMessageText", **edit), dict)
    assert "Too Many Requests" in await client.call("editMessageText", **edit | {"text": "newer"})


async def how_many(client: Client, chats: Sequence[int]) -> int:
    """How many messages were taken."""
    for chat in set(chats):
        client.server.state.chat(chat)
    return sum([isinstance(await client.send(chat), dict) for chat in chats])


async def test_persons_can_quote_edit_and_be_heard_twice(client: Client) -> None:
    state = client.server.state
    state.group(-5)
    sent = await client.send(-5)
    number = state.quotes(ANN, sent["message_id"], "about that", chat=-5)
    state.again(number)
    state.edits(ANN, state.last_message, "about this", chat=-5)
    first, second, edit = await client.call("getUpdates")
    assert first == second
    assert first["message"]["message_thread_id"] == first["message"]["reply_to_message"]["message_id"]
    assert edit["edited_message"]["text"] == "about this"


async def test_a_webhook_and_polling_exclude_each_other(client: Client) -> None:
    await client.call("setWebhook", url="https://bot.example")
    assert (await client.call("getWebhookInfo"))["url"] == "https://bot.example"
    assert "Conflict" in await client.call("getUpdates")
    await client.call("deleteWebhook")
    assert await client.call("getUpdates") == []


async def test_it_runs_as_a_process_of_its_own_and_prints_where() -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.fakes.telegram_server", cwd=ROOT, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout
    url = (await process.stdout.readline()).decode().strip()
    async with aiohttp.ClientSession() as http:
        async with http.post(f"{url}/control/says", json=[{"user": ANN, "text": "hello"}]) as answer:
            assert await answer.json() == [1]
        async with http.post(f"{url}/control/look", json={}) as answer:
            assert (await answer.json())["waiting"] == 1
    process.kill()
    await process.wait()
