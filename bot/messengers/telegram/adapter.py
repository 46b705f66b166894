"""Telegram: receives raw updates and confirms them only once they are stored; sends what the outbox hands over."""

from __future__ import annotations

import asyncio
import hmac
import json
import logging
import os
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import urlencode

from pydantic import SecretStr
from telegram import Bot, BotCommand, InlineKeyboardButton, InlineKeyboardMarkup, LinkPreviewOptions, Message
from telegram.constants import ParseMode
from telegram.error import BadRequest, Conflict, InvalidToken, TelegramError

from bot.messengers.backoff import backoff
from bot.messengers.contract import Accepted, Act, DeliveryError, Keep, Menu, Parcel, SetAside, Trouble, key_of_body
from bot.messengers.markup import html_parts, runs_of, split, to_html, units
from bot.messengers.photos import LARGEST_BYTES, PhotoError, strip
from bot.messengers.telegram.errors import to_delivery_error
from bot.messengers.telegram.http import TelegramHttp
from bot.messengers.telegram.parse import ALLOWED_UPDATES, PLATFORM, ParseError, key_of, parse
from bot.storage.engines import StoreError
from bot.web import Web

log = logging.getLogger(__name__)

os.environ.setdefault("PTB_TIMEDELTA", "true")  # else python-telegram-bot warns at each 429

LONGEST_TEXT = 4096
LONGEST_CAPTION = 1024
"""UTF-16 units of visible text (Bot API, sendMessage and sendPhoto)."""
POLL_SECONDS = 25
"""How long Telegram holds a getUpdates that has nothing to tell."""
LONGEST_WAIT = 30.0
PLAIN_SECONDS = 600.0
"""How long a group that is no forum is not asked for a topic again: each try is one of its 20 messages a minute."""
DELETE_AT_ONCE = 100
"""Messages that one deleteMessages takes (Bot API)."""
WEBHOOK_PATH = "/telegram"
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 (the name of the header)
_TWO_LETTERS = {"en": "", "zh_Hans": "zh"}
"""Telegram knows languages by two letters: English is for everybody else, `zh` shows the simplified menu."""


@dataclass(frozen=True, slots=True)
class Webhook:
    """Where Telegram posts updates to, in place of long polling."""

    url: str
    secret: SecretStr
    web: Web


