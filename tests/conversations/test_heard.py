"""What a person in danger writes, in their own words, is heard: nothing of it is lost, and nothing goes out unasked."""

import pytest

from tests.talk import Talk


@pytest.mark.parametrize(
    ("words", "note"),
    [
        ("SOS他们在门口", "他们在门口"),
        ("SOS3 men in the stairs", "3 men in the stairs"),
        ("СОС они здесь", "они здесь"),
        ("S.O.S. nobody comes", "nobody comes"),
        ("🆘🆘 we are locked in", "we are locked in"),
        ("sosos they took her", "they took her"),
    ],
)
async def test_sos_is_seen_against_any_letter_and_only_sos_is_cut(talk: Talk, words: str, note: str) -> None:
    [preview] = await talk.says(words)
    assert preview.endswith(f"\n\n{note}")
    assert talk.labels()[-1] in ("Cancel", "取消")


@pytest.mark.parametrize(
    "words", ["救命啊快來人", "cứu tôi với, trời ơi", "helpppp me they are in the yard", "спасите, я в подвале"]
)
async def test_of_any_other_call_every_word_is_kept(talk: Talk, words: str) -> None:
    [preview] = await talk.says(words)
    assert words in preview
    assert talk.desk() == []


async def test_a_place_inside_a_call_does_not_hide_it(talk: Talk) -> None:
    [preview] = await talk.says("help me I am in Bangkok Thailand")
    assert "help me I am in Bangkok Thailand" in preview


async def test_a_question_about_calls_is_no_call(talk: Talk) -> None:
    await talk.says("who can help me in Thailand")
    assert "Cancel" not in talk.labels()
    assert talk.desk() == []


async def test_what_somebody_in_danger_says_stands_below_first_steps_and_is_one_tap_from_the_team(talk: Talk) -> None:
    steps, preview = await talk.says("they arrested my brother in Thailand")
    assert "First steps in" in steps
    assert "blue door" in steps
    assert preview.endswith("they arrested my brother in Thailand")
    [more] = await talk.says("they arrested my sister too")
    assert "First steps" not in more
    await talk.chooses("Send")
    assert "they arrested my brother in Thailand" in "".join(talk.desk())


async def _is_ready(talk: Talk) -> None:
    await talk.says("/ready")
    await talk.chooses("I agree")


async def test_of_a_person_who_is_ready_a_bare_sos_goes_out_and_what_follows_is_added(talk: Talk) -> None:
    await _is_ready(talk)
    assert "Saved" in (await talk.says("sos"))[0]
    await talk.says("two men at the gate")
    assert "two men at the gate" in talk.desk()[-1]


async def test_of_a_person_who_is_ready_a_tap_is_no_call(talk: Talk) -> None:
    await _is_ready(talk)
    await talk.says("Thailand")
    assert "Nothing is sent before you choose Send" in (await talk.chooses("I need help now (SOS)"))[0]
    assert talk.desk() == []


async def test_of_a_person_who_is_ready_a_situation_is_shown_first(talk: Talk) -> None:
    await _is_ready(talk)
    assert "Not sent yet" in (await talk.says("they arrested my brother in Thailand"))[-1]
    assert talk.desk() == []
