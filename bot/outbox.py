"""What must be sent: committed together with what caused it, sent until the messenger has it, repeats marked."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, func, insert, select, update

from bot.cases import DeskOf, DeskSettings
from bot.messenger import Accepted, Act, DeliveryError, Messenger, Note, Parcel, Trouble
from bot.people import PeopleOf
from bot.sealing import Sealing, keep_sealed, new_name, read_sealed
from bot.store import Job, Statement, Store, StoreError, execute
from bot.tables import OUTBOX
from handlers.conversation import Lane, Wish

log = logging.getLogger(__name__)

LEASE_SECONDS = 60.0
"""How long a row that is being sent is left alone; longer than the slowest send."""
SEND_SECONDS = 25.0
"""The longest a single send may take before it counts as unknown."""
AT_ONCE = 8
"""Sends under way at a time, for one messenger."""
FOR_URGENT = 2
"""How many of those are kept free of lookups and notices."""
SILENT_AFTER = 60.0
"""An answer to a lookup that may have gone out is not repeated when it is older than this, in seconds."""
POLL_SECONDS = 1.0
"""How often another process's rows are looked for, in seconds; those of this one are sent at once."""
LAST_SECONDS = 5.0
"""How long a stop waits for what is being sent, in seconds."""
LONGEST_WAIT = 60.0
"""The longest pause between two tries, in seconds."""

_NEW = Statement(insert(OUTBOX))
_WHOLE_ROW = tuple(
    OUTBOX.c[name] for name in ("id", "name", "queue", "chat", "body", "created_at", "tries", "is_unsure")
)
_HEADS = (
    select(func.min(OUTBOX.c.id))
    .where(OUTBOX.c.platform == bindparam("of_platform"))
    .group_by(OUTBOX.c.queue, OUTBOX.c.lane)
)
_DUE = (
    select(*_WHOLE_ROW)
    .where(
        OUTBOX.c.id.in_(_HEADS),
        OUTBOX.c.not_before <= bindparam("now"),
        OUTBOX.c.lane <= bindparam("least"),
        OUTBOX.c.queue.not_in(bindparam("busy", expanding=True)),
        OUTBOX.c.chat.not_in(bindparam("paused", expanding=True)),
    )
    .order_by(OUTBOX.c.lane, OUTBOX.c.id)
    .limit(bindparam("most"))
)
_LEASE = (
    update(OUTBOX)
    .where(OUTBOX.c.id.in_(bindparam("ids", expanding=True)))
    .values(tries=OUTBOX.c.tries + 1, is_unsure=True, not_before=bindparam("until"))
)
_REMOVE = Statement(delete(OUTBOX).where(OUTBOX.c.id == bindparam("of_id")).returning(OUTBOX.c.id))
_DESK_MOVED = "desk moved from "
_PERSISTENT = (Act.SEND, Act.EDIT, Act.FETCH)


class Item(Note):
    """A parcel and what it means: sealed into one row."""

    parcel: Parcel
    lane: Lane
    platform: str
    person: str = ""
    """Tag of the person whose chat it goes to."""
    code: str = ""
    """The case it is about."""
    is_for_desk: bool = False
    then: tuple[str, str] | None = None
    otherwise: tuple[str, str] | None = None
    repeat_mark: str = ""
    """What stands above the text when it may be a repeat; in the reader's language."""
    photo_platform: str = ""
    """Where the photo must be fetched before this can go out."""
    without_photo: str = ""
    """What is said in place of a photo that can't be had."""


@dataclass(frozen=True, slots=True)
class Claimed:
    """A row that is being sent by this process."""

    id: int
    queue: str
    chat: str
    tries: int
    item: Item = field(repr=False)
    topic: str | None = field(default="", repr=False)


End = tuple[Claimed, Accepted | DeliveryError]
"""A row, and how its sending ended."""

Happen = Callable[[Connection, Wish, str], None]
"""(connection, wish, person's tag): lets the handlers decide what follows from a delivery."""


@dataclass(slots=True)
class Line:
    """What is on its way to one messenger."""

    platform: str
    wake: asyncio.Event = field(default_factory=asyncio.Event)
    busy: set[str] = field(default_factory=set)
    """The queues that must wait: a row of them is on its way, or its end is not stored yet."""
    ended: list[End] = field(default_factory=list)


