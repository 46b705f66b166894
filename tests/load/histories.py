"""Random histories of cases in virtual time: whatever persons, staff and messengers do, no open case goes quiet.

`python -m tests.load.histories --count 100000` prints its figures last and exits 1 when a promise is broken. The
handlers are the real ones; messengers and database are doubles in memory, so that a year of nights passes in a minute.
"""

from __future__ import annotations

import argparse
import random
import re
import sys
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from bot.storage.clock import HouseClock
from handlers.cases.batching import MOST_WAITING
from handlers.model.cases import Digest, Stage
from handlers.model.memory import Memory
from handlers.model.messages import DRILL, Inbound, Person, Reply, Room, Staff, Thread, Wish
from handlers.model.policy import Policy
from handlers.ports import Ports
from handlers.table import ROWS
from tests.handlers import samples
from tests.handlers.fake_desk import FakeBans, FakeDesk, FakeStaffTrust
from tests.handlers.fakes import (
    English,
    FakeClock,
    FakeDrills,
    FakeLanguages,
    FakePager,
    FakePeople,
    FakePlaces,
    FakeRota,
    FakeSchedule,
)

HANDLERS = {wish: row.handler for wish, row in ROWS.items()}
LABELS = ("79D", "1B2", "C03")
ENGLISH = English()
CODE = re.compile(r"[0-9A-Z]{4}-[0-9A-Z]{2}")
LONGEST_QUIET = timedelta(hours=12)


@dataclass
class Figures:
    """What came of all histories together."""

    histories: int = 0
    events: int = 0
    due: int = 0
    cases: int = 0
    closed: int = 0
    broken: Counter[str] = field(default_factory=Counter)


class SetClock:
    """A machine's clock that is set ahead and back, and the seconds that really pass."""

    def __init__(self) -> None:
        self.moment = FakeClock().moment
        self.shift = timedelta()

    def now(self) -> datetime:
        return self.moment + self.shift

    def passed(self) -> float:
        return self.moment.timestamp()