class TelegramMessenger:
    """`bot.messengers.contract.Messenger` over the Bot API."""

    name = PLATFORM

    def __init__(
        self,
        token: SecretStr,
        menus: Mapping[str, Sequence[Menu]],
        *,
        api_url: str = "https://api.telegram.org",
        webhook: Webhook | None = None,
    ) -> None:
        self._menus = menus
        self._webhook = webhook
        self.receives_alone = webhook is None  # Telegram refuses a second one that polls
        self._username = ""
        self._plain: dict[str, float] = {}
        """Chats in which no topic can be opened, and until when that is believed."""
        self._http = TelegramHttp(connect_timeout=5, read_timeout=15)
        self._bot = Bot(
            token.get_secret_value(),
            base_url=f"{api_url}/bot",
            base_file_url=f"{api_url}/file/bot",
            request=self._http,
            get_updates_request=self._http,
        )

    async def close(self) -> None:
        await self._http.shutdown()

    # receiving

    async def receive(self, keep: Keep, set_aside: SetAside) -> None:
        """Receives until cancelled; an update is confirmed only after it was stored."""
        greeting = asyncio.create_task(self._introduce())
        try:
            if self._webhook:
                await self._serve(self._webhook, keep, set_aside)
            else:
                await self._keep_polling(keep, set_aside)
        finally:
            greeting.cancel()

    async def _introduce(self) -> None:
        """Learns the bot's name, which tells its commands from those of other bots, and offers the commands."""
        failures = 0
        while not self._username:
            try:
                self._username = (await self._bot.get_me()).username or ""
            except TelegramError as error:
                failures += 1
                _complain(error, failures)
                await asyncio.sleep(_pause(failures))
        for code, commands in self._menus.items():
            if code in _TWO_LETTERS or len(code) == 2:
                await self._offer(_TWO_LETTERS.get(code, code), commands)

    async def _offer(self, code: str, commands: Sequence[Menu]) -> None:
        """One language that is refused takes nothing from the others."""
        try:
            rows = [BotCommand(menu.name, menu.description) for menu in commands]
            await self._bot.set_my_commands(rows, language_code=code)
        except TelegramError as error:
            log.warning("telegram: the commands could not be offered (%s)", type(error).__name__)

    async def _keep_polling(self, keep: Keep, set_aside: SetAside) -> None:
        offset, failures, is_webhook_gone = 0, 0, False
        while True:
            try:
                if not is_webhook_gone:
                    is_webhook_gone = await self._bot.delete_webhook(drop_pending_updates=False)
                updates = await self._get_updates(offset)
                before, offset = offset, await self._store(updates, offset, keep, set_aside)
                if updates and offset == before:
                    raise ValueError("getUpdates: nothing that can be confirmed")  # else a hot loop, for ever
                failures = 0
            except (TelegramError, StoreError, ValueError, RecursionError) as error:
                failures += 1
                is_webhook_gone = is_webhook_gone and not isinstance(error, Conflict)  # somebody may have set one
                _complain(error, failures)
                await asyncio.sleep(_pause(failures))

    async def _get_updates(self, offset: int) -> list[Any]:
        """Raw updates: python-telegram-bot would not survive one that it can't parse."""
        query = {"offset": offset, "timeout": POLL_SECONDS, "allowed_updates": json.dumps(ALLOWED_UPDATES)}
        answer = await self._http.retrieve(
            f"{self._bot.base_url}/getUpdates?{urlencode(query)}", read_timeout=POLL_SECONDS + 10
        )
        found = json.loads(answer.decode("utf-8", "replace"))  # a broken letter must not cost a whole batch
        updates = found.get("result") if isinstance(found, dict) else None
        if not isinstance(updates, list):  # what a proxy or a captive portal says
            raise ValueError("getUpdates: no list")
        return updates

    async def _store(self, updates: Sequence[Any], offset: int, keep: Keep, set_aside: SetAside) -> int:
        """Stores a batch and returns the offset that confirms it."""
        batch = []
        for update in updates:
            number = _number_of(update)
            try:
                received = parse(update, time.time(), self._username)
            except ParseError:
                raw = json.dumps(update).encode()
                await set_aside(PLATFORM, key_of(number) if number >= 0 else key_of_body(raw), raw)
            else:
                batch += [received] if received else []
            offset = max(offset, number + 1)
        if batch:
            await keep(batch)
        return offset

    # receiving by webhook

    async def _serve(self, webhook: Webhook, keep: Keep, set_aside: SetAside) -> None:
        webhook.web.add(WEBHOOK_PATH, partial(self._take, webhook=webhook, keep=keep, set_aside=set_aside))
        await self._announce(webhook)
        await asyncio.Event().wait()

    async def _announce(self, webhook: Webhook) -> None:
        failures = 0
        while True:
            try:
                await self._bot.set_webhook(
                    f"{webhook.url.rstrip('/')}{WEBHOOK_PATH}",
                    secret_token=webhook.secret.get_secret_value(),
                    allowed_updates=ALLOWED_UPDATES,
                    drop_pending_updates=False,
                )
            except TelegramError as error:
                failures += 1
                _complain(error, failures)
                await asyncio.sleep(_pause(failures))
            else:
                return

    async def _take(
        self, headers: Mapping[str, str], body: bytes, *, webhook: Webhook, keep: Keep, set_aside: SetAside
    ) -> int:
        given = headers.get(SECRET_HEADER, "").encode("utf-8", "surrogateescape")
        if not hmac.compare_digest(given, webhook.secret.get_secret_value().encode()):
            return 403
        try:
            await self._store([json.loads(body)], 0, keep, set_aside)
        except StoreError:
            return 503  # Telegram posts it again
        except (ValueError, RecursionError):
            await set_aside(PLATFORM, key_of_body(body), body)
        return 200

    # sending

    async def deliver(self, parcel: Parcel) -> Accepted:
        accepted: list[str] = []
        try:
            return await self._deliver(parcel, accepted)
        except TelegramError as error:
            if isinstance(error, InvalidToken | Conflict):
                log.critical("telegram: the token is not accepted (%s)", type(error).__name__)
            raise to_delivery_error(error, done=parcel.done + len(accepted), accepted=accepted) from None
        except PhotoError:
            raise DeliveryError(Trouble.REFUSED) from None
        except (KeyError, TypeError, AttributeError) as error:  # python-telegram-bot could not read the answer
            log.error("telegram: an answer to %s can't be read", parcel.act.value, exc_info=error)
            done = parcel.done + len(accepted)
            raise DeliveryError(Trouble.UNKNOWN, done=done, accepted=accepted) from None

    async def _deliver(self, parcel: Parcel, accepted: list[str]) -> Accepted:
        match parcel.act:
            case Act.SEND:
                return await self._send(parcel, accepted)
            case Act.EDIT:
                return await self._edit(parcel, accepted)
            case Act.DELETE:
                return await self._delete(parcel)
            case Act.PRESSED:
                return await self._answer_press(parcel)
            case Act.OPEN_TOPIC:
                return await self._open_topic(parcel)
            case Act.FETCH:
                return await self._fetch(parcel)
            case Act.TIMER | Act.TRUST:
                return Accepted()  # a bot can set no timer here, and there are no keys to trust

    async def _send(self, parcel: Parcel, accepted: list[str]) -> Accepted:
        for step in self._steps(parcel)[parcel.done :]:
            message = await step()
            accepted.append(str(message.message_id))
        return Accepted(messages=tuple(accepted))

    def _steps(self, parcel: Parcel) -> list[Callable[[], Awaitable[Message]]]:
        """The messages that a parcel becomes, in order; the buttons stand under the last text."""
        where: dict[str, Any] = {"chat_id": _number(parcel.chat), "protect_content": True}
        if parcel.topic:
            where["message_thread_id"] = _number(parcel.topic)
        runs = runs_of(parcel.text, parcel.words)
        steps: list[Callable[[], Awaitable[Message]]] = []
        if parcel.photo:
            fits = units("".join(run.text for run in runs)) <= LONGEST_CAPTION
            look: dict[str, Any] = {
                "caption": to_html(runs, dict(parcel.mentions)),
                "parse_mode": ParseMode.HTML,
                "reply_markup": _keyboard(parcel),
            }
            steps.append(partial(self._bot.send_photo, photo=parcel.photo, **where, **(look if fits else {})))
            runs = [] if fits else runs
        parts = split(runs, LONGEST_TEXT)
        for number, part in enumerate(parts, 1):
            look = _look(parcel if number == len(parts) else None)
            steps.append(partial(self._bot.send_message, text=to_html(part, dict(parcel.mentions)), **where, **look))
        if parcel.latitude is not None and parcel.longitude is not None:
            point: dict[str, Any] = {"latitude": parcel.latitude, "longitude": parcel.longitude}
            steps.append(partial(self._bot.send_location, **where, **point))
        return steps

    async def _edit(self, parcel: Parcel, accepted: list[str]) -> Accepted:
        parts = html_parts(parcel.text, parcel.words, LONGEST_TEXT, dict(parcel.mentions))
        if len(parts) == 1:
            try:
                await self._bot.edit_message_text(
                    parts[0], chat_id=_number(parcel.chat), message_id=_number(parcel.message), **_look(parcel)
                )
            except BadRequest as error:
                if "not modified" not in str(error).casefold():
                    return await self._send(parcel, accepted)
            return Accepted(messages=(parcel.message,))
        return await self._send(parcel, accepted)

    async def _delete(self, parcel: Parcel) -> Accepted:
        """What can't be deleted is gone already, or too old: nothing more can be done about it."""
        chat, numbers = _number(parcel.chat), [_number(message) for message in parcel.messages]
        for start in range(0, len(numbers), DELETE_AT_ONCE):
            some = numbers[start : start + DELETE_AT_ONCE]
            try:
                await self._bot.delete_messages(chat, some)
            except BadRequest:
                await self._delete_singly(chat, some)
        return Accepted()

    async def _delete_singly(self, chat: int, numbers: Sequence[int]) -> None:
        for number in numbers:
            with suppress(BadRequest):
                await self._bot.delete_message(chat, number)

    async def _answer_press(self, parcel: Parcel) -> Accepted:
        with suppress(BadRequest):  # too old to be answered: the button has stopped spinning by itself
            await self._bot.answer_callback_query(parcel.press)
        return Accepted()

    async def _open_topic(self, parcel: Parcel) -> Accepted:
        """A chat that is no forum, or where the bot may not open topics, gets the post all the same."""
        if self._plain.get(parcel.chat, 0.0) > time.monotonic():
            return Accepted()
        try:
            topic = await self._bot.create_forum_topic(_number(parcel.chat), parcel.text)
        except BadRequest as error:
            if "not a forum" not in str(error).casefold():
                log.error("telegram: no topic could be opened; may the bot manage topics in the desk?")
            self._plain[parcel.chat] = time.monotonic() + PLAIN_SECONDS
            return Accepted()
        return Accepted(topic=str(topic.message_thread_id))

    async def _fetch(self, parcel: Parcel) -> Accepted:
        file = await self._bot.get_file(parcel.photo_ref)
        if (file.file_size or 0) > LARGEST_BYTES:
            raise PhotoError
        try:
            data = await file.download_as_bytearray()
        except InvalidToken:  # what python-telegram-bot makes of a 404: the file is no longer there
            raise PhotoError from None
        return Accepted(photo=await asyncio.to_thread(strip, bytes(data)))


