"""Parts of a territory and points on the map, through the whole house."""

from __future__ import annotations

import logging
from typing import Any

import pytest

from handlers.model.messages import Kind
from tests.talk import Talk, code_in

MAE_SOT = (16.7131, 98.5742)
MYAWADDY_BRIDGE = (16.6922, 98.5177)
GULF = (9.5, 101.5)


async def ask(talk: Talk, text: str, **more: Any) -> str:
    """The last answer to a question; before it there may be the greeting."""
    return (await talk.says(text, **more))[-1]


async def send_point(talk: Talk, point: tuple[float, float], kind: Kind = Kind.POINT) -> str:
    return (await talk.sends(kind, latitude=point[0], longitude=point[1]))[-1]


def labels(talk: Talk) -> list[str]:
    return talk.labels()


@pytest.mark.parametrize("question", ["Lantern Hill", "is Lanternhill safe?", "燈籠山安全嗎", "/level 灯笼山"])
async def test_a_part_with_a_lower_level_is_answered_with_that_of_its_whole_first(talk: Talk, question: str) -> None:
    await talk.says("/language en")
    answer = await ask(talk, question)
    assert answer.index("🇹🇭 Thailand: ⚫ <b>Black (highest of 3)</b>") < answer.index(
        "🇹🇭 Lantern Hill: 🔴 <b>Red (2 of 3; 3 is the worst)</b>"
    )
    assert "🇹🇭 Thailand" in labels(talk)
    assert labels(talk)[-1] == "Another place"


async def test_a_part_with_a_graver_level_is_answered_with_its_own_first(talk: Talk) -> None:
    answer = await ask(talk, "Kite Bay")
    assert answer.startswith("<b>⚠️ We don't know today's level of 🇭🇰 Kite Bay. It may be much worse now.</b>")
    assert answer.index("🔴 <b>Red") < answer.index("🟠 🇭🇰 Hong Kong: <b>Amber")
    assert "🇭🇰 Hong Kong" in labels(talk)


async def test_the_whole_lists_the_part_and_its_button_leads_there_and_on(talk: Talk) -> None:
    answer = await ask(talk, "Thailand")
    assert "🔴 🇹🇭 Lantern Hill: <b>Red (2 of 3; 3 is the worst)</b> (last reviewed: 20 November 2026)" in answer
    assert "🇹🇭 Lantern Hill: 🔴 <b>Red (2 of 3; 3 is the worst)</b>" in (await talk.chooses("🇹🇭 Lantern Hill"))[-1]
    incidents = (await talk.chooses("Incidents"))[-1]
    nothing_of_its_own = "I have nothing about <b>🇹🇭 Lantern Hill</b> alone. This is about all of 🇹🇭 Thailand."
    assert nothing_of_its_own in incidents
    assert "May 2026" in incidents
    assert "🇹🇭 Lantern Hill: 🔴" in (await talk.chooses("Level"))[-1]
    assert "Where: 🇹🇭 Thailand" in (await talk.chooses("Who can help"))[-1]
    assert nothing_of_its_own in await ask(talk, "/facts Lantern Hill")
    assert "🇹🇭 Lantern Hill: <b>Red (2 of 3; 3 is the worst)</b>" in await ask(talk, "/alerts")


async def test_what_happened_in_a_part_is_told_of_its_whole_and_who_helps_there_too(talk: Talk) -> None:
    assert "The pier was closed for a night" in await ask(talk, "/incidents Hong Kong")
    assert "• The Boathouse: Clothes and goods\nWhere: 🇭🇰 Kite Bay" in await ask(talk, "/contacts Hong Kong")
    assert "• Paper &amp; Paste Kitchen: Food\nWhere: 🇭🇰 Hong Kong" in await ask(talk, "/contacts Kite Bay")


async def test_a_part_is_answered_in_every_language(talk: Talk) -> None:
    assert "<b>🇹🇭 燈籠山的級別較低，但🇹🇭 泰國的危險同樣可能波及那裏。</b>" in await ask(
        talk, "Lantern Hill", language_hint="zh-hant"
    )
    assert "<b>🇹🇭 灯笼山的级别较低，但🇹🇭 泰国的危险同样可能波及那里。</b>" in await ask(
        talk, "Lantern Hill", language_hint="zh-hans", who="502"
    )


@pytest.mark.parametrize(
    ("question", "part"),
    [
        ("Tibet", "Tibet"),
        ("བོད", "Tibet"),
        ("ئۇيغۇر ئېلى", "Uyghur Region (Xinjiang)"),
        ("East Turkistan", "Uyghur Region (Xinjiang)"),
        ("Southern Mongolia", "Southern (Inner) Mongolia"),
    ],
)
async def test_a_region_without_its_own_level_is_named_and_told_that_of_the_whole(
    talk: Talk, question: str, part: str
) -> None:
    answer = await ask(talk, question)
    assert f"I have nothing about <b>🇨🇳 {part}</b> alone.\n" in answer
    assert "🇨🇳 Mainland China: ⚫ <b>Black (highest of 3)</b>" in answer
    assert part in await ask(talk, "/facts")


