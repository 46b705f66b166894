"""A fake Bot API server over real HTTP: for tests in this process, or as a process of its own for crashes and load."""

from __future__ import annotations

import argparse
import asyncio
import json
import re
import time
from collections import Counter, defaultdict, deque
from collections.abc import Callable
from contextlib import suppress
from html import unescape
from typing import Any

from aiohttp import web

from tests.fakes.reference import reference
from tests.fakes.telegram_state import Chat, Fault, Raw, RefusedError, State
from tests.patience import PATIENCE

TOKEN = "123456:invented-token-of-thirty-five-chars"
BOT = {"id": 123456, "is_bot": True, "first_name": "Bot", "username": "invented_bot"}
OVERALL = (30, 1.0)
IN_A_GROUP = (20, 60.0)
"""The limits of the Bots FAQ ("My bot is hitting limits"), as (messages, seconds): 30 a second, 20 a minute in a group.
In a private chat it is one a second, after a burst of `FakeTelegram.burst`: the FAQ does not tell how long."""
_ALL = 0
_FREE = ("getChat",)
"""What is done in a chat without counting; edits, deletions and topics do count here, for Telegram does not say."""
_HTML_TAG = re.compile(r"</?([\w-]+)[^>]*>")
_KNOWN_TAG = re.compile(
    r'<(?:b|i|code)>|<a href="tg://user\?id=[0-9]+">|<tg-time unix="[0-9]+" format="(?:r|w?[dD]?[tT]?)">'
)
"""Of those that Telegram reads, the ones that a bot like this has a use for (Bot API, "HTML style")."""


