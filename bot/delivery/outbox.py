"""What must be sent: committed together with what caused it, sent until the messenger has it, repeats marked."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from pydantic import ValidationError
from sqlalchemy import Row, bindparam, delete, func, insert, select, tuple_, update
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from bot.delivery.fairness import FairnessRanks
from bot.delivery.outbox_message import Claimed, DeliveryEnd, Happen, OutboxMessage
from bot.delivery.outcomes import LONGEST_WAIT, DeliveryOutcomes, nothing_happens
from bot.delivery.rate_limits import Openings, RateLimiter
from bot.messengers.contract import Accepted, Act, DeliveryError, Messenger, Parcel, Trouble
from bot.messengers.limits import Limits
from bot.repositories.cases import CaseRepository, room_chat
from bot.repositories.desk_chats import DeskChats
from bot.settings.desk import DeskSettings
from bot.storage.engines import StoreError
from bot.storage.sealing import Sealing, new_name
from bot.storage.store import RINGS, Job, Statement, Store, execute
from bot.storage.tables import OutboxRow
from bot.storage.vault import VaultError
from handlers.model.messages import Lane, Room

log = logging.getLogger(__name__)

LEASE_SECONDS = 60.0
"""How long a row that is being sent is left alone; longer than the slowest send."""
SEND_SECONDS = 25.0
"""The longest a single send may take before it counts as unknown."""
AT_ONCE = 5
"""Sends under way at a time, for one messenger, and so the most that a crash repeats. At 170 ms each they are the 30 a
second that Telegram allows."""
FOR_URGENT = 2
"""How many of those are kept free for receipts, and for what the desk must see first."""
SILENT_AFTER = 60.0
"""An answer to a lookup that may have gone out is not repeated when it is older than this, in seconds."""
POLL_SECONDS = 1.0
"""How often another process's rows are looked for, in seconds; those of this one are sent at once."""
LAST_SECONDS = 5.0
"""How long a stop waits for what is being sent, in seconds."""
UNREADABLE_SECONDS = 3600.0
"""How often a row that can't be opened is looked at again, and the operator told of it."""

_NEW = Statement(insert(OutboxRow))
_DROP_OLDER = Statement(
    delete(OutboxRow).where(
        col(OutboxRow.platform) == bindparam("of_platform"),
        col(OutboxRow.queue) == bindparam("of_queue"),
        col(OutboxRow.slot) == bindparam("of_slot"),
        col(OutboxRow.tries) == 0,
    )
)
_WHOLE_ROW = tuple(
    col(getattr(OutboxRow, name))
    for name in ("id", "name", "queue", "chat", "body", "created_at", "tries", "is_unsure")
)
_Earlier = aliased(OutboxRow)
_HAS_EARLIER = (
    select(col(_Earlier.id))
    .where(
        col(_Earlier.platform) == col(OutboxRow.platform),
        col(_Earlier.queue) == col(OutboxRow.queue),
        col(_Earlier.lane) == col(OutboxRow.lane),
        col(_Earlier.id) < col(OutboxRow.id),
    )
    .exists()
)
_DUE = (
    select(*_WHOLE_ROW)
    .where(
        col(OutboxRow.platform) == bindparam("of_platform"),
        col(OutboxRow.lane) <= bindparam("least"),
        col(OutboxRow.not_before) <= bindparam("now"),
        col(OutboxRow.queue).not_in(bindparam("busy", expanding=True)),
        col(OutboxRow.chat).not_in(bindparam("paused", expanding=True)),
        tuple_(col(OutboxRow.chat), col(OutboxRow.lane)).not_in(bindparam("closed", expanding=True)),
        ~_HAS_EARLIER,
    )
    .order_by(col(OutboxRow.lane), col(OutboxRow.behind), col(OutboxRow.id))
    .limit(bindparam("most"))
)
_LEASE = (
    update(OutboxRow)
    .where(col(OutboxRow.id).in_(bindparam("ids", expanding=True)))
    .values(tries=col(OutboxRow.tries) + 1, is_unsure=True, not_before=bindparam("until"))
)
_SOONEST = select(func.min(col(OutboxRow.not_before))).where(
    col(OutboxRow.platform) == bindparam("of_platform"), col(OutboxRow.not_before) > bindparam("now")
)


