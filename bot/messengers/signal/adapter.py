"""Signal, through signal-cli-rest-api: stores what arrives before anything else; sends what the outbox hands over."""

from __future__ import annotations

import asyncio
import base64
import logging
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial

import aiohttp
import websockets
from pydantic import SecretStr, ValidationError
from signalbot import SignalAPIError, TextMode
from signalbot._generated import SendMessageV2

from bot.messengers.backoff import backoff
from bot.messengers.contract import (
    Accepted,
    Act,
    Button,
    DeliveryError,
    Event,
    Keep,
    Parcel,
    Received,
    SetAside,
    Trouble,
    key_of_body,
)
from bot.messengers.markup import Run, octets, runs_of, split, to_signs
from bot.messengers.photos import LARGEST_BYTES, PhotoError, strip
from bot.messengers.signal.errors import (
    UntrustedError,
    check,
    delivery_error,
    is_untrusted,
    new_keys,
    refused,
    trouble_of,
    unreached,
)
from bot.messengers.signal.parse import PLATFORM, NotForUsError, ParseError, parse
from bot.messengers.signal.service import SignalService
from bot.storage.engines import StoreError
from bot.web import Web

log = logging.getLogger(__name__)

LONGEST_TEXT = 2000
"""Bytes of UTF-8; Signal sends more as a file, which its apps show only after a tap."""
AT_ONCE = 100
"""Frames that are stored in one go."""
MOST_WAITING = 10_000
"""Frames, and signs of life to persons, that wait at the most: the service drops what is not read at once."""
LONGEST_PAUSE = 1.0
"""Seconds between two tries to connect: whatever arrives meanwhile is lost, and the service is on this machine."""
LONGEST_OPENING = 5.0
"""Seconds that a try may take; the first ones are shorter, as it may be only this one that hangs."""
WATCH_SECONDS = 30.0
"""How often the service is asked whether it is well; a second failure in a row is an alarm."""
SILENT_SECONDS = 86_400.0
"""Without any frame for so long, something is wrong that nothing else shows."""
TIMER_SECONDS = 60.0
"""A chat's timer is asked for at most so often, should setting it fail or the person not wish it."""
CHALLENGE_SECONDS = 600.0
"""A captcha is asked for at most so often: each message that is held back brings a token of its own."""
_FAILURES = (SignalAPIError, aiohttp.ClientError, TimeoutError, OSError, ValidationError, ValueError)
"""What signalbot's clients raise: for a refusal, for a lost connection, for an answer that can't be read."""


@dataclass(frozen=True, slots=True)
class Webhook:
    """The second way in: signal-cli-rest-api posts every message to this path too (RECEIVE_WEBHOOK_URL)."""

    web: Web
    secret: SecretStr

    @property
    def path(self) -> str:
        return f"/signal/{self.secret.get_secret_value()}"