class FakeTelegram:
    """`await FakeTelegram.start()`; then `state` is what persons do and see, `url` where a bot finds it."""

    def __init__(self, token: str = TOKEN) -> None:
        self.token = token
        self.state = State()
        self.calls: list[tuple[str, Raw]] = []
        self.violations: list[str] = []
        self.faults: dict[str, deque[Fault]] = defaultdict(deque)
        self.has_limits = False
        self.too_many = 0
        self.refused: Counter[str] = Counter()  # what was too much
        self.impatient = 0
        self.burst = 1.0
        self.clock: Callable[[], float] = time.monotonic
        self.lost_files: set[str] = set()
        self.webhook: Raw = {}
        self.keeps_calls = True
        self._is_closing = False
        self._sent_at: dict[int, deque[float]] = defaultdict(deque)
        self._levels: dict[int, tuple[float, float]] = {}  # by chat: what is left of its burst, and when
        self._held_until: dict[int, float] = {}
        self._changed = asyncio.Event()
        self._methods = (reference("telegram-bot-api-10.1.json") or {}).get("methods")
        self._runner: web.AppRunner | None = None
        self.url = ""

    @classmethod
    async def start(cls, port: int = 0, token: str = TOKEN) -> FakeTelegram:
        server = cls(token)
        await server.up(port)
        return server

    async def up(self, port: int = 0) -> None:
        """Listens; after `down` at the same port, with all that it knew."""
        self._is_closing = False
        app = web.Application(client_max_size=20_000_000)
        app.router.add_route("*", "/bot{token}/{method}", self._answer)
        app.router.add_get("/file/bot{token}/{path:.*}", self._download)
        app.router.add_post("/control/{act}", self._control)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)
        await self._runner.setup()
        known = int(self.url.rsplit(":", 1)[1]) if self.url else port
        await web.TCPSite(self._runner, "127.0.0.1", known).start()
        host, found = self._runner.addresses[0][:2]
        self.url = f"http://{host}:{found}"

    async def close(self) -> None:
        await self.down()

    async def down(self) -> None:
        """Lets go of every connection and listens no more; `state` stays."""
        self._is_closing = True
        self._changed.set()  # whoever holds a long poll lets go
        if self._runner:
            with suppress(TimeoutError):
                async with asyncio.timeout(3):
                    await self._runner.cleanup()

    def next(self, method: str, fault: Fault) -> None:
        """The next call of the method goes wrong."""
        self.faults[method].append(fault)

    async def wait_until(self, is_so: Callable[[], bool], seconds: float = PATIENCE) -> None:
        """Waits until it is so; looks after every call."""
        async with asyncio.timeout(seconds):
            while not is_so():
                self._changed.clear()
                await self._changed.wait()

    def changed(self) -> None:
        """Persons did something: whoever waits for updates looks again."""
        self._changed.set()

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        if request.match_info["token"] != self.token:
            return _error(RefusedError(401, "Unauthorized"))
        method = request.match_info["method"]
        given = await _parameters(request)
        if self.keeps_calls:
            self.calls.append((method, given))
            self._changed.set()
        self._judge(method, given)
        fault = self.faults[method].popleft() if self.faults.get(method) else None
        try:
            result = await self._do(method, given, fault, request)
        except RefusedError as error:
            return _error(error)
        finally:
            self._changed.set()
        return web.json_response({"ok": True, "result": result})

    async def _do(self, method: str, given: Raw, fault: Fault | None, request: web.Request) -> Any:
        if fault and fault.kind == "hang":
            await asyncio.sleep(fault.seconds)
        if fault and fault.kind == "refuse":
            raise RefusedError(fault.status, fault.description, **fault.parameters)
        if fault and fault.kind == "reset":
            _break(request)
        act = getattr(self, f"_do_{method}", None)
        if act is None:
            raise RefusedError(404, "Not Found")
        if "chat_id" in given and method not in _FREE:
            self._limit(method, int(given["chat_id"]))
        result = await act(given)
        if fault and fault.kind == "lose":
            _break(request)
        return result

    # methods

    async def _do_getMe(self, _given: Raw) -> Raw:
        return BOT

    async def _do_getUpdates(self, given: Raw) -> list[Raw]:
        if self.webhook.get("url"):
            raise RefusedError(409, "Conflict: can't use getUpdates method while webhook is active")
        self.state.confirm_below(int(given.get("offset", 0)))
        self._changed.set()  # a long poll may take a while; what it confirms is known now
        end = time.monotonic() + float(given.get("timeout", 0))
        while not self._is_closing and not self.state.updates and (rest := end - time.monotonic()) > 0:
            self._changed.clear()
            try:
                async with asyncio.timeout(rest):
                    await self._changed.wait()
            except TimeoutError:
                break
        return self.state.updates[: int(given.get("limit", 100))]

    async def _do_sendMessage(self, given: Raw) -> Raw:
        return self._show(given, {"text": _visible(given["text"])})

    async def _do_sendPhoto(self, given: Raw) -> Raw:
        content = {"photo": [{"file_id": "sent", "file_unique_id": "s", "width": 1, "height": 1}]}
        shown = self._show(given, content | ({"caption": _visible(given["caption"])} if "caption" in given else {}))
        self.state.files[f"sent-{shown['message_id']}"] = given["photo"]
        return shown

    async def _do_sendLocation(self, given: Raw) -> Raw:
        point = {"latitude": float(given["latitude"]), "longitude": float(given["longitude"])}
        return self._show(given, {"location": point})

    async def _do_editMessageText(self, given: Raw) -> Raw:
        chat = self._open_chat(given)
        message = chat.messages.get(int(given["message_id"]))
        if message is None:
            raise RefusedError(400, "Bad Request: message to edit not found")
        new = {"text": _visible(given["text"]), "reply_markup": json.loads(given.get("reply_markup", "{}"))}
        if message.get("text") == new["text"] and message.get("reply_markup", {}) == new["reply_markup"]:
            raise RefusedError(400, "Bad Request: message is not modified")
        message.update(new)
        if not new["reply_markup"]:
            del message["reply_markup"]
        return message

    async def _do_deleteMessage(self, given: Raw) -> bool:
        messages, number = self._open_chat(given).messages, int(given["message_id"])
        if number not in messages:
            raise RefusedError(400, "Bad Request: message to delete not found")
        _refuse_old(messages[number])
        del messages[number]
        return True

    async def _do_deleteMessages(self, given: Raw) -> bool:
        chat, numbers = self._open_chat(given), json.loads(given["message_ids"])
        if not 1 <= len(numbers) <= 100:
            self.violations.append(f"deleteMessages: {len(numbers)} messages at once")
        for number in numbers:
            if number in chat.messages:
                _refuse_old(chat.messages[number])
        for number in numbers:
            chat.messages.pop(number, None)
        return True

    async def _do_answerCallbackQuery(self, _given: Raw) -> bool:
        return True

    async def _do_setMyCommands(self, _given: Raw) -> bool:
        return True

    async def _do_getChat(self, given: Raw) -> Raw:
        return self._open_chat(given).raw() | {
            "accent_color_id": 0,
            "max_reaction_count": 1,
            "accepted_gift_types": _GIFTS,
        }

    async def _do_leaveChat(self, given: Raw) -> bool:
        chat = self._open_chat(given)
        if chat.id > 0:
            raise RefusedError(400, "Bad Request: chat member status can't be changed in private chats")
        chat.has_bot = False
        return True

    async def _do_createForumTopic(self, given: Raw) -> Raw:
        chat = self._open_chat(given)
        if not chat.is_forum:
            raise RefusedError(400, "Bad Request: the chat is not a forum")
        self.state.last_message += 1
        chat.topics.add(self.state.last_message)
        return {"message_thread_id": self.state.last_message, "name": given["name"], "icon_color": 0}

    async def _do_getFile(self, given: Raw) -> Raw:
        data = self.state.files.get(given["file_id"])
        if data is None:
            raise RefusedError(400, "Bad Request: invalid file_id")
        return {
            "file_id": given["file_id"],
            "file_unique_id": "u",
            "file_size": len(data),
            "file_path": given["file_id"],
        }

    async def _do_getWebhookInfo(self, _given: Raw) -> Raw:
        waiting = len(self.state.updates)
        return {"url": self.webhook.get("url", ""), "has_custom_certificate": False, "pending_update_count": waiting}

    async def _do_setWebhook(self, given: Raw) -> bool:
        self.webhook = given
        return True

    async def _do_deleteWebhook(self, given: Raw) -> bool:
        if given.get("drop_pending_updates") == "true":
            self.violations.append("deleteWebhook drops what persons wrote")
        self.webhook = {}
        return True

    # rules

    def _open_chat(self, given: Raw) -> Chat:
        chat = self.state.chats.get(int(given["chat_id"]))
        if chat is None:
            raise RefusedError(400, "Bad Request: chat not found")
        if chat.is_blocked:
            raise RefusedError(403, "Forbidden: bot was blocked by the user")
        if not chat.has_bot:
            raise RefusedError(403, "Forbidden: bot is not a member of the group chat")
        if chat.migrated_to:
            raise RefusedError(
                400, "Bad Request: group chat was upgraded to a supergroup chat", migrate_to_chat_id=chat.migrated_to
            )
        return chat

    def _show(self, given: Raw, content: Raw) -> Raw:
        chat = self._open_chat(given)
        topic = int(given.get("message_thread_id", 0))
        if topic and topic not in chat.topics:
            raise RefusedError(400, "Bad Request: message thread not found")
        extra: Raw = {"from": BOT, **({"message_thread_id": topic, "is_topic_message": True} if topic else {})}
        if "reply_markup" in given:
            extra["reply_markup"] = json.loads(given["reply_markup"])
        self.state.sent += 1
        return self.state.new_message(chat, content | extra)

    def _limit(self, method: str, chat: int) -> None:
        """Counts what is done in a chat; what is too much is refused, and what comes back too early is remembered."""
        if not self.has_limits:
            return
        now = self.clock()
        self.impatient += now < self._held_until.get(chat, 0.0)
        wait = max(self._wait_for_all(now), self._wait_in_group(chat, now) if chat < 0 else self._wait_of(chat, now))
        if wait > 0:
            self.too_many += 1
            self.refused[f"{method} in a {'group' if chat < 0 else 'private chat'}"] += 1
            seconds = int(wait) + 1
            self._held_until[chat] = now + seconds
            raise RefusedError(429, f"Too Many Requests: retry after {seconds}", retry_after=seconds)
        self._sent_at[_ALL].append(now)
        if chat < 0:
            self._sent_at[chat].append(now)
        else:
            self._levels[chat] = (self._level(chat, now) - 1, now)

    def _wait_for_all(self, now: float) -> float:
        return self._wait_in(_ALL, *OVERALL, now)

    def _wait_in_group(self, chat: int, now: float) -> float:
        return self._wait_in(chat, *IN_A_GROUP, now)

    def _wait_in(self, key: int, most: int, seconds: float, now: float) -> float:
        sent = self._sent_at[key]
        while sent and sent[0] <= now - seconds:
            sent.popleft()
        return sent[0] + seconds - now if len(sent) >= most else 0.0

    def _wait_of(self, chat: int, now: float) -> float:
        return 1 - self._level(chat, now)

    def _level(self, chat: int, now: float) -> float:
        left, then = self._levels.get(chat, (self.burst, now))
        return min(self.burst, left + now - then)

    def _judge(self, method: str, given: Raw) -> None:
        """Holds a call against the published description of the Bot API."""
        if self._methods is not None:
            known = self._methods.get(method)
            if known is None:
                self.violations.append(f"unknown method {method}")
                return
            fields = {field["name"]: field for field in known.get("fields", [])}
            self.violations += [f"{method}: unknown parameter {name}" for name in given if name not in fields]
            self.violations += [
                f"{method}: {name} is missing"
                for name, field in fields.items()
                if field["required"] and name not in given
            ]
            self.violations += [
                f"{method}: {name} is no {' or '.join(fields[name]['types'])}"
                for name, value in given.items()
                if name in fields and not _is_one_of(fields[name]["types"], value)
            ]
        self._judge_sizes(method, given)

    def _judge_sizes(self, method: str, given: Raw) -> None:
        for name, most in (("text", 4096), ("caption", 1024)):
            text = _HTML_TAG.sub("", given.get(name, "")) if isinstance(given.get(name), str) else ""
            if method != "answerCallbackQuery" and len(unescape(text).encode("utf-16-le")) // 2 > most:
                self.violations.append(f"{method}: {name} is longer than {most}")
        for row in json.loads(given.get("reply_markup", "{}")).get("inline_keyboard", []):
            if any(len(button.get("callback_data", "").encode()) > 64 for button in row):
                self.violations.append(f"{method}: callback_data is longer than 64 bytes")
        if method in ("sendMessage", "sendPhoto", "sendLocation") and given.get("protect_content") not in (
            "true",
            "True",
        ):
            self.violations.append(f"{method}: the content is not protected")

    async def _download(self, request: web.Request) -> web.Response:
        path = request.match_info["path"]
        data = None if path in self.lost_files else self.state.files.get(path)
        return web.Response(body=data) if data is not None else web.Response(status=404)

    # as a process of its own

    async def _control(self, request: web.Request) -> web.Response:
        """`says` and `press` (lists), `group` {chat, is_forum}, `set`, `count`, `look`: all that is shown."""
        act, given = request.match_info["act"], await request.json()
        if act == "says":
            result: Any = [self.state.says(**one) for one in given]
        elif act == "press":
            result = [self.state.press(**one) for one in given]
        elif act == "group":
            self.state.group(given["chat"], is_forum=given.get("is_forum", False))
            result = True
        elif act == "set":
            vars(self).update(given)
            result = True
        elif act == "count":
            result = self.state.sent
        else:
            chats = {chat.id: list(chat.messages.values()) for chat in self.state.chats.values()}
            result = {
                "chats": chats,
                "confirmed": self.state.confirmed,
                "violations": self.violations,
                "too_many": self.too_many,
                "impatient": self.impatient,
                "waiting": len(self.state.updates),
            }
        self._changed.set()
        return web.json_response(result)


