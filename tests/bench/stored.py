"""`python -m tests.bench.stored`: what the jobs of the one writer cost while much is stored, beside an empty database.

Milliseconds of the thread that writes, the median of some runs; none of it is sent. SQLite, or the URL that is given.
"""

from __future__ import annotations

import asyncio
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial

from sqlalchemy import insert
from sqlmodel import Session

from bot.jobs.retention import purge
from bot.storage.tables import CaseRow, OutboxRow, PersonRow, ScheduleRow
from handlers.model.messages import Wish
from tests.talk import WITH_BACKUP, Talk

OPEN, CLOSED, PERSONS, WAITING = 10_000, 1_000_000, 1_000_000, 100_000
RUNS = 9
ROWS_AT_ONCE = 10_000


def fill(session: Session, now: float) -> None:
    """Rows as they lie there when the bot has been at work for years and its messenger has been away for an hour."""
    later = now + 90 * 86_400

    def case(number: int) -> dict[str, object]:
        is_open = number < OPEN
        stage = ("posted", "acknowledged")[number % 2] if is_open else "closed"
        return {
            **{"code": f"C{number:07}", "person": f"p{number}" if is_open else "", "platform": "telegram"},
            **{"language": "en", "stage": stage, "owner": "", "address": b"", "opened_at": now - 7200 - number},
            **{"digest": "", "is_offered": False, "is_withdrawn": False, "closed_at": None if is_open else now - 9e6},
        }

    def event(number: int) -> dict[str, object]:
        return {
            **{"name": f"C{number:07}", "wish": "case.alarm", "argument": f"C{number:07}", "person": ""},
            **{"due_at": later + number, "leased_until": 0.0},
        }

    def waiting(number: int) -> dict[str, object]:
        return {
            **{"name": f"n{number}", "platform": "telegram", "queue": f"q{number}", "chat": f"c{number}", "lane": 4},
            **{"fairness_rank": 0, "owner": f"p{number}", "code": "", "body": b"", "created_at": now},
            **{"not_before": now + 3600, "tries": 1, "is_unsure": False},
        }

    def person(number: int) -> dict[str, object]:
        return {"tag": f"p{number}", "body": b"", "expires_at": later}

    for table, row, most in (
        (CaseRow, case, OPEN + CLOSED),
        (ScheduleRow, event, OPEN),
        (OutboxRow, waiting, WAITING),
        (PersonRow, person, PERSONS),
    ):
        for start in range(0, most, ROWS_AT_ONCE):
            session.execute(insert(table), [row(number) for number in range(start, min(start + ROWS_AT_ONCE, most))])


async def measure(talk: Talk) -> dict[str, float]:
    """Milliseconds by job."""
    app = talk.app
    jobs: dict[str, Callable[[Session], object]] = {
        "a call is rung (none is due)": app.scheduler.claim,
        "the next event is looked for": app.scheduler._wait,
        "open cases without an event": app.scheduler.mend,
        "the board is refreshed": lambda session: app.router.happen(session, Wish("board.refresh"), ""),
        "the list is posted": lambda session: app.router.happen(session, Wish("digest.post"), ""),
        "the list calls": lambda session: app.router.happen(session, Wish("digest.call"), ""),
        "health": app.look,
        "what has expired is purged": lambda session: purge(session, app.sealing, app.router.happen),
        "the outbox is looked through": partial(
            app.sender._claims.claim,
            platform="telegram",
            busy=(),
            most=5,
            openings=app.sender.queue_for("telegram").limiter.openings(),
        ),
    }
    found = {}
    for name, job in jobs.items():
        times = []
        for _ in range(RUNS):
            since = time.perf_counter()
            await app.store.run(lambda session, job=job: job(session))  # type: ignore[misc]
            times.append((time.perf_counter() - since) * 1000)
        found[name] = statistics.median(times)
    return found


async def main(url: str) -> None:
    talk = Talk(url, desk=WITH_BACKUP)
    empty = await measure(talk)
    await talk.app.store.run(partial(fill, now=talk.clock.now().timestamp()))
    full = await measure(talk)
    await talk.close()
    print(f"{'milliseconds':32}{'empty':>8}{'stored':>9}")
    for name, ms in full.items():
        print(f"{name:32}{empty[name]:8.2f}{ms:9.2f}")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(main(sys.argv[1] if len(sys.argv) > 1 else f"sqlite:///{folder}/bot.db"))
