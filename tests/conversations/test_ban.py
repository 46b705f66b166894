"""A ban takes two, ends by itself, can be appealed, and swallows no call for help."""

from __future__ import annotations

import pytest

from bot.jobs.retention import forget_once
from bot.repositories.bans import BanRepository
from tests.talk import DESK, OTHER_STAFF, STAFF, Talk, code_in


async def open_case(talk: Talk) -> str:
    await talk.says("SOS buy our pills")
    return code_in(await talk.chooses("Send"))


async def banned(talk: Talk) -> None:
    code = await open_case(talk)
    await talk.staff_says(f"/ban {code} floods us")
    assert "banned by" in (await talk.staff_presses("Ban", sender=OTHER_STAFF))[-1]
    await talk.staff_says(f"/close {code} no SOS")


async def test_one_alone_bans_nobody(talk: Talk) -> None:
    code = await open_case(talk)
    assert "Write a reason" in (await talk.staff_says(f"/ban {code}"))[0]
    assert "Write a reason" in (await talk.staff_says(f"/ban {code}", sender=OTHER_STAFF))[0]
    talk.clock.forward(days=2)
    [asked] = [text for text in await talk.staff_says(f"/ban {code} floods <us>") if "asks for a ban" in text]
    assert asked.endswith("floods <us>")
    assert not any("banned by" in text for text in await talk.staff_presses("Ban", sender=STAFF))


async def test_a_new_note_of_somebody_banned_has_its_receipt_and_comes_as_a_line(talk: Talk) -> None:
    await banned(talk)
    assert "Until 24 December 2026 the team reads your notes after those of others." in "\n".join(talk.told())
    code = await open_case(talk)
    assert not any(text.startswith(f"<b>SOS {code}") for text in talk.desk())
    await talk.later(seconds=10)
    assert f"<code>{code}</code> 14:05 UTC" in talk.desk()[-1]
    assert "The team has your note" in talk.told()[-1]
    await talk.later(minutes=10)
    assert any("listed case has nobody on it" in text for text in talk.desk())


async def test_a_ban_ends_by_itself(talk: Talk) -> None:
    await banned(talk)
    talk.clock.forward(days=31)
    await forget_once(talk.app.store, talk.app.sealing)
    code = await open_case(talk)
    assert any(text.startswith(f"<b>SOS {code}") for text in talk.desk())


async def test_an_appeal_is_passed_on_once_and_the_ban_can_be_lifted(talk: Talk) -> None:
    await banned(talk)
    assert "Write /appeal and your reason" in (await talk.says("/appeal"))[0]
    assert await talk.says("/appeal it was my brother") == ["Your appeal is with the team. The team decides."]
    assert talk.desk()[-1].endswith("it was my brother")
    assert "Your appeal is already with the team." in (await talk.says("/appeal again"))[0]
    assert "has lifted the ban" in (await talk.staff_presses("Lift the ban", sender=OTHER_STAFF))[0]
    assert await talk.staff_says("/lift nobody") == ["There is no such ban any more."]
    assert "There is no ban on you" in (await talk.says("/appeal"))[0]


async def test_lifting_it_names_the_ban_and_shows_nothing_of_the_person(talk: Talk) -> None:
    await banned(talk)
    await talk.says("/appeal it was my brother")
    tag = talk.app.sealing.tags.of("person", talk.messenger.name, "501")
    shown, button = talk.button("Lift the ban", DESK)
    assert all(tag[at : at + 6] not in button.command.lower() for at in range(len(tag) - 6))
    assert "has lifted the ban" in (await talk.staff_says(button.command.lower()))[0]
    assert "There is no ban on you" in (await talk.says("/appeal"))[0]
    assert tag not in shown.parcel.model_dump_json()


async def test_a_button_of_an_older_version_lifts_it_too(talk: Talk) -> None:
    await banned(talk)
    tag = talk.app.sealing.tags.of("person", talk.messenger.name, "501")
    assert "has lifted the ban" in (await talk.staff_says(f"/lift {tag}"))[0]


@pytest.mark.only_on("telegram", "its desk is there")
async def test_an_appeal_on_signal_is_not_shown_on_telegram(talk: Talk) -> None:
    from handlers.model.cases import Ban
    from handlers.model.messages import Person

    tag = talk.app.sealing.tags.of("person", "signal", "u-1")
    until = talk.clock.now().replace(year=2027)
    await talk.app.store.run(lambda s: BanRepository(s, talk.app.sealing).keep(Person(tag), Ban(until)))
    await talk.hear(talk.received("u-1", "u-1", "/appeal a secret", platform="signal"))
    assert "appeals:" in talk.desk()[-1]
    assert "secret" not in talk.desk()[-1]


async def test_somebody_who_wiped_is_not_known_any_more(talk: Talk) -> None:
    await banned(talk)
    code = await open_case(talk)
    await talk.says("/wipe")
    assert "nothing is known of them" in (await talk.staff_says(f"/ban {code} floods us"))[0]
    await talk.says("hello")
    assert "There is no ban on you" in (await talk.says("/appeal"))[0]
