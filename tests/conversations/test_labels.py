"""Labels of staff tell all of a roster apart, and what was noted under an older one still means the same colleague."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

import pytest

from bot.messengers.contract import Event
from bot.repositories.rota import Roster
from bot.settings.staff_file import StaffFile
from tests.conversations.conftest import OpenHouse
from tests.talk import DESK, STAFF, Talk, code_in


def account(messenger: str, number: int) -> str:
    return str(number) if messenger == "telegram" else str(UUID(int=number))


class Growing:
    """A house whose roster is a file: a member, and colleagues whose labels begin as theirs does."""

    def __init__(self, house: OpenHouse, messenger: str, path: Path) -> None:
        self.messenger, self.path = messenger, path
        path.write_text(f"{messenger}:{account(messenger, int(STAFF))}\n")
        self.talk: Talk = house(staff_file=StaffFile.open(str(path)))
        tags = self.talk.app.sealing.tags
        first = tags.of("staff", messenger, account(messenger, int(STAFF)))
        others = (account(messenger, number) for number in range(1_000, 100_000))
        self.member = account(messenger, int(STAFF))
        self.colleague = next(one for one in others if tags.of("staff", messenger, one).startswith(first[:3]))

    def label(self, who: str) -> str:
        return self.talk.app.dependencies.roster.label(self.messenger, who)

    def grow(self) -> None:
        self.path.write_text(f"{self.messenger}:{self.member}\n{self.messenger}:{self.colleague}\n")

    def shrink(self) -> None:
        self.path.write_text(f"{self.messenger}:{self.member}\n")

    async def says(self, text: str, who: str) -> list[str]:
        return await self.talk.staff_says(text, sender=who)

    async def open_case(self) -> str:
        await self.talk.says("SOS they are here")
        return code_in(await self.talk.chooses("Send"))

    def called(self) -> set[str]:
        """Who was called by name in the newest message of the desk."""
        newest = next(shown for shown in reversed(self.talk.messenger.shown) if shown.chat == DESK)
        return {account for _, account in newest.parcel.mentions}


@pytest.fixture
def team(house: OpenHouse, messenger: str, tmp_path: Path) -> Growing:
    return Growing(house, messenger, tmp_path / "staff")


async def test_all_labels_of_a_roster_are_apart_and_as_short_as_can_be(talk: Talk) -> None:
    staff = frozenset(("telegram", str(number)) for number in range(1, 600))
    roster = Roster(staff, talk.app.sealing)
    labels = roster.labels()
    assert len(labels) == len(staff)
    assert not any(one.startswith(other) for one, other in zip(labels[1:], labels, strict=False))
    assert {len(label) for label in labels} >= {3, 4}
    alone = Roster(frozenset({("telegram", "71")}), talk.app.sealing)
    assert len(alone.label("telegram", "71")) == 3


async def test_the_owner_of_a_case_is_called_and_acts_under_a_longer_label(team: Growing) -> None:
    code = await team.open_case()
    before = team.label(team.member)
    await team.says(f"/r {code} We are coming.", team.member)
    team.grow()
    assert team.label(team.member) != before
    await team.talk.says("They are at the door")
    assert team.member in team.called()
    assert "has seen what the person added" in (await team.says(f"/ack {code}", team.member))[0]


@pytest.mark.parametrize("grows", [True, False])
async def test_whoever_is_suspended_stays_so_while_labels_change(team: Growing, grows: bool) -> None:
    if not grows:
        team.grow()
    code = await team.open_case()
    key = team.talk.received(DESK, team.member, event=Event.KEY_CHANGED)
    await team.talk.hear(key)
    assert await team.says(f"/ack {code}", team.member) == []
    team.grow() if grows else team.shrink()
    assert await team.says(f"/ack {code}", team.member) == []
    if grows:
        assert "acknowledged" in (await team.says(f"/ack {code}", team.colleague))[0]


async def test_a_shift_goes_on_under_a_longer_label(team: Growing) -> None:
    await team.says("/duty on", team.member)
    team.grow()
    await team.open_case()
    assert team.member in team.called()
    assert team.label(team.member) in (await team.says("/duty", team.colleague))[0]


async def test_a_longer_label_is_no_second_voice(team: Growing) -> None:
    code = await team.open_case()
    await team.says(f"/ban {code} floods us", team.member)
    team.grow()
    assert "banned by" not in "".join(await team.says(f"/ban {code} floods us", team.member))
    assert "banned by" in "".join(await team.says(f"/ban {code} floods us", team.colleague))