@dataclass(slots=True)
class SendQueue:
    """What is on its way to one messenger."""

    platform: str
    budget: RateLimiter = field(default_factory=RateLimiter)
    wake: asyncio.Event = field(default_factory=asyncio.Event)
    busy: set[str] = field(default_factory=set)
    """The queues that must wait: a row of them is on its way, or its end is not stored yet."""
    ended: list[DeliveryEnd] = field(default_factory=list)
    seen: int = 0
    """How many rows had been put when this line last looked."""


class Outbox:
    """Stores what must be sent and sends it; `work` runs once for each messenger."""

    def __init__(
        self, store: Store, sealing: Sealing, desk: DeskSettings | None, limits: Mapping[str, Limits] | None = None
    ) -> None:
        """`limits` by messenger; one that isn't named has none."""
        self._store = store
        self._limits = limits or {}
        self._sealing = sealing
        self._desk = desk
        self._lines: dict[str, SendQueue] = {}
        self._put: Counter[str] = Counter()
        """Rows put for each messenger in this process; counted in the store's thread, where the lines look, too."""
        self._turns = FairnessRanks(sealing.seconds)
        self._chats = DeskChats(sealing, desk)
        self._endings = DeliveryOutcomes(sealing, desk, self._chats, self.put)
        self.happen: Happen = nothing_happens

    def put(self, session: Session, item: OutboxMessage) -> None:
        """Stores one item in the caller's transaction; `wake` afterwards."""
        now = self._sealing.seconds()
        name = new_name()
        platform, queue = item.platform, self._queue(item)
        if item.photo_platform:
            platform, queue = item.photo_platform, self._sealing.tags.of("queue", name)
        slot = item.slot if item.parcel.act is Act.EDIT or not item.room else ""
        if slot:  # the newest is all that anybody needs
            _DROP_OLDER.run(session, of_platform=platform, of_queue=queue, of_slot=slot)
        self._put[platform] += 1
        session.info.setdefault(RINGS, set()).add(platform)
        _NEW.run(
            session,
            name=name,
            platform=platform,
            queue=queue,
            chat=self._chat(item),
            lane=int(item.lane),
            behind=self._turns.next(queue) if item.code or not item.room else 0,
            slot=slot,
            owner=item.person,
            code=item.code,
            body=item.sealed(self._sealing.vault, name),
            created_at=now,
            not_before=now,
            tries=0,
            is_unsure=False,
        )

    def wake(self) -> None:
        """Says that there may be something to send: the messengers for which something was put look at once."""
        for line in self._lines.values():
            if line.seen != self._put[line.platform]:
                line.wake.set()

    def look(self, platform: str) -> None:
        """Says that another process may have put something for this messenger; an empty name means any."""
        for line in self._lines.values():
            if platform in ("", line.platform):
                line.wake.set()

    async def work(self, messengers: Mapping[str, Messenger], platform: str) -> None:
        """Sends what is due on one messenger, until cancelled."""
        line = self._lines[platform] = self._line(platform)
        await self._store.run(lambda session: _reclaim(session, platform, self._sealing.seconds()))
        sends: set[asyncio.Task[None]] = set()
        try:
            while True:
                line.wake.clear()
                claimed, wait = await self._turn(line)
                for row in claimed:
                    task = asyncio.create_task(self._send(row, messengers[platform], line))
                    sends.add(task)
                    task.add_done_callback(sends.discard)
                await _first(line.wake, min(wait, POLL_SECONDS))
        finally:  # at a stop, what is on its way may arrive: else it would be repeated at the next start
            if sends:
                await asyncio.wait(sends, timeout=LAST_SECONDS)
            await self._conclude(line)

    async def work_once(self, messengers: Mapping[str, Messenger], platform: str) -> int:
        """Sends what is due now and waits for it; returns how many rows that were."""
        line = self._lines.setdefault(platform, self._line(platform))
        claimed, _ = await self._turn(line)
        await asyncio.gather(*(self._send(row, messengers[platform], line) for row in claimed))
        await self._conclude(line)
        return len(claimed)

    def _line(self, platform: str) -> SendQueue:
        groups = {room_chat(self._sealing, platform, room) for room in Room}
        return SendQueue(platform, RateLimiter(self._limits.get(platform, Limits()), groups, self._sealing.seconds))

    async def _turn(self, line: SendQueue) -> tuple[list[Claimed], float]:
        """Stores what has ended and claims rows for the places that are free; and how long to wait, in seconds."""
        busy = line.busy - {row.queue for row, _ in line.ended}
        free = AT_ONCE - len(busy)
        if free <= 0:
            return [], LONGEST_WAIT
        openings = line.budget.openings()
        openings.least = min(openings.least, Lane.DESK if free <= FOR_URGENT else Lane.NOTICE)
        found = await self._conclude(line, partial(self._claim, line=line, busy=busy, most=free, openings=openings))
        if not found or isinstance(found[0], Exception):
            openings.give_back()
        if not found:
            return [], 1.0
        if isinstance(found[0], Exception):
            raise found[0]
        claimed, wait = found[0]
        line.busy |= {row.queue for row in claimed}
        return claimed, min(wait, line.budget.wait())

    async def _conclude(self, line: SendQueue, *next_jobs: Job[Any]) -> list[Any]:
        """Stores how sends ended, and does what comes next, in one commit; nothing when the database doesn't answer."""
        ended = tuple(line.ended)  # they stay there until they are stored, whatever happens meanwhile
        if not ended and not next_jobs:
            return []
        try:
            results = await self._store.run_each([*(self._job(end, self.happen) for end in ended), *next_jobs])
        except StoreError:
            log.error("outbox: the database did not answer; trying again")
            return []
        del line.ended[: len(ended)]
        line.busy -= {row.queue for row, _ in ended}
        for row, outcome in ended:
            if row.counts:
                line.budget.end(row.chat, row.item.lane, row.messages(outcome))
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
            return partial(self._endings.failed, row=row, error=outcome, happen=happen)
        return partial(self._endings.done, row=row, accepted=outcome, happen=happen)

    def _claim(
        self, session: Session, line: SendQueue, busy: set[str], most: int, openings: Openings
    ) -> tuple[list[Claimed], float]:
        """The first rows of queues that nobody is sending, marked as tried; and how long to wait, in seconds."""
        now = self._sealing.seconds()
        line.seen = self._put[line.platform]
        limits = {"now": now, "least": openings.least, "busy": list(busy), "most": most}
        closed = {"paused": list(self._endings.pauses(now)), "closed": openings.closed}
        rows = execute(session, _DUE, of_platform=line.platform, **limits, **closed).all()
        claimed: dict[str, Claimed] = {}
        for row in rows:
            opened = None if row.queue in claimed else self._read(session, row, now)
            if opened is not None and (not opened.counts or openings.take(row.chat, opened.item.lane)):
                claimed[row.queue] = opened
        if not claimed:
            return [], 0.01 if rows else self._until_due(session, line.platform, now)
        execute(session, _LEASE, ids=[row.id for row in claimed.values()], until=now + LEASE_SECONDS)
        return list(claimed.values()), POLL_SECONDS if len(claimed) == len(rows) else 0.01

    def _until_due(self, session: Session, platform: str, now: float) -> float:
        """Seconds until something may be due."""
        soonest = execute(session, _SOONEST, of_platform=platform, now=now).scalar()
        times = [now + LONGEST_WAIT, *self._endings.pauses(now).values(), *([soonest] if soonest else [])]
        return float(max(min(times) - now, 0.01))

    def _read(self, session: Session, row: Row[*tuple[Any, ...]], now: float) -> Claimed | None:
        """What is damaged is kept, for another key may open it, and holds up nobody, not even in its own chat."""
        try:
            return self._open(session, row, now)
        except (VaultError, ValidationError) as error:
            log.critical("outbox: row %d can't be read (%s); what it says was not sent", row.id, type(error).__name__)
            aside = update(OutboxRow).where(col(OutboxRow.id) == row.id)
            until = now + UNREADABLE_SECONDS
            session.execute(aside.values(queue=row.name, chat=row.name, not_before=until))  # nor does it make a crowd
            return None

    def _open(self, session: Session, row: Row[*tuple[Any, ...]], now: float) -> Claimed | None:
        item = OutboxMessage.opened(self._sealing.vault, row.body, row.name)
        if row.is_unsure and item.lane >= Lane.LOOKUP and now - row.created_at > SILENT_AFTER:
            session.execute(delete(OutboxRow).where(col(OutboxRow.id) == row.id))
            return None
        if row.is_unsure and item.repeat_mark and item.parcel.act is Act.SEND and not item.parcel.done:
            text = f"{item.repeat_mark}\n\n{item.parcel.text}"
            item = item.with_parcel(text=text)
        topic: str | None = ""
        if item.room and not item.photo_platform:
            chat = self._chats.chat(session, item.room)
            topic = CaseRepository(session, self._sealing, self._desk).topic(item.code, item.room) if item.code else ""
            item = item.with_parcel(chat=chat, topic=topic or "")
        return Claimed(row.id, row.queue, row.chat, row.tries + 1, item, topic, row.created_at, row.is_unsure)

    async def _send(self, row: Claimed, messenger: Messenger, line: SendQueue) -> None:
        try:
            line.ended.append((row, await self._deliver(row, messenger)))
        except DeliveryError as error:
            line.ended.append((row, error))
        except StoreError:
            log.error("outbox: row %d: its topic could not be stored; it will be repeated", row.id)
            line.ended.append((row, DeliveryError(Trouble.UNREACHABLE)))
        line.wake.set()

    async def _deliver(self, row: Claimed, messenger: Messenger) -> Accepted:
        parcel = row.item.parcel
        try:
            async with asyncio.timeout(SEND_SECONDS):
                if row.topic is None:
                    opened = await messenger.deliver(Parcel(act=Act.OPEN_TOPIC, chat=parcel.chat, text=row.item.code))
                    await self._store.run(lambda session: self._endings.keep_topic(session, row.item, opened.topic))
                    parcel = parcel.model_copy(update={"topic": opened.topic})
                if row.item.photo_platform:
                    parcel = Parcel(act=Act.FETCH, chat="", photo_ref=parcel.photo_ref)
                return await messenger.deliver(parcel)
        except TimeoutError:
            raise DeliveryError(Trouble.UNKNOWN) from None
        except (DeliveryError, StoreError):
            raise
        except Exception as error:  # a fault in an adapter: the row must not be lost with it
            log.error("outbox: row %d: the adapter failed", row.id, exc_info=error)
            raise DeliveryError(Trouble.UNKNOWN) from error

    def desk_chat(self, session: Session, room: Room = Room.DESK) -> str:
        """Where a desk is now; empty where there is none."""
        return self._chats.chat(session, room)

    def move_desk(self, session: Session, old: str, new: str) -> None:
        """A desk's group has a new id: it is used from now on."""
        self._endings.move_desk(session, old, new, self.happen)

    def _queue(self, item: OutboxMessage) -> str:
        where = (item.room.value, item.code) if item.room else ("person", item.parcel.chat)
        return self._sealing.tags.of("queue", item.platform, *where)

    def _chat(self, item: OutboxMessage) -> str:
        if item.room:
            return room_chat(self._sealing, item.platform, item.room)
        return self._sealing.tags.of("chat", item.platform, "person", item.parcel.chat)


def _reclaim(session: Session, platform: str, now: float) -> None:
    """After a start nobody is sending anything: what a dead process had begun is due at once."""
    session.execute(
        update(OutboxRow).where(col(OutboxRow.platform) == platform, col(OutboxRow.is_unsure)).values(not_before=now)
    )


async def _first(wake: asyncio.Event, seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            await wake.wait()
    except TimeoutError:
        return
