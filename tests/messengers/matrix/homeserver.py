"""A small fake homeserver over real HTTP. It refuses what a real one refuses: tokens, rooms and bodies that are wrong.

After the Matrix specification, client-server API, v1.11: `/sync`, `/send` with transaction ids, `/redact`, media.
"""

from __future__ import annotations

import asyncio
import itertools
import json
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, Self

from aiohttp import web

from handlers.model.direction import MARKS

SERVER = "example.org"
BOT = f"@bot:{SERVER}"
TOKEN = "syt_invented_token"
Raw = dict[str, Any]
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass
class Room:
    """Who is in it, and what stands in it."""

    members: set[str]
    invited: set[str] = field(default_factory=set)
    events: list[Raw] = field(default_factory=list)


class _Refusal(web.HTTPException):
    def __init__(self, status: int, code: str, **more: Any) -> None:
        self.status_code = status
        super().__init__(text=json.dumps({"errcode": code, "error": code, **more}), content_type="application/json")


class Homeserver:
    """`await Homeserver.start()`; then `url` is where a bot finds it, and the methods are what persons do."""

    def __init__(self) -> None:
        self.rooms: dict[str, Room] = {}
        self.media: dict[str, bytes] = {}
        self.faults: deque[str] = deque()
        """Of the next sends: `lose` (it happens, and the answer is lost), `reset`, `limit`."""
        self.violations: list[str] = []
        self.syncs = 0
        self.url = ""
        self._stream: list[tuple[str, Raw]] = []
        self._sent: dict[str, str] = {}
        """Event ids by transaction id: what comes twice is sent once."""
        self._lost: dict[str, str] = {}
        self._numbers = itertools.count(1)
        self._changed = asyncio.Condition()
        self._runner: web.AppRunner | None = None

    @classmethod
    async def start(cls) -> Self:
        server = cls()
        app = web.Application(client_max_size=100_000_000, middlewares=[server._with_token])
        room = "/_matrix/client/v3/rooms/{room}"
        app.router.add_get("/_matrix/client/v3/account/whoami", server._whoami)
        app.router.add_get("/_matrix/client/v3/joined_rooms", server._joined_rooms)
        app.router.add_get("/_matrix/client/v3/sync", server._sync)
        app.router.add_post(f"{room}/join", server._join)
        app.router.add_put(f"{room}/send/{{type}}/{{transaction}}", server._send)
        app.router.add_put(f"{room}/redact/{{event}}/{{transaction}}", server._redact)
        app.router.add_post("/_matrix/media/v3/upload", server._upload)
        app.router.add_get("/_matrix/client/v1/media/download/{server}/{media}", server._download)
        server._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)
        await server._runner.setup()
        await web.TCPSite(server._runner, "127.0.0.1", 0).start()
        host, port = server._runner.addresses[0][:2]
        server.url = f"http://{host}:{port}"
        return server

    async def close(self) -> None:
        if self._runner:
            await self._runner.cleanup()

    async def wait_until(self, is_so: Callable[[], bool], seconds: float = 10) -> None:
        """Waits until it is so; looks after every call."""
        async with asyncio.timeout(seconds), self._changed:
            await self._changed.wait_for(is_so)

    # what persons do

    def says(self, room: str, sender: str, content: Raw) -> str:
        """Returns the id of the event."""
        return self._add(room, sender, "m.room.message", content)

    def attach(self, data: bytes) -> str:
        name = f"media{next(self._numbers)}"
        self.media[name] = data
        return f"mxc://{SERVER}/{name}"

    def texts(self, room: str) -> list[str]:
        """What the bot's messages in a room say now, without marks of direction."""
        return [content["body"].translate(MARKS) for content in self.shown(room) if content["msgtype"] == "m.text"]

    def shown(self, room: str) -> list[Raw]:
        """The contents of the bot's messages: edited ones as they are now, redacted ones not at all."""
        found: dict[str, Raw] = {}
        for event in self.rooms[room].events:
            relation = event["content"].get("m.relates_to", {})
            if event["sender"] == BOT and event["content"]:
                is_edit = relation.get("rel_type") == "m.replace"
                key = relation["event_id"] if is_edit else event["event_id"]
                found[key] = event["content"]["m.new_content"] if is_edit else event["content"]
        return list(found.values())

    def _add(self, room: str, sender: str, kind: str, content: Raw) -> str:
        number = next(self._numbers)
        event: Raw = {"type": kind, "sender": sender, "event_id": f"$event{number}", "content": content}
        event["origin_server_ts"] = 1_796_000_000_000 + number
        self.rooms[room].events.append(event)
        self._stream.append((room, event))
        self._tell()
        return str(event["event_id"])

    def _tell(self) -> None:
        async def tell() -> None:
            async with self._changed:
                self._changed.notify_all()

        self._telling = asyncio.ensure_future(tell())

    # what the bot asks

    @web.middleware
    async def _with_token(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        if request.headers.get("Authorization") != f"Bearer {TOKEN}":
            raise _Refusal(401, "M_UNKNOWN_TOKEN")
        try:
            return await handler(request)
        except web.HTTPNotFound:
            self.violations.append(f"{request.method} {request.path}")
            raise _Refusal(404, "M_UNRECOGNIZED") from None
        finally:
            self._tell()

    async def _whoami(self, _request: web.Request) -> web.Response:
        return web.json_response({"user_id": BOT})

    async def _joined_rooms(self, _request: web.Request) -> web.Response:
        joined = [name for name, room in self.rooms.items() if BOT in room.members]
        return web.json_response({"joined_rooms": joined})

    async def _sync(self, request: web.Request) -> web.Response:
        since = request.query.get("since", "")
        if since and not (since.startswith("s") and since[1:].isdecimal()):
            raise _Refusal(400, "M_UNKNOWN")
        start = int(since[1:]) if since else 0
        self.syncs += 1
        self._tell()

        def is_news() -> bool:
            return len(self._stream) > start or any(BOT in room.invited for room in self.rooms.values())

        try:
            async with asyncio.timeout(int(request.query.get("timeout", "0")) / 1000 if since else 0), self._changed:
                await self._changed.wait_for(is_news)
        except TimeoutError:
            pass
        joined: dict[str, Raw] = {}
        news = [(name, [event]) for name, event in self._stream[start:]]
        for name, events in [*((name, []) for name in self.rooms if not since), *news]:
            if BOT in self.rooms[name].members:
                count = {"m.joined_member_count": len(self.rooms[name].members)}
                found = joined.setdefault(name, {"summary": count, "timeline": {"events": []}})
                found["timeline"]["events"] += events
        invited: Raw = {name: {} for name, room in self.rooms.items() if BOT in room.invited}
        rooms = {"join": joined, "invite": invited}
        return web.json_response({"next_batch": f"s{len(self._stream)}", "rooms": rooms})

    async def _join(self, request: web.Request) -> web.Response:
        room = self.rooms.get(request.match_info["room"])
        if room is None or BOT not in room.invited:
            raise _Refusal(403, "M_FORBIDDEN")
        room.invited.discard(BOT)
        room.members.add(BOT)
        return web.json_response({"room_id": request.match_info["room"]})

    async def _send(self, request: web.Request) -> web.Response:
        transaction = request.match_info["transaction"]
        fault = self._lost.get(transaction) or (self.faults.popleft() if self.faults else "")
        if fault in ("lose", "reset"):  # also when aiohttp tries a PUT again by itself
            self._lost[transaction] = fault
        if fault == "limit":
            raise _Refusal(429, "M_LIMIT_EXCEEDED", retry_after_ms=200)
        if fault == "reset":
            _break(request)
        room, content = self._room_of(request), await _body(request)
        if not isinstance(content.get("msgtype"), str) or not isinstance(content.get("body"), str):
            self.violations.append("a message without msgtype or body")
            raise _Refusal(400, "M_BAD_JSON")
        if len(json.dumps(content).encode()) > 65_000:
            raise _Refusal(413, "M_TOO_LARGE")
        if transaction not in self._sent:
            self._sent[transaction] = self._add(room, BOT, request.match_info["type"], content)
        if fault == "lose":
            _break(request)
        return web.json_response({"event_id": self._sent[transaction]})

    async def _redact(self, request: web.Request) -> web.Response:
        room = self.rooms[self._room_of(request)]
        await _body(request)
        event = next((one for one in room.events if one["event_id"] == request.match_info["event"]), None)
        if event is None:
            raise _Refusal(404, "M_NOT_FOUND")
        if event["sender"] != BOT:
            raise _Refusal(403, "M_FORBIDDEN")
        event["content"] = {}
        return web.json_response({"event_id": f"$redaction{next(self._numbers)}"})

    async def _upload(self, request: web.Request) -> web.Response:
        return web.json_response({"content_uri": self.attach(await request.read())})

    async def _download(self, request: web.Request) -> web.Response:
        data = self.media.get(request.match_info["media"])
        if data is None or request.match_info["server"] != SERVER:
            raise _Refusal(404, "M_NOT_FOUND")
        return web.Response(body=data)

    def _room_of(self, request: web.Request) -> str:
        name = request.match_info["room"]
        if name not in self.rooms or BOT not in self.rooms[name].members:
            raise _Refusal(403, "M_FORBIDDEN")
        return name


async def _body(request: web.Request) -> Raw:
    try:
        body = await request.json()
    except ValueError:
        raise _Refusal(400, "M_NOT_JSON") from None
    if not isinstance(body, dict):
        raise _Refusal(400, "M_BAD_JSON")
    return body


def _break(request: web.Request) -> None:
    if request.transport:
        request.transport.abort()
    raise web.HTTPInternalServerError
