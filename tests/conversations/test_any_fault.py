"""Any order of inputs and faults: a desk that is gone, full or unsure, a clock that jumps, restarts, lost keys, damage.

Whatever went wrong: an open case calls, somebody else who calls is heard, and nothing is forwarded that was not sent.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import ClassVar

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import invariant, precondition, rule
from sqlmodel import Session

from bot.app import StartError
from bot.messengers.contract import Act, DeliveryError, Event, Parcel, Received, Trouble
from bot.storage.aside import give_up
from bot.storage.rekey import reseal
from bot.storage.vault import new_key
from tests.conversations.test_any_order import CODE, MARKERS, AnyOrder
from tests.fuzz import times
from tests.poison.damage import Damage, every_damage
from tests.postgres import database
from tests.prepared import empty_database
from tests.talk import BACKUP, DESK, KEY, WITH_BACKUP, FakeClock, Shown, Talk, code_in

PERSON, STRANGER = "501", "900"
LONGEST_QUIET = timedelta(hours=13)
STEP = timedelta(minutes=15)
AFTER_TAKING = "unknown, after it was taken"
IN_PART = "unreachable, after a part"
TROUBLES = [*(trouble.value for trouble in Trouble if trouble is not Trouble.MOVED), AFTER_TAKING, IN_PART]
PASSING = ["unreachable", "slow_down", "unknown", AFTER_TAKING, IN_PART]
"""Those after which a person is still written to."""
DAMAGES = [damage for ways in every_damage() for damage in ways]
RENAMES = ("sos_case.code", "alarm.name")
"""Damage after which a case may have another name, or none."""
_MEMORY = Path("/dev/shm")
"""Nothing is lost here with the machine: a commit that waits for no disk takes a tenth of the time."""


@dataclass
class SetClock(FakeClock):
    """A machine's clock that is set ahead and back, and the seconds that really pass."""

    shift: timedelta = field(default_factory=timedelta)

    def now(self) -> datetime:
        return self.moment + self.shift

    def passed(self) -> float:
        return self.moment.timestamp()


@contextmanager
def file() -> Iterator[str]:
    with TemporaryDirectory(dir=_MEMORY if _MEMORY.is_dir() else None) as folder:
        Path(folder, "bot.db").write_bytes(empty_database())
        yield f"sqlite:///{folder}/bot.db"