class Outbox:
    """Stores what must be sent and sends it; `work` runs once for each messenger."""

    def __init__(self, store: Store, sealing: Sealing, desk: DeskSettings | None) -> None:
        self._store = store
        self._sealing = sealing
        self._desk = desk
        self._lines: dict[str, Line] = {}
        self._pauses: dict[str, float] = {}
        self.happen: Happen = _nothing_happens

    def put(self, connection: Connection, item: Item) -> None:
        """Stores one item in the caller's transaction; `wake` afterwards."""
        now = self._sealing.seconds()
        name = new_name()
        platform, queue = item.platform, self._queue(item)
        if item.photo_platform:
            platform, queue = item.photo_platform, self._sealing.tags.of("queue", name)
        _NEW.run(
            connection,
            name=name,
            platform=platform,
            queue=queue,
            chat=self._chat(item),
            lane=int(item.lane),
            owner=item.person,
            code=item.code,
            body=self._seal(item, name),
            created_at=now,
            not_before=now,
            tries=0,
            is_unsure=False,
        )

    def wake(self) -> None:
        """Says that there is something to send."""
        for line in self._lines.values():
            line.wake.set()

    async def work(self, messengers: Mapping[str, Messenger], platform: str) -> None:
        """Sends what is due on one messenger, until cancelled."""
        line = self._lines[platform] = Line(platform)
        await self._store.run(lambda connection: _reclaim(connection, platform, self._sealing.seconds()))
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
        line = Line(platform)
        claimed, _ = await self._turn(line)
        await asyncio.gather(*(self._send(row, messengers[platform], line) for row in claimed))
        await self._conclude(line)
        return len(claimed)

    async def _turn(self, line: Line) -> tuple[list[Claimed], float]:
        """Stores what has ended and claims rows for the places that are free; and how long to wait, in seconds."""
        busy = line.busy - {row.queue for row, _ in line.ended}
        free = AT_ONCE - len(busy)
        if free <= 0:
            return [], LONGEST_WAIT
        least = Lane.CONSENT if free <= FOR_URGENT else Lane.NOTICE
        claim = partial(self._claim, platform=line.platform, busy=busy, most=free, least=least)
        found = await self._conclude(line, claim)
        if not found:
            return [], 1.0
        if isinstance(found[0], Exception):
            raise found[0]
        claimed, wait = found[0]
        line.busy |= {row.queue for row in claimed}
        return claimed, wait

    async def _conclude(self, line: Line, *next_jobs: Job[Any]) -> list[Any]:
        """Stores how sends ended, and what comes next, in one commit; nothing when the database does not answer."""
        ended = tuple(line.ended)  # they stay there until they are stored, whatever happens meanwhile
        try:
            results = await self._store.run_each([*(self._job(end, self.happen) for end in ended), *next_jobs])
        except StoreError:
            log.error("outbox: the database did not answer; trying again")
            return []
        del line.ended[: len(ended)]
        line.busy -= {row.queue for row, _ in ended}
        for end, result in zip(ended, results, strict=False):
            if isinstance(result, Exception):
                await self._end_plainly(end, result)
        for other in self._lines.values() if ended else ():
            if other is not line:  # what follows may be for another messenger
                other.wake.set()
        return results[len(ended) :]

    async def _end_plainly(self, end: End, error: Exception) -> None:
        """A handler failed over what follows from an end: what was sent must not be sent again because of it."""
        log.critical("outbox: row %d: what follows from it failed", end[0].id, exc_info=error)
        try:
            await self._store.run(self._job(end, _nothing_happens))
        except StoreError:
            log.error("outbox: row %d: its end could not be stored; it will be repeated", end[0].id)

    def _job(self, end: End, happen: Happen) -> Job[None]:
        row, outcome = end
        if isinstance(outcome, DeliveryError):
            return partial(self._failed, row=row, error=outcome, happen=happen)
        return partial(self._done, row=row, accepted=outcome, happen=happen)

    def _claim(
        self, connection: Connection, platform: str, busy: set[str], most: int, least: Lane
    ) -> tuple[list[Claimed], float]:
        """The first rows of queues that nobody is sending, marked as tried; and how long to wait, in seconds."""
        now = self._sealing.seconds()
        self._pauses = {chat: until for chat, until in self._pauses.items() if until > now}
        limits = {"now": now, "least": int(least), "busy": list(busy), "paused": list(self._pauses), "most": most}
        rows = execute(connection, _DUE, of_platform=platform, **limits).all()
        claimed: dict[str, Claimed] = {}
        for row in rows:
            opened = None if row.queue in claimed else self._open(connection, row, now)
            if opened is not None:
                claimed[row.queue] = opened
        if not claimed:
            return [], 0.01 if rows else self._until_due(connection, platform, now)
        execute(connection, _LEASE, ids=[row.id for row in claimed.values()], until=now + LEASE_SECONDS)
        return list(claimed.values()), POLL_SECONDS

    def _until_due(self, connection: Connection, platform: str, now: float) -> float:
        """Seconds until something may be due."""
        waiting = (OUTBOX.c.platform == platform, OUTBOX.c.not_before > now)
        soonest = connection.execute(select(func.min(OUTBOX.c.not_before)).where(*waiting)).scalar()
        times = [now + LONGEST_WAIT, *self._pauses.values(), *([soonest] if soonest else [])]
        return float(max(min(times) - now, 0.01))

    def _open(self, connection: Connection, row: Row[*tuple[Any, ...]], now: float) -> Claimed | None:
        item = Item.model_validate_json(self._sealing.vault.open(row.body, "outbox", row.name))
        if row.is_unsure and item.lane >= Lane.LOOKUP and now - row.created_at > SILENT_AFTER:
            connection.execute(delete(OUTBOX).where(OUTBOX.c.id == row.id))
            return None
        if row.is_unsure and item.repeat_mark and item.parcel.act is Act.SEND and not item.parcel.done:
            text = f"{item.repeat_mark}\n\n{item.parcel.text}"
            item = item.model_copy(update={"parcel": item.parcel.model_copy(update={"text": text})})
        topic: str | None = ""
        if item.is_for_desk and not item.photo_platform:
            chat = self.desk_chat(connection)
            topic = DeskOf(connection, self._sealing, self._desk).topic(item.code) if item.code else ""
            parcel = item.parcel.model_copy(update={"chat": chat, "topic": topic or ""})
            item = item.model_copy(update={"parcel": parcel})
        return Claimed(row.id, row.queue, row.chat, row.tries + 1, item, topic)

    async def _send(self, row: Claimed, messenger: Messenger, line: Line) -> None:
        try:
            line.ended.append((row, await self._deliver(row, messenger)))
        except DeliveryError as error:
            line.ended.append((row, error))
        except StoreError:
            log.error("outbox: row %d: its topic could not be stored; it will be repeated", row.id)
            line.busy.discard(row.queue)
        line.wake.set()

    async def _deliver(self, row: Claimed, messenger: Messenger) -> Accepted:
        parcel = row.item.parcel
        try:
            async with asyncio.timeout(SEND_SECONDS):
                if row.topic is None:
                    opened = await messenger.deliver(Parcel(act=Act.OPEN_TOPIC, chat=parcel.chat, text=row.item.code))
                    await self._store.run(lambda connection: self._keep_topic(connection, row.item.code, opened.topic))
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

    def _keep_topic(self, connection: Connection, code: str, topic: str | None) -> None:
        DeskOf(connection, self._sealing, self._desk).set_topic(code, topic)

    def _done(self, connection: Connection, row: Claimed, accepted: Accepted, happen: Happen) -> None:
        """What is true once a messenger has accepted a row."""
        item = row.item
        if not _remove(connection, row.id):
            return  # forgotten while it was on its way: nothing may follow from it
        if item.photo_platform:
            parcel = item.parcel.model_copy(update={"photo": accepted.photo, "photo_ref": ""})
            self.put(connection, item.model_copy(update={"parcel": parcel, "photo_platform": ""}))
            return
        self._keep_references(connection, item, accepted.messages)
        if item.then:
            happen(connection, Wish(*item.then), item.person)

    def _keep_references(self, connection: Connection, item: Item, messages: tuple[str, ...]) -> None:
        if item.is_for_desk and item.code:
            DeskOf(connection, self._sealing, self._desk).add_posts(item.code, messages)
        elif item.person:
            PeopleOf(connection, self._sealing).add_traces(item.person, messages)

    def _failed(self, connection: Connection, row: Claimed, error: DeliveryError, happen: Happen) -> None:
        item, trouble = row.item, error.trouble
        log.warning("outbox: row %d on %s: %s, try %d", row.id, item.platform, trouble.value, row.tries)
        if error.accepted:
            self._keep_references(connection, item, error.accepted)
        if trouble in (Trouble.GONE, Trouble.REFUSED):
            self._give_up(connection, row, trouble, happen)
            return
        wait = _backoff(row.tries)
        if trouble is Trouble.SLOW_DOWN:
            wait = max(error.retry_after, 0.1)
        elif trouble is Trouble.TOPIC_GONE:
            wait = 0.0 if row.tries < 5 else wait
            self._keep_topic(connection, item.code, None)
            happen(connection, Wish("case.topic_lost", item.code), item.person)
        elif trouble is Trouble.MOVED and item.is_for_desk:
            wait = 0.0
            self.move_desk(connection, item.parcel.chat, error.moved_to)
        self._retry(connection, row, wait, is_unsure=trouble is Trouble.UNKNOWN, done=error.done)

    def _retry(self, connection: Connection, row: Claimed, wait: float, *, is_unsure: bool, done: int = 0) -> None:
        until = self._sealing.seconds() + wait
        if wait:
            self._pauses[row.chat] = max(until, self._pauses.get(row.chat, 0.0))
        connection.execute(update(OUTBOX).where(OUTBOX.c.id == row.id).values(not_before=until, is_unsure=is_unsure))
        if done:
            self._rewrite(connection, row, {"done": done})

    def _rewrite(self, connection: Connection, row: Claimed, changes: dict[str, object]) -> None:
        this = OUTBOX.c.id == row.id
        stored = connection.execute(select(OUTBOX.c.name, OUTBOX.c.body).where(this)).first()
        if stored is not None:
            item = Item.model_validate_json(self._sealing.vault.open(stored.body, "outbox", stored.name))
            item = item.model_copy(update={"parcel": item.parcel.model_copy(update=changes)})
            connection.execute(update(OUTBOX).where(this).values(body=self._seal(item, stored.name)))

    def _give_up(self, connection: Connection, row: Claimed, trouble: Trouble, happen: Happen) -> None:
        """It will never be accepted as it is: staff are told; what is for the desk is never dropped."""
        item = row.item
        if item.photo_platform or item.parcel.photo:
            if _remove(connection, row.id):
                self.put(connection, _without_photo(item))
        elif item.is_for_desk and item.parcel.act in _PERSISTENT:
            log.critical(
                "outbox: the desk on %s does not take messages (%s): check BOT_DESK", item.platform, trouble.value
            )
            self._retry(connection, row, LONGEST_WAIT, is_unsure=False)
        elif _remove(connection, row.id) and item.otherwise:
            happen(connection, Wish(*item.otherwise), item.person)

    def desk_chat(self, connection: Connection) -> str:
        """Where the desk is now, after every migration that is known."""
        chat = self._desk.chat if self._desk else ""
        for _ in range(5):
            moved = read_sealed(connection, self._sealing, _DESK_MOVED + self._sealing.tags.of("desk", chat))
            if not moved:
                break
            chat = moved
        return chat

    def move_desk(self, connection: Connection, old: str, new: str) -> None:
        """The desk's group has a new id: it is used from now on, and the operator is told."""
        if not new or new == old or old != self.desk_chat(connection):
            return
        keep_sealed(connection, self._sealing, _DESK_MOVED + self._sealing.tags.of("desk", old), new)
        log.critical("outbox: the desk has a new id; the desk shows it: change BOT_DESK")
        self.happen(connection, Wish("desk.moved", new), "")

    def _queue(self, item: Item) -> str:
        where = ("desk", item.code) if item.is_for_desk else ("person", item.parcel.chat)
        return self._sealing.tags.of("queue", item.platform, *where)

    def _chat(self, item: Item) -> str:
        where = ("desk", "") if item.is_for_desk else ("person", item.parcel.chat)
        return self._sealing.tags.of("chat", item.platform, *where)

    def _seal(self, item: Item, name: str) -> bytes:
        return self._sealing.vault.seal(item.model_dump_json(exclude_defaults=True).encode(), "outbox", name)


def _without_photo(item: Item) -> Item:
    text = "\n\n".join(part for part in (item.parcel.text, item.without_photo) if part)
    parcel = item.parcel.model_copy(update={"text": text, "photo": b"", "photo_ref": ""})
    return item.model_copy(update={"parcel": parcel, "photo_platform": ""})


def _remove(connection: Connection, row: int) -> bool:
    """Deletes the row; False when it was already gone."""
    return _REMOVE.first(connection, of_id=row) is not None


def _reclaim(connection: Connection, platform: str, now: float) -> None:
    """After a start nobody is sending anything: what a dead process had begun is due at once."""
    connection.execute(update(OUTBOX).where(OUTBOX.c.platform == platform, OUTBOX.c.is_unsure).values(not_before=now))


def _backoff(tries: int) -> float:
    """Seconds until the next try: doubling, capped, and jittered so that not all come back at once."""
    return float(min(2.0 ** min(tries - 1, 10), LONGEST_WAIT) * random.uniform(0.5, 1.0))  # noqa: S311 (no secret)


async def _first(wake: asyncio.Event, seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            await wake.wait()
    except TimeoutError:
        return


def _nothing_happens(_connection: Connection, _wish: Wish, _person: str) -> None:
    """Before the router is there."""
