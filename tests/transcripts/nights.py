"""What happens when nobody answers."""

from __future__ import annotations

from handlers.cases.batching import MOST_POSTS
from tests.talk import OTHER_STAFF
from tests.transcripts.stage import Stage


async def a_night(stage: Stage) -> None:
    """A night: nobody answers; the backup desk; an acknowledgement that expires; a second one; answers; the end"""
    await stage.says("is it safe there")
    await stage.staff_writes("/board")
    await stage.says("SOS and words")
    await stage.chooses("Send")
    await stage.waits(minutes=13)
    await stage.staff_writes("/ack {code}", sender=OTHER_STAFF, at_backup=True)
    await stage.waits(minutes=19)
    await stage.says("later")
    await stage.staff_writes("/ack {code}")
    stage.later(minutes=2)
    await stage.staff_writes("/r {code}", "answer")
    await stage.says("thanks")
    await stage.waits(minutes=10)
    await stage.staff_writes("/ack {code}")
    await stage.waits(hours=4)
    await stage.staff_writes("/close {code}", "reason")
    await stage.staff_writes("/log {code}")
    await stage.waits(minutes=1)


async def on_duty(stage: Stage) -> None:
    """Who is on duty"""
    await stage.staff_writes("/duty")
    await stage.staff_writes("/duty on 22:00 06:00", sender=OTHER_STAFF)
    await stage.asks("sos")
    await stage.says("what happened")
    await stage.chooses("Send")
    await stage.staff_writes("/duty on 22:00")
    await stage.waits(minutes=3)
    await stage.staff_writes("/r {code}", "answer")
    await stage.waits(hours=8)
    await stage.staff_writes("/duty off", sender=OTHER_STAFF)


async def exercise(stage: Stage) -> None:
    """An exercise that is acknowledged, one that nobody acknowledges, and none while somebody waits"""
    await stage.staff_writes("/drill")
    stage.later(seconds=40)
    await stage.staff_writes("/r {code}", "answer")
    await stage.acknowledges()
    await stage.staff_writes("/board")
    await stage.staff_writes("/duty on")
    await stage.staff_writes("/drill")
    await stage.waits(minutes=8)
    await stage.says("SOS and words")
    await stage.chooses("Send")
    await stage.staff_writes("/drill")


async def put_off(stage: Stage) -> None:
    """A case is put off, and asked about again"""
    await stage.says("SOS and words")
    await stage.chooses("Send")
    await stage.staff_writes("/snooze {code}")
    await stage.acknowledges()
    await stage.staff_writes("/snooze {code} 20")
    await stage.staff_writes("/board")
    await stage.staff_writes("/snooze {code}")
    await stage.staff_writes("/snooze {code}")
    await stage.waits(minutes=31)
    await stage.staff_writes("/r {code}", "answer")
    await stage.staff_writes("/snooze {code}")


async def flood(stage: Stage) -> None:
    """Many calls within a minute become a list; one of them is opened"""
    for _ in range(MOST_POSTS):
        await stage.says("SOS and words")
        await stage.chooses("Send")
        stage.enters()
    stage.hides(f"{MOST_POSTS} persons have called within a minute")
    await stage.says("SOS and words")
    await stage.chooses("Send")
    await stage.waits(seconds=15)
    await stage.staff_writes("/show {code}")
    await stage.staff_writes("/ack {code}")


async def checked_on(stage: Stage) -> None:
    """A check-in that is answered, and one that is not"""
    await stage.asks("checkin")
    await stage.picks(2)
    await stage.says("where I go")
    await stage.chooses("Start check-in")
    await stage.waits(hours=3)
    await stage.chooses("I am all right")
    await stage.asks("checkin")
    await stage.writes("18:00")
    await stage.writes("16:05")
    await stage.says("where I go")
    await stage.chooses("Start check-in")
    await stage.waits(hours=2, minutes=30)


async def checked_on_in_doubt(stage: Stage) -> None:
    """A check-in that is ended with a wrong word"""
    await stage.says("word")
    await stage.asks("checkin")
    await stage.picks(2)
    await stage.says("where I go")
    await stage.chooses("Start check-in")
    await stage.writes("/cancel")
    await stage.says("chatter")
    await stage.waits(hours=3, minutes=15)


async def agreed_word(stage: Stage) -> None:
    """A word that was agreed"""
    await stage.says("word")
    await stage.says("SOS and words")
    await stage.chooses("Send")
    await stage.staff_writes("/word {code}", "chatter")
    await stage.staff_writes("/word {code}", "the word")


async def too_many_questions(stage: Stage) -> None:
    """Somebody asks without end"""
    for _ in range(30):
        await stage.asks("alerts")
    stage.hides("thirty questions within a minute")
    await stage.asks("alerts")
    await stage.asks("alerts")
    await stage.says("SOS and words")


async def banned(stage: Stage) -> None:
    """Somebody is banned by two, and appeals:"""
    await stage.says("SOS and words")
    await stage.chooses("Send")
    await stage.staff_writes("/ban {code}")
    await stage.staff_writes("/ban {code}", "why a ban")
    await stage.staff_writes("/ban {code}", sender=OTHER_STAFF)
    await stage.staff_writes("/close {code}", "why a ban")
    await stage.says("SOS and words")
    await stage.chooses("Send")
    await stage.waits(seconds=10)
    await stage.writes("/appeal")
    await stage.says("appeal")
    await stage.writes("/appeal")
