"""Lookups over a fake signal-cli-rest-api; `python -m tests.bench.signal_side` prints what becomes of a burst."""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

import aiohttp

from tests.fakes.signal_state import BOT_NUMBER
from tests.load.storm import environment_of
from tests.talk import ROOT

LOOKUPS = 1000
CHATS = 50
BURST = 2000
BURST_CHATS = 100
"""Beyond 30 questions a minute of one person the bot falls silent."""
FLAGS = {"Thailand": "🇹🇭", "hong kong": "🇭🇰", "France": "🇫🇷"}
WHOLE = ("-m", "bot", "run")
ECHO = ("-m", "tests.bench.signal_echo")


class SignalServer:
    """The fake in a process of its own, so that it does not share a core's time with the bot's loop."""

    def __init__(self, url: str, http: aiohttp.ClientSession) -> None:
        self.url, self.http = url, http

    async def control(self, act: str, given: Any) -> Any:
        async with self.http.post(f"{self.url}/control/{act}", json=given) as answer:
            return await answer.json()

    async def says(self, texts: list[tuple[int, str]]) -> None:
        await self.control("says", [{"who": str(UUID(int=chat)), "text": text} for chat, text in texts])

    async def look(self) -> Mapping[str, Any]:
        found: Mapping[str, Any] = await self.control("look", {})
        return found

    async def until(self, answers: int, seconds: float = 180) -> None:
        async with asyncio.timeout(seconds):
            while await self.control("count", {}) < answers:  # noqa: ASYNC110 (another process)
                await asyncio.sleep(0.01)


@asynccontextmanager
async def server_and_bot(arguments: tuple[str, ...]) -> AsyncIterator[SignalServer]:
    """Both in processes of their own, with the bot listening."""
    fake = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.fakes.signal_server", cwd=ROOT, stdout=asyncio.subprocess.PIPE
    )
    assert fake.stdout
    url = (await fake.stdout.readline()).decode().strip()
    with tempfile.TemporaryDirectory() as folder:
        own = {"BOT_TELEGRAM_TOKEN": "", "BOT_DESK": "", "BOT_STAFF": "", "BOT_LOG_LEVEL": "WARNING"}
        own |= {"BOT_SIGNAL_SERVICE": url.removeprefix("http://"), "BOT_SIGNAL_NUMBER": BOT_NUMBER}
        bot = await asyncio.create_subprocess_exec(
            sys.executable,
            *arguments,
            cwd=folder,
            env=os.environ | environment_of("", Path(folder)) | own,
            stderr=asyncio.subprocess.DEVNULL,
        )
        try:
            async with aiohttp.ClientSession() as http:
                server = SignalServer(url, http)
                async with asyncio.timeout(30):
                    while not (await server.look())["readers"]:  # noqa: ASYNC110 (another process)
                        await asyncio.sleep(0.05)
                yield server
        finally:
            for process in (bot, fake):
                process.kill()
                await process.wait()


async def signal_lookups(arguments: tuple[str, ...], greeting: int) -> float:
    """Lookups/s; a first contact is greeted with `greeting` more messages."""
    async with server_and_bot(arguments) as server:
        await server.says([(chat, "Thailand") for chat in range(1, CHATS + 1)])
        before = (1 + greeting) * CHATS
        await server.until(before)
        begun = time.perf_counter()
        await server.says([(1 + number % CHATS, "what is the level for Thailand") for number in range(LOOKUPS)])
        await server.until(before + LOOKUPS)
        return LOOKUPS / (time.perf_counter() - begun)


async def burst() -> None:
    """2,000 questions in 100 chats at once, to persons unknown so far: prints what was lost, or came out of order."""
    places = list(FLAGS)
    asked = [(1 + number % BURST_CHATS, places[number // BURST_CHATS % len(places)]) for number in range(BURST)]
    async with server_and_bot(WHOLE) as server:
        begun = time.perf_counter()
        await server.says(asked)
        await server.until(BURST + BURST_CHATS)
        rate = BURST / (time.perf_counter() - begun)
        texts = (await server.look())["texts"]
    lost = disordered = 0
    for chat in range(1, BURST_CHATS + 1):
        expected = [FLAGS[place] for asker, place in asked if asker == chat]
        told = [flag for text in texts[str(UUID(int=chat))] if (flag := _flag(text))]
        lost += len(expected) - len(told)
        disordered += told != expected
    print(f"{BURST} messages in {BURST_CHATS} chats: {lost} lost, {disordered} chats out of order, {rate:.0f}/s")


def _flag(text: str) -> str:
    """Which place an answer is about; nothing for the greeting."""
    found = [(text.index(flag), flag) for flag in FLAGS.values() if flag in text]
    return min(found)[1] if found else ""


if __name__ == "__main__":
    asyncio.run(burst())