class SignalMessenger:
    """`bot.messengers.contract.Messenger` over signal-cli-rest-api in json-rpc mode."""

    name = PLATFORM
    receives_alone = False

    def __init__(self, service: str, number: str, *, timer: int = 0, webhook: Webhook | None = None) -> None:
        """`service`: host:port; `number`: the account's; `timer`: seconds until messages disappear, at the latest."""
        self._number = number
        self._timer = timer
        self._webhook = webhook
        self._service = SignalService(service, number)
        self._frames: asyncio.Queue[bytes] = asyncio.Queue(MOST_WAITING)
        self._seen: asyncio.Queue[Received] = asyncio.Queue(MOST_WAITING)
        self._keep: Keep | None = None
        self._is_connected = False
        self._last_frame = time.monotonic()
        self._last_challenge = -CHALLENGE_SECONDS
        self._timers: dict[str, float] = {}

    async def close(self) -> None:
        await self._service.close()

    # receiving

    async def receive(self, keep: Keep, set_aside: SetAside) -> None:
        """Receives until cancelled; what is read from the websocket is stored before the next is read for long."""
        self._keep = keep
        if self._webhook:
            self._webhook.web.add(self._webhook.path, partial(self._take_posted, keep=keep, set_aside=set_aside))
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._listen(), name="signal listen")
            tasks.create_task(self._store_all(keep, set_aside), name="signal store")
            tasks.create_task(self._show_signs_of_life(), name="signal signs of life")
            tasks.create_task(self._watch(), name="signal watch")

    async def _listen(self) -> None:
        """Holds a websocket, always: a clean close is no reason to stop, and no frame is one."""
        failures = 0
        while True:
            try:
                async with self._service.frames(1.0 if failures < 3 else LONGEST_OPENING) as socket:
                    self._is_connected = True
                    while True:
                        frame = await socket.recv(decode=False)  # what is no UTF-8 must not end the connection
                        failures = 0
                        self._last_frame = time.monotonic()
                        await self._frames.put(frame)
            except (OSError, TimeoutError, websockets.WebSocketException, EOFError) as error:
                if failures == 0:
                    log.warning("signal: the connection broke (%s)", type(error).__name__)
            self._is_connected = False
            failures += 1
            await asyncio.sleep(_pause(failures))

    async def _store_all(self, keep: Keep, set_aside: SetAside) -> None:
        while True:
            frames = [await self._frames.get()]
            while len(frames) < AT_ONCE and not self._frames.empty():
                frames.append(self._frames.get_nowait())
            await self._store(frames, keep, set_aside)

    async def _store(self, frames: Sequence[bytes], keep: Keep, set_aside: SetAside) -> None:
        try:
            await self._persist(partial(self._store_once, frames, keep, set_aside))
        except Exception as error:  # one message that makes our own code fail must not take the others with it
            log.critical("signal: a message made receiving fail", exc_info=error)
            if len(frames) == 1:
                await self._persist(partial(_put_aside, frames[0], set_aside))
                return
            for frame in frames:
                await self._store([frame], keep, set_aside)

    async def _persist(self, store: Callable[[], Awaitable[None]]) -> None:
        """Until the database has it: signal-cli will not send it again."""
        failures = 0
        while True:
            try:
                await store()
            except StoreError:
                failures += 1
                if failures % 20 == 1:
                    waiting = self._frames.qsize()
                    log.critical("signal: the database takes no messages; more than %d are held in memory", waiting)
                await asyncio.sleep(min(0.1 * failures, 1.0))
            else:
                return

    async def _store_once(self, frames: Sequence[bytes], keep: Keep, set_aside: SetAside) -> None:
        batch = []
        for frame in frames:
            try:
                received = parse(frame, self._number, time.time(), self._timer)
            except NotForUsError:
                log.error("signal: the service told of trouble of its own")
            except ParseError:
                await _put_aside(frame, set_aside)
            else:
                batch += [received] if received else []
        batch, asked = _with_timers_once(batch, self._timers)
        if batch:
            await keep(batch)
        self._timers = asked
        for received in batch:
            if received.is_private and received.event in (Event.MESSAGE, Event.EDIT) and not self._seen.full():
                self._seen.put_nowait(received)

    async def _take_posted(self, _headers: Mapping[str, str], body: bytes, keep: Keep, set_aside: SetAside) -> int:
        try:
            await self._store_once([body], keep, set_aside)
        except StoreError:
            return 503
        return 200  # signal-cli-rest-api takes 200 and 201 for success, and nothing else

    async def _show_signs_of_life(self) -> None:
        """Read and typing, once the message is stored; nobody waits for it, and it may fail."""
        while True:
            received = await self._seen.get()
            with suppress(*_FAILURES):
                await self._service.mark_read(received.chat, int(received.message))
                if self._seen.empty():  # in a burst, the answers themselves are the better use of the time
                    await self._service.show_typing(received.chat)

    async def _watch(self) -> None:
        """Tells the operator when the service is ill, when nothing is received, and when it is well again."""
        failures = 0
        while True:
            await asyncio.sleep(WATCH_SECONDS)
            is_well = self._is_connected and await self._service.is_healthy()
            if is_well and failures > 1:
                log.warning("signal: receiving again")
            failures = 0 if is_well else failures + 1
            if failures == 2:
                log.critical("signal: not receiving: is signal-cli-rest-api up? python -m bot doctor")
            if time.monotonic() - self._last_frame > SILENT_SECONDS:
                self._last_frame = time.monotonic()
                log.critical("signal: nothing was received for a day: write to the bot, and look whether it answers")

    # sending

    async def deliver(self, parcel: Parcel) -> Accepted:
        accepted: list[str] = []
        try:
            return await self._deliver(parcel, accepted)
        except UntrustedError:
            await self._meet_new_key(parcel.chat)
            raise self._failure(Trouble.UNREACHABLE, parcel, accepted) from None
        except PhotoError:
            raise DeliveryError(Trouble.REFUSED) from None
        except DeliveryError as error:
            raise self._failure(error.trouble, parcel, accepted) from None
        except _FAILURES as error:
            raise self._failure(await self._understand(error, parcel), parcel, accepted) from None

    def _failure(self, trouble: Trouble, parcel: Parcel, accepted: Sequence[str]) -> DeliveryError:
        return delivery_error(trouble, done=parcel.done + len(accepted), accepted=tuple(accepted))

    async def _understand(self, error: Exception, parcel: Parcel) -> Trouble:
        """What a failure means; a new key and a challenge go the way of everything that comes in."""
        if refusal := refused(error):
            if refusal.challenges:
                await self._ask_for_captcha(refusal.challenges[0])
            if is_untrusted(refusal.text):
                await self._meet_new_keys_of(parcel.chat)
                return Trouble.UNREACHABLE
        trouble = trouble_of(error)
        if trouble is Trouble.UNKNOWN and parcel.act is Act.FETCH:
            return Trouble.UNREACHABLE
        if trouble is Trouble.UNREACHABLE and refusal and _is_group(parcel.chat):
            return Trouble.UNKNOWN  # some of a group may have it all the same
        return trouble

    async def _ask_for_captcha(self, challenge: str) -> None:
        if time.monotonic() - self._last_challenge >= CHALLENGE_SECONDS:
            self._last_challenge = time.monotonic()
            await self._tell(Event.CHALLENGED, self._number, challenge)

    async def _meet_new_keys_of(self, chat: str) -> None:
        """The service does not say whose key in a group is new when it reached nobody there."""
        accounts = [chat]
        if _is_group(chat):
            try:
                accounts = await self._service.untrusted()
            except _FAILURES:
                return  # the next try asks again
        for account in accounts:
            await self._meet_new_key(account)

    async def _meet_new_key(self, account: str) -> None:
        await self._tell(Event.KEY_CHANGED, account)

    async def _tell(self, event: Event, account: str, text: str = "") -> None:
        """What was learned while sending is received like a message, so that it is handled once, and durably."""
        if self._keep is None:
            return  # only sends: another process receives, and learns it there
        key = f"{event.value} {account} {text or int(time.time() // 60)}"
        told = Received(
            platform=PLATFORM,
            key=key,
            event=event,
            chat=account,
            sender=account,
            is_private=True,
            at=time.time(),
            text=text,
        )
        with suppress(StoreError):  # the next try learns it again
            await self._keep([told])

    async def _deliver(self, parcel: Parcel, accepted: list[str]) -> Accepted:
        match parcel.act:
            case Act.SEND | Act.EDIT:
                return await self._send(parcel, accepted)
            case Act.DELETE:
                return await self._delete(parcel)
            case Act.FETCH:
                return await self._fetch(parcel)
            case Act.TIMER:
                with suppress(*_FAILURES):
                    await self._service.set_timer(parcel.chat, parcel.seconds)
            case Act.TRUST:
                await self._service.trust(parcel.chat)
            case Act.PRESSED | Act.OPEN_TOPIC:
                pass  # Signal has neither buttons nor topics
        return Accepted()

    async def _send(self, parcel: Parcel, accepted: list[str]) -> Accepted:
        for step in self._steps(parcel)[parcel.done :]:
            accepted.append(await step())  # noqa: PERF401 (what was accepted before a failure must be known)
        return Accepted(messages=tuple(accepted))

    def _steps(self, parcel: Parcel) -> list[Callable[[], Awaitable[str]]]:
        """The messages that a parcel becomes, in order; a photo goes with the first, the choices stand in the last."""
        parts = split(shown(parcel), LONGEST_TEXT, octets)
        photo = f"data:image/jpeg;filename=photo.jpg;base64,{base64.b64encode(parcel.photo).decode()}"
        files = [photo] if parcel.photo else None
        edits = int(parcel.message) if parcel.act is Act.EDIT and len(parts) == 1 else None
        return [
            partial(
                self._send_one,
                parcel.chat,
                part,
                is_ours=not parcel.words,
                files=files if number == 0 else None,
                edits=edits,
            )
            for number, part in enumerate(parts or [[]])
        ]

    async def _send_one(
        self, chat: str, part: Sequence[Run], *, is_ours: bool, files: list[str] | None, edits: int | None
    ) -> str:
        signed = to_signs(part) if is_ours else None  # somebody's own words are never read as style
        message = SendMessageV2(
            number=self._number,
            recipients=[chat],
            message="".join(run.text for run in part) if signed is None else signed,
            text_mode=TextMode.NORMAL if signed is None else TextMode.STYLED,
            base64_attachments=files,
            edit_timestamp=edits,
        )
        answer = await self._service.send(message)
        check(answer, is_group=_is_group(chat))
        for account in new_keys(answer):
            await self._meet_new_key(account)
        if (missed := unreached(answer)) and not await self._service.members(chat) - missed:
            raise DeliveryError(Trouble.UNREACHABLE)
        return str(int(answer.timestamp))

    async def _delete(self, parcel: Parcel) -> Accepted:
        """What can't be deleted is gone already, or too old: nothing more can be done about it."""
        for message in parcel.messages:
            if message.isdecimal():
                try:
                    await self._service.remote_delete(parcel.chat, int(message))
                except _FAILURES as error:
                    if refused(error) is None or trouble_of(error) is Trouble.SLOW_DOWN:
                        raise
        return Accepted()

    async def _fetch(self, parcel: Parcel) -> Accepted:
        try:
            data = await self._service.attachment(parcel.photo_ref, LARGEST_BYTES)
        except _FAILURES as error:
            refusal = refused(error)
            if refusal and refusal.status in (400, 404):
                raise PhotoError from None
            raise
        return Accepted(photo=await asyncio.to_thread(strip, data))


