"""The one file that knows how signalbot 2.2.1 is made inside: a client that tells the whole truth of what was refused.

signalbot's bot keeps messages in memory, stops receiving after a clean close and drops the body of every refusal. What
is used of it are its models and its clients for each part of signal-cli-rest-api; receiving and the HTTP session are
replaced here. `tests/messengers/signal/test_seam.py` fails when another version changes what this relies on.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import quote

import aiohttp
import websockets
from signalbot import Config
from signalbot._client import SignalAPI
from signalbot._generated import (
    Receipt,
    RemoteDeleteRequest,
    SendMessageResponse,
    SendMessageV2,
    TypingIndicatorRequest,
    UpdateContactRequest,
)
from signalbot._generated.api.receipt_type import ReceiptType
from signalbot.client import ConnectionMode

SEND_SECONDS = 20.0
"""The longest wait for an answer: signal-cli may hang for ever, and the outbox gives up after 25."""
QUICK_SECONDS = 5.0
"""The same for what nobody waits for."""
LARGEST_FRAME = 16 * 1024 * 1024


class RefusedError(aiohttp.ClientError):
    """The service said no. `text` may hold numbers: it decides what to do and is never logged."""

    def __init__(self, status: int, text: str, challenges: tuple[str, ...]) -> None:
        super().__init__(f"status {status}")
        self.status = status
        self.text = text
        self.challenges = challenges
        """Tokens; the account may go on when somebody solves a captcha for one of them."""


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


class SignalService:
    """signal-cli-rest-api at one address, for one account. Made inside a running event loop."""

    def __init__(self, service: str, number: str) -> None:
        config = Config(
            phone_number=number,
            signal_service=service,
            download_attachments=False,
            connection_mode=ConnectionMode.HTTP_ONLY,
        )
        self.number = config.phone_number
        self._api = SignalAPI(
            config.signal_service,
            config.phone_number,
            download_attachments=config.download_attachments,
            connection_mode=config.connection_mode,
        )
        self._http = aiohttp.ClientSession(
            timeout=aiohttp.ClientTimeout(total=SEND_SECONDS, connect=QUICK_SECONDS), raise_for_status=_refuse
        )
        self._api._sessions._session = self._http

    async def close(self) -> None:
        await self._api.close()

    @asynccontextmanager
    async def frames(self, patience: float) -> AsyncIterator[websockets.ClientConnection]:
        """The receive websocket, opened within `patience` seconds: what arrives while nobody holds one is lost."""
        uri = self._api.messages._uris.receive_ws_uri()
        async with websockets.connect(
            uri, max_size=LARGEST_FRAME, open_timeout=patience, close_timeout=1, proxy=None
        ) as socket:
            yield socket

    # what is sent

    async def send(self, message: SendMessageV2) -> SendMessageResponse:
        """To one recipient or one group."""
        [answer] = await self._api.messages.send(message)
        return answer

    async def remote_delete(self, recipient: str, timestamp: int) -> None:
        await self._api.messages.remote_delete(RemoteDeleteRequest(recipient=recipient, timestamp=timestamp))

    async def show_typing(self, recipient: str) -> None:
        async with quick():
            await self._api.messages.start_typing(TypingIndicatorRequest(recipient=recipient))

    async def mark_read(self, recipient: str, timestamp: int) -> None:
        async with quick():
            receipt = Receipt(recipient=recipient, receipt_type=ReceiptType.READ, timestamp=timestamp)
            await self._api.receipts.send(receipt)

    async def set_timer(self, recipient: str, seconds: int) -> None:
        async with quick():
            request = UpdateContactRequest(recipient=recipient, expiration_in_seconds=seconds)
            await self._api.contacts.update(request)

    async def trust(self, account: str) -> None:
        """Accepts every key that is known of an account."""
        path = f"/v1/identities/{quote(self.number)}/trust/{quote(account)}"
        async with self._http.put(self._uri(path), json={"trust_all_known_keys": True}):
            return

    # what is asked

    async def is_healthy(self) -> bool:
        """Whether the service answers, and in the mode that this needs."""
        try:
            async with quick():
                await self._api.general.health_check()
            mode, version = await self.about()
            return mode == "json-rpc" and is_new_enough(version)
        except (Exception, TimeoutError):  # whatever it is: it is no answer
            return False

    async def about(self) -> tuple[str, str]:
        """Its mode and version."""
        async with quick():
            about = await self._api.general.about()
        return str(about.mode), str(about.version)

    async def is_in(self, group: str) -> bool:
        """Whether the account is a member; RefusedError in the cause when the service knows no such group."""
        async with quick():
            return (await self._api.groups.get(group)).member

    async def members(self, group: str) -> set[str]:
        """Who is in a group, each by whatever the service calls them, without the bot itself."""
        async with quick():
            entry = await self._api.groups.get(group)
        return set(entry.members) - {self.number}

    async def untrusted(self) -> list[str]:
        """The accounts whose newest key was not accepted."""
        async with quick(), self._http.get(self._uri(f"/v1/identities/{quote(self.number)}")) as response:
            found = await response.json(content_type=None)
        return [str(one["uuid"]) for one in found if one["status"] == "UNTRUSTED" and one["uuid"]]

    async def attachment(self, reference: str, largest: int) -> bytes:
        """Its bytes; one byte more than `largest` when there are more."""
        data = b""
        async with self._http.get(self._uri(f"/v1/attachments/{quote(reference, safe='')}")) as response:
            async for chunk in response.content.iter_chunked(65_536):
                data += chunk
                if len(data) > largest:
                    break
        return data[: largest + 1]

    async def devices(self) -> int:
        """How many devices are linked to the account, the first one counted."""
        async with quick(), self._http.get(self._uri(f"/v1/devices/{quote(self.number)}")) as response:
            return len(await response.json(content_type=None))

    async def solve(self, challenge: str, captcha: str) -> None:
        path = f"/v1/accounts/{quote(self.number)}/rate-limit-challenge"
        async with self._http.post(self._uri(path), json={"challenge_token": challenge, "captcha": captcha}):
            return

    def _uri(self, path: str) -> str:
        return self._api._uris.http_uri(path)


def quick() -> asyncio.Timeout:
    return asyncio.timeout(QUICK_SECONDS)


def is_new_enough(version: str) -> bool:
    """Whether /v2/send answers with a list (0.101); a build of one's own has no version."""
    numbers = re.match(r"(\d+)\.(\d+)", version)
    return version == "unset" or (numbers is not None and (int(numbers[1]), int(numbers[2])) >= (0, 101))