class History:
    """One night: persons call, staff act, desks come and go, and time passes."""

    def __init__(self, seed: int, figures: Figures) -> None:
        self.random = random.Random(seed)
        self.figures = figures
        self.machine = SetClock()
        self.clock = HouseClock(self.machine)
        self.schedule = FakeSchedule()
        self.desk = FakeDesk(self.clock, self.schedule, has_two=self.random.random() < 0.8)
        self.people = FakePeople()
        self.drills = FakeDrills()
        self.ports = Ports(
            book=samples.book(),
            places=FakePlaces(),
            people=self.people,
            desk=self.desk,
            bans=FakeBans(self.clock),
            trust=FakeStaffTrust(),
            clock=self.clock,
            languages=FakeLanguages((ENGLISH,)),
            policy=Policy(retention_days=7, conversation_hours=24, language_days=90),
            schedule=self.schedule,
            rota=FakeRota(self.clock, labels=LABELS),
            pager=FakePager(),
            drills=self.drills,
        )
        crowd = 14 if self.random.random() < 0.01 else self.random.choice((1, 1, 1, 2))
        self.persons = [Person(f"person {number}") for number in range(crowd)]
        self.down: set[Room] = set()
        self.waiting: list[tuple[Reply, bool]] = []
        """What a desk that is down will get, and whether somebody asked to see it again."""
        self.posted: Counter[tuple[str, Room]] = Counter()
        self.is_at_a_desk: set[str] = set()

    def play(self, steps: int) -> None:
        """Plays it to its end, and looks at every promise after each step."""
        if len(self.persons) > 2:
            for person in self.persons:
                self._calls(person)
        for _ in range(steps):
            self.figures.events += 1
            self.random.choices(*EVENTS)[0](self)
            self._check()
        self.figures.histories += 1
        self.figures.cases += len(self.desk.cases)
        self.figures.closed += sum(case.stage is Stage.CLOSED for case in self.desk.cases.values())

    # what happens

    def person_calls(self) -> None:
        self._calls(self.random.choice(self.persons))

    def _calls(self, person: Person) -> None:
        self.people.remember(person, Memory(is_ready=True))
        self._from(person, "sos", text="they are here")

    def person_adds(self) -> None:
        person = self.random.choice(self.persons)
        if self.desk.case_of(person):
            self._from(person, "case.join", text="and more")

    def person_cancels(self) -> None:
        self._from(self.random.choice(self.persons), "cancel", text="cancel")

    def person_wipes(self) -> None:
        self._from(self.random.choice(self.persons), "wipe")

    def staff_acts(self) -> None:
        act = self.random.choice(("acknowledge", "acknowledge", "answer", "hand_off", "snooze", "show", "log"))
        self._staff(f"staff.{act}", f"{self._some_code()} {self.random.choice(('', '20', 'we are here'))}")

    def staff_closes(self) -> None:
        code, reason = self._some_code(), self.random.choice(("", "is safe"))
        case = self.desk.find(code)
        self._staff("staff.close", f"{code} {reason}", may_close=bool(reason) and case is not None)

    def staff_says_who_is_on_duty(self) -> None:
        self._staff("staff.duty", self.random.choice(("on", "on 18:00", "on 22:00 06:00", "off", "")))

    def staff_exercises(self) -> None:
        self._staff("staff.drill", "")
        while self.drills.begun:
            self._from(Person("drill"), "sos", self.drills.begun.pop(), platform=DRILL)
        if any(case.is_drill for case in self.desk.open_cases()):
            self._broken("an exercise on the board")

    def staff_looks_at_the_board(self) -> None:
        self._staff("staff.board", "")

    def a_desk_goes_or_comes(self) -> None:
        room = self.random.choice(tuple(Room))
        if room in self.down:
            self.down.remove(room)
            waiting, self.waiting = self.waiting, []
            for reply, is_asked in waiting:
                self._deliver([reply], is_asked=is_asked)
        else:
            self.down.add(room)

    def the_desk_fills_or_empties(self) -> None:
        """More waits for it than it can be shown one by one, or no longer."""
        self.desk.crowd = self.random.choice((0, MOST_WAITING + 1))

    def a_desk_refuses(self) -> None:
        if code := self._some_code():
            self._happens(Wish("case.desk_refused", code))

    def a_topic_is_deleted(self) -> None:
        if (code := self._some_code()) and (case := self.desk.find(code)):
            room = self.random.choice(case.rooms)
            self._happens(Wish("case.topic_lost", f"{code} {room.value}"), is_asked=True)

    def time_passes(self) -> None:
        """Each event happens when it is due."""
        self._passes(timedelta(minutes=self.random.choice((0.5, 2, 5, 14, 40, 300))))

    def the_clock_is_set(self) -> None:
        """Ahead, back, or back and forth: whatever is due because of it happens at once."""
        self.machine.shift += timedelta(hours=self.random.choice((-48, -1, 1, 48)))
        self._passes(timedelta())

    def _passes(self, time: timedelta) -> None:
        end = self.machine.moment + time
        while due := [(at, name) for name, (_, at) in self.schedule.due.items() if at <= self._at(end)]:
            at, name = min(due)
            self.machine.moment += max(at - self.clock.now(), timedelta())
            wish, _ = self.schedule.due.pop(name)
            self.figures.due += 1
            self._rings(wish)
            self._check(until=at)
        self.machine.moment = end

    def _at(self, moment: datetime) -> datetime:
        """What the house's clock will say when the real time is this."""
        return self.clock.now() + (moment - self.machine.moment)

    # how it happens

    def _from(self, person: Person, wish: str, text: str = "", platform: str = "telegram") -> None:
        ask = Inbound(person, ENGLISH, self.clock.now(), text=text, wish=Wish(wish), platform=platform)
        self._run(ask)

    def _staff(self, wish: str, argument: str, *, may_close: bool = False) -> None:
        room = self.random.choice(tuple(Room)) if self.desk.has_two else Room.DESK
        staff = Staff(self.random.choice(LABELS))
        ask = Inbound(Person(""), ENGLISH, self.clock.now(), wish=Wish(wish, argument), staff=staff, room=room)
        self._run(ask, may_close=may_close, is_asked=wish in ("staff.show", "staff.acknowledge", "staff.answer"))

    def _happens(self, wish: Wish, *, is_asked: bool = False) -> None:
        self._run(Inbound(Person(""), ENGLISH, self.clock.now(), wish=wish), is_asked=is_asked)

    def _rings(self, wish: Wish) -> None:
        case = self.desk.find(wish.argument) if wish.name == "case.alarm" else None
        before = len(self.waiting) + sum(self.posted.values())
        calls = case.calls if case else 0
        self._happens(wish)
        after = self.desk.cases.get(case.code) if case and case.stage is not Stage.CLOSED else None
        if case is None or after is None:
            return
        is_listed = after.digest is not Digest.NONE and "digest call" in self.schedule.due
        is_heard = is_listed or len(self.waiting) + sum(self.posted.values()) > before
        if not is_heard and after.calls > calls:
            self._broken("an event that nobody heard")

    def _run(self, ask: Inbound, *, may_close: bool = False, is_asked: bool = False) -> None:
        assert ask.wish
        closed = {code for code, case in self.desk.cases.items() if case.stage is Stage.CLOSED}
        replies = HANDLERS[ask.wish.name](ask, self.ports)
        newly = {code for code, case in self.desk.cases.items() if case.stage is Stage.CLOSED} - closed
        if newly and not may_close:
            self._broken("closed by somebody else than staff")
        self._deliver(replies, is_asked=is_asked)

    def _deliver(self, replies: Sequence[Reply], *, is_asked: bool = False) -> None:
        for reply in replies:
            if not isinstance(reply.to, Thread):
                self._tells(reply)
            elif reply.to.room in self.down:
                self.waiting.append((reply, is_asked))
            else:
                self._posts(reply, reply.to, is_asked=is_asked)

    def _posts(self, reply: Reply, to: Thread, *, is_asked: bool) -> None:
        is_heading = reply.text.startswith("<b>SOS ")
        if is_heading and not is_asked:
            self.posted[to.code, to.room] += 1
            if self.posted[to.code, to.room] > 1:
                self._broken("posted twice unmarked")
        elif not is_heading:
            self.posted["", to.room] += 1
        if to.room is Room.BACKUP and not self.desk.has_two:
            self._broken("posted to a desk that there is not")
        self.is_at_a_desk |= set(CODE.findall(reply.text))
        if reply.then:
            self._happens(reply.then)

    def _tells(self, reply: Reply) -> None:
        """No stage is told before it is true."""
        found = CODE.search(reply.text)
        case = self.desk.find(found[0]) if found else None
        if case is None:
            return
        if reply.text.startswith("The team has your note") and case.code not in self.is_at_a_desk:
            self._broken("the team has it: told early")
        if reply.text.startswith("Somebody from the team has taken your note") and case.stage is not Stage.ACKNOWLEDGED:
            self._broken("somebody is on it: told early")
        if reply.text.startswith("The team has closed your note") and case.stage is not Stage.CLOSED:
            self._broken("closed: told early")
        if reply.text.startswith("Nobody from the team has taken") and case.stage is Stage.ACKNOWLEDGED:
            self._broken("nobody has taken it: told though somebody has")
        if reply.then:
            self._happens(reply.then)

    def _some_code(self) -> str:
        return self.random.choice(sorted(self.desk.cases)) if self.desk.cases else ""

    # what must hold

    def _check(self, until: datetime | None = None) -> None:
        """`until`: what was due later has not been rung yet, as the clock jumped ahead."""
        now = self.clock.now()
        for case in self.desk.cases.values():
            if case.stage is Stage.CLOSED:
                if case.code in self.schedule.due:
                    self._broken("an event of a closed case")
                continue
            _, due = self.schedule.due.get(case.code, (None, None))
            if due is None:
                self._broken("an open case without an event")
            elif not min(until or now, now) <= due <= now + LONGEST_QUIET:
                self._broken("an event in the past, or too far away")
            if case.digest in (Digest.WAITING, Digest.MORE) and "digest" not in self.schedule.due:
                self._broken("a case that waits for a list that does not come")
            if case.stage is Stage.ACKNOWLEDGED and not case.owner:
                self._broken("acknowledged by nobody")
            if case.snoozed_until and case.stage is not Stage.ACKNOWLEDGED:
                self._broken("put off without an acknowledgement")

    def _broken(self, promise: str) -> None:
        self.figures.broken[promise] += 1