def _with_timers_once(batch: Sequence[Received], asked: Mapping[str, float]) -> tuple[list[Received], dict[str, float]]:
    """A chat's timer is asked for with the first message of a burst; and when that was, in each chat."""
    now = time.monotonic()
    asked = {chat: at for chat, at in asked.items() if now - at < TIMER_SECONDS}
    found = []
    for received in batch:
        is_again = received.timer > 0 and received.chat in asked
        found.append(received.model_copy(update={"timer": 0}) if is_again else received)
        if received.timer:
            asked.setdefault(received.chat, now)
    return found, asked


async def _put_aside(frame: bytes, set_aside: SetAside) -> None:
    await set_aside(PLATFORM, key_of_body(frame), frame)


def _is_group(chat: str) -> bool:
    return chat.startswith("group.")


def shown(parcel: Parcel) -> list[Run]:
    """All that is read of a parcel: text, words, a link to the place, and the choices: numbered for a person, as
    commands in a group, where nobody would know whose number counts."""
    runs = runs_of(parcel.text, parcel.words)
    if parcel.latitude is not None and parcel.longitude is not None:
        runs.append(Run(f"\n{_map_link(parcel.latitude, parcel.longitude)}"))
    lines = list(_in_group(parcel.buttons) if _is_group(parcel.chat) else _numbered(parcel.buttons))
    if lines:
        runs.append(Run("\n\n" + "\n".join(lines)))
    return runs


def _numbered(buttons: Sequence[Button]) -> list[str]:
    return [f"{number}. {button.label}" for number, button in enumerate(buttons, 1)]


def _in_group(buttons: Sequence[Button]) -> list[str]:
    return [f"{button.label}: {button.command}" for button in buttons if button.command]


def _map_link(latitude: float, longitude: float) -> str:
    return (
        f"https://www.openstreetmap.org/?mlat={latitude:.5f}&mlon={longitude:.5f}#map=15/{latitude:.5f}/{longitude:.5f}"
    )


_pause = partial(backoff, first=0.1, longest=LONGEST_PAUSE)