async def test_a_region_is_named_in_chinese_as_its_readers_call_it(talk: Talk) -> None:
    assert "🇨🇳 維吾爾地區（新疆）" in await ask(talk, "新疆安全嗎")
    assert "🇨🇳 南蒙古（内蒙古）" in (await talk.says("内蒙古安全吗", who="502"))[-1]


async def test_a_point_is_answered_with_its_place_and_is_neither_kept_nor_logged(
    talk: Talk, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    answer = await send_point(talk, MAE_SOT)
    assert "🇹🇭 Thailand: ⚫ <b>Black (highest of 3)</b>" in answer
    assert answer.endswith("I did not keep your location.")
    assert labels(talk)[-1] == "Another place"
    assert "Incidents: 🇹🇭 Thailand" in await ask(talk, "/incidents")
    assert "16.7" not in caplog.text
    assert "98.5" not in caplog.text


async def test_a_point_on_a_border_is_asked_about(talk: Talk) -> None:
    assert "You may be in any of these" in await send_point(talk, MYAWADDY_BRIDGE)
    assert sorted(labels(talk)) == ["Another place", "I need help now (SOS)", "🇲🇲 Myanmar (Burma)", "🇹🇭 Thailand"]
    assert "🇹🇭 Thailand: ⚫" in (await talk.chooses("🇹🇭 Thailand"))[-1]


async def test_a_point_at_sea_says_nothing_calm(talk: Talk) -> None:
    answer = await send_point(talk, GULF)
    assert "at sea" in answer
    assert "I can't tell how safe it is." in answer


async def test_a_live_location_is_refused(talk: Talk) -> None:
    answer = await send_point(talk, MAE_SOT, Kind.LIVE_LOCATION)
    assert "I did not keep your location." in answer
    assert "Thailand" not in answer


async def test_in_a_call_for_help_a_point_joins_the_note_as_before(talk: Talk) -> None:
    await talk.says("SOS")
    assert "Your location, to about 1 kilometre" in await send_point(talk, MAE_SOT)
    code = code_in(await talk.chooses("Send"))
    assert "Black" not in await send_point(talk, MAE_SOT)
    assert code


LOOKUPS = ("/level", "/incidents", "/contacts", "/facts")


@pytest.mark.parametrize("place", ["Thailand", "France", "Tibet", "Hong Kong"])
@pytest.mark.parametrize("command", LOOKUPS)
async def test_every_answer_names_place_and_flag_and_offers_another(talk: Talk, command: str, place: str) -> None:
    flags = {"Thailand": "🇹🇭", "France": "🇫🇷", "Tibet": "🇨🇳", "Hong Kong": "🇭🇰"}
    assert f"{flags[place]} {place}" in await ask(talk, f"{command} {place}")
    assert labels(talk)[-1] == "Another place"


@pytest.mark.parametrize("question", ["/alerts", "Congo", "Tailand", "Thailand Hong Kong France Japan Italy"])
async def test_every_list_of_places_offers_another(talk: Talk, question: str) -> None:
    await ask(talk, question)
    assert labels(talk)[-1] == "Another place"


@pytest.mark.parametrize("between", ["/alerts", "/updates", "/help", "/privacy", "good morning", "SOS", "cancel"])
async def test_the_place_of_an_answer_is_gone_after_any_other_question(talk: Talk, between: str) -> None:
    await ask(talk, "Thailand")
    await ask(talk, between)
    await ask(talk, "cancel")
    assert "Which place?" in await ask(talk, "/incidents")


@pytest.mark.parametrize("between", ["/alerts", "/updates", "/help", "hello", "cancel"])
async def test_the_choice_of_another_place_is_gone_after_any_other_question(talk: Talk, between: str) -> None:
    await ask(talk, "Thailand")
    await talk.chooses("Another place")
    await ask(talk, between)
    assert "I did not understand" in await ask(talk, "qqqq")


async def test_a_point_or_a_picture_ends_the_choice_of_another_place(talk: Talk) -> None:
    for kind in (Kind.PHOTO, Kind.VOICE, Kind.STICKER):
        await ask(talk, "Thailand")
        await talk.chooses("Another place")
        await talk.sends(kind)
        assert "I did not understand" in await ask(talk, "qqqq")
    await ask(talk, "/level")
    await send_point(talk, GULF)
    assert "I did not understand" in await ask(talk, "qqqq")


async def test_a_new_language_lets_the_last_place_be(talk: Talk) -> None:
    await ask(talk, "Thailand")
    await ask(talk, "/language zh_Hant")
    assert "🇹🇭 泰國" in await ask(talk, "/incidents")
