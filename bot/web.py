"""The one HTTP server, on BOT_HTTP: whoever is posted to adds a door to it, whoever tells something adds a page."""

from __future__ import annotations

import asyncio
import hmac
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Mapping

from aiohttp import web

from bot.parsing import Endpoint

log = logging.getLogger(__name__)

LARGEST_BODY = 1_000_000
"""Bytes of a request; more is refused with 413."""
REQUEST_SECONDS = 10.0
"""So long a connection may wait for its request, or a request for its end; then it is closed."""
MOST_CONNECTIONS = 64
"""Open at a time: the oldest makes room, so that whoever only holds connections keeps nobody out, nor takes the files
that the bot needs."""
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
        runner = web.AppRunner(app, access_log=None, keepalive_timeout=REQUEST_SECONDS)
        await runner.setup()
        assert runner.server
        listening = None
        try:
            while (listening := await self._listen(runner.server)) is None:  # noqa: ASYNC110 (a port tells nobody)
                await asyncio.sleep(AGAIN_SECONDS)
            await asyncio.Event().wait()
        finally:
            if listening is not None:
                listening.close()
            await runner.cleanup()

    async def _listen(self, server: web.Server) -> asyncio.Server | None:
        admit = _Admission(server)
        try:
            found = await asyncio.get_running_loop().create_server(admit, self._endpoint.host, self._endpoint.port)
        except OSError:
            log.error("web: BOT_HTTP is taken by another process or can't be had; trying again")
            return None
        self.port = found.sockets[0].getsockname()[1]
        self.is_open.set()
        return found

    async def _post(self, request: web.Request) -> web.Response:
        hook = self._hook_at(request.path.encode("utf-8", "surrogateescape"))
        if hook is None:
            return web.Response(status=404)
        try:
            async with asyncio.timeout(REQUEST_SECONDS):
                body = await request.read()
        except TimeoutError:
            return web.Response(status=408)
        except ConnectionError:  # nobody is there any more
            return web.Response(status=400)
        return web.Response(status=await hook(request.headers, body))

    def _hook_at(self, path: bytes) -> Hook | None:
        """In constant time: a path may be a secret."""
        found = [hook for known, hook in self._hooks.items() if hmac.compare_digest(known.encode(), path)]
        return found[0] if found else None

    async def _get(self, request: web.Request) -> web.Response:
        page = self._pages.get(request.path)
        if page is None:
            return web.Response(status=404)
        status, text = await page()
        return web.Response(status=status, text=text)


class _Admission:
    """Lets connections in, and keeps the newest; one that is open while so many others came after it is closed."""

    def __init__(self, server: web.Server) -> None:
        self._server = server
        self._newest: deque[web.RequestHandler] = deque()

    def __call__(self) -> asyncio.Protocol:
        """What speaks with a new connection."""
        if len(self._newest) >= MOST_CONNECTIONS:
            self._newest.popleft().force_close()
        self._newest.append(self._server())
        return self._newest[-1]
