"""Signal, through signal-cli-rest-api: frames come in, parcels go out, and what goes wrong is named for the outbox."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

from pydantic import SecretStr

from bot.messengers.contract import Accepted, Act, DeliveryError, Keep, Parcel, SetAside, Trouble
from bot.messengers.photos import PhotoError
from bot.messengers.reception import Reception
from bot.messengers.signal.discoveries import Discoveries
from bot.messengers.signal.errors import (
    UntrustedError,
    delivery_error,
    is_about_us,
    is_too_much,
    is_untrusted,
    trouble_of,
)
from bot.messengers.signal.parse import PLATFORM, is_group
from bot.messengers.signal.receiving.leftovers import Leftovers
from bot.messengers.signal.receiving.listening import Listener
from bot.messengers.signal.receiving.long_texts import LongTexts
from bot.messengers.signal.receiving.storing import Intake
from bot.messengers.signal.receiving.watch import show_signs_of_life, watch
from bot.messengers.signal.seam import FAILURES, refused
from bot.messengers.signal.sending import Sender
from bot.messengers.signal.service import SignalService
from bot.web import Web

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Webhook:
    """The second way in: signal-cli-rest-api posts every message to this path too (RECEIVE_WEBHOOK_URL)."""

    web: Web
    secret: SecretStr

    @property
    def path(self) -> str:
        return f"/signal/{self.secret.get_secret_value()}"


class SignalMessenger:
    """`bot.messengers.contract.Messenger` over signal-cli-rest-api in json-rpc mode."""

    name = PLATFORM
    receives_alone = False

    def __init__(self, service: str, number: str, *, timer: int = 0, webhook: Webhook | None = None) -> None:
        """`service`: host:port; `number`: the account's; `timer`: seconds until messages disappear, at the latest.

        Made inside a running event loop.
        """
        self.reception = Reception()
        self._number = number
        self._timer = timer
        self._webhook = webhook
        self._service = SignalService(service, number)
        self._listener = Listener(self._service, self.reception)
        self._discoveries = Discoveries(self._service, number)
        self._sender = Sender(self._service, number, self._discoveries)

    async def close(self) -> None:
        await self._service.close()

    async def receive(self, keep: Keep, set_aside: SetAside) -> None:
        """Receives until cancelled; what came by the webhook is answered with 200 only after it was stored."""
        self._discoveries.begin(keep)
        whole = LongTexts(self._service).whole
        intake = Intake(self._listener.frames, self._number, self._timer, keep, set_aside, whole)
        if self._webhook:
            self._webhook.web.add(self._webhook.path, intake.take_posted)
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._listener.listen(), name="signal listen")
            tasks.create_task(intake.store_all(), name="signal store")
            tasks.create_task(show_signs_of_life(self._service, intake.stored), name="signal signs of life")
            tasks.create_task(Leftovers(self._service).delete_now_and_then(), name="signal leftovers")
            tasks.create_task(watch(self._service, self._listener, self.reception), name="signal watch")

    async def deliver(self, parcel: Parcel) -> Accepted:
        """Does one thing; raises DeliveryError and nothing else."""
        accepted: list[str] = []
        try:
            return await self._deliver(parcel, accepted)
        except UntrustedError:
            await self._discoveries.new_key(parcel.chat)
            raise _failure(Trouble.UNREACHABLE, parcel, accepted) from None
        except PhotoError:
            raise DeliveryError(Trouble.REFUSED) from None
        except DeliveryError as error:
            raise _failure(error.trouble, parcel, accepted) from None
        except FAILURES as error:
            trouble = await self._understand(error, parcel)
            raise _failure(trouble, parcel, accepted, is_limited=is_too_much(error)) from None

    async def _deliver(self, parcel: Parcel, accepted: list[str]) -> Accepted:
        match parcel.act:
            case Act.SEND | Act.EDIT:
                return await self._sender.send(parcel, accepted)
            case Act.DELETE:
                return await self._sender.delete(parcel)
            case Act.FETCH:
                return await self._sender.fetch(parcel)
            case Act.TIMER:
                with suppress(*FAILURES):
                    await self._service.set_timer(parcel.chat, parcel.seconds)
            case Act.LEAVE:
                await self._service.leave(parcel.chat)
            case Act.TRUST:
                await self._service.trust(parcel.chat)
            case Act.PRESSED | Act.OPEN_TOPIC:
                pass  # Signal has neither buttons nor topics
        return Accepted()

    async def _understand(self, error: Exception, parcel: Parcel) -> Trouble:
        """The trouble behind a failure. A new key and a challenge go the way of everything that comes in."""
        if refusal := refused(error):
            if refusal.challenges:
                await self._discoveries.captcha(refusal.challenges[0])
            if is_about_us(refusal.text, self._number):
                log.critical("signal: the service refuses the bot's own account: python -m bot doctor")
            elif is_untrusted(refusal.text):
                await self._discoveries.new_keys_in(parcel.chat)
                return Trouble.UNKNOWN if is_group(parcel.chat) else Trouble.UNREACHABLE
        trouble = trouble_of(error, parcel.chat, self._number)
        return Trouble.UNREACHABLE if trouble is Trouble.UNKNOWN and parcel.act is Act.FETCH else trouble


def _failure(trouble: Trouble, parcel: Parcel, accepted: Sequence[str], *, is_limited: bool = False) -> DeliveryError:
    known = tuple(filter(None, accepted))
    return delivery_error(trouble, done=parcel.done + len(accepted), accepted=known, is_limited=is_limited)