EVENTS = (
    (
        History.time_passes,
        History.person_calls,
        History.person_adds,
        History.person_cancels,
        History.person_wipes,
        History.staff_acts,
        History.staff_closes,
        History.staff_says_who_is_on_duty,
        History.staff_looks_at_the_board,
        History.staff_exercises,
        History.a_desk_goes_or_comes,
        History.the_desk_fills_or_empties,
        History.a_desk_refuses,
        History.a_topic_is_deleted,
        History.the_clock_is_set,
    ),
    (30, 10, 8, 3, 1, 25, 5, 3, 2, 2, 5, 4, 1, 1, 2),
)


def play(count: int, seed: int, steps: int = 25) -> Figures:
    """Plays so many histories, the same ones for the same seed."""
    figures = Figures()
    for number in range(count):
        History(seed * 1_000_003 + number, figures).play(steps)
    return figures


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=random.randrange(1_000_000))
    options = parser.parse_args()
    print(f"seed {options.seed}")
    began = time.monotonic()
    figures = play(options.count, options.seed)
    for promise, times in sorted(figures.broken.items()):
        print(f"BROKEN: {promise}: {times} times")
    print(f"{time.monotonic() - began:.0f} s; {replace(figures, broken=Counter())}")
    return 1 if figures.broken else 0


if __name__ == "__main__":
    sys.exit(main())