_GIFTS = {
    "unlimited_gifts": False,
    "limited_gifts": False,
    "unique_gifts": False,
    "premium_subscription": False,
    "gifts_from_channels": False,
}


def _is_one_of(types: list[str], value: Any) -> bool:
    """Whether a form's value can be read as one of these types of the Bot API; of an object only that it is JSON."""
    return any(_is_a(kind, value) for kind in types)


def _is_a(kind: str, value: Any) -> bool:
    if isinstance(value, bytes) or kind == "InputFile":
        return isinstance(value, bytes) and kind == "InputFile"
    if kind == "String":
        return True
    if kind == "Boolean":
        return value in ("true", "false", "True", "False", True, False)
    try:
        found = json.loads(value) if isinstance(value, str) else value
    except ValueError:
        return False
    if kind == "Integer":
        return isinstance(found, int) and not isinstance(found, bool)
    if kind == "Float":
        return isinstance(found, int | float) and not isinstance(found, bool)
    return isinstance(found, list if kind.startswith("Array of") else dict)


def _refuse_old(message: Raw) -> None:
    """A bot may delete what is younger than 48 hours (Bot API, deleteMessage)."""
    if message["date"] < time.time() - 48 * 3600:
        raise RefusedError(400, "Bad Request: message can't be deleted")


