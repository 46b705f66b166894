"""Random sequences of valid, broken and hostile frames: nothing ends, nobody is deafened, the log tells nothing."""

from __future__ import annotations

import asyncio
import copy
import io
import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.messengers.signal.receiving.storing import Intake
from tests.fakes.signal_envelopes import Raw, bad_frames
from tests.fakes.signal_server import FakeSignal
from tests.fakes.signal_state import BOT_NUMBER, State
from tests.fuzz import seed, times
from tests.messengers.signal.adapter import WEEK, Kept
from tests.messengers.signal.house import GROUP, STAFF, Running
from tests.monitoring.test_redaction import logged as logged  # the fixture

pytestmark = pytest.mark.fuzz
MARKER = "Zq7mArKeR"
ANN = "a1a1a1a1-0000-4000-8000-000000000001"
BAD = "bad0bad0-0000-4000-8000-000000000001"
HOSTILE: tuple[Any, ...] = (
    *(None, True, -1, 0, 1, 10**30, -(10**30), 1e308, float("nan"), float("inf"), "", "x", MARKER, "\ud800", "\x00"),
    *([], {}, [[]], [None], {"id": MARKER}, MARKER * 5000, "9" * 5000, "🏴" * 3000, [{}] * 50, ANN, BOT_NUMBER),
    *("https://maps.google.com/maps?q=91,0", "../../v1/about", "/r " + MARKER, "SOS", "/wipe", "1", "\u202e" + MARKER),
)


def valid_frames(chance: random.Random, who: str = BAD) -> list[Raw]:
    """A frame of each kind, from somebody whom nobody knows."""
    frames: list[Any] = []
    state = State(deliver=frames.append)
    state.last_timestamp = chance.randrange(10**15)
    stamp = state.says(who, f"SOS {MARKER}")
    state.says(who, MARKER, attachments=[state.attach(b"x", chance.choice(["image/jpeg", "audio/aac", "text/x"]))])
    state.quotes(who, stamp, MARKER)
    state.edits(who, stamp, MARKER)
    state.deletes(who, stamp)
    state.reacts(who, stamp, "👍")
    state.reads(who, stamp)
    state.types(who)
    state.calls(who)
    state.posts_story(who, MARKER)
    state.changes_group(who, "dW5rbm93bg==", name=MARKER)
    state.says(who, MARKER, group="dW5rbm93bg==")
    state.writes_elsewhere(MARKER, to=who)
    state.changes_key(who)
    state.says(who, MARKER)
    return frames


def places(record: Any) -> Iterator[tuple[Any, Any]]:
    """Every container in a frame with every key in it."""
    pairs = list(record.items()) if isinstance(record, dict) else list(enumerate(record))
    for key, value in pairs:
        yield record, key
        if isinstance(value, dict | list):
            yield from places(value)


def mutated(chance: random.Random, frame: Raw) -> Raw:
    found = copy.deepcopy(frame)
    for _ in range(chance.randint(0, 3)):
        container, key = chance.choice(list(places(found)) or [(found, "envelope")])
        if chance.random() < 0.25 and isinstance(container, dict):
            container.pop(key, None)
        else:
            container[key] = copy.deepcopy(chance.choice(HOSTILE))
    return found


def random_frame(chance: random.Random, valid: list[Raw]) -> bytes:
    how = chance.random()
    if how < 0.15:
        bad = chance.choice(list(bad_frames(BOT_NUMBER, BAD, chance.randrange(2**41)).values()))
        return bad.encode("utf-8", "surrogatepass") if isinstance(bad, str) else bad
    text = json.dumps(mutated(chance, chance.choice(valid)), ensure_ascii=chance.random() < 0.5)
    raw = text.encode("utf-8", "surrogatepass")
    if how < 0.3:
        return raw[: chance.randrange(len(raw))]
    if how < 0.4:
        at = chance.randrange(len(raw))
        return raw[:at] + chance.randbytes(3) + raw[at:]
    return raw


def good(stamp: int, text: str) -> bytes:
    frames: list[Any] = []
    State(deliver=frames.append).says(ANN, text, timestamp=stamp)
    return json.dumps(frames[0]).encode()


def told(log: str) -> list[str]:
    """What of persons stands in a log."""
    return [secret for secret in (MARKER, "planted", BOT_NUMBER, ANN, BAD[:-4], "maps.google") if secret in log]


async def test_many_random_sequences_deafen_nobody_and_tell_nothing(logged: io.StringIO) -> None:
    chance = random.Random(seed(20261125))
    server = FakeSignal()
    kept = Kept(server)
    intake = Intake(asyncio.Queue(), BOT_NUMBER, WEEK, kept.keep, kept.set_aside)
    valid = valid_frames(chance)
    for number in range(times(1500)):
        frames = [random_frame(chance, valid) for _ in range(chance.randint(1, 4))]
        frames.insert(chance.randint(0, len(frames)), good(number + 1, f"good {number}"))
        await intake.store(frames)
        assert f"good {number}" in kept.texts()
        for received in kept.received:
            assert received.model_dump_json()
        kept.received.clear()
        kept.aside.clear()
        if number % 100 == 0:
            valid = valid_frames(chance)
    assert told(logged.getvalue()) == []


@pytest.mark.parametrize("number", [1, 2])
async def test_the_whole_house_answers_after_each_of_many_random_sequences(
    signal_server: FakeSignal, tmp_path: Path, logged: io.StringIO, number: int
) -> None:
    chance = random.Random(seed(number))
    signal_server.state.group(GROUP, [STAFF])
    running = Running(signal_server, f"sqlite:///{tmp_path}/bot.db")
    await running.begin()
    [reader] = signal_server.readers
    valid = valid_frames(chance)
    for asked in range(times(30)):
        for _ in range(chance.randint(1, 6)):
            frame = random_frame(chance, valid)
            signal_server.deliver(frame if chance.random() < 0.3 else frame.decode("utf-8", "replace"))
        asker = f"a1a1a1a1-0000-4000-8000-{asked:012}"
        signal_server.state.says(asker, "Thailand")
        assert "Black" in await running.hears(asker, "Black")
    assert signal_server.readers == [reader]
    await running.end()
    assert told(logged.getvalue()) == []
    signal_server.violations.clear()  # addresses that the fuzz invented are answered too
