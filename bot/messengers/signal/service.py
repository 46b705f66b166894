"""The calls of signal-cli-rest-api that are made for one account. Every failure raises one of `seam.FAILURES`."""

from __future__ import annotations

import re
from contextlib import AbstractAsyncContextManager
from urllib.parse import quote

import websockets
from signalbot._generated import (
    Receipt,
    RemoteDeleteRequest,
    SendMessageResponse,
    SendMessageV2,
    TypingIndicatorRequest,
    UpdateContactRequest,
)
from signalbot._generated.api.receipt_type import ReceiptType

from bot.messengers.signal.seam import RefusedError, Seam, quick


class SignalService:
    """The service at `service` (host:port), for the account `number`. Made inside a running event loop."""

    def __init__(self, service: str, number: str) -> None:
        self._seam = Seam(service, number)
        self._api, self._http = self._seam.api, self._seam.http

    async def close(self) -> None:
        await self._seam.close()

    def frames(self, patience: float) -> AbstractAsyncContextManager[websockets.ClientConnection]:
        """The receive websocket, opened within `patience` seconds: what arrives while nobody holds one is lost."""
        return self._seam.frames(patience)

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
        path = f"/v1/identities/{self._number}/trust/{quote(account)}"
        async with self._http.put(self._seam.uri(path), json={"trust_all_known_keys": True}):
            return

    async def solve(self, challenge: str, captcha: str) -> None:
        path = f"/v1/accounts/{self._number}/rate-limit-challenge"
        async with self._http.post(self._seam.uri(path), json={"challenge_token": challenge, "captcha": captcha}):
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
        """The members of a group, each by whatever the service calls them, without the bot itself."""
        async with quick():
            entry = await self._api.groups.get(group)
        return set(entry.members) - {self._seam.number}

    async def leave(self, group: str) -> None:
        """Quits the group; RefusedError in the cause when the service knows no such group."""
        uri = self._seam.uri(f"/v1/groups/{self._number}/{quote(group, safe='')}/quit")
        async with quick(), self._http.post(uri):
            return

    async def untrusted(self) -> list[str]:
        """The accounts whose newest key was not accepted."""
        async with quick(), self._http.get(self._seam.uri(f"/v1/identities/{self._number}")) as response:
            found = await response.json(content_type=None)
        return [str(one["uuid"]) for one in found if one["status"] == "UNTRUSTED" and one["uuid"]]

    async def attachment(self, reference: str, largest: int) -> bytes:
        """Its bytes; one byte more than `largest` when there are more."""
        data = b""
        async with self._http.get(self._seam.uri(f"/v1/attachments/{quote(reference, safe='')}")) as response:
            async for chunk in response.content.iter_chunked(65_536):
                data += chunk
                if len(data) > largest:
                    break
        return data[: largest + 1]

    async def attachments(self) -> list[str]:
        """The names of all files that lie at the service."""
        async with quick(), self._http.get(self._seam.uri("/v1/attachments")) as response:
            return [str(name) for name in await response.json(content_type=None) or ()]

    async def delete_attachment(self, reference: str) -> None:
        """One that isn't there any more is no failure."""
        try:
            async with quick(), self._http.delete(self._seam.uri(f"/v1/attachments/{quote(reference, safe='')}")):
                return
        except RefusedError as error:
            if error.status != 404:
                raise

    async def devices(self) -> int:
        """The number of devices that hold the account, the first one counted."""
        async with quick(), self._http.get(self._seam.uri(f"/v1/devices/{self._number}")) as response:
            return len(await response.json(content_type=None))

    @property
    def _number(self) -> str:
        """As it stands in a path."""
        return quote(self._seam.number)


def is_new_enough(version: str) -> bool:
    """Whether /v2/send answers with a list (0.101); a build of one's own has no version."""
    numbers = re.match(r"(\d+)\.(\d+)", version)
    return version == "unset" or (numbers is not None and (int(numbers[1]), int(numbers[2])) >= (0, 101))
