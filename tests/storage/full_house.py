"""A house with a row of every kind in its database, all of them made by using it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import text

from bot.jobs.retention import forget_once
from bot.messengers.contract import DeliveryError, Event, Parcel, Trouble
from bot.storage.aside import give_up
from bot.storage.vault import Vault, new_key
from handlers.model.messages import Kind
from tests.talk import BACKUP, DESK, OTHER_STAFF, STAFF, WITH_BACKUP, Talk, code_in

LOOKS, DRAFTS, IS_READY, IS_CHECKED, CALLS, BANNED, WAITS, UNSENT, CLOSED = (f"50{number}" for number in range(1, 10))
"""Persons, each named by what stands open for them."""
MOVED_BACKUP = "-1007"
CHALLENGE_TOKEN = "invented challenge"


@dataclass
class FullHouse:
    """A house at work, and what its persons and staff have in hand."""

    talk: Talk
    url: str
    code: str = ""
    """The open case of `CALLS`."""

    async def restart(self, keys: Sequence[bytes]) -> None:
        """The same house with other keys; chats and clock go on."""
        before = self.talk
        await before.close()
        self.talk = open_house(self.url, keys, before)


def open_house(url: str, keys: Sequence[bytes], before: Talk | None = None) -> Talk:
    more: dict[str, Any] = {"clock": before.clock} if before else {}
    talk = Talk(url, keys=tuple(keys), desk=WITH_BACKUP, **more)
    if before:
        talk.clock, talk._updates = before.clock, before._updates
        talk.messengers, talk.messenger, talk.at_desk = before.messengers, before.messenger, before.at_desk
    return talk


async def fill(url: str, keys: Sequence[bytes]) -> FullHouse:
    """Whoever adds a kind of row lets it be made here; a test of the rows there are asks for it."""
    house = FullHouse(await _after_a_key_was_lost(url, keys), url)
    await use(house)
    return house


async def use(house: FullHouse) -> None:
    """Persons and staff do all that leaves a row behind."""
    await _close_a_case_long_ago(house)
    await _let_persons_begin(house)
    await _let_staff_work(house)
    await _let_things_wait(house)


async def _after_a_key_was_lost(url: str, keys: Sequence[bytes]) -> Talk:
    """What it sealed is set aside."""
    lost = new_key()
    talk = open_house(url, [lost])
    await talk.says("Thailand", who="500")
    await talk.close()
    talk = open_house(url, [*keys, lost], talk)
    assert give_up(talk.app.store, Vault(keys), Vault([lost]).key_ids, talk.clock.now().timestamp()) > 0
    await talk.close()
    return open_house(url, keys, talk)


async def _close_a_case_long_ago(house: FullHouse) -> None:
    """Staff were warned of its end; an exercise was before it."""
    talk = house.talk
    await talk.staff_says("/drill")
    await talk.staff_presses("Acknowledge")
    await talk.says("SOS it is over", who=CLOSED)
    code = code_in(await talk.chooses("Send", who=CLOSED))
    await talk.staff_says(f"/close {code} done")
    talk.clock.forward(days=6, hours=1)
    await forget_once(talk.app.store, talk.app.sealing, talk.app.router.happen)
    await talk.settle()


async def _let_persons_begin(house: FullHouse) -> None:
    talk = house.talk
    await talk.says("/language", who=LOOKS)
    await talk.says("Thailand", who=LOOKS)
    await talk.says("SOS two men at the gate", who=DRAFTS)
    await talk.says("/ready", who=IS_READY)
    await talk.chooses("I agree", who=IS_READY)
    for words in ("/checkin", "90 min", "I went to the station"):
        await talk.says(words, who=IS_CHECKED)
    await talk.chooses("Start check-in", who=IS_CHECKED)
    await talk.says("SOS they are here", who=CALLS)
    house.code = code_in(await talk.chooses("Send", who=CALLS))
    await talk.sends(Kind.PHOTO, who=CALLS, photos=("file",))
    await talk.sends(Kind.POINT, who=CALLS, latitude=13.75, longitude=100.5)


async def _let_staff_work(house: FullHouse) -> None:
    talk = house.talk
    await talk.says("SOS buy our pills", who=BANNED)
    banned = code_in(await talk.chooses("Send", who=BANNED))
    await talk.staff_says(f"/ban {banned} floods us")
    await talk.staff_presses("Ban", sender=OTHER_STAFF)
    await talk.staff_says(f"/close {banned} no SOS")
    await talk.staff_says("/duty on")
    await talk.staff_says("/board")
    await talk.staff_says(f"/r {house.code} Stay inside.")
    await talk.hear(talk.received(BACKUP, STAFF, event=Event.MOVED, moved_to=MOVED_BACKUP))
    await talk.hear(talk.received("+1", "+1", CHALLENGE_TOKEN, platform="signal", event=Event.CHALLENGED))
    await talk.hear(talk.received(STAFF, STAFF, event=Event.KEY_CHANGED))
    await talk.staff_presses("Confirm", sender=OTHER_STAFF)
    await talk.hear(talk.received(OTHER_STAFF, OTHER_STAFF, event=Event.KEY_CHANGED))


async def _let_things_wait(house: FullHouse) -> None:
    """One message is not handled yet, one can't be read, one answer and one photo can't be sent."""
    talk = house.talk
    talk.messenger.trouble = _nobody_answers
    await talk.says("Vietnam", who=UNSENT)
    await talk.sends(Kind.PHOTO, who=CALLS, photos=("another",))
    await talk.app.inbox.set_aside("telegram", "a key", b"no message")
    await talk.app.inbox.keep([talk.received(WAITS, WAITS, "Laos")])


def _nobody_answers(_parcel: Parcel) -> DeliveryError | None:
    return DeliveryError(Trouble.UNREACHABLE)


async def names_of_sealed(talk: Talk) -> set[str]:
    """The first word of the name of each small sealed value."""
    names = await talk.app.store.run(lambda session: session.execute(text("SELECT name FROM sealed")).scalars().all())
    return {name.split(" ")[0] for name in names}


__all__ = ["DESK", "FullHouse", "fill", "names_of_sealed", "open_house", "use"]
