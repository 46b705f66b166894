"""/healthz and /metrics over HTTP: how the house is doing, in counts and times only."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import aiohttp
import pytest

from bot import web
from bot.monitoring import endpoints
from bot.monitoring.health import LATE_SECONDS, Health
from bot.parsing import Endpoint
from bot.storage.engines import StoreError
from bot.web import Web
from handlers.model.duty import Drill
from tests.conversations.test_case import open_case
from tests.patience import PATIENCE
from tests.talk import Talk

BEGAN = datetime(2026, 12, 1, 9, tzinfo=UTC)
WELL = {"live": True, "ready": True, "oldest_due_seconds": 0.0, "unheard_seconds": {}, "troubles": 0}


class Site:
    """The pages of a house at work."""

    def __init__(self, talk: Talk, served: Web) -> None:
        self.talk, self.served = talk, served

    async def get(self, path: str) -> tuple[int, str]:
        url = f"http://127.0.0.1:{self.served.port}{path}"
        async with aiohttp.ClientSession() as http, http.get(url) as answer:
            return answer.status, await answer.text()


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    talk, served = Talk(), Web(Endpoint("127.0.0.1", 0))
    work = asyncio.create_task(talk.app.run({}, is_worker=False, web=served))
    await served.is_open.wait()
    yield Site(talk, served)
    work.cancel()
    await asyncio.gather(work, return_exceptions=True)
    await talk.close()


async def test_a_house_that_is_well_says_so(site: Site) -> None:
    status, text = await site.get("/healthz")
    assert status == 200
    assert json.loads(text) == WELL


async def test_what_waits_too_long_is_told(site: Site) -> None:
    await site.talk.app.inbox.keep([site.talk.received("501", "501", "Thailand")])
    site.talk.clock.forward(seconds=LATE_SECONDS + 1)
    status, text = await site.get("/healthz")
    assert status == 503
    assert json.loads(text) == WELL | {"ready": False, "oldest_due_seconds": LATE_SECONDS + 1}


async def test_a_desk_that_does_not_take_its_post_is_late_though_it_is_tried_again(site: Site) -> None:
    await open_case(site.talk)
    app = site.talk.app
    await site.talk.app.inbox.keep([site.talk.received("501", "501", "more words")])
    await app.worker.work_once()
    site.talk.clock.forward(seconds=LATE_SECONDS + 1)
    assert (await site.get("/healthz"))[0] == 503


async def test_an_escalation_that_stands_still_is_told(site: Site) -> None:
    await open_case(site.talk)
    due = await site.talk.next_event()
    assert due is not None
    site.talk.clock.moment = due
    assert (await site.get("/healthz"))[0] == 200
    site.talk.clock.forward(seconds=LATE_SECONDS + 1)
    status, text = await site.get("/healthz")
    assert (status, json.loads(text)["oldest_due_seconds"]) == (503, LATE_SECONDS + 1)
    await site.talk.settle()
    assert (await site.get("/healthz"))[0] == 200


async def test_a_database_that_does_not_answer_is_told(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    async def broken(_job: object) -> None:
        raise StoreError("MARKER")

    monkeypatch.setattr(site.talk.app.store, "run", broken)
    status, text = await site.get("/healthz")
    assert (status, json.loads(text)) == (503, {"live": True, "ready": False})
    assert "MARKER" not in text


async def test_metrics_are_counts_without_a_code_or_a_word(site: Site) -> None:
    code = await open_case(site.talk, "MARKER words")
    await site.talk.app.inbox.set_aside("telegram", "key", b"MARKER")
    status, text = await site.get("/metrics")
    assert status == 200
    assert 'bot_open_cases{stage="posted"} 1.0' in text
    assert "bot_aside_messages 1.0" in text
    assert "bot_oldest_due_seconds 0.0" in text
    assert "MARKER" not in text
    assert code not in text


@pytest.mark.parametrize(
    ("drill", "expected"),
    [
        (Drill(BEGAN), 0.0),
        (Drill(BEGAN, to_desk=3.0), 0.0),
        (Drill(BEGAN, to_desk=3.0, is_over=True), 0.0),
        (Drill(BEGAN, is_over=True), 1.0),
    ],
)
async def test_an_exercise_that_did_not_reach_the_desk_has_a_figure(drill: Drill, expected: float) -> None:
    async def look() -> Health:
        return Health(drill=drill)

    _, text = await endpoints.metrics(look)
    assert f"bot_drill_failed {expected}" in text
    assert ("bot_drill_desk_seconds" in text) is (drill.to_desk is not None)


async def test_everything_else_is_not_found(site: Site) -> None:
    assert (await site.get("/"))[0] == 404
    url = f"http://127.0.0.1:{site.served.port}/telegram"
    async with aiohttp.ClientSession() as http, http.post(url, data=b"x") as answer:
        assert answer.status == 404


async def test_a_port_that_is_taken_is_tried_again(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(web, "AGAIN_SECONDS", 0.01)
    second = Web(Endpoint("127.0.0.1", site.served.port))
    work = asyncio.create_task(second.serve())
    await asyncio.sleep(0.05)
    assert not second.is_open.is_set()
    second._endpoint = Endpoint("127.0.0.1", 0)
    async with asyncio.timeout(PATIENCE):
        await second.is_open.wait()
    work.cancel()
    await asyncio.gather(work, return_exceptions=True)
