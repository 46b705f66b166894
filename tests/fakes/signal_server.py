"""A fake signal-cli-rest-api in json-rpc mode over real HTTP and WebSocket: for tests in this process, or as a process
of its own for crashes and load."""

from __future__ import annotations

import argparse
import asyncio
import json
from collections import defaultdict, deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import aiohttp
from aiohttp import web

from tests.fakes.signal_answers import Answers
from tests.fakes.signal_envelopes import Raw
from tests.fakes.signal_judge import Judge
from tests.fakes.signal_state import BOT_NUMBER, Fault, RefusedError
from tests.patience import PATIENCE

# method, path as the swagger writes it, name of the action
ROUTES = (
    ("GET", "/v1/health", "health"),
    ("GET", "/v1/about", "about"),
    ("GET", "/v1/accounts", "accounts"),
    ("GET", "/v1/groups/{number}", "groups"),
    ("GET", "/v1/groups/{number}/{groupid}", "group"),
    ("PUT", "/v1/groups/{number}/{groupid}", "update_group"),
    ("POST", "/v1/groups/{number}/{groupid}/quit", "quit_group"),
    ("POST", "/v2/send", "send"),
    ("DELETE", "/v1/remote-delete/{number}", "remote_delete"),
    ("PUT", "/v1/typing-indicator/{number}", "start_typing"),
    ("DELETE", "/v1/typing-indicator/{number}", "stop_typing"),
    ("POST", "/v1/reactions/{number}", "react"),
    ("DELETE", "/v1/reactions/{number}", "unreact"),
    ("POST", "/v1/receipts/{number}", "receipt"),
    ("PUT", "/v1/contacts/{number}", "update_contact"),
    ("GET", "/v1/attachments", "attachments"),
    ("GET", "/v1/attachments/{attachment}", "attachment"),
    ("DELETE", "/v1/attachments/{attachment}", "delete_attachment"),
    ("GET", "/v1/identities/{number}", "identities"),
    ("PUT", "/v1/identities/{number}/trust/{numberToTrust}", "trust"),
    ("GET", "/v1/devices/{number}", "devices"),
    ("POST", "/v1/accounts/{number}/rate-limit-challenge", "challenge"),
    ("PUT", "/v1/profiles/{number}", "profile"),
    ("PUT", "/v1/accounts/{number}/settings", "settings"),
)
# what /control can make persons do: methods of State
ACTS = (
    *("says", "quotes", "edits", "deletes", "again", "sets_timer", "changes_key", "changes_group", "writes_elsewhere"),
    *("reacts", "reads", "types", "calls", "posts_story"),
)


@dataclass
class _Reader:
    """One websocket; an int in its queue closes it with that code, None breaks it."""

    queue: asyncio.Queue[str | bytes | int | None] = field(default_factory=asyncio.Queue)


