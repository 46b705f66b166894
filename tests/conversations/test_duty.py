"""Who is on duty: it decides who is called by name, and a gap means everyone."""

from __future__ import annotations

import re

import pytest

from tests.talk import DESK, OTHER_STAFF, STAFF, Talk, code_in


async def open_case(talk: Talk) -> str:
    await talk.says("SOS they are here")
    return code_in(await talk.chooses("Send"))


def called(text: str) -> set[str]:
    return set(re.findall(r"<at>(\w+)</at>", text))


def label(talk: Talk, sender: str = STAFF) -> str:
    return talk.app.dependencies.roster.label(talk.at_desk.name, sender)


async def test_nobody_on_duty_means_that_everyone_is_called(talk: Talk) -> None:
    assert "Nobody is on duty: everyone is notified." in (await talk.staff_says("/duty"))[0]
    await open_case(talk)
    assert called(talk.desk()[-1]) == {label(talk), label(talk, OTHER_STAFF)}


async def test_who_is_on_duty_is_called_and_nobody_else(talk: Talk) -> None:
    [said] = await talk.staff_says("/duty on")
    assert f"{label(talk)}: 24 November 2026, 14:05 UTC to 25 November 2026, 02:05 UTC" in said
    await open_case(talk)
    assert called(talk.desk()[-1]) == {label(talk)}
    await talk.later(minutes=3)
    assert called(talk.desk()[-1]) == {label(talk)}
    await talk.later(minutes=4)
    assert called(talk.desk()[-1]) == {label(talk), label(talk, OTHER_STAFF)}


@pytest.mark.parametrize(
    ("typed", "shift"),
    [
        ("on 18:00", "24 November 2026, 14:05 UTC to 24 November 2026, 18:00 UTC"),
        ("on until 9.30", "24 November 2026, 14:05 UTC to 25 November 2026, 09:30 UTC"),
        ("on 22:00 06:00", "24 November 2026, 22:00 UTC to 25 November 2026, 06:00 UTC"),
        ("on 14:05-14:05", "25 November 2026, 14:05 UTC to 26 November 2026, 14:05 UTC"),
        ("ON 99:99", "24 November 2026, 14:05 UTC to 25 November 2026, 02:05 UTC"),
    ],
)
async def test_a_shift_has_a_beginning_and_an_end_in_utc(talk: Talk, typed: str, shift: str) -> None:
    assert shift in (await talk.staff_says(f"/duty {typed}"))[0]
    assert shift in (await talk.staff_says("/duty"))[0]


async def test_a_shift_change_posts_the_open_cases(talk: Talk) -> None:
    code = await open_case(talk)
    await talk.staff_says(f"/r {code} We are here.")
    await talk.staff_says("/duty on 15:00 16:00")
    await talk.later(minutes=55)
    assert f"<b>On duty:</b> <at>{label(talk)}</at>" in talk.desk()[-1]
    assert f"{code}: {label(talk)} is on it" in talk.desk()[-1]
    await talk.later(minutes=60)
    assert "Nobody is on duty: everyone is notified." in talk.desk()[-1]
    posts = len(talk.desk())
    await talk.later(hours=1)
    assert len(talk.desk()) == posts


async def test_who_comes_sees_what_is_open_at_once(talk: Talk) -> None:
    code = await open_case(talk)
    assert f"{code}: <b>nobody is on it</b>" in (await talk.staff_says("/duty on"))[0]
    assert code not in (await talk.staff_says("/duty on 22:00 23:00"))[0]


async def test_going_off_duty_takes_the_planned_shifts_away_and_only_ones_own(talk: Talk) -> None:
    await talk.staff_says("/duty on 22:00 06:00")
    await talk.staff_says("/duty on")
    await talk.staff_says("/duty on", sender=OTHER_STAFF)
    [said] = await talk.staff_says("/duty off")
    assert f"{label(talk)} is off duty" in said
    assert called(said) == {label(talk, OTHER_STAFF)}
    assert f"{label(talk)}: " not in said


async def test_a_new_shift_takes_the_place_of_those_that_it_overlaps(talk: Talk) -> None:
    await talk.staff_says("/duty on 18:00")
    await talk.staff_says("/duty on 22:00 23:00")
    await talk.staff_says("/duty on 19:00")
    [said] = await talk.staff_says("/duty")
    assert "18:00" not in said.partition("<code>")[0]
    assert "19:00 UTC" in said
    assert "22:00 UTC" in said


async def test_the_person_hears_whether_somebody_is_on_duty_and_when_the_next_shift_is(talk: Talk) -> None:
    assert "on duty" not in (await talk.says("SOS"))[0]
    await talk.staff_says("/duty on 18:00 20:00")
    [asked] = await talk.says("SOS", who="502")
    assert (
        "Nobody is on duty right now. I tell the whole team; an answer may take longer. "
        "The next shift begins at 18:00 UTC."
    ) in asked
    await open_case(talk)
    await talk.later(minutes=3)
    assert "The next shift begins at 18:00 UTC." in talk.told()[-1]
    await talk.staff_says("/duty on")
    assert "Somebody from the team is on duty now." in (await talk.says("SOS", who="503"))[0]


async def test_shifts_are_sealed(talk: Talk) -> None:
    await talk.staff_says("/duty on")

    def stored(session: object) -> bytes:
        from sqlalchemy import text

        found = session.execute(text("SELECT body FROM sealed WHERE name = 'shifts'"))  # type: ignore[attr-defined]
        return bytes(found.scalar())

    assert label(talk).encode() not in await talk.app.store.run(stored)
    assert DESK not in label(talk)
