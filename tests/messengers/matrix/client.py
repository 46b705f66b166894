"""The calls of the client-server API that a bot needs. Each raises one of FAILURES."""

from __future__ import annotations

import itertools
import secrets
from typing import Any
from urllib.parse import quote

import aiohttp
from pydantic import SecretStr

FAILURES = (aiohttp.ClientError, TimeoutError, OSError, ValueError, LookupError)
SYNC_SECONDS = 20.0
"""How long the server holds a sync that has nothing to tell."""


class RefusedError(aiohttp.ClientError):
    """The server said no: its status, its error code, and the seconds after which to come back."""

    def __init__(self, status: int, code: str, retry_after: float) -> None:
        super().__init__(code)
        self.status, self.code, self.retry_after = status, code, retry_after


async def _refuse(response: aiohttp.ClientResponse) -> None:
    if response.status >= 400:
        told = await response.json(content_type=None)
        raise RefusedError(response.status, str(told["errcode"]), float(told.get("retry_after_ms", 0)) / 1000)


class Client:
    """One account at one homeserver. Made inside a running event loop."""

    def __init__(self, homeserver: str, token: SecretStr) -> None:
        self._url = f"{homeserver}/_matrix"
        self._http = aiohttp.ClientSession(
            headers={"Authorization": f"Bearer {token.get_secret_value()}"},
            timeout=aiohttp.ClientTimeout(total=SYNC_SECONDS + 10, connect=5),
            raise_for_status=_refuse,
        )
        self._run = secrets.token_hex(8)
        self._numbers = itertools.count()

    async def close(self) -> None:
        await self._http.close()

    async def whoami(self) -> str:
        return str((await self._call("GET", "/client/v3/account/whoami"))["user_id"])

    async def joined_rooms(self) -> list[str]:
        return list((await self._call("GET", "/client/v3/joined_rooms"))["joined_rooms"])

    async def sync(self, since: str) -> dict[str, Any]:
        query = {"timeout": str(int(SYNC_SECONDS * 1000)), **({"since": since} if since else {})}
        return await self._call("GET", "/client/v3/sync", params=query)

    async def join(self, room: str) -> None:
        await self._call("POST", f"/client/v3/rooms/{quote(room, safe='')}/join", json={})

    async def send(self, room: str, content: dict[str, Any]) -> str:
        """The id of the event."""
        path = f"/client/v3/rooms/{quote(room, safe='')}/send/m.room.message/{self._transaction()}"
        return str((await self._call("PUT", path, json=content))["event_id"])

    async def redact(self, room: str, event: str) -> None:
        path = f"/client/v3/rooms/{quote(room, safe='')}/redact/{quote(event, safe='')}/{self._transaction()}"
        await self._call("PUT", path, json={})

    async def upload(self, data: bytes) -> str:
        """Where it is, `mxc://…`."""
        headers = {"Content-Type": "image/jpeg"}
        return str((await self._call("POST", "/media/v3/upload", data=data, headers=headers))["content_uri"])

    async def download(self, uri: str) -> bytes:
        server, _, media = uri.removeprefix("mxc://").partition("/")
        path = f"{self._url}/client/v1/media/download/{quote(server, safe='')}/{quote(media, safe='')}"
        async with self._http.get(path) as response:
            return await response.read()

    async def _call(self, method: str, path: str, **options: Any) -> dict[str, Any]:
        async with self._http.request(method, f"{self._url}{path}", **options) as response:
            found: dict[str, Any] = await response.json()
            return found

    def _transaction(self) -> str:
        """A number that no other message of this account has had: one that comes twice is sent once."""
        return f"{self._run}.{next(self._numbers)}"
