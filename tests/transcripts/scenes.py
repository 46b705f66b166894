"""Which scenes are played, in which house; together they are the transcript of one messenger in one language."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.transcripts import calls, desk, lookups, nights, words
from tests.transcripts.stage import Stage

FOLDER = Path(__file__).parent
MESSENGERS = ("telegram", "signal")
LANGUAGES = ("en", "zh_Hant", "zh_TW", "zh_Hans")

Scene = Callable[[Stage], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class House:
    """Scenes played one after the other in the same house; `desk` is another messenger, or None for no desk."""

    scenes: Sequence[Scene]
    desk: str | None = ""
    is_forum: bool = False
    has_backup: bool = False
    messengers: Sequence[str] = MESSENGERS


HOUSES: Sequence[House] = (
    House(
        (
            lookups.first_contact,
            lookups.levels,
            lookups.doubtful_places,
            lookups.all_alerts,
            lookups.incidents,
            lookups.contacts,
        )
    ),
    House(  # another one: nobody is answered more than some dozen questions a minute
        (
            lookups.facts,
            lookups.about_alerts,
            lookups.updates,
            lookups.about_the_bot,
            lookups.language,
            lookups.not_understood,
        )
    ),
    House((calls.whole_call,)),
    House((calls.lookup_in_a_call,)),
    House((calls.sent_at_once,)),
    House((calls.cancelled,)),
    House((calls.old_button,), messengers=("telegram",)),
    House((calls.nothing_to_pass_on,)),
    House((calls.withdrawn,)),
    House((calls.wiped,)),
    House((calls.prepared,)),
    House((calls.rehearsal_was_real,)),
    House((calls.declined,)),
    House((nights.a_night,), has_backup=True),
    House((nights.on_duty,)),
    House((nights.exercise,)),
    House((nights.put_off,)),
    House((nights.flood,)),
    House((nights.checked_on,)),
    House((nights.checked_on_in_doubt,)),
    House((nights.agreed_word,)),
    House((nights.too_many_questions,)),
    House((nights.banned,)),
    House((desk.staff_commands,)),
    House((desk.unreachable,)),
    House((desk.in_doubt,)),
    House((desk.photo_lost,)),
    House((desk.topic_deleted,), is_forum=True, messengers=("telegram",)),
    House((desk.desk_moved,), messengers=("telegram",)),
    House((desk.broken,)),
    House((desk.no_team,), desk=None),
    House((calls.deleted_message,), messengers=("signal",)),
    House((calls.called,), messengers=("signal",)),
    House((calls.number_as_an_answer,), messengers=("signal",)),
    House((desk.acknowledged_by_reaction,), messengers=("signal",)),
    House((desk.new_phone,), messengers=("signal",)),
    House((desk.staff_with_a_new_key,), messengers=("signal",)),
    House((desk.captcha,), messengers=("signal",)),
    House((desk.desk_elsewhere,), desk="telegram", messengers=("signal",)),
)


def file_of(messenger: str, language: str) -> Path:
    return FOLDER / f"{messenger}.{language}.txt"


async def transcript(messenger: str, language: str) -> str:
    """The whole text, the same on every day and machine."""
    lines = [
        f"Everything that is said on {messenger.capitalize()}, language {language}, as it is read there.",
        "Written by: python -m tests.transcripts. Don't edit it: change the catalogue or the scene.",
        "What it tells of places, helpers and posts is invented and stands in tests/sample/.",
        "The first day is 24 November 2026, 14:05 UTC; staff use the same language.",
        "(…) is no text; -- tells what happens.",
        "",
    ]
    for house in HOUSES:
        if messenger in house.messengers:
            lines += await _played(house, messenger, language)
    return "\n".join(lines).rstrip() + "\n"


async def _played(house: House, messenger: str, language: str) -> list[str]:
    stage = Stage(
        messenger, language, words.of(language), desk=house.desk, is_forum=house.is_forum, has_backup=house.has_backup
    )
    try:
        for scene in house.scenes:
            title = (scene.__doc__ or "").strip()
            stage.lines += ["", f"=== {title} ===", ""]
            await scene(stage)
    finally:
        await stage.close()
    return stage.lines
