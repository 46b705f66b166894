"""Stores what arrives, whether the websocket or the webhook brought it, until the database has it."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial

from bot.messengers.contract import Event, Keep, Received, SetAside, key_of_body
from bot.messengers.signal.parse import PLATFORM, NotForUsError, ParseError, parse
from bot.storage.engines import StoreError

log = logging.getLogger(__name__)

LARGEST_BATCH = 100
"""Frames that are stored in one go."""
MOST_UNSHOWN = 10_000
"""Messages that wait at the most until their persons see that they were read."""
TIMER_SECONDS = 60.0
"""A chat's timer is asked for at most so often, should setting it fail or the person not wish it."""


async def as_it_is(received: Received) -> Received:
    """Completes nothing."""
    return received


class Intake:
    """Parses frames and has them stored; the messages of persons that are stored stand in `stored`."""

    def __init__(
        self,
        frames: asyncio.Queue[bytes],
        number: str,
        timer: int,
        keep: Keep,
        set_aside: SetAside,
        whole: Callable[[Received], Awaitable[Received]] = as_it_is,
    ) -> None:
        """`number`: the account's; `timer`: seconds until messages disappear, at the latest; 0: they stay. `whole`
        completes a message whose text came as a file."""
        self._frames = frames
        self._number = number
        self._timer = timer
        self._keep = keep
        self._set_aside = set_aside
        self._whole = whole
        self._timers: dict[str, float] = {}
        self.stored: asyncio.Queue[Received] = asyncio.Queue(MOST_UNSHOWN)

    async def store_all(self) -> None:
        """Stores what comes out of `frames`, until cancelled."""
        while True:
            batch = [await self._frames.get()]
            while len(batch) < LARGEST_BATCH and not self._frames.empty():
                batch.append(self._frames.get_nowait())
            await self.store(batch)

    async def take_posted(self, _headers: Mapping[str, str], body: bytes) -> int:
        """Stores a body that was posted; returns the HTTP status. signal-cli-rest-api takes 200 and 201 for success."""
        try:
            await self._store_once([body])
        except StoreError:
            return 503
        return 200

    async def store(self, batch: Sequence[bytes]) -> None:
        """Returns when the database has every frame, if need be set aside."""
        try:
            await self._persist(partial(self._store_once, batch))
        except Exception as error:  # one message that makes our own code fail must not take the others with it
            log.critical("signal: a message made receiving fail", exc_info=error)
            if len(batch) == 1:
                await self._persist(partial(self._put_aside, batch[0]))
                return
            for frame in batch:
                await self.store([frame])

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

    async def _store_once(self, frames: Sequence[bytes]) -> None:
        parsed = []
        for frame in frames:
            try:
                received = parse(frame, self._number, time.time(), self._timer)
            except NotForUsError:
                log.error("signal: the service told of trouble of its own")
            except ParseError:
                await self._put_aside(frame)
            else:
                parsed += [received] if received else []
        completed = await asyncio.gather(
            *map(self._whole, parsed)
        )  # what one of them waits for holds up the batch once
        batch, timers = _with_timers_once(completed, self._timers)
        if batch:
            await self._keep(batch)
        self._timers = timers
        for received in batch:
            if received.is_private and received.event in (Event.MESSAGE, Event.EDIT) and not self.stored.full():
                self.stored.put_nowait(received)

    async def _put_aside(self, frame: bytes) -> None:
        await self._set_aside(PLATFORM, key_of_body(frame), frame)


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