class FakeSignal(Answers):
    """`await FakeSignal.start()`; then `state` is what persons do and see, `url` where a bot finds it."""

    def __init__(self, number: str = BOT_NUMBER, webhook_url: str = "") -> None:
        super().__init__(number)
        self.state.deliver = self.deliver
        self.calls: list[tuple[str, Raw]] = []
        self.faults: dict[str, deque[Fault]] = defaultdict(deque)
        self.lasting: dict[str, Fault] = {}
        self.wraps_webhook = True  # the whole JSON-RPC notification, as jsonrpc2.go posts it
        self.webhook_url = webhook_url
        self.webhook_failures = 0
        self.keeps_calls = True
        self.readers: list[_Reader] = []
        self._judge = Judge()
        self._changed = asyncio.Event()
        self._closing = asyncio.Event()
        self._posts: asyncio.Queue[Raw] = asyncio.Queue()
        self._poster: asyncio.Task[None] | None = None
        self._runner: web.AppRunner | None = None
        self.url = self.address = ""  # address: host and port, as signalbot's `signal_service`
        self.port = 0

    @classmethod
    async def start(cls, port: int = 0, number: str = BOT_NUMBER, webhook_url: str = "") -> FakeSignal:
        server = cls(number, webhook_url)
        server.port = port
        await server.up()
        server._poster = asyncio.create_task(server._post_all())
        return server

    async def up(self) -> None:
        """Listens, again on the same port after `down`."""
        self._closing = asyncio.Event()
        app = web.Application(client_max_size=100_000_000)
        for method, path, action in ROUTES:
            app.router.add_route(method, path, partial(self._answer, path, action))
        app.router.add_get("/v1/receive/{number}", self._receive)
        app.router.add_post("/control/{act}", self._control)
        app.router.add_route("*", "/{rest:.*}", self._not_found)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self.port).start()
        host, self.port = self._runner.addresses[0][:2]
        self.address = f"{host}:{self.port}"
        self.url = f"http://{self.address}"

    async def down(self) -> None:
        """Breaks every connection and listens no more; `state` stays, and what persons write is lost."""
        self._closing.set()
        self.abort_readers()
        if self._runner:
            with suppress(TimeoutError):
                async with asyncio.timeout(3):
                    await self._runner.cleanup()

    async def close(self) -> None:
        await self.down()
        if self._poster:
            self._poster.cancel()
            with suppress(asyncio.CancelledError):
                await self._poster

    def next(self, action: str, fault: Fault, times: int = 1) -> None:
        """The next calls of the action (names: ROUTES, and `receive`, `message`) go wrong."""
        self.faults[action].extend([fault] * times)

    def always(self, action: str, fault: Fault) -> None:
        """Every call of the action goes wrong, until `heal`."""
        self.lasting[action] = fault

    def heal(self, action: str) -> None:
        self.lasting.pop(action, None)
        self.faults.pop(action, None)

    async def wait_until(self, is_so: Callable[[], bool], seconds: float = PATIENCE) -> None:
        """Waits until it is so; looks after every call."""
        async with asyncio.timeout(seconds):
            while not is_so():
                self._changed.clear()
                await self._changed.wait()

    def changed(self) -> None:
        """Whoever waits looks again."""
        self._changed.set()

    def bodies(self, action: str) -> list[Raw]:
        """What was asked of an action, path and body in one."""
        return [given for name, given in self.calls if name == action]

    # receiving

    def deliver(self, frame: Raw | str | bytes) -> None:
        """To every reader, and to the webhook; lost where nobody reads."""
        fault = self._fault("message")
        if self.readers and not (fault and fault.kind == "skip"):
            for reader in self.readers:
                reader.queue.put_nowait(json.dumps(frame) if isinstance(frame, dict) else frame)
        else:
            self.state.dropped += 1
        if self.webhook_url and isinstance(frame, dict):
            self._posts.put_nowait(frame)
        self._changed.set()

    def close_readers(self, code: int = 1000) -> None:
        """A clean close, behind what was delivered before; what is delivered after it finds no reader."""
        self._leave(code)

    def abort_readers(self) -> None:
        """The connections break."""
        self._leave(None)

    def _leave(self, how: int | None) -> None:
        for reader in self.readers:
            reader.queue.put_nowait(how)
        self.readers.clear()

    async def _receive(self, request: web.Request) -> web.StreamResponse:
        self._note("receive", dict(request.match_info))
        try:
            fault = self._fault("receive")
            await self._begin(fault, request)
            if request.headers.get("Upgrade", "").lower() != "websocket":
                raise RefusedError(400, _NO_WEBSOCKET)
        except RefusedError as error:
            return _error(error)
        socket = web.WebSocketResponse(max_msg_size=512)
        await socket.prepare(request)
        reader = _Reader()
        if request.match_info["number"] == self.number:  # another account's reader is let in and hears nothing
            self.readers.append(reader)
        self._changed.set()
        writer = asyncio.create_task(_write(socket, request, reader))
        try:
            async for _ in socket:
                pass
        finally:
            writer.cancel()
            if reader in self.readers:
                self.readers.remove(reader)
            self._changed.set()
        return socket

    async def _post_all(self) -> None:
        """One after the other, without retry and without timeout, as the real one does."""
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=None)) as http:
            while True:
                frame = await self._posts.get()
                body = {"jsonrpc": "2.0", "method": "receive", "params": frame} if self.wraps_webhook else frame
                try:
                    async with http.post(self.webhook_url, json=body) as answer:
                        has_failed = answer.status not in (200, 201)
                except aiohttp.ClientError:
                    has_failed = True
                self.webhook_failures += has_failed
                self._changed.set()

    # requests

    async def _answer(self, path: str, action: str, request: web.Request) -> web.StreamResponse:
        text = await request.text()
        body = _parsed(text)
        given = dict(request.match_info) | (body if isinstance(body, dict) else {})
        self._note(action, given)
        found = self._judge.faults(request.method, path, body, dict(request.query))
        self.violations += [f"{action}: {fault}" for fault in found]
        fault = self._fault(action)
        try:
            await self._begin(fault, request)
            if text and not isinstance(body, dict):
                raise RefusedError(400, "Couldn't process request - invalid request")
            if given.get("number", self.number) != self.number:
                raise RefusedError(400, "Specified account does not exist")
            if fault and fault.kind == "errors":
                return web.json_response(self._named_errors(given, fault.error), status=201)
            answer = self._do(action, given)
            if fault and fault.kind == "lose":
                _break(request)
        except RefusedError as error:
            return _error(error)
        finally:
            self._changed.set()
        return answer

    async def _begin(self, fault: Fault | None, request: web.Request) -> None:
        if fault and fault.kind == "hang":
            with suppress(TimeoutError):
                async with asyncio.timeout(fault.seconds or None):
                    await self._closing.wait()
                    _break(request)
        if fault and fault.kind == "refuse":
            self.tokens.update(token for token in fault.more.get("challenge_tokens", []) if token)
            raise RefusedError(fault.status, fault.error, **fault.more)
        if fault and fault.kind == "raw":
            raise _RawError(fault.status, fault.body)
        if fault and fault.kind == "reset":
            _break(request)

    def _fault(self, action: str) -> Fault | None:
        waiting = self.faults.get(action)
        return waiting.popleft() if waiting else self.lasting.get(action)

    def _note(self, action: str, given: Raw) -> None:
        if self.keeps_calls:
            self.calls.append((action, given))
        self._changed.set()

    async def _not_found(self, request: web.Request) -> web.Response:
        self.violations.append(f"unknown request {request.method} {request.path}")
        return web.Response(status=404, text="404 page not found")

    # as a process of its own

    async def _control(self, request: web.Request) -> web.Response:
        """What persons do (ACTS; a list of arguments each), `group`, `next`, `readers`, `set`, `count`, `look`."""
        act, given = request.match_info["act"], await request.json()
        result: Any = True
        if act in ACTS:
            result = [getattr(self.state, act)(**one) for one in given]
        elif act == "group":
            result = self.state.group(given["internal_id"], given.get("members", [])).id
        elif act == "next":
            self.next(given["action"], Fault(**given["fault"]), given.get("times", 1))
        elif act == "readers":
            self._leave(given.get("code"))
        elif act == "set":
            vars(self).update(given)
        elif act == "count":
            result = self.state.count()
        else:
            result = self._look()
        self._changed.set()
        return web.json_response(result)

    def _look(self) -> Raw:
        return {
            "texts": {chat: self.state.texts(chat) for chat in self.state.sent},
            "dropped": self.state.dropped,
            "readers": len(self.readers),
            "receipts": self.state.receipts,
            "violations": self.violations,
        }


