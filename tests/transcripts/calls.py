"""Calls for help, from the first word to the end."""

from __future__ import annotations

from bot.messengers.contract import Event
from handlers.model.messages import Kind
from tests.talk import OTHER_STAFF
from tests.transcripts.stage import Stage

WHERE = {"latitude": 13.75643, "longitude": 50.50176}
"""In the sea, so that it is nobody's place."""


async def whole_call(stage: Stage) -> None:
    """An SOS from the first word to the end"""
    await stage.says("help")
    await stage.says("what happened")
    await stage.chooses("Add more")
    await stage.says("more", message="more")
    await stage.says("caption", kind=Kind.PHOTO, photos=("a",))
    await stage.writes("", kind=Kind.POINT, **WHERE)
    await stage.chooses("Exact location")
    await stage.chooses("Send")
    stage.later(minutes=3)
    await stage.acknowledges()
    await stage.staff_writes("", "chatter")
    stage.later(minutes=1)
    await stage.staff_writes("/r {code}", "answer")
    await stage.says("later")
    await stage.says("more, corrected", message="more", event=Event.EDIT)
    await stage.writes("", kind=Kind.PHOTO, photos=("b",))
    await stage.writes("", kind=Kind.POINT, **WHERE)
    await stage.writes("", kind=Kind.VOICE)
    await stage.writes("SOS")
    await stage.staff_writes("/handoff {code}")
    await stage.takes_over()
    await stage.staff_writes("/r", "second answer", sender=OTHER_STAFF, quoted=stage.newest_post)
    await stage.says("thanks")
    stage.later(hours=2)
    await stage.staff_writes("/close {code}", "reason", sender=OTHER_STAFF)


async def lookup_in_a_call(stage: Stage) -> None:
    """A place is looked up while a note is open"""
    await stage.says("SOS and words")
    await stage.chooses("Send")
    await stage.asks("contacts", "Thailand")
    await stage.says("is it safe there")


async def sent_at_once(stage: Stage) -> None:
    """SOS and words in one message; Send is chosen twice"""
    await stage.says("SOS and words")
    await stage.chooses("Send")
    if stage.messenger == "telegram":
        await stage.chooses("Send")


async def cancelled(stage: Stage) -> None:
    """Cancelled before anything was sent"""
    await stage.says("call with words")
    await stage.chooses("Cancel")
    await stage.asks("cancel")


async def old_button(stage: Stage) -> None:
    """An older Send is chosen after the note has changed"""
    await stage.says("SOS and words")
    await stage.says("more")
    await stage.presses_older("Send")
    await stage.chooses("Send")


async def nothing_to_pass_on(stage: Stage) -> None:
    """What is not passed on, and what is too much"""
    await stage.says("help")
    for kind in (Kind.VOICE, Kind.VIDEO, Kind.CONTACT, Kind.STICKER):
        await stage.writes("", kind=kind)
    await stage.writes("", kind=Kind.LIVE_LOCATION, **WHERE)
    await stage.writes("", kind=Kind.PHOTO, photos=tuple("abcdefghijk"))


async def withdrawn(stage: Stage) -> None:
    """ "I am safe" while the team has the note: staff check"""
    await stage.says("SOS and words")
    await stage.chooses("Send")
    await stage.says("I am safe")
    await stage.staff_writes("/board")
    await stage.acknowledges()
    await stage.staff_writes("/close {code}", "reason")


async def wiped(stage: Stage) -> None:
    """Everything is deleted while a note is open; somebody may be reading along"""
    await stage.says("SOS and words")
    await stage.chooses("Send")
    await stage.acknowledges()
    await stage.says("delete me")
    await stage.chooses("Yes, start again")
    await stage.staff_writes("/r {code}", "answer")
    await stage.staff_writes("/close {code}", "reason")


async def deleted_message(stage: Stage) -> None:
    """The person deletes a message: first of a draft, then of the note"""
    await stage.says("SOS and words", message="first")
    await stage.says("more", message="more")
    await stage.deletes("more")
    await stage.chooses("Send")
    await stage.says("later", message="later")
    await stage.deletes("later")


async def called(stage: Stage) -> None:
    """The person calls; then a message that can't be read"""
    await stage.writes("", kind=Kind.CALL)
    await stage.says("SOS and words")
    await stage.chooses("Send")
    await stage.writes("", kind=Kind.CALL)
    await stage.writes("", kind=Kind.UNREADABLE)


async def number_as_an_answer(stage: Stage) -> None:
    """After a note, a number is an answer to the team"""
    await stage.says("SOS and words")
    await stage.chooses("Send")
    await stage.staff_writes("/r {code}", "how many")
    await stage.writes("2")


async def prepared(stage: Stage) -> None:
    """Prepared in calm: a rehearsal, then the first SOS message is the SOS"""
    await stage.asks("ready")
    await stage.chooses("I agree")
    await stage.chooses("Rehearse")
    await stage.says("rehearsal")
    await stage.chooses("It was a rehearsal")
    stage.later(hours=1)
    await stage.says("SOS and words")
    await stage.staff_writes("/close {code}", "reason")
    await stage.asks("ready")
    await stage.chooses("Ask me before sending")


async def rehearsal_was_real(stage: Stage) -> None:
    """The rehearsal turns out to be real"""
    await stage.asks("ready")
    await stage.chooses("I agree")
    await stage.chooses("Rehearse")
    await stage.says("SOS and words")
    await stage.chooses("It is real: send it now")


async def declined(stage: Stage) -> None:
    """Nobody has to be ready"""
    await stage.asks("ready")
    await stage.chooses("No")