class AnyFault(AnyOrder):
    """Persons and staff as before, and everything that may fail."""

    database: ClassVar[str] = "sqlite"

    def __init__(self) -> None:
        self.keys: tuple[bytes, ...] = (KEY,)
        self.stored = file() if self.database == "sqlite" else database()
        self.url = self.stored.__enter__()
        self.faults: dict[str, str] = {}
        """What happens to whatever is sent, by chat."""
        self.heard: list[Received] = []
        self.damaged: list[Damage] = []
        self.is_mended = True
        """Whether damage was looked for since there was any."""
        super().__init__()

    def _open(self, before: Talk | None = None) -> Talk:
        clock = before.clock if before else SetClock()
        more = {"messenger": self.messenger, "desk": WITH_BACKUP, "clock": clock, "keys": self.keys}
        talk = Talk(self.url, **more)  # type: ignore[arg-type]
        talk.clock = clock
        if before:
            talk._updates, talk.messengers, talk.messenger = before._updates, before.messengers, before.messenger
            talk.at_desk = before.at_desk
        return talk

    def _trouble(self, parcel: Parcel) -> DeliveryError | None:
        fault = self.faults.get(parcel.chat)
        if fault is None:
            return super()._trouble(parcel)
        if fault in (AFTER_TAKING, IN_PART) and parcel.act is Act.SEND:
            self.talk.messenger.shown.append(Shown(parcel.chat, f"{parcel.text}\n\n{parcel.words}", "5", parcel))
        if fault == IN_PART:
            return DeliveryError(Trouble.UNREACHABLE, done=1, accepted=("5",))
        return DeliveryError(Trouble(fault.split(",")[0]), retry_after=30 if fault == "slow_down" else 0)

    def _run(self, text: str, **more: object) -> list[str]:
        self.heard.append(self.talk.received(PERSON, PERSON, text, **more))
        shown = self.loop.run_until_complete(self.talk.hear(self.heard[-1]))
        told = [one.text for one in shown if one.chat == PERSON]
        return self._told_if_possible(told)

    def _choose(self, label: str) -> list[str]:
        return self._told_if_possible(super()._choose(label))

    def _told_if_possible(self, told: list[str]) -> list[str]:
        return told or ["it can't be known"] * (PERSON in self.faults or bool(self.damaged))

    @rule()
    def wipes(self) -> None:
        self._run("/wipe")
        self.drafted.clear()

    # what may fail

    @rule(desk=st.sampled_from([DESK, BACKUP]), fault=st.sampled_from(TROUBLES))
    def a_desk_fails(self, desk: str, fault: str) -> None:
        self.faults[desk] = fault

    @rule(fault=st.sampled_from(PASSING))
    def the_person_is_out_of_reach(self, fault: str) -> None:
        self.faults[PERSON] = fault

    @precondition(lambda self: self.faults)
    @rule()
    def all_is_well_again(self) -> None:
        self.faults.clear()
        self._pass(timedelta(minutes=2))

    @rule(hours=st.sampled_from([-48, -1, 1, 48]))
    def the_clock_is_set(self, hours: int) -> None:
        assert isinstance(self.talk.clock, SetClock)
        self.talk.clock.shift += timedelta(hours=hours)
        self._settle()

    @precondition(lambda self: self.heard)
    @rule(which=st.integers(0, 99))
    def a_message_comes_again(self, which: int) -> None:
        self._settle()
        before = self.talk.told(PERSON)
        self.loop.run_until_complete(self.talk.hear(self.heard[which % len(self.heard)]))
        is_known = PERSON not in self.faults and not self.damaged  # that it was taken in is a row as any other
        assert not is_known or self.talk.told(PERSON) == before, "a second copy was answered"

    @precondition(lambda self: self.written)
    @rule(which=st.integers(0, 99), marker=MARKERS)
    def a_message_is_changed(self, which: int, marker: str) -> None:
        reference = self.written[which % len(self.written)]
        if self._has_case():
            self.agreed.add(marker)
        else:
            self.drafted[reference] = marker
        self._run(f"about {marker}", message=reference, revision=f"{reference} {marker}", event=Event.EDIT)

    @rule()
    def it_is_restarted(self) -> None:
        self._restart()

    @rule()
    def the_key_is_changed(self) -> None:
        self.keys = (new_key(), *self.keys)
        self._restart()
        store, vault = self.talk.app.store, self.talk.app.sealing.vault
        if self.loop.run_until_complete(reseal(store, vault)).unopened:
            assert self.damaged
            give_up(store, vault, vault.key_ids[1:], self.talk.clock.now().timestamp())
        self.keys = self.keys[:1]
        self._restart()

    @precondition(lambda self: not self.damaged)
    @rule()
    def it_is_started_without_its_key(self) -> None:
        keys, self.keys = self.keys, (new_key(),)
        with pytest.raises(StartError):
            self._restart()
        self.keys = keys
        self.talk = self._open(self.talk)

    @rule(which=st.integers(0, 9999))
    def a_value_is_damaged(self, which: int) -> None:
        is_taken = self.database == "sqlite"
        damages = [damage for damage in DAMAGES if is_taken or damage.is_of_kind]
        damage = partial(_damage, damages=damages, which=which)
        self.damaged += self.loop.run_until_complete(self.talk.app.store.run(damage))
        self.is_mended = False

    @invariant()
    def every_open_case_has_an_alarm_to_come(self) -> None:
        """Within a minute, where an event itself was damaged."""
        if self.is_mended:
            super().every_open_case_has_an_alarm_to_come()

    def _restart(self) -> None:
        self.loop.run_until_complete(self.talk.close())
        self.talk = self._open(self.talk)
        self._settle()

    def _settle(self) -> None:
        self.loop.run_until_complete(self.talk.app.store.run(self.talk.app.scheduler.mend))
        self.is_mended = True
        self.loop.run_until_complete(self.talk.settle())

    def _pass(self, time: timedelta) -> None:
        self.talk.clock.moment += time
        self._settle()

    def teardown(self) -> None:
        try:
            self._all_is_heard_in_the_end()
        finally:
            super().teardown()
            self.stored.__exit__(None, None, None)

    def _all_is_heard_in_the_end(self) -> None:
        self.faults.clear()
        self.is_desk_down = False
        self._pass(timedelta(minutes=2))
        talk, before = self.talk, len(self.talk.messenger.shown)
        self.loop.run_until_complete(talk.says("SOS a stranger calls", who=STRANGER))
        code = code_in(self.loop.run_until_complete(talk.chooses("Send", who=STRANGER)))
        for _ in range(LONGEST_QUIET // STEP):
            self._pass(STEP)
        called = "".join(one.text for one in talk.messenger.shown[before:] if one.chat in (DESK, BACKUP))
        assert code in called
        if not any(str(damage.column) in RENAMES for damage in self.damaged):
            open_codes = {case.code for case in self.loop.run_until_complete(talk.open_cases())}
            assert open_codes <= set(CODE.findall(called)), "an open case has gone quiet"
            assert set(re.findall(CODE, "".join(talk.told(PERSON)))) <= set(CODE.findall("".join(talk.desk())))


def _damage(session: Session, damages: Sequence[Damage], which: int) -> list[Damage]:
    """What was damaged: of the tables that hold anything now, one of their columns, in one of its ways."""
    of_table = {damage.column.table: damage for damage in damages}
    tables = {table for table, damage in of_table.items() if damage.rows(session)}
    there = [damage for damage in damages if damage.column.table in tables]
    damage = there[which % len(there)]
    return [damage] * damage.do(session, code="")


only_at_length = pytest.mark.skipif("FUZZ_EXAMPLES" not in os.environ, reason="an example takes seconds: `make fuzz`")
AnyFault.TestCase.settings = settings(max_examples=times(3), stateful_step_count=25)
TestAnyFault = only_at_length(AnyFault.TestCase)


class AnyFaultOnSignal(AnyFault):
    messenger = "signal"


AnyFaultOnSignal.TestCase.settings = settings(max_examples=times(2), stateful_step_count=25)
TestAnyFaultOnSignal = only_at_length(AnyFaultOnSignal.TestCase)


class AnyFaultOnPostgres(AnyFault):
    database = "postgresql"


AnyFaultOnPostgres.TestCase.settings = settings(max_examples=times(1), stateful_step_count=25)
TestAnyFaultOnPostgres = only_at_length(AnyFaultOnPostgres.TestCase)
