"""Everything that a person can look up."""

from __future__ import annotations

from handlers.model.messages import Kind
from tests.transcripts.stage import Stage

_PLACES = (
    *("Thailand", "China", "a city", "place without an alert", "two places", "many places"),
    *("a part with a lower level", "a part with a graver level", "a part without an alert"),
)


async def first_contact(stage: Stage) -> None:
    """First contact: the first message is answered at once"""
    await stage.says("is it safe there")
    stage.enters()
    stage.notes("somebody else begins like this")
    await stage.asks("start")


async def levels(stage: Stage) -> None:
    """The level of a place"""
    for word in _PLACES:
        await stage.says(word)
    await stage.writes("🇹🇼")


async def doubtful_places(stage: Stage) -> None:
    """Which place?"""
    stage.enters()
    await stage.asks("level")
    await stage.says("unknown place")
    await stage.says("ambiguous place")
    await stage.picks(1)
    await stage.says("misspelt place")
    await stage.picks(1)


async def all_alerts(stage: Stage) -> None:
    """All alerts"""
    await stage.asks("alerts")
    await stage.chooses("Another place")
    await stage.says("place without an alert")


async def incidents(stage: Stage) -> None:
    """What happened in a place"""
    await stage.says("what happened there")
    await stage.asks("incidents", "a part with a lower level")
    await stage.asks("incidents", "place without an alert")


async def contacts(stage: Stage) -> None:
    """Who can help"""
    await stage.says("who helps there")
    await stage.asks("contacts", "Hong Kong")
    await stage.asks("contacts", "place without an alert")


async def facts(stage: Stage) -> None:
    """What to know in a place"""
    await stage.says("my rights there")
    await stage.asks("facts", "Thailand")
    await stage.asks("facts", "China")
    await stage.asks("facts", "place without an alert")


async def about_alerts(stage: Stage) -> None:
    """About these alerts, and one of them to print"""
    await stage.says("Thailand")
    await stage.chooses("About these alerts")
    await stage.chooses("Print, PDF, e-mail")
    await stage.asks("about")


async def updates(stage: Stage) -> None:
    """The board of updates, page by page"""
    await stage.asks("updates")
    for turn in ("Older", "Newer", "Topics"):
        await stage.chooses(turn)
    await stage.chooses("School")
    if stage.messenger == "telegram":
        await stage.asks("updates", "no topic")


async def about_the_bot(stage: Stage) -> None:
    """What this bot is"""
    for wish in ("help", "verify", "privacy", "ready"):
        await stage.asks(wish)


async def language(stage: Stage) -> None:
    """The language is chosen"""
    await stage.asks("language")
    await stage.picks({"en": 1, "zh_Hans": 2, "zh_Hant": 3, "zh_TW": 4}[stage.language])


async def not_understood(stage: Stage) -> None:
    """What is not understood, and what can't be read"""
    await stage.says("not understood")
    await stage.writes("", kind=Kind.PHOTO, photos=("a",))
    await stage.writes("", kind=Kind.POINT, latitude=13.75643, longitude=50.50176)
    await stage.writes("", kind=Kind.VOICE)
    await stage.writes("", kind=Kind.STICKER)
    await stage.asks("cancel")
