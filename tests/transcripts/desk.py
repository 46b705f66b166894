"""What staff see when things are not as they should be."""

from __future__ import annotations

from bot.messengers.contract import Trouble
from handlers.model.messages import Kind
from tests.talk import OTHER_STAFF, STAFF
from tests.transcripts.stage import Stage


async def staff_commands(stage: Stage) -> None:
    """Staff commands, and staff mistakes"""
    await stage.staff_writes("/help")
    await stage.staff_writes("/board")
    await stage.staff_writes("/ack")
    await _call(stage)
    await stage.staff_writes("/board")
    await stage.staff_writes("/handoff {code}")
    await stage.acknowledges()
    await stage.acknowledges(OTHER_STAFF)
    await stage.staff_writes("/board")
    await stage.staff_writes("/r {code}")
    await stage.staff_writes("/close {code}")
    await stage.staff_writes("/close {code}", "reason")
    await stage.staff_writes("/r {code}", "answer")


async def unreachable(stage: Stage) -> None:
    """The person can't be reached any more"""
    await _call(stage)
    stage.fails_for_person(Trouble.GONE)
    await stage.staff_writes("/r {code}", "answer")


async def in_doubt(stage: Stage) -> None:
    """The desk's messenger did not answer: the post may stand there twice"""
    stage.fails_for_desk_once(Trouble.UNKNOWN)
    await _call(stage)
    stage.later(minutes=1)
    await stage.settle()


async def photo_lost(stage: Stage) -> None:
    """A photo can't be fetched"""
    stage.fails_for_photos(Trouble.REFUSED)
    await stage.says("help")
    await stage.says("caption", kind=Kind.PHOTO, photos=("a",))
    await stage.chooses("Send")


async def topic_deleted(stage: Stage) -> None:
    """A desk with topics; the topic of a case is deleted"""
    await _call(stage)
    await stage.staff_writes("/r", "answer", topic=stage.newest_topic)
    stage.loses_topic()
    await stage.says("later")


async def desk_moved(stage: Stage) -> None:
    """The desk's group gets a new id"""
    await stage.desk_moves("-1007")


async def broken(stage: Stage) -> None:
    """Something breaks in the bot"""
    stage.breaks()
    await stage.says("Thailand")


async def no_team(stage: Stage) -> None:
    """There is no desk"""
    await stage.says("help")


async def desk_elsewhere(stage: Stage) -> None:
    """Written on Signal, the desk on Telegram: words don't leave Signal"""
    await stage.says("help")
    await stage.says("what happened")
    await stage.chooses("Send")
    await stage.acknowledges()
    await stage.staff_writes("/r {code}", "answer")
    await stage.says("later")


async def acknowledged_by_reaction(stage: Stage) -> None:
    """A thumb under the post acknowledges"""
    await _call(stage)
    await stage.reacts("👍")


async def new_phone(stage: Stage) -> None:
    """The person has a new phone: with an open note, and before the next one"""
    await _call(stage)
    await stage.has_new_key()
    await stage.says("later")
    await stage.staff_writes("/close {code}", "reason")
    await stage.has_new_key()
    await stage.says("SOS and words")
    await stage.chooses("Send")


async def staff_with_a_new_key(stage: Stage) -> None:
    """A staff member has a new key; a colleague confirms"""
    await _call(stage)
    await stage.has_new_key(STAFF)
    await stage.staff_writes("/r {code}", "answer")
    await stage.staff_chooses("Confirm", sender=OTHER_STAFF)
    await stage.staff_writes("/r {code}", "answer")


async def captcha(stage: Stage) -> None:
    """Signal wants a captcha"""
    await stage.is_challenged()


async def _call(stage: Stage) -> None:
    await stage.says("SOS and words")
    await stage.chooses("Send")
