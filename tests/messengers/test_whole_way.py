"""The whole way through the real adapters, from the same scripts at each messenger: a person, the desk, troubles."""

from __future__ import annotations

import io
import re

from PIL import Image

from tests.messengers.doors import Door


def jpeg_with_a_place() -> bytes:
    image = Image.new("RGB", (64, 48), (200, 30, 30))
    exif = Image.Exif()
    exif[0x010F] = "MARKER-CAMERA"
    exif.get_ifd(0x8825)[1] = "N"
    out = io.BytesIO()
    image.save(out, "JPEG", exif=exif)
    return out.getvalue()


async def open_case(door: Door, words: str = "two men at the gate") -> str:
    """A note that the team has; returns its code."""
    door.says(f"SOS {words}")
    await door.hears("Not sent yet")
    door.chooses("Send")
    receipt = await door.hears("The number of your note is")
    await door.hears("The team has your note")
    found = re.search(r"[0-9A-Z]{4}-[0-9A-Z]{2}", receipt)
    assert found
    return found[0]


async def test_a_question_is_answered_and_its_choices_lead_on(door: Door) -> None:
    door.says("what is the level for Thailand")
    assert "🇹🇭" in await door.hears("Black")
    door.chooses("Incidents")
    await door.hears("Incidents: 🇹🇭")
    door.says("/updates")
    await door.hears("Page 1 of ")
    door.chooses("Older")
    await door.hears("Page 2 of ")


async def test_the_time_of_a_check_in_is_shown_in_the_clock_of_an_app_that_can(door: Door) -> None:
    door.says("/checkin 2h meeting a stranger")
    shown = await door.hears("I will ask you in 2 hours (")
    assert re.search(r"\(.*\d:\d\d UTC\)", shown), "where it can't, and before it does"
    assert "<" not in shown
    calls = getattr(door.server, "calls", ())  # of the messengers that have such times, or none
    assert any("<tg-time unix=" in given.get("text", "") for _, given in calls) == (door.name == "telegram")


async def test_an_sos_goes_the_whole_way_and_back(door: Door) -> None:
    door.says("SOS two men at the gate")
    await door.hears("Not sent yet")
    assert door.posts() == []
    door.chooses("Send")
    receipt = await door.hears("The number of your note is")
    code = re.search(r"[0-9A-Z]{4}-[0-9A-Z]{2}", receipt)
    assert code
    await door.hears("The team has your note")
    assert "two men at the gate" in await door.desk_hears(f"SOS {code[0]}")
    door.staff_chooses("Acknowledge")
    await door.hears("has taken your note")
    door.staff_says(f"/r {code[0]} Stay inside.")
    assert "Stay inside." in await door.hears("Answer from the team")
    await door.desk_hears("delivered")
    door.says("I did.")
    await door.desk_hears("I did.")
    door.staff_says(f"/close {code[0]} safe now")
    await door.hears("has closed your note")
    told = door.told()
    stages = [
        next(i for i, text in enumerate(told) if part in text)
        for part in (
            "The number of your note is",
            "The team has",
            "has taken your note",
            "Answer from the team",
            "has closed your note",
        )
    ]
    assert stages == sorted(stages)
    shown = "\n".join(door.posts())
    for secret in door.secrets:
        assert secret not in shown
    assert "safe now" not in "\n".join(told)


async def test_a_photo_arrives_without_what_it_tells_of_its_owner(door: Door) -> None:
    door.says("SOS look")
    await door.hears("Not sent yet")
    door.sends_photo(jpeg_with_a_place(), "their car")
    await door.hears("1 photo")
    door.chooses("Send")
    await door.desk_hears("a photo")
    [photo] = door.photos()
    assert b"MARKER-CAMERA" not in photo
    assert Image.open(io.BytesIO(photo)).getexif() == {}
    assert "their car" in "\n".join(door.posts())


async def test_a_place_is_passed_on_to_about_a_kilometre(door: Door) -> None:
    door.says("SOS here")
    await door.hears("Not sent yet")
    door.sends_place(13.756331, 100.501762)
    await door.hears("to about 1 kilometre")
    door.chooses("Send")
    await door.desk_hears("13.76, 100.50")
    assert "13.756" not in "\n".join(door.posts())


