"""Builds everything, once: the only place that chooses what is real."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Engine
from sqlmodel import Session

from bot.content import Shelf
from bot.delivery.inbox import INBOX, Inbox
from bot.delivery.inbox_worker import InboxWorker
from bot.delivery.outbox import Outbox
from bot.delivery.sender import Sender
from bot.delivery.strangers import Strangers
from bot.jobs.retention import keep_forgetting
from bot.jobs.scheduler import Scheduler
from bot.jobs.supervision import Work, keep_all_working, keep_working
from bot.jobs.timekeeping import keep_time, take_up
from bot.languages.catalogues import Catalogues
from bot.messengers import MESSENGERS
from bot.messengers.contract import Messenger
from bot.messengers.limits import Limits
from bot.messengers.reception import Reception
from bot.messengers.traits import Configured, with_defaults
from bot.monitoring import endpoints, health
from bot.monitoring.health import Health
from bot.monitoring.pager import LoggingPager
from bot.monitoring.surroundings import keep_looking, look_around
from bot.places import PlaceFinder
from bot.repositories.drills import read_drill
from bot.repositories.person_rows import CONVERSATION_HOURS, LANGUAGE_DAYS
from bot.repositories.rota import Roster
from bot.routing.context import Dependencies
from bot.routing.keywords import Keywords
from bot.routing.lanes import Lanes
from bot.routing.router import Router
from bot.settings.desk import DeskSettings
from bot.settings.staff_file import StaffFile
from bot.storage import migrations
from bot.storage.clock import steadied
from bot.storage.engines import beside, is_postgres, open_engine
from bot.storage.erasure_log import ErasureLog
from bot.storage.keys import MissingKeyError, check_in
from bot.storage.rekey import keep_resealing
from bot.storage.sealing import Sealing, make_sealing
from bot.storage.store import Store
from bot.storage.vault import Vault, VaultError
from bot.web import Web
from handlers.model.messages import Room, Wish
from handlers.model.policy import MessengerPolicy, Policy
from handlers.ports import Clock

if TYPE_CHECKING:
    from bot.storage.postgres import Postgres


CONTENT_SECONDS = 60
"""How often changed content files are looked for."""


class StartError(Exception):
    """The bot can't start; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Plan:
    """All that an app is built from."""

    database_url: str
    keys: tuple[bytes, ...]
    content: Path
    locales: Path
    clock: Clock
    desk: DeskSettings | None = None
    desk_language: str = "en"
    staff: frozenset[tuple[str, str]] = frozenset()
    staff_file: StaffFile | None = None
    """In the place of `staff`, where it may change."""
    messengers: tuple[Configured[Any], ...] = with_defaults(MESSENGERS)
    """All that there are; of one that isn't among them, only the worst is assumed."""
    platforms: tuple[str, ...] = ()
    """The names of those that are on."""
    retention_days: int = 7
    limits: Mapping[str, Limits] = field(default_factory=dict)
    """By messenger; one that isn't named has none."""


def _messenger_policy(messenger: Configured[Any], platforms: Collection[str]) -> MessengerPolicy:
    traits = messenger.traits
    return MessengerPolicy(
        traits.name, traits.shown_name, traits.is_end_to_end, traits.name in platforms, messenger.privacy
    )


def _shared(engine: Engine, clock: Clock) -> Postgres | None:
    if not is_postgres(engine):
        return None
    from bot.storage.postgres import Postgres

    return Postgres(engine, clock)


