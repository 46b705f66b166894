"""The one HTTP server, on BOT_HTTP: whoever is posted to adds a door to it, whoever tells something adds a page."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping

from aiohttp import web

from bot.parsing import Endpoint

log = logging.getLogger(__name__)

LARGEST_BODY = 1_000_000
"""Bytes of a request; more is refused with 413."""
AGAIN_SECONDS = 30.0
"""How often a port that is taken is tried again: two processes of the bot on one host may share the setting."""

Hook = Callable[[Mapping[str, str], bytes], Awaitable[int]]
"""(headers, body) → HTTP status. Whatever it raises is a 500, and told to nobody."""
Page = Callable[[], Awaitable[tuple[int, str]]]
"""→ (HTTP status, text)."""


class Web:
    """Answers POST at the doors and GET at the pages that were added; everything else is a 404 that tells nothing."""

    def __init__(self, endpoint: Endpoint) -> None:
        self._endpoint = endpoint
        self._hooks: dict[str, Hook] = {}
        self._pages: dict[str, Page] = {}
        self.is_open = asyncio.Event()
        self.port = 0
        """The real one, once it is open."""

    def add(self, path: str, hook: Hook) -> None:
        """Opens a door, at any time."""
        self._hooks[path] = hook

    def add_page(self, path: str, page: Page) -> None:
        self._pages[path] = page

    async def serve(self) -> None:
        """Listens until cancelled. A port that is taken is no reason for the bot to stop: it is tried again."""
        app = web.Application(client_max_size=LARGEST_BODY)
        app.router.add_post("/{path:.*}", self._post)
        app.router.add_get("/{path:.*}", self._get)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        try:
            while not await self._listen(runner):  # noqa: ASYNC110 (a port tells nobody when it is free)
                await asyncio.sleep(AGAIN_SECONDS)
            await asyncio.Event().wait()
        finally:
            await runner.cleanup()

    async def _listen(self, runner: web.AppRunner) -> bool:
        try:
            await web.TCPSite(runner, self._endpoint.host, self._endpoint.port).start()
        except OSError:
            log.error("web: BOT_HTTP is taken by another process or can't be had; trying again")
            return False
        self.port = runner.addresses[0][1]
        self.is_open.set()
        return True

    async def _post(self, request: web.Request) -> web.Response:
        hook = self._hooks.get(request.path)
        if hook is None:
            return web.Response(status=404)
        return web.Response(status=await hook(request.headers, await request.read()))

    async def _get(self, request: web.Request) -> web.Response:
        page = self._pages.get(request.path)
        if page is None:
            return web.Response(status=404)
        status, text = await page()
        return web.Response(status=status, text=text)
