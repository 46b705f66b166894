"""A text that is too long for Signal's own message comes with all of its words, or with word of what is lost."""

from __future__ import annotations

import pytest

from bot.messengers.signal.receiving.long_texts import SECONDS
from handlers.model.messages import Kind
from tests.fakes.signal_server import FakeSignal
from tests.fakes.signal_state import Fault
from tests.messengers.signal.adapter import Kept, receiving
from tests.patience import stopwatch

ANN = "a1a1a1a1-0000-4000-8000-000000000001"
TEXT = " ".join(f"w{number:04}" for number in range(600))
GONE = Fault("refuse", 404, "No attachment with that name found")


@pytest.fixture
def kept(signal_server: FakeSignal) -> Kept:
    signal_server.state.person(ANN)
    return Kept(signal_server)


def says_long(kept: Kept, beginning: str = TEXT[:1_990]) -> None:
    whole = kept.server.state.attach(TEXT.encode(), "text/x-signal-plain")
    kept.server.state.says(ANN, beginning, attachments=[whole])


@pytest.mark.parametrize("failures", [0, 1, 2])
async def test_the_whole_text_is_fetched(kept: Kept, failures: int) -> None:
    kept.server.next("attachment", GONE, failures)
    async with receiving(kept):
        says_long(kept)
        await kept.has(TEXT)
    [found] = kept.received
    assert (found.kind, found.others, found.text_ref) == (Kind.TEXT, (), "")


async def test_what_can_not_be_fetched_is_told_and_its_beginning_kept(kept: Kept) -> None:
    kept.server.always("attachment", GONE)
    async with receiving(kept):
        says_long(kept)
        await kept.has(TEXT[:1_990])
    assert kept.received[0].kind is Kind.LONG_TEXT


@pytest.mark.parametrize("fault", [GONE, Fault("hang", seconds=60)], ids=["refused", "hanging"])
async def test_whoever_sends_many_that_can_not_be_had_holds_up_nobody(kept: Kept, fault: Fault) -> None:
    kept.server.always("attachment", fault)
    async with receiving(kept), stopwatch() as watch:
        for _ in range(20):
            says_long(kept)
        kept.server.state.says(ANN, "SOS")
        await kept.server.wait_until(lambda: "SOS" in kept.texts())
    assert watch.seconds < 4 * SECONDS, "as long as a few of them, not as long as all one after another"


async def test_what_is_whole_already_is_not_asked_for(kept: Kept) -> None:
    async with receiving(kept):
        says_long(kept, TEXT)
        await kept.has(TEXT)
    assert kept.received[0].kind is Kind.TEXT
    assert "attachment" not in [action for action, _ in kept.server.calls]
