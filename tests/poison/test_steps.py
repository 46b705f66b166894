"""Whatever step fails for one message, one event or one sentence: others are heard, and open cases go on calling."""

from __future__ import annotations

import logging
import re
from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.conversations.test_case import open_case
from tests.sample import LOCALES
from tests.talk import Talk, answer_with, code_in

VICTIM, STRANGER = "501", "900"


@pytest.fixture
async def talk() -> AsyncIterator[Talk]:
    talk = Talk()
    yield talk
    await talk.close()


class PoisonError(Exception):
    """What nobody has thought of."""


STEPS: Mapping[str, tuple[Callable[[Talk], Any], str]] = {
    "urgency": (lambda talk: talk.app.inbox, "_lane_of"),
    "open": (lambda talk: talk.app.worker, "_open"),
    "handle": (lambda talk: talk.app.worker, "_handle"),
    "context": (lambda talk: talk.app.router._contexts, "of_person"),
    "understand": (lambda talk: talk.app.router._intents, "of_person"),
    "decide": (lambda talk: talk.app.router, "_decide"),
    "post": (lambda talk: talk.app.router._poster, "post"),
    "send": (lambda talk: talk.messenger, "deliver"),
}
"""Each step of a message's way, by the object that takes it and the name under which it does."""


def poison(step: str, talk: Talk, monkeypatch: pytest.MonkeyPatch) -> None:
    """From now on the step raises for whatever is of the victim, or is to be shown to them."""
    find, name = STEPS[step]
    sound = getattr(find(talk), name)

    def poisoned(*args: Any, **more: Any) -> Any:
        result = sound(*args, **more) if step == "open" else None
        if any(_is_of_victim(one) for one in (*args, result)):
            raise PoisonError
        return result or sound(*args, **more)

    monkeypatch.setattr(find(talk), name, poisoned)


def _is_of_victim(thing: Any) -> bool:
    about = getattr(thing, "received", None) or thing
    return VICTIM in (getattr(about, "sender", ""), getattr(about, "chat", ""))


def alerts(caplog: pytest.LogCaptureFixture) -> Counter[str]:
    lines = (record.getMessage() for record in caplog.records if record.levelno == logging.CRITICAL)
    return Counter(line for line in lines if not line.startswith("pager: "))


@pytest.mark.parametrize("step", STEPS)
async def test_a_step_that_fails_for_one_is_one_alert_and_silences_no_other(
    step: str, talk: Talk, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    code = await open_case(talk)
    poison(step, talk, monkeypatch)
    await talk.app.inbox.keep(
        [
            talk.received(VICTIM, VICTIM, "they are at the door"),
            talk.received(STRANGER, STRANGER, "SOS a stranger calls"),
        ]
    )
    await talk.settle()
    other = code_in(await talk.chooses("Send", who=STRANGER))
    before = len(talk.desk())
    for _ in range(4):
        talk.clock.forward(minutes=15)
        await talk.settle()
    called = "".join(talk.desk()[before:])
    assert other in called
    assert code in called
    assert all(times == 1 for times in alerts(caplog).values()), alerts(caplog)
    monkeypatch.undo()
    await talk.says("are you there?", who=VICTIM)
    assert "are you there?" in "".join(talk.desk())


async def test_a_case_whose_call_fails_calls_plainly_and_is_one_alert(
    talk: Talk, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    code = await open_case(talk)

    def broken(_ask: Any, _ports: Any) -> Any:
        raise PoisonError

    with pytest.MonkeyPatch.context() as patch:
        answer_with(patch, "case.alarm", broken)
        before = len(talk.desk())
        for _ in range(30):
            talk.clock.forward(minutes=1)
            await talk.settle()
        assert 4 <= sum(code in text for text in talk.desk()[before:]) <= 10
        assert list(alerts(caplog).values()) == [1]
    before = len(talk.desk())
    for _ in range(3):
        talk.clock.forward(minutes=5)
        await talk.settle()
    assert code in "".join(talk.desk()[before:])


SLIPS: Mapping[str, Callable[[str], str]] = {
    "another name": lambda text: re.sub(r"\{(\w+)\}", "{代碼}", text, count=1),
    "a name too many": lambda text: text + "{extra}",
    "a brace too many": lambda text: text + " }",
    "a position": lambda text: re.sub(r"\{\w+\}", "{}", text, count=1),
    "a form": lambda text: re.sub(r"\{(\w+)\}", r"{\1:d}", text, count=1),
    "an attribute": lambda text: re.sub(r"\{(\w+)\}", r"{\1.x}", text, count=1),
    "a tag": lambda text: text + "<b>",
}


@pytest.mark.parametrize("slip", SLIPS)
async def test_a_slip_in_every_sentence_of_a_catalogue_silences_nobody(
    slip: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """As bad as it can be: each sentence with something to fill in is wrong."""
    path = tmp_path / "zh_Hant" / "LC_MESSAGES" / "messages.po"
    path.parent.mkdir(parents=True)
    text = (LOCALES / "zh_Hant" / "LC_MESSAGES" / "messages.po").read_text("utf-8")
    path.write_text(re.sub(r'(?<=\nmsgstr ")(.*\{\w+\}.*)(?=")', lambda found: SLIPS[slip](found[0]), text), "utf-8")
    talk = Talk(locales=tmp_path)
    try:
        await talk.says("救命 有人在門外", language_hint="zh-hant")
        told = await talk.chooses(talk.labels()[0])  # whatever it is called
        assert code_in(told) in "".join(talk.desk())
    finally:
        await talk.close()
    [line] = alerts(caplog)
    assert "zh_Hant/LC_MESSAGES/messages.po:" in line
    assert "another language is shown instead" in line
