"""What a messenger tells of itself: the bot was removed, a group moved, a key is new, a captcha is wanted."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from sqlmodel import Session

from bot.delivery.outbox_message import Put
from bot.messengers.contract import Event, Received, challenge_name
from bot.repositories.desk_chats import DeskChats
from bot.repositories.people import join_address, person_of
from bot.repositories.staff_trust import StaffTrustRepository
from bot.routing.acts import accept_key
from bot.routing.authority import Authority
from bot.storage.sealing import Sealing, keep_sealed
from handlers.model.messages import Wish
from handlers.model.policy import Policy

log = logging.getLogger(__name__)

Follows = Sequence[tuple[Wish, str]]
"""The wishes that must now happen, in order, each with the tag of the person it is about, or an empty text."""


class ServiceEvents:
    """Notes what they tell, within one transaction."""

    def __init__(self, sealing: Sealing, policy: Policy, chats: DeskChats, authority: Authority, put: Put) -> None:
        self._sealing = sealing
        self._policy = policy
        self._chats = chats
        self._authority = authority
        self._put = put
        self._notes = {
            Event.LEFT: self._leave,
            Event.MOVED: self._move,
            Event.KEY_CHANGED: self._meet_new_key,
            Event.CHALLENGED: self._keep_challenge,
        }

    def take(self, session: Session, received: Received) -> Follows | None:
        """Notes it and returns the wishes that follow from it; None for a message that somebody has written."""
        note = self._notes.get(received.event)
        return note(session, received) if note else None

    def _leave(self, session: Session, received: Received) -> Follows:
        if room := self._authority.room_of(session, received):
            log.critical("router: the bot was removed from the %s: no SOS can be posted there", room.value)
        return ()

    def _move(self, session: Session, received: Received) -> Follows:
        if self._authority.room_of(session, received) is None:
            return ()
        moved = self._chats.move(session, received.chat, received.moved_to)
        return [(Wish("desk.moved", f"{room.value} {received.moved_to}"), "") for room in moved]

    def _meet_new_key(self, session: Session, received: Received) -> Follows:
        """A person's new key is accepted at once: a new phone must not silence them. A staff member's is not."""
        platform, account = received.platform, received.sender
        if self._authority.is_staff(received):
            label = self._authority.staff_of(received).label
            trust = StaffTrustRepository(session, self._sealing)
            is_news = trust.suspend(label, join_address(platform, account))
            return [(Wish("staff.suspend", label), "")] if is_news else ()
        self._put(session, accept_key(platform, account))
        return [(Wish("case.new_key"), person_of(self._sealing, platform, account).tag)]

    def _keep_challenge(self, session: Session, received: Received) -> Follows:
        name, shown_name = received.platform, self._policy.shown_name(received.platform)
        keep_sealed(session, self._sealing, challenge_name(name), received.text)
        remedy = f"python -m bot {name}-challenge"
        log.critical("router: %s lets the bot send on only after a captcha: %s", shown_name, remedy)
        return [(Wish("desk.challenged", name), "")]
