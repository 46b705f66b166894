"""Sends what stands in the outbox, until a messenger has it: one sender, with a queue for each messenger."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from sqlmodel import Session

from bot.delivery.claims import LONGEST_WAIT, POLL_SECONDS, Claimed, Claims
from bot.delivery.outbox import Outbox
from bot.delivery.outbox_message import Happen
from bot.delivery.outcomes import DeliveryOutcomes, nothing_happens
from bot.delivery.pauses import Pauses
from bot.delivery.rate_limits import Openings, RateLimiter
from bot.messengers.contract import Accepted, Act, DeliveryError, Messenger, Parcel, Trouble
from bot.messengers.limits import Limits
from bot.repositories.desk_chats import DeskChats, room_chat
from bot.settings.desk import DeskSettings
from bot.storage.engines import StoreError
from bot.storage.sealing import Sealing
from bot.storage.store import Job, Store
from handlers.model.messages import Lane, Room

log = logging.getLogger(__name__)

SEND_SECONDS = 25.0
"""The longest a single send may take before it counts as unknown."""
FETCH_SECONDS = 50.0
"""The same for a photo, which is fetched, waits for its turn and is drawn anew; a lease is longer."""
MOST_UNDER_WAY = 5
"""Sends under way at a time, for one messenger, and so the most that a crash repeats. At 170 ms each they are the 30 a
second that Telegram allows."""
KEPT_FOR_URGENT = 2
"""How many of those are kept free for receipts, and for what the desk must see first."""
LAST_SECONDS = 5.0
"""How long a stop waits for what is being sent, in seconds."""

DeliveryEnd = tuple[Claimed, Accepted | DeliveryError]
"""A row, and how its sending ended."""


@dataclass(slots=True)
class SendQueue:
    """All that is on its way to one messenger."""

    platform: str
    limiter: RateLimiter = field(default_factory=RateLimiter)
    wake: asyncio.Event = field(default_factory=asyncio.Event)
    busy: set[str] = field(default_factory=set)
    """The queues of the outbox that must wait: a row of them is on its way, or its end is not stored yet."""
    fetching: str = ""
    """The one of those whose photo is being fetched: it takes no place of what is sent."""
    ended: list[DeliveryEnd] = field(default_factory=list)
    """The ends of sends that are not stored yet."""
    seen: int = 0
    """The number of rows that had been put when it last looked."""


class Sender:
    """Sends, and has it stored how that ended; `work` runs once for each messenger."""

    def __init__(
        self,
        store: Store,
        sealing: Sealing,
        outbox: Outbox,
        desk: DeskSettings | None,
        limits: Mapping[str, Limits],
        happen: Happen,
    ) -> None:
        """`limits` by messenger; one that isn't named has none. `happen`: what follows from a delivery."""
        self._store = store
        self._sealing = sealing
        self._outbox = outbox
        self._limits = limits
        self._happen = happen
        self._queues: dict[str, SendQueue] = {}
        chats, pauses = DeskChats(sealing, desk), Pauses()
        self._claims = Claims(sealing, chats, pauses)
        self._outcomes = DeliveryOutcomes(sealing, chats, pauses, outbox.put)

    def wake(self) -> None:
        """Says that there may be something to send: the messengers for which something was put look at once."""
        for queue in self._queues.values():
            if queue.seen != self._outbox.put_so_far(queue.platform):
                queue.wake.set()

    def look(self, platform: str) -> None:
        """Says that another process may have put something for this messenger; an empty name means any."""
        for queue in self._queues.values():
            if platform in ("", queue.platform):
                queue.wake.set()

    async def work(self, messengers: Mapping[str, Messenger], platform: str) -> None:
        """Sends what is due on one messenger, until cancelled."""
        queue = self._queues[platform] = self.queue_for(platform)
        await self._store.run(partial(self._claims.reclaim, platform=platform))
        sends: set[asyncio.Task[None]] = set()
        try:
            while True:
                queue.wake.clear()
                claimed, wait = await self.turn(queue)
                for row in claimed:
                    task = asyncio.create_task(self._send(row, messengers[platform], queue))
                    sends.add(task)
                    task.add_done_callback(sends.discard)
                await _first(queue.wake, min(wait, POLL_SECONDS))
        finally:  # at a stop, what is on its way may arrive: else it would be repeated at the next start
            if sends:
                _, late = await asyncio.wait(sends, timeout=LAST_SECONDS)
                for send in late:
                    send.cancel()
                await asyncio.gather(*late, return_exceptions=True)
            await self.conclude(queue)

    async def work_once(self, messengers: Mapping[str, Messenger], platform: str) -> int:
        """Sends what is due now and waits for it; returns how many rows that were."""
        queue = self._queues.setdefault(platform, self.queue_for(platform))
        claimed, _ = await self.turn(queue)
        await asyncio.gather(*(self._send(row, messengers[platform], queue) for row in claimed))
        await self.conclude(queue)
        return len(claimed)

    def queue_for(self, platform: str) -> SendQueue:
        """An empty one, with the limits of this messenger."""
        groups = {room_chat(self._sealing, platform, room) for room in Room}
        return SendQueue(platform, RateLimiter(self._limits.get(platform, Limits()), groups, self._sealing.seconds))

    async def turn(self, queue: SendQueue) -> tuple[list[Claimed], float]:
        """Stores what has ended and claims rows for the places that are free; and how long to wait, in seconds."""
        busy = queue.busy - {row.queue for row, _ in queue.ended}
        free = MOST_UNDER_WAY - len(busy - {queue.fetching})
        if free <= 0:
            return [], LONGEST_WAIT
        openings = queue.limiter.openings()
        openings.least = min(openings.least, Lane.DESK if free <= KEPT_FOR_URGENT else Lane.NOTICE)
        claim = partial(self._claim, queue=queue, busy=busy, most=free, openings=openings)
        found = await self.conclude(queue, claim)
        if not found or isinstance(found[0], Exception):
            openings.give_back()
        if not found:
            return [], POLL_SECONDS
        if isinstance(found[0], Exception):
            raise found[0]
        claimed, wait = found[0]
        queue.busy |= {row.queue for row in claimed}
        queue.fetching = next((row.queue for row in claimed if row.message.photo_platform), queue.fetching)
        return claimed, min(wait, queue.limiter.wait())

    def _claim(
        self, session: Session, queue: SendQueue, busy: set[str], most: int, openings: Openings
    ) -> tuple[list[Claimed], float]:
        queue.seen = self._outbox.put_so_far(queue.platform)
        is_fetching = queue.fetching in busy
        return self._claims.claim(session, queue.platform, busy, most, openings, is_fetching=is_fetching)

    async def conclude(self, queue: SendQueue, *next_jobs: Job[Any]) -> list[Any]:
        """Stores how sends ended, and does what comes next, in one commit. Returns what the next jobs returned or
        raised; nothing when the database doesn't answer: then the ends are kept until it does."""
        ended = tuple(queue.ended)  # they stay there until they are stored, whatever happens meanwhile
        if not ended and not next_jobs:
            return []
        try:
            results = await self._store.run_each([*(self._job(end, self._happen) for end in ended), *next_jobs])
        except StoreError:
            log.error("outbox: the database did not answer; trying again")
            return []
        del queue.ended[: len(ended)]
        queue.busy -= {row.queue for row, _ in ended}
        for row, outcome in ended:
            if row.counts:
                queue.limiter.end(row.chat, row.message.lane, row.messages(outcome))
        for end, result in zip(ended, results, strict=False):
            if isinstance(result, Exception):
                await self._end_plainly(end, result)
        self.wake()  # what follows may be for another messenger
        return results[len(ended) :]

    async def _end_plainly(self, end: DeliveryEnd, error: Exception) -> None:
        """A handler failed over what follows from an end: what was sent must not be sent again because of it."""
        log.critical("outbox: row %d: what follows from it failed", end[0].id, exc_info=error)
        try:
            await self._store.run(self._job(end, nothing_happens))
        except StoreError:
            log.error("outbox: row %d: its end could not be stored; it will be repeated", end[0].id)

    def _job(self, end: DeliveryEnd, happen: Happen) -> Job[None]:
        row, outcome = end
        if isinstance(outcome, DeliveryError):
            return partial(self._outcomes.failed, row=row, error=outcome, happen=happen)
        return partial(self._outcomes.done, row=row, accepted=outcome, happen=happen)

    async def _send(self, row: Claimed, messenger: Messenger, queue: SendQueue) -> None:
        try:
            queue.ended.append((row, await self._deliver(row, messenger)))
        except DeliveryError as error:
            queue.ended.append((row, error))
        except StoreError:
            log.error("outbox: row %d: its topic could not be stored; it will be repeated", row.id)
            queue.ended.append((row, DeliveryError(Trouble.UNREACHABLE)))
        queue.wake.set()

    async def _deliver(self, row: Claimed, messenger: Messenger) -> Accepted:
        parcel = row.message.parcel
        try:
            async with asyncio.timeout(FETCH_SECONDS if row.message.photo_platform else SEND_SECONDS):
                if row.topic is None:
                    opening = Parcel(act=Act.OPEN_TOPIC, chat=parcel.chat, text=row.message.code)
                    opened = await messenger.deliver(opening)
                    keep = partial(self._outcomes.keep_topic, message=row.message, topic=opened.topic)
                    await self._store.run(keep)
                    parcel = parcel.model_copy(update={"topic": opened.topic})
                if row.message.photo_platform:
                    parcel = Parcel(act=Act.FETCH, chat="", photo_ref=parcel.photo_ref)
                return await messenger.deliver(parcel)
        except TimeoutError:
            raise DeliveryError(Trouble.UNKNOWN) from None
        except (DeliveryError, StoreError):
            raise
        except Exception as error:  # a fault in an adapter: the row must not be lost with it
            log.error("outbox: row %d: the adapter failed", row.id, exc_info=error)
            raise DeliveryError(Trouble.UNKNOWN) from error


async def _first(wake: asyncio.Event, seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            await wake.wait()
    except TimeoutError:
        return