class App:
    """Everything that runs, over one store, built in the order of a message's way: what is built needs only what stands
    above it, and nothing is put in later."""

    def __init__(self, plan: Plan) -> None:
        engine = open_engine(plan.database_url)
        self._keep = beside(engine, "last-good-content")
        self.folder = self._keep.parent if self._keep else None
        """The database's; None when that lives in memory."""
        self._receptions: dict[str, Reception] = {}
        migrations.migrate(engine) if self._keep else migrations.create(engine)
        self.store = Store(engine, plan.clock)
        self._shared = _shared(engine, plan.clock)
        self.sealing = self._sealing(plan)
        self.shelf = Shelf(plan.content, self._keep)
        self._names = dict(self.shelf.book.names())
        self.catalogues = Catalogues(plan.locales, self._names)
        self._places = PlaceFinder(self.shelf.book.aliases())
        self.dependencies = self._dependencies(plan)
        keywords = Keywords(self.catalogues, lambda text: self.shelf.book.hear(text))
        self.inbox = Inbox(self.store, self.sealing, Lanes(self.sealing, keywords, plan.desk).lane_of)
        self.outbox = Outbox(self.sealing)
        self.router = Router(self.dependencies, keywords, put=self.outbox.put, take_in=self.inbox.put)
        happen = self.router.happen
        self.worker = InboxWorker(
            self.store, self.sealing, self.inbox, self.router.handle, self.router.sorry, self.router.give_up
        )
        self.sender = Sender(self.store, self.sealing, self.outbox, plan.desk, plan.limits, happen)
        self.scheduler = Scheduler(self.store, self.sealing, happen)
        self._happen_at_desk = happen if plan.desk else None
        self.store.submit(lambda session: take_up(session, self.sealing)).result()
        self.store.submit(self.scheduler.mend).result()
        self.store.submit(self._plan_drill).result()

    def _sealing(self, plan: Plan) -> Sealing:
        erasure_log = ErasureLog(beside(self.store.engine, "graveyard"))
        erasure_log.tidy()

        def unlock(session: Session) -> Sealing:
            check_in(session, Vault(plan.keys))
            return make_sealing(session, plan.keys, steadied(plan.clock), erasure_log)

        try:
            return self.store.submit(unlock).result()
        except MissingKeyError as error:
            self.store.close()
            raise StartError(str(error)) from None
        except VaultError:
            self.store.close()
            raise StartError(
                "BOT_SECRET_KEY does not open this database: use the key it was made with; a new one goes before it"
            ) from None

    def _dependencies(self, plan: Plan) -> Dependencies:
        desk = plan.desk
        policy = Policy(
            retention_days=plan.retention_days,
            conversation_hours=CONVERSATION_HOURS,
            language_days=LANGUAGE_DAYS,
            desk_language=plan.desk_language,
            desks={room: at.platform for room in Room if (at := desk.address_of(room))} if desk else {},
            messengers=tuple(_messenger_policy(messenger, plan.platforms) for messenger in plan.messengers),
            allows_downgrade=desk.allows_downgrade if desk else False,
        )
        return Dependencies(
            sealing=self.sealing,
            book=lambda: self.shelf.book,
            places=lambda: self._places,
            languages=self.catalogues,
            policy=policy,
            desk=desk,
            roster=Roster(plan.staff, self.sealing, plan.staff_file),
            pager=LoggingPager(),
            with_buttons=frozenset(one.traits.name for one in plan.messengers if one.traits.has_buttons),
            parts={one.traits.name: one.traits.parts for one in plan.messengers},
        )

    async def run(self, messengers: Mapping[str, Messenger], *, is_worker: bool = True, web: Web | None = None) -> None:
        """Receives and sends at these messengers; a worker also handles, forgets and looks for content."""
        async with asyncio.TaskGroup() as tasks:
            if web:
                web.add_page("/healthz", lambda: endpoints.healthz(self.health))
                web.add_page("/metrics", lambda: endpoints.metrics(self.health))
                tasks.create_task(web.serve(), name="web")
            tasks.create_task(keep_looking(self._receptions, self.folder), name="surroundings")
            if self._shared:
                tasks.create_task(self._shared.listen(self._wake), name="listen")
            for name, messenger in messengers.items():
                alone: list[Work] = [partial(self.sender.work, messengers, name)]
                together: list[Work] = []
                receive = partial(self._receive, name, messenger)
                (alone if messenger.receives_alone else together).append(receive)
                hold = partial(self._alone, name, partial(keep_all_working, name, alone))
                tasks.create_task(keep_all_working(name, [hold, *together]), name=name)
            for name, work in self._chores().items() if is_worker else ():
                tasks.create_task(keep_working(name, work), name=name)

    def _chores(self) -> dict[str, Work]:
        """The work that a worker does, by name."""
        return {
            "inbox": partial(self.worker.work, self.sender.wake),
            "scheduler": partial(self.scheduler.work, self.sender.wake),
            "retention": partial(keep_forgetting, self.store, self.sealing, self._happen_at_desk, self.sender.wake),
            "clock": partial(keep_time, self.store, self.sealing),
            "content": self._watch_content,
            "rekey": partial(keep_resealing, self.store, self.sealing.vault),
        }

    async def _receive(self, name: str, messenger: Messenger) -> None:
        """Receives, and has it noted how long ago the messenger was heard."""
        self._receptions[name] = messenger.reception
        messenger.reception.begin()
        try:
            await messenger.receive(Strangers(self.inbox, messenger).keep, self.inbox.set_aside)
        finally:
            messenger.reception.end()

    async def _alone(self, name: str, work: Work) -> None:
        """Works; on PostgreSQL, only while no other process does it for this messenger's account."""
        await (self._shared.alone(name, work) if self._shared else work())

    def _wake(self, name: str) -> None:
        if name in ("", INBOX):
            self.inbox.wake()
        self.sender.look(name)

    async def settle(self, messengers: Mapping[str, Messenger]) -> None:
        """Handles and sends everything that is due now, and what follows from it."""
        is_busy = True
        while is_busy:
            handled = await self.worker.work_once()
            rung = await self.scheduler.work_once()
            sent = [await self.sender.work_once(messengers, name) for name in messengers]
            is_busy = bool(handled or rung or any(sent))

    async def health(self) -> Health:
        """Ages and counts of all that waits, now. Raises StoreError."""
        return await self.store.run(self.look)

    def look(self, session: Session) -> Health:
        """The same, within a transaction, which fails if nothing can be stored."""
        take_up(session, self.sealing)  # which writes: a database that only reads is none
        around = look_around(self._receptions, self.folder)
        drill = read_drill(session, self.sealing)
        return replace(health.take(session, self.sealing.seconds()), drill=drill, surroundings=around)

    async def close(self, messengers: Mapping[str, Messenger]) -> None:
        for messenger in messengers.values():
            await messenger.close()
        with suppress(Exception):  # the log is emptied at the next purge if it can't be now
            await self.store.truncate_wal()
        self.store.close()

    async def _watch_content(self) -> None:
        while True:
            await asyncio.sleep(CONTENT_SECONDS)
            await self.look_for_content()

    async def look_for_content(self) -> None:
        """Takes changed content files into use; broken ones leave what is in use as it is."""
        before = self.shelf.book
        await asyncio.to_thread(self.shelf.reload_if_changed)
        if self.shelf.book is not before:
            self._places = PlaceFinder(self.shelf.book.aliases())
            self._names.clear()
            self._names.update(self.shelf.book.names())
            await self.store.run(self._plan_drill)

    def _plan_drill(self, session: Session) -> None:
        self.router.happen(session, Wish("drill.plan"), "")