def _number(reference: str) -> int:
    """What Telegram calls a chat, a topic or a message; what is none of them can't be reached."""
    try:
        return int(reference)
    except ValueError:
        raise DeliveryError(Trouble.GONE) from None


def _number_of(update: Any) -> int:
    """The number that confirms an update; -1 where there is none."""
    number = update.get("update_id") if isinstance(update, dict) else None
    return number if isinstance(number, int) and not isinstance(number, bool) and number >= 0 else -1


def _look(buttons_of: Parcel | None) -> dict[str, Any]:
    look: dict[str, Any] = {
        "parse_mode": ParseMode.HTML,
        "link_preview_options": LinkPreviewOptions(is_disabled=True),
    }
    if buttons_of and (keyboard := _keyboard(buttons_of)):
        look["reply_markup"] = keyboard
    return look


def _keyboard(parcel: Parcel) -> InlineKeyboardMarkup | None:
    rows = [[InlineKeyboardButton(button.label, callback_data=button.token)] for button in parcel.buttons]
    return InlineKeyboardMarkup(rows) if rows else None


_pause = partial(backoff, first=1.0, longest=LONGEST_WAIT)


def _complain(error: Exception, failures: int) -> None:
    """The first failure and every tenth; what only the operator can mend, loudly."""
    if isinstance(error, InvalidToken | Conflict):
        log.critical("telegram: %s: the token is wrong, or another program receives with it", type(error).__name__)
    elif failures % 10 == 1:
        log.error("telegram: receiving failed (%s), try %d", type(error).__name__, failures)