class _RawError(RefusedError):
    """The answer is no JSON."""

    def __init__(self, status: int, body: bytes) -> None:
        super().__init__(status, "")
        self.body = body


_NO_WEBSOCKET = (
    "websocket: the client is not using the websocket protocol: 'upgrade' token not found in 'Connection' header"
)


def _parsed(text: str) -> Any:
    try:
        return json.loads(text) if text else None
    except ValueError:
        return text


async def _write(socket: web.WebSocketResponse, request: web.Request, reader: _Reader) -> None:
    with suppress(ConnectionError):
        while True:
            item = await reader.queue.get()
            if isinstance(item, str):
                await socket.send_str(item.encode("utf-8", "replace").decode())  # random text holds lone surrogates
            elif isinstance(item, bytes):
                await socket.send_bytes(item)
            elif item is not None:
                await socket.close(code=item)
                return
            else:
                if request.transport:
                    request.transport.abort()
                return


def _break(request: web.Request) -> None:
    if request.transport:
        request.transport.abort()
    raise RefusedError(500, "broken")


def _error(error: RefusedError) -> web.Response:
    if isinstance(error, _RawError):
        return web.Response(status=error.status, body=error.body)
    return web.json_response({"error": error.error, **error.more}, status=error.status)


async def _serve(port: int, number: str, webhook_url: str) -> None:
    server = await FakeSignal.start(port, number, webhook_url)
    server.keeps_calls = False
    print(server.url, flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--number", default=BOT_NUMBER)
    parser.add_argument("--webhook-url", default="")
    options = parser.parse_args()
    asyncio.run(_serve(options.port, options.number, options.webhook_url))
