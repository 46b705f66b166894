"""A place goes to the team rounded, unless the person chooses otherwise: with an open case, and after its end."""

from __future__ import annotations

from typing import Any

import pytest

from bot.messengers.contract import Event
from handlers.model.messages import Kind
from tests.conversations.test_flows import closed_case, open_case, ready, said
from tests.talk import Talk

EXACT: dict[str, Any] = {"latitude": 13.756301, "longitude": 100.501762}


def places(talk: Talk) -> list[tuple[float | None, float | None]]:
    parcels = [shown.parcel for shown in talk.messenger.shown if shown.chat != "501"]
    return [(parcel.latitude, parcel.longitude) for parcel in parcels if parcel.latitude is not None]


@pytest.mark.parametrize("more", [{}, {"event": Event.EDIT, "message": "900"}])
async def test_in_an_open_case_a_place_is_rounded(talk: Talk, more: dict[str, Any]) -> None:
    await open_case(talk)
    await talk.sends(Kind.POINT, **EXACT, **more)
    assert places(talk) == [(13.76, 100.5)]
    assert "Your location, to about 1 kilometre" in talk.told()[-1]
    assert "location, to about 1 km, not the house: 13.76, 100.50" in said(talk.desk())
    assert "13.7563" not in said(talk.desk())
    assert "100.5017" not in said(talk.desk())
    [case] = await talk.open_cases()
    assert "13.7563" not in said(await talk.staff_says(f"/show {case.code}"))


async def test_the_exact_place_is_passed_on_when_it_is_chosen(talk: Talk) -> None:
    await open_case(talk)
    await talk.sends(Kind.POINT, **EXACT)
    assert "Your exact location was added" in said(await talk.chooses("Exact location"))
    assert places(talk)[-1] == (EXACT["latitude"], EXACT["longitude"])
    assert "exact location: 13.75630, 100.50176" in talk.desk()[-1]


async def test_once_the_case_is_closed_it_is_not(talk: Talk) -> None:
    await open_case(talk)
    await talk.sends(Kind.POINT, **EXACT)
    [case] = await talk.open_cases()
    shown, button = talk.button("Exact location", "501")
    await talk.staff_says(f"/close {case.code} done")
    await talk.hear(talk.pressed(button.token, message=shown.reference))
    assert (EXACT["latitude"], EXACT["longitude"]) not in places(talk)


@pytest.mark.parametrize("is_ready", [False, True])
async def test_after_the_end_a_place_is_rounded(talk: Talk, is_ready: bool) -> None:
    if is_ready:
        await ready(talk)
    await closed_case(talk)
    await talk.sends(Kind.POINT, **EXACT, event=Event.EDIT, message="900")
    assert places(talk) == [(13.76, 100.5)]


async def test_whoever_is_ready_sends_a_rounded_place(talk: Talk) -> None:
    await ready(talk)
    await talk.says("SOS here", kind=Kind.POINT, **EXACT)
    assert places(talk) == [(13.76, 100.5)]
