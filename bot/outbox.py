"""What must be sent: committed together with what caused it, sent until the messenger has it, repeats marked."""

from __future__ import annotations

import asyncio
import json
import logging
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from pydantic import model_validator
from sqlalchemy import Row, bindparam, delete, func, insert, select, tuple_, update
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from bot import vitals
from bot.backoff import backoff
from bot.budgets import Budget, Limits, Openings, Turns
from bot.cases import DeskOf, DeskSettings
from bot.messenger import Accepted, Act, DeliveryError, Messenger, Note, Parcel, Trouble
from bot.people import PeopleOf
from bot.sealing import Sealing, keep_sealed, new_name, read_sealed
from bot.store import RINGS, Job, Statement, Store, StoreError, execute
from bot.tables import OutboxRow
from handlers.conversation import Lane, Room, Wish

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
GIVE_UP_AFTER = 86_400.0
"""Seconds: what a person could not be given for so long is given up; what is for the desk never is."""
LONGEST_WAIT = 60.0
"""The longest pause between two tries, in seconds."""

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
_REMOVE = Statement(delete(OutboxRow).where(col(OutboxRow.id) == bindparam("of_id")).returning(col(OutboxRow.id)))
_DESK_MOVED = "desk moved from "
_PERSISTENT = (Act.SEND, Act.EDIT, Act.FETCH)
_UNCOUNTED = (Act.PRESSED, Act.FETCH, Act.TRUST)
"""What a messenger takes for no message."""


class Item(Note):
    """A parcel and what it means: sealed into one row."""

    parcel: Parcel
    lane: Lane
    platform: str
    person: str = ""
    """Tag of the person whose chat it goes to."""
    code: str = ""
    """The case it is about."""
    room: Room | None = None
    """The desk that it is for."""
    then: tuple[str, str] | None = None
    otherwise: tuple[str, str] | None = None
    slot: str = ""
    """What a desk has one message of; to a person, what only the newest of is worth sending."""
    repeat_mark: str = ""
    """What stands above the text when it may be a repeat; in the reader's language."""
    photo_platform: str = ""
    """Where the photo must be fetched before this can go out."""
    without_photo: str = ""
    """What is said in place of a photo that can't be had."""

    @model_validator(mode="before")
    @classmethod
    def _of_the_first_version(cls, given: dict[str, Any]) -> dict[str, Any]:
        """What waited to be sent when the bot was updated: it knew one desk."""
        if given.get("is_for_desk"):
            return {name: value for name, value in given.items() if name != "is_for_desk"} | {"room": Room.DESK}
        return given


@dataclass(frozen=True, slots=True)
class Claimed:
    """A row that is being sent by this process."""

    id: int
    queue: str
    chat: str
    tries: int
    item: Item = field(repr=False)
    topic: str | None = field(default="", repr=False)
    created_at: float = 0.0
    is_unsure: bool = False
    """Whether an earlier try may have gone out: no later one can make that certain again."""

    @property
    def counts(self) -> bool:
        """Whether the messenger counts it as a message."""
        return self.item.parcel.act not in _UNCOUNTED and not self.item.photo_platform

    def messages(self, outcome: Accepted | DeliveryError) -> int:
        """How many messages the messenger may have counted."""
        shown = len(outcome.messages) if isinstance(outcome, Accepted) else len(outcome.accepted) + 1
        return shown + (self.topic is None)


End = tuple[Claimed, Accepted | DeliveryError]
"""A row, and how its sending ended."""

Happen = Callable[[Session, Wish, str], None]
"""(session, wish, person's tag): lets the handlers decide what follows from a delivery."""