def _visible(html: str) -> str:
    """What stands in the chat; refuses what Telegram can't parse."""
    open_tags: list[str] = []
    for found in _HTML_TAG.finditer(html):
        if found[0].startswith("</"):
            if not open_tags or open_tags.pop() != found[1]:
                raise RefusedError(400, "Bad Request: can't parse entities: unexpected end tag")
        elif _KNOWN_TAG.fullmatch(found[0]):
            open_tags.append(found[1])
        else:
            raise RefusedError(400, f'Bad Request: can\'t parse entities: unsupported start tag "{found[1]}"')
    if open_tags:
        raise RefusedError(400, "Bad Request: can't parse entities: can't find end tag")
    text = unescape(_HTML_TAG.sub("", html))
    if not text.strip():
        raise RefusedError(400, "Bad Request: message text is empty")
    if len(text.encode("utf-16-le", "surrogatepass")) // 2 > 4096:
        raise RefusedError(400, "Bad Request: message is too long")
    return text


async def _parameters(request: web.Request) -> Raw:
    if request.method == "GET":
        return dict(request.query)
    if request.content_type == "application/json":
        return dict(await request.json())
    found: Raw = {}
    for name, value in (await request.post()).items():
        found[name] = value.file.read() if isinstance(value, web.FileField) else value
    return found


def _break(request: web.Request) -> None:
    if request.transport:
        request.transport.abort()
    raise RefusedError(500, "broken")


def _error(error: RefusedError) -> web.Response:
    body = {"ok": False, "error_code": error.status, "description": error.description, "parameters": error.parameters}
    return web.json_response(body, status=error.status)


async def _serve(port: int, token: str) -> None:
    server = await FakeTelegram.start(port, token)
    server.keeps_calls = False
    print(server.url, flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--token", default=TOKEN)
    options = parser.parse_args()
    asyncio.run(_serve(options.port, options.token))
