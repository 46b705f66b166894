"""The one HTTP server, on BOT_HTTP: whoever is posted to adds a door to it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping

from aiohttp import web

from bot.addresses import Endpoint

LARGEST_BODY = 1_000_000
"""Bytes of a request; more is refused with 413."""

Hook = Callable[[Mapping[str, str], bytes], Awaitable[int]]
"""(headers, body) → HTTP status. Whatever it raises is a 500, and told to nobody."""


class Web:
    """Answers POST requests at the doors that were added; everything else is a 404 that tells nothing."""

    def __init__(self, endpoint: Endpoint) -> None:
        self._endpoint = endpoint
        self._hooks: dict[str, Hook] = {}
        self.is_open = asyncio.Event()

    def add(self, path: str, hook: Hook) -> None:
        """Opens a door, at any time."""
        self._hooks[path] = hook

    async def serve(self) -> None:
        """Listens until cancelled; OSError when the port is taken."""
        app = web.Application(client_max_size=LARGEST_BODY)
        app.router.add_post("/{path:.*}", self._post)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        try:
            await web.TCPSite(runner, self._endpoint.host, self._endpoint.port).start()
            self.is_open.set()
            await asyncio.Event().wait()
        finally:
            await runner.cleanup()

    async def _post(self, request: web.Request) -> web.Response:
        hook = self._hooks.get(request.path)
        if hook is None:
            return web.Response(status=404)
        return web.Response(status=await hook(request.headers, await request.read()))