@dataclass(slots=True)
class Line:
    """What is on its way to one messenger."""

    platform: str
    budget: Budget = field(default_factory=Budget)
    wake: asyncio.Event = field(default_factory=asyncio.Event)
    busy: set[str] = field(default_factory=set)
    """The queues that must wait: a row of them is on its way, or its end is not stored yet."""
    ended: list[End] = field(default_factory=list)
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
        self._lines: dict[str, Line] = {}
        self._put: Counter[str] = Counter()
        """Rows put for each messenger in this process; counted in the store's thread, where the lines look, too."""
        self._pauses: dict[str, float] = {}
        self._turns = Turns(sealing.seconds)
        self.happen: Happen = _nothing_happens

    def put(self, session: Session, item: Item) -> None:
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
            body=self._seal(item, name),
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

    def _line(self, platform: str) -> Line:
        groups = {self._room_chat(platform, room) for room in Room}
        return Line(platform, Budget(self._limits.get(platform, Limits()), groups, self._sealing.seconds))

    async def _turn(self, line: Line) -> tuple[list[Claimed], float]:
        """Stores what has ended and claims rows for the places that are free; and how long to wait, in seconds."""
        busy = line.busy - {row.queue for row, _ in line.ended}
        free = AT_ONCE - len(busy)
        if free <= 0:
            return [], LONGEST_WAIT
        openings = line.budget.openings()
        openings.least = min(openings.least, Lane.CONSENT if free <= FOR_URGENT else Lane.NOTICE)
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

    async def _conclude(self, line: Line, *next_jobs: Job[Any]) -> list[Any]:
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
        self, session: Session, line: Line, busy: set[str], most: int, openings: Openings
    ) -> tuple[list[Claimed], float]:
        """The first rows of queues that nobody is sending, marked as tried; and how long to wait, in seconds."""
        now = self._sealing.seconds()
        line.seen = self._put[line.platform]
        self._pauses = {chat: until for chat, until in self._pauses.items() if until > now}
        limits = {"now": now, "least": openings.least, "busy": list(busy), "most": most}
        closed = {"paused": list(self._pauses), "closed": openings.closed}
        rows = execute(session, _DUE, of_platform=line.platform, **limits, **closed).all()
        claimed: dict[str, Claimed] = {}
        for row in rows:
            opened = None if row.queue in claimed else self._open(session, row, now)
            if opened is not None and (not opened.counts or openings.take(row.chat, opened.item.lane)):
                claimed[row.queue] = opened
        if not claimed:
            return [], 0.01 if rows else self._until_due(session, line.platform, now)
        execute(session, _LEASE, ids=[row.id for row in claimed.values()], until=now + LEASE_SECONDS)
        return list(claimed.values()), POLL_SECONDS if len(claimed) == len(rows) else 0.01

    def _until_due(self, session: Session, platform: str, now: float) -> float:
        """Seconds until something may be due."""
        soonest = execute(session, _SOONEST, of_platform=platform, now=now).scalar()
        times = [now + LONGEST_WAIT, *self._pauses.values(), *([soonest] if soonest else [])]
        return float(max(min(times) - now, 0.01))

    def _open(self, session: Session, row: Row[*tuple[Any, ...]], now: float) -> Claimed | None:
        item = Item.model_validate_json(self._sealing.vault.open(row.body, "outbox", row.name))
        if row.is_unsure and item.lane >= Lane.LOOKUP and now - row.created_at > SILENT_AFTER:
            session.execute(delete(OutboxRow).where(col(OutboxRow.id) == row.id))
            return None
        if row.is_unsure and item.repeat_mark and item.parcel.act is Act.SEND and not item.parcel.done:
            text = f"{item.repeat_mark}\n\n{item.parcel.text}"
            item = item.model_copy(update={"parcel": item.parcel.model_copy(update={"text": text})})
        topic: str | None = ""
        if item.room and not item.photo_platform:
            chat = self.desk_chat(session, item.room)
            topic = DeskOf(session, self._sealing, self._desk).topic(item.code, item.room) if item.code else ""
            parcel = item.parcel.model_copy(update={"chat": chat, "topic": topic or ""})
            item = item.model_copy(update={"parcel": parcel})
        return Claimed(row.id, row.queue, row.chat, row.tries + 1, item, topic, row.created_at, row.is_unsure)

    async def _send(self, row: Claimed, messenger: Messenger, line: Line) -> None:
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
                    await self._store.run(lambda session: self._keep_topic(session, row.item, opened.topic))
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

    def _keep_topic(self, session: Session, item: Item, topic: str | None) -> None:
        if item.room:
            DeskOf(session, self._sealing, self._desk).set_topic(item.code, topic, item.room)

    def _done(self, session: Session, row: Claimed, accepted: Accepted, happen: Happen) -> None:
        """What is true once a messenger has accepted a row."""
        item = row.item
        if not _remove(session, row.id):
            self._take_back(session, item, accepted.messages)
            return
        if item.photo_platform:
            parcel = item.parcel.model_copy(update={"photo": accepted.photo, "photo_ref": ""})
            self.put(session, item.model_copy(update={"parcel": parcel, "photo_platform": ""}))
            return
        self._keep_references(session, item, accepted.messages)
        if item.slot and item.room and accepted.messages:
            self._keep_slot(session, item, item.room, accepted.messages[0])
        if item.then:
            happen(session, Wish(*item.then), item.person)

    def _take_back(self, session: Session, item: Item, messages: tuple[str, ...]) -> None:
        """It was forgotten while it was on its way: nothing follows, and it does not stay in the person's chat."""
        if messages and item.room is None:
            parcel = Parcel(act=Act.DELETE, chat=item.parcel.chat, messages=messages)
            self.put(session, Item(parcel=parcel, lane=Lane.CONSENT, platform=item.platform))

    def _keep_references(self, session: Session, item: Item, messages: tuple[str, ...]) -> None:
        if item.room and item.code:
            DeskOf(session, self._sealing, self._desk).add_posts(item.code, messages, item.room)
        elif item.person:
            PeopleOf(session, self._sealing).add_traces(item.person, messages)

    def _keep_slot(self, session: Session, item: Item, room: Room, message: str) -> None:
        """From now on this is the one message; an older one goes."""
        older, _ = read_slot(session, self._sealing, item.slot, room)
        keep_sealed(session, self._sealing, _slot_name(item.slot, room), json.dumps([message, item.parcel.text]))
        if older and older != message:
            parcel = Parcel(act=Act.DELETE, chat="", messages=(older,))
            self.put(session, Item(parcel=parcel, lane=Lane.NOTICE, platform=item.platform, room=room))

    def _failed(self, session: Session, row: Claimed, error: DeliveryError, happen: Happen) -> None:
        item, trouble = row.item, error.trouble
        log.warning("outbox: row %d on %s: %s, try %d", row.id, item.platform, trouble.value, row.tries)
        if error.accepted and session.get(OutboxRow, row.id) is None:
            self._take_back(session, item, error.accepted)
            return
        self._keep_references(session, item, error.accepted)
        if trouble in (Trouble.GONE, Trouble.REFUSED) or self._is_hopeless(session, row, trouble):
            self._give_up(session, row, trouble, happen)
            return
        wait = backoff(row.tries, first=1.0, longest=LONGEST_WAIT)
        if trouble is Trouble.SLOW_DOWN:
            wait = max(error.retry_after, 0.1)
        elif trouble is Trouble.TOPIC_GONE and item.room:
            wait = 0.0 if row.tries < 5 else wait
            self._keep_topic(session, item, None)
            happen(session, Wish("case.topic_lost", f"{item.code} {item.room.value}"), item.person)
        elif trouble is Trouble.MOVED and item.room:
            wait = 0.0
            self.move_desk(session, item.parcel.chat, error.moved_to)
        is_unsure = row.is_unsure or trouble is Trouble.UNKNOWN
        # a photo that can't be fetched says nothing about the chat that it is for
        self._retry(session, row, wait, is_unsure=is_unsure, done=error.done, pauses=not item.photo_platform)

    def _is_hopeless(self, session: Session, row: Claimed, trouble: Trouble) -> bool:
        """Some messengers never say that a person can't be reached; only that this time it failed."""
        now = self._sealing.seconds()
        is_old = now - row.created_at > GIVE_UP_AFTER
        may_be = is_old and row.item.room is None and trouble is not Trouble.SLOW_DOWN
        return may_be and not vitals.take(session, now).is_late  # else it may be our fault, and nobody would hear of it

    def _retry(
        self,
        session: Session,
        row: Claimed,
        wait: float,
        *,
        is_unsure: bool,
        done: int = 0,
        pauses: bool = True,
        is_last: bool = False,
    ) -> None:
        """`pauses`: whether all that is for this chat waits as well; `is_last`: what was not refused yet goes first."""
        until = self._sealing.seconds() + wait
        if wait and pauses:
            self._pauses[row.chat] = max(until, self._pauses.get(row.chat, 0.0))
        session.execute(
            update(OutboxRow)
            .where(col(OutboxRow.id) == row.id, col(OutboxRow.tries) == row.tries)  # else another sender has it by now
            .values(not_before=until, is_unsure=is_unsure, behind=col(OutboxRow.behind) + int(is_last))
        )
        if done:
            self._rewrite(session, row, {"done": done})

    def _rewrite(self, session: Session, row: Claimed, changes: dict[str, object]) -> None:
        stored = session.get(OutboxRow, row.id, populate_existing=True)
        if stored is not None:
            item = Item.model_validate_json(self._sealing.vault.open(stored.body, "outbox", stored.name))
            item = item.model_copy(update={"parcel": item.parcel.model_copy(update=changes)})
            stored.body = self._seal(item, stored.name)
            session.add(stored)

    def _give_up(self, session: Session, row: Claimed, trouble: Trouble, happen: Happen) -> None:
        """It will never be accepted as it is: staff are told; what is for the desk is never dropped."""
        item = row.item
        if item.photo_platform or item.parcel.photo:
            if _remove(session, row.id):
                self.put(session, _without_photo(item))
        elif item.room and item.parcel.act in _PERSISTENT and item.lane <= Lane.ANSWER:
            log.critical("outbox: the %s on %s does not take messages: check it", item.room.value, item.platform)
            self._retry(session, row, LONGEST_WAIT, is_unsure=False, pauses=trouble is Trouble.GONE, is_last=True)
            refused = item.otherwise or ("case.desk_refused", item.code)
            happen(session, Wish(*refused), item.person)
        elif _remove(session, row.id) and item.otherwise:
            happen(session, Wish(*item.otherwise), item.person)

    def desk_chat(self, session: Session, room: Room = Room.DESK) -> str:
        """Where a desk is now, after every migration that is known."""
        address = self._desk.address_of(room) if self._desk else None
        chat = address.chat if address else ""
        for _ in range(5):
            moved = read_sealed(session, self._sealing, _DESK_MOVED + self._sealing.tags.of("desk", chat))
            if not moved:
                break
            chat = moved
        return chat

    def move_desk(self, session: Session, old: str, new: str) -> None:
        """A desk's group has a new id: it is used from now on, and the operator is told."""
        for room in Room:
            if new and new != old == self.desk_chat(session, room):
                keep_sealed(session, self._sealing, _DESK_MOVED + self._sealing.tags.of("desk", old), new)
                log.critical("outbox: the %s has a new id, and shows it: change the settings", room.value)
                self.happen(session, Wish("desk.moved", f"{room.value} {new}"), "")

    def _queue(self, item: Item) -> str:
        where = (item.room.value, item.code) if item.room else ("person", item.parcel.chat)
        return self._sealing.tags.of("queue", item.platform, *where)

    def _chat(self, item: Item) -> str:
        if item.room:
            return self._room_chat(item.platform, item.room)
        return self._sealing.tags.of("chat", item.platform, "person", item.parcel.chat)

    def _room_chat(self, platform: str, room: Room) -> str:
        return self._sealing.tags.of("chat", platform, room.value, "")

    def _seal(self, item: Item, name: str) -> bytes:
        return self._sealing.vault.seal(item.model_dump_json(exclude_defaults=True).encode(), "outbox", name)


def read_slot(session: Session, sealing: Sealing, slot: str, room: Room) -> tuple[str, str]:
    """The reference and the text of a desk's one message of that name; empty where there is none."""
    stored = read_sealed(session, sealing, _slot_name(slot, room))
    message, text = json.loads(stored) if stored else ("", "")
    return message, text


def _slot_name(slot: str, room: Room) -> str:
    return f"slot {slot} {room.value}"


def _without_photo(item: Item) -> Item:
    text = "\n\n".join(part for part in (item.parcel.text, item.without_photo) if part)
    parcel = item.parcel.model_copy(update={"text": text, "photo": b"", "photo_ref": ""})
    return item.model_copy(update={"parcel": parcel, "photo_platform": ""})


def _remove(session: Session, row: int) -> bool:
    """Deletes the row; False when it was already gone."""
    return _REMOVE.first(session, of_id=row) is not None


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


def _nothing_happens(_session: Session, _wish: Wish, _person: str) -> None:
    """Before the router is there."""
