"""Telegram: updates come in, parcels go out, and what goes wrong on the way out is named for the outbox."""

from __future__ import annotations

import asyncio
import logging
import os

from pydantic import SecretStr
from telegram import Bot
from telegram.error import Conflict, Forbidden, InvalidToken, TelegramError

from bot.messengers.contract import Accepted, Act, DeliveryError, Keep, Menus, Parcel, SetAside, Trouble
from bot.messengers.photos import PhotoError
from bot.messengers.reception import Reception
from bot.messengers.telegram.acts import answer_press, delete, fetch
from bot.messengers.telegram.errors import is_about_the_person, to_delivery_error
from bot.messengers.telegram.http import TelegramHttp
from bot.messengers.telegram.introduction import Introduction
from bot.messengers.telegram.parse import PLATFORM
from bot.messengers.telegram.receiving import Intake, poll
from bot.messengers.telegram.sending import edit, send
from bot.messengers.telegram.topics import Topics
from bot.messengers.telegram.webhook import Webhook, serve

log = logging.getLogger(__name__)

os.environ.setdefault("PTB_TIMEDELTA", "true")  # else python-telegram-bot warns at each 429


class TelegramMessenger:
    """`bot.messengers.contract.Messenger` over the Bot API."""

    name = PLATFORM

    def __init__(
        self,
        token: SecretStr,
        menus: Menus,
        *,
        api_url: str = "https://api.telegram.org",
        webhook: Webhook | None = None,
    ) -> None:
        """Without a `webhook`, messages are polled for."""
        self._webhook = webhook
        self.receives_alone = webhook is None  # Telegram refuses a second one that polls
        self.reception = Reception()
        self._http = TelegramHttp(connect_timeout=5, read_timeout=15, told_date=self.reception.told_date)
        self._bot = Bot(
            token.get_secret_value(),
            base_url=f"{api_url}/bot",
            base_file_url=f"{api_url}/file/bot",
            request=self._http,
            get_updates_request=self._http,
        )
        self._introduction = Introduction(self._bot, menus)
        self._topics = Topics(self._bot)

    async def close(self) -> None:
        await self._http.shutdown()

    async def receive(self, keep: Keep, set_aside: SetAside) -> None:
        """Receives until cancelled; an update is confirmed only after it was stored."""
        intake = Intake(keep, set_aside, self._introduction)
        introducing = asyncio.create_task(self._introduction.make())
        try:
            if self._webhook:
                await serve(self._webhook, self._bot, intake, self.reception)
            else:
                await poll(self._bot, self._http, intake, self.reception)
        finally:
            introducing.cancel()

    async def deliver(self, parcel: Parcel) -> Accepted:
        """Does one thing; raises DeliveryError and nothing else."""
        accepted: list[str] = []
        try:
            return await self._deliver(parcel, accepted)
        except TelegramError as error:
            _alert(error, parcel)
            done = parcel.done + len(accepted)
            raise to_delivery_error(error, chat=parcel.chat, done=done, accepted=accepted) from None
        except PhotoError:
            raise DeliveryError(Trouble.REFUSED) from None
        except (KeyError, TypeError, AttributeError) as error:  # python-telegram-bot could not read the answer
            log.error("telegram: an answer to %s can't be read", parcel.act.value, exc_info=error)
            done = parcel.done + len(accepted)
            raise DeliveryError(Trouble.UNKNOWN, done=done, accepted=accepted) from None

    async def _deliver(self, parcel: Parcel, accepted: list[str]) -> Accepted:
        match parcel.act:
            case Act.SEND:
                return await send(self._bot, parcel, accepted)
            case Act.EDIT:
                return await edit(self._bot, parcel, accepted)
            case Act.DELETE:
                return await delete(self._bot, parcel)
            case Act.PRESSED:
                return await answer_press(self._bot, parcel)
            case Act.OPEN_TOPIC:
                return await self._topics.open(parcel)
            case Act.FETCH:
                return await fetch(self._bot, parcel)
            case Act.LEAVE:
                await self._bot.leave_chat(int(parcel.chat))
                return Accepted()
            case Act.TIMER | Act.TRUST:
                return Accepted()  # a bot can set no timer here, and there are no keys to trust


def _alert(error: TelegramError, parcel: Parcel) -> None:
    """Tells the operator of a refusal that is about the bot, and about nobody whom it writes to."""
    if isinstance(error, InvalidToken | Conflict):
        log.critical("telegram: the token is not accepted (%s)", type(error).__name__)
    elif isinstance(error, Forbidden) and not parcel.chat.startswith("-") and not is_about_the_person(error):
        log.critical("telegram: the bot's own account is refused: ask BotFather what is wrong with it")
