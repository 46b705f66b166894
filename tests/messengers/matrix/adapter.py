"""Matrix: syncs are stored before the next one confirms them; parcels become events."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Mapping
from functools import partial
from typing import Any

import aiohttp
from pydantic import SecretStr

from bot.messengers.backoff import backoff
from bot.messengers.contract import Accepted, Act, DeliveryError, Keep, Parcel, SetAside, Trouble, key_of_body
from bot.messengers.photos import PhotoError
from bot.messengers.reception import Reception
from bot.storage.engines import StoreError
from tests.messengers.matrix.client import FAILURES, Client, RefusedError
from tests.messengers.matrix.parse import PLATFORM, ParseError, parse
from tests.messengers.matrix.sending import delete, fetch, send

log = logging.getLogger(__name__)

_pause = partial(backoff, first=0.1, longest=30.0)


class MatrixMessenger:
    """`bot.messengers.contract.Messenger` over the client-server API."""

    name = PLATFORM
    receives_alone = True

    def __init__(self, homeserver: str, token: SecretStr) -> None:
        self._client = Client(homeserver, token)
        self.reception = Reception()
        self._groups: set[str] = set()

    async def close(self) -> None:
        await self._client.close()

    async def receive(self, keep: Keep, set_aside: SetAside) -> None:
        """Receives until cancelled; without a `since`, after a restart, the server tells the newest events again."""
        since, own, failures = "", "", 0
        while True:
            try:
                own = own or await self._client.whoami()
                told = await self._client.sync(since)
                await self._take(told.get("rooms") or {}, own, keep, set_aside)
                since, failures = str(told["next_batch"]), 0
                self.reception.succeeded()
            except (*FAILURES, StoreError) as error:
                failures += 1
                log.warning("matrix: receiving failed (%s), try %d", type(error).__name__, failures)
                await asyncio.sleep(_pause(failures))

    async def _take(self, rooms: Mapping[str, Any], own: str, keep: Keep, set_aside: SetAside) -> None:
        for room in rooms.get("invite") or {}:
            await self._client.join(room)
        batch = []
        for room, joined in (rooms.get("join") or {}).items():
            if joined.get("summary", {}).get("m.joined_member_count", 2) > 2:
                self._groups.add(room)
            for event in joined["timeline"]["events"]:
                try:
                    received = parse(event, room, own, is_private=room not in self._groups)
                except ParseError:
                    raw = json.dumps(event).encode()
                    await set_aside(PLATFORM, key_of_body(raw), raw)
                else:
                    batch += [received] if received else []
        if batch:
            await keep(batch)

    async def deliver(self, parcel: Parcel) -> Accepted:
        """Does one thing; raises DeliveryError and nothing else."""
        accepted: list[str] = []
        try:
            match parcel.act:
                case Act.SEND | Act.EDIT:
                    return await send(self._client, parcel, self._groups, accepted)
                case Act.DELETE:
                    return await delete(self._client, parcel)
                case Act.FETCH:
                    return await fetch(self._client, parcel)
                case Act.PRESSED | Act.OPEN_TOPIC | Act.TIMER | Act.TRUST | Act.LEAVE:
                    return Accepted()
        except PhotoError:
            raise DeliveryError(Trouble.REFUSED) from None
        except FAILURES as error:
            wait = error.retry_after if isinstance(error, RefusedError) else 0.0
            done = parcel.done + len(accepted)
            raise DeliveryError(_trouble(error), retry_after=wait, done=done, accepted=accepted) from None


def _trouble(error: Exception) -> Trouble:
    if isinstance(error, aiohttp.ClientConnectorError):
        return Trouble.UNREACHABLE
    if not isinstance(error, RefusedError):
        return Trouble.UNKNOWN
    if error.code == "M_LIMIT_EXCEEDED":
        return Trouble.SLOW_DOWN
    if error.code in ("M_FORBIDDEN", "M_NOT_FOUND"):
        return Trouble.GONE
    return Trouble.UNREACHABLE if error.code == "M_UNKNOWN_TOKEN" or error.status >= 500 else Trouble.REFUSED
