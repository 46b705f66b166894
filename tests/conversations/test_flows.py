"""Two things at a time: what is written reaches the team or is shown as not sent, whatever was begun before."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from itertools import permutations

import pytest

from tests.talk import Talk, code_in

Flow = Callable[[Talk], Awaitable[object]]


async def draft(talk: Talk) -> None:
    await talk.says("SOS the draft")


async def form(talk: Talk) -> None:
    await talk.says("SOS")


async def ready(talk: Talk) -> None:
    await talk.says("/ready")
    await talk.chooses("I agree")


async def rehearsal(talk: Talk) -> None:
    await ready(talk)
    await talk.chooses("Rehearse")
    await talk.says("SOS a rehearsal")


async def check_in_begun(talk: Talk) -> None:
    await talk.says("/checkin")


async def check_in_timed(talk: Talk) -> None:
    await talk.says("/checkin")
    await talk.says("90 min")


async def check_in_set(talk: Talk) -> None:
    await check_in_timed(talk)
    await talk.says("the prepared note")
    if "Start check-in" in talk.labels():
        await talk.chooses("Start check-in")


async def check_in_asked(talk: Talk) -> None:
    await check_in_set(talk)
    await talk.later(minutes=91)


async def check_in_raised(talk: Talk) -> None:
    await check_in_set(talk)
    await talk.later(minutes=106)


async def check_in_doubted(talk: Talk) -> None:
    """Somebody ended it with a wrong word."""
    await talk.says("/word blue table")
    await check_in_set(talk)
    await talk.says("stop")
    await talk.says("red chair")


async def open_case(talk: Talk) -> None:
    await talk.says("SOS the case")
    if "Send" in talk.labels():
        await talk.chooses("Send")


async def closed_case(talk: Talk) -> None:
    await open_case(talk)
    await talk.staff_says(f"/close {code_in(talk.told())} done")


async def place_asked(talk: Talk) -> None:
    await talk.says("/contacts")


async def language_chosen(talk: Talk) -> None:
    await talk.says("/language en")


async def wiped(talk: Talk) -> None:
    await talk.says("/wipe")


FLOWS: tuple[Flow, ...] = (
    *(draft, form, ready, rehearsal, check_in_begun, check_in_timed, check_in_set, check_in_asked, check_in_raised),
    *(check_in_doubted, open_case, closed_case, place_asked, language_chosen, wiped),
)
PAIRS = [pytest.param(first, then, id=f"{first.__name__}-{then.__name__}") for first, then in permutations(FLOWS, 2)]
WORDS = "hurry zebra seven"
NOT_SENT = ("did not understand", "I don't know this place")
"""By these the person reads that nobody was told."""
TO_SEND = ("Send", "It is real: send it now", "Send it now")


def said(texts: list[str]) -> str:
    return "\n".join(texts)


async def written_afterwards(talk: Talk) -> None:
    """What is written reaches the desk, or is seen above a choice to send it, or is said to be not understood."""
    told = await talk.says(WORDS)
    shown = [message for message in talk.messenger.shown if message.chat == "501" and WORDS in message.text]
    if WORDS in said(talk.desk()):
        return
    if not shown:
        assert any(sign in said(told) for sign in NOT_SENT), told
        return
    labels = [button.label for button in shown[-1].parcel.buttons]
    assert {"Start check-in", *TO_SEND} & set(labels), told
    for label in {*TO_SEND} & set(labels):
        await talk.chooses(label)
        assert shown[-1].parcel.words in said(talk.desk()), "what was shown is what is sent"


@pytest.mark.parametrize("messenger", ["telegram"])  # what is decided is the same on each
@pytest.mark.parametrize("stands", [check_in_set, check_in_doubted, check_in_asked])
@pytest.mark.parametrize("then", [flow for flow in FLOWS if flow is not wiped], ids=lambda flow: str(flow.__name__))
async def test_a_check_in_that_stands_outlives_whatever_is_begun(talk: Talk, stands: Flow, then: Flow) -> None:
    await stands(talk)
    if stands is check_in_asked and "check_in" in then.__name__:
        return  # what is written there is an answer to its question
    await then(talk)
    await talk.later(hours=2)
    assert "the prepared note" in said(talk.desk())


@pytest.mark.parametrize("messenger", ["telegram"])  # what is decided is the same on each
@pytest.mark.parametrize(("first", "then"), PAIRS)
async def test_nothing_that_is_written_falls_between_two_flows(talk: Talk, first: Flow, then: Flow) -> None:
    await first(talk)
    await then(talk)
    await written_afterwards(talk)


async def test_a_check_in_that_is_raised_takes_a_draft_along(talk: Talk) -> None:
    await check_in_set(talk)
    await talk.says("SOS two men at the door", photos=("a",))
    await talk.later(minutes=106)
    assert "the prepared note" in said(talk.desk())
    assert "The person had written this, but not sent it:\n\ntwo men at the door" in talk.desk()[-2]
    assert talk.desk()[-1].endswith(": a photo")
    joined = "What you had written and not sent yet was added to your note:\n1 photo, without its hidden data"
    assert f"{joined}\n\ntwo men at the door" in talk.told()
    await talk.says("they are inside")
    assert talk.desk()[-1].endswith("they are inside")
    posts = talk.desk()
    if talk.messenger.has_buttons:
        await talk.chooses("Send")
    assert talk.desk() == posts, "it was sent once"


async def test_a_check_in_that_is_raised_leaves_a_rehearsal_alone(talk: Talk) -> None:
    await check_in_set(talk)
    await rehearsal(talk)
    await talk.later(minutes=106)
    assert "the prepared note" in said(talk.desk())
    assert "a rehearsal" not in said(talk.desk())


@pytest.mark.only_on("telegram", "on Signal an old list can't be chosen from any more")
async def test_a_rehearsal_can_become_real_beside_an_open_case(talk: Talk) -> None:
    await check_in_set(talk)
    await rehearsal(talk)
    await talk.later(minutes=106)
    await talk.chooses("It is real: send it now")
    assert talk.desk()[-1].endswith("a rehearsal")


async def test_a_real_draft_that_was_rehearsed_with_is_no_rehearsal(talk: Talk) -> None:
    await check_in_set(talk)
    await ready(talk)
    await talk.chooses("Ask me before sending")
    await draft(talk)
    await talk.says("/ready")
    await talk.chooses("I agree")
    await talk.chooses("Rehearse")
    await talk.says("SOS words of a test")
    await talk.later(minutes=106)
    assert "the draft" in said(talk.desk())


async def test_a_question_that_is_open_outlives_a_check_in(talk: Talk) -> None:
    await check_in_set(talk)
    await form(talk)
    if talk.messenger.has_buttons:
        await talk.chooses("Start check-in")
    await talk.says(WORDS)
    assert "Send" in talk.labels()
