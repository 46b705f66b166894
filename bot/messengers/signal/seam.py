"""The one file that knows how signalbot 2.2.1 is made inside: a client that tells the whole truth of what was refused.

signalbot's bot keeps messages in memory, stops receiving after a clean close and drops the body of every refusal. What
is used of it are its models and its clients for each part of signal-cli-rest-api; receiving and the HTTP session are
replaced here. `tests/messengers/signal/test_seam.py` fails when another version changes what this relies on.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import websockets
from pydantic import ValidationError
from signalbot import Config, SignalAPIError
from signalbot._client import SignalAPI
from signalbot.client import ConnectionMode

SEND_SECONDS = 20.0
"""The longest wait for an answer: signal-cli may hang for ever, and the outbox gives up after 25."""
QUICK_SECONDS = 5.0
"""The same for what nobody waits for."""
LARGEST_FRAME = 16 * 1024 * 1024
"""Bytes."""
FAILURES = (SignalAPIError, aiohttp.ClientError, TimeoutError, OSError, ValidationError, ValueError)
"""The errors of signalbot's clients: for a refusal, for a lost connection, for an answer that can't be read."""


class RefusedError(aiohttp.ClientError):
    """The service said no. `text` may hold numbers: it decides what to do and is never logged."""

    def __init__(self, status: int, text: str, challenges: tuple[str, ...]) -> None:
        super().__init__(f"status {status}")
        self.status = status
        self.text = text
        self.challenges = challenges
        """Tokens; the account may go on when somebody solves a captcha for one of them."""


def refused(error: BaseException | None) -> RefusedError | None:
    """The refusal that an exception of signalbot was made from."""
    while error is not None and not isinstance(error, RefusedError):
        error = error.__cause__
    return error


class Seam:
    """signalbot's clients at one address, for one account, over a session of ours. Made inside a running event loop."""

    def __init__(self, service: str, number: str) -> None:
        config = Config(
            phone_number=number,
            signal_service=service,
            download_attachments=False,
            connection_mode=ConnectionMode.HTTP_ONLY,
        )
        self.number = config.phone_number
        self.api = SignalAPI(
            config.signal_service,
            config.phone_number,
            download_attachments=config.download_attachments,
            connection_mode=config.connection_mode,
        )
        self.http = aiohttp.ClientSession(
            timeout=aiohttp.ClientTimeout(total=SEND_SECONDS, connect=QUICK_SECONDS), raise_for_status=_refuse
        )
        self.api._sessions._session = self.http

    async def close(self) -> None:
        await self.api.close()

    def uri(self, path: str) -> str:
        """The address of a path that signalbot has no client for."""
        return self.api._uris.http_uri(path)

    @asynccontextmanager
    async def frames(self, patience: float) -> AsyncIterator[websockets.ClientConnection]:
        """The receive websocket, opened within `patience` seconds: what arrives while nobody holds one is lost."""
        uri = self.api.messages._uris.receive_ws_uri()
        async with websockets.connect(
            uri, max_size=LARGEST_FRAME, open_timeout=patience, close_timeout=1, proxy=None
        ) as socket:
            yield socket


def quick() -> asyncio.Timeout:
    """Raises TimeoutError after a few seconds."""
    return asyncio.timeout(QUICK_SECONDS)


async def _refuse(response: aiohttp.ClientResponse) -> None:
    if response.status < 400:
        return
    told = await _json(response)
    tokens = told.get("challenge_tokens")
    challenges = tuple(str(token) for token in tokens if token) if isinstance(tokens, list) else ()
    raise RefusedError(response.status, str(told.get("error") or ""), challenges)


async def _json(response: aiohttp.ClientResponse) -> Mapping[str, Any]:
    try:
        told = json.loads(await response.read())
    except (ValueError, RecursionError):
        return {}
    return told if isinstance(told, dict) else {}
