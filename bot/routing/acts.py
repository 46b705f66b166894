"""Acts at a messenger that say nothing: a timer, an answered button, an accepted key, a deletion."""

from __future__ import annotations

from collections.abc import Sequence

from bot.delivery.outbox_message import OutboxMessage
from bot.messengers.contract import Act, Parcel, Received
from handlers.model.messages import Lane, Wish


def acknowledgements(received: Received) -> Sequence[OutboxMessage]:
    """Due to a message whatever it says: its chat is set to forget in time, its button stops spinning."""
    parcels = []
    if received.timer:
        parcels.append(Parcel(act=Act.TIMER, chat=received.chat, seconds=received.timer))
    if received.press:
        parcels.append(Parcel(act=Act.PRESSED, chat=received.chat, press=received.press))
    return [OutboxMessage(parcel=parcel, lane=Lane.RECEIPT, platform=received.platform) for parcel in parcels]


def accept_key(platform: str, account: str, then: Wish | None = None) -> OutboxMessage:
    """Accepts the new key of an account; `then` happens once the messenger has."""
    follows = (then.name, then.argument) if then else None
    parcel = Parcel(act=Act.TRUST, chat=account)
    return OutboxMessage(parcel=parcel, lane=Lane.RECEIPT, platform=platform, then=follows)


def delete_messages(received: Received, messages: Sequence[str]) -> OutboxMessage:
    """Deletes these messages of the chat, and the one that asked for it where that can be done."""
    own = (received.message,) if received.can_be_deleted else ()
    parcel = Parcel(act=Act.DELETE, chat=received.chat, messages=(*messages, *own))
    return OutboxMessage(parcel=parcel, lane=Lane.CONSENT, platform=received.platform)