async def test_a_changed_message_is_changed_in_the_draft_and_told_in_the_note(door: Door) -> None:
    message = door.says("SOS at the norht gate")
    await door.hears("norht")
    door.edits(message, "SOS at the north gate")
    await door.hears("at the north gate")
    assert "norht" not in door.told()[-1]
    door.chooses("Send")
    await door.hears("The team has your note")
    message = door.says("they are leving")
    await door.desk_hears("they are leving")
    door.edits(message, "they are leaving")
    assert "changed an earlier message" in await door.desk_hears("they are leaving")


async def test_staff_answer_by_quoting_and_chatter_reaches_nobody(door: Door) -> None:
    await open_case(door)
    door.staff_says("who is free?")
    door.staff_says("/r Stay inside.", quotes="SOS")
    await door.hears("Stay inside.")
    assert "who is free?" not in "\n".join(door.told())


async def test_a_number_or_word_after_the_note_reaches_the_team(door: Door) -> None:
    code = await open_case(door)
    door.staff_says(f"/r {code} How many?")
    await door.hears("How many?")
    door.says("3")
    assert "more from the person" in await door.desk_hears("\n\n› 3")


async def test_wipe_deletes_what_the_bot_said(door: Door) -> None:
    door.says("SOS something")
    await door.hears("Not sent yet")
    door.says("/wipe")
    await door.hears("Hello. Write the name of a place")
    await door.server.wait_until(lambda: len(door.told()) == 1)
    assert door.told() == ["Hello. Write the name of a place, or /help."]


async def test_who_is_ready_sends_with_the_first_message(door: Door) -> None:
    door.says("/ready")
    await door.hears("Get ready before you need it")
    door.chooses("I agree")
    await door.hears("You are ready")
    door.says("SOS they are here")
    await door.hears("The number of your note is")
    await door.desk_hears("they are here")


async def test_the_language_is_chosen(door: Door) -> None:
    door.says("/language")
    await door.hears("Which language?")
    door.chooses("繁體中文")
    await door.server.wait_until(lambda: "Which language?" not in door.told()[-1])
    door.says("Thailand")
    await door.hears("泰國")


async def test_what_cannot_be_passed_on_is_said(door: Door) -> None:
    door.says("SOS")
    await door.hears("Write here what is happening")
    door.sends_voice()
    await door.hears("a voice tells who you are")
    assert door.posts() == []


async def test_a_person_who_cannot_be_reached_is_reported_to_staff(door: Door) -> None:
    code = await open_case(door)
    door.leaves()
    door.staff_says(f"/r {code} hello")
    await door.desk_hears("can't be reached")


async def test_a_connection_that_breaks_is_overcome(door: Door) -> None:
    door.breaks_once()
    door.says("SOS words")
    await door.hears("Not sent yet")


async def test_an_answer_that_got_lost_leads_to_a_marked_repeat(door: Door) -> None:
    door.says("SOS words")
    await door.hears("Not sent yet")
    door.loses_answers(2)
    door.chooses("Send")
    await door.hears("You may have received this already")
    await door.desk_hears("You may have received this already")


async def test_long_words_are_split_and_nothing_is_lost(door: Door) -> None:
    words = "\n\n".join(f"paragraph {number} " + "x" * 700 for number in range(9))
    door.says(f"SOS {words[:4000]}")
    await door.hears("Not sent yet")
    door.says(words[4000:])
    await door.hears("paragraph 8")
    await door.server.wait_until(lambda: "Cancel" in door.newest_choices())
    door.chooses("Send")
    await door.desk_hears("paragraph 8")
    desk = "\n".join(door.posts())
    assert all(f"paragraph {number}" in desk for number in range(9))


async def test_an_exercise_goes_the_whole_way_and_its_figures_come_back(door: Door) -> None:
    door.staff_says("/drill")
    assert "Nobody is in danger" in await door.desk_hears("EXERCISE")
    door.staff_chooses("Acknowledge")
    said = await door.desk_hears("is over")
    figures = re.search(r"In the desk after ([\d.]+) s, acknowledged by \w+ after ([\d.]+) s", said)
    assert figures
    assert float(figures[1]) <= float(figures[2]) < 20
    assert len(door.posts()) == 2
    assert door.told() == []
