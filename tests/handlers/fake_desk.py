"""A desk in memory: the cases as the handlers left them, and the next event of each; proven beside the real one."""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from handlers.cases import lifecycle
from handlers.model.cases import MOST_AT_ONCE, Author, Ban, Case, Deed, Digest, Entry, SilentCases, Stage
from handlers.model.codes import tidy_code
from handlers.model.escalation_policy import Routing
from handlers.model.messages import Person, Room, Staff, Wish
from handlers.ports import Clock, Schedule

_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


@dataclass
class FakeDesk:
    """`handlers.ports.Desk`; `has_two` says whether there is a backup desk."""

    clock: Clock
    schedule: Schedule
    routing: Routing = field(default_factory=Routing)
    has_two: bool = True
    cases: dict[str, Case] = field(default_factory=dict)
    entries: dict[str, list[Entry]] = field(default_factory=lambda: defaultdict(list))
    written: dict[str, list[Deed]] = field(default_factory=lambda: defaultdict(list))
    forgotten: set[str] = field(default_factory=set)
    crowd: int = 0
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def is_open_for_sos(self) -> bool:
        return True

    def has_backup(self) -> bool:
        return self.has_two

    def may_show_words(self, platform: str, room: Room = Room.DESK) -> bool:
        return True

    def open(self, person: Person, platform: str, language: str) -> Case:
        now, number = self.clock.now(), next(self._numbers)
        letters = "".join(_LETTERS[number >> shift & 31] for shift in range(25, -1, -5))
        code = f"{letters[:4]}-{letters[4:]}"
        self.cases[code] = Case(code, person, platform, language, Stage.SAVED, now, since=now)
        return self.keep(self.cases[code])

    def case_of(self, person: Person) -> Case | None:
        mine = (case for case in self.cases.values() if case.person == person and person.tag)
        return next((case for case in mine if case.stage is not Stage.CLOSED), None)

    def closed_case_of(self, person: Person) -> Case | None:
        mine = [case for case in self.cases.values() if case.person == person and person.tag]
        newest = max(mine, key=lambda case: case.opened_at, default=None)
        return newest if newest and newest.stage is Stage.CLOSED and self.entries[newest.code] else None

    def find(self, code: str) -> Case | None:
        return self.cases.get(tidy_code(code))

    def quoted(self, message: str, room: Room) -> Case | None:
        return None

    def in_topic(self, topic: str, room: Room) -> Case | None:
        return None

    def waiting_posts(self, since: datetime) -> int:
        return self.crowd

    def opened_since(self, moment: datetime) -> int:
        return sum(case.opened_at > moment and not case.is_drill for case in self.cases.values())

    def note(self, case: Case, deed: Deed) -> None:
        self.written[case.code].append(deed)

    def deeds(self, case: Case) -> Sequence[Deed]:
        return self.written[case.code]

    def open_cases(self, most: int = MOST_AT_ONCE) -> Sequence[Case]:
        found = [case for case in self.cases.values() if case.stage is not Stage.CLOSED and not case.is_drill]
        return sorted(found, key=lambda case: (case.stage is Stage.ACKNOWLEDGED, case.opened_at, case.code))[:most]

    def number_open(self) -> int:
        return len(self.open_cases(len(self.cases)))

    def in_list(self, digest: Digest, most: int) -> Sequence[Case]:
        found = [case for case in self.open_cases(len(self.cases)) if case.digest is digest is not Digest.NONE]
        return sorted(found, key=lambda case: (case.opened_at, case.code))[:most]

    def silent_in_list(self) -> SilentCases:
        is_silent = [
            case
            for case in self.open_cases(len(self.cases))
            if case.digest is not Digest.NONE and case.stage is not Stage.ACKNOWLEDGED
        ]
        return SilentCases(
            len(is_silent),
            max((case.step for case in is_silent), default=0),
            any(case.is_at_backup for case in is_silent),
        )

    def add(self, case: Case, entry: Entry) -> str:
        if case.code in self.forgotten:
            return ""
        self.entries[case.code].append(entry)
        return f"{case.code} {len(self.entries[case.code]) - 1}"

    def record(self, case: Case) -> Sequence[Entry]:
        return [entry for entry in self.entries[case.code] if entry.author is not Author.UNSENT]

    def was_written(self, answer: str, message: str, room: Room) -> None:
        """Nothing comes of it: no message is ever changed here."""

    def answer_written(self, message: str, room: Room) -> tuple[Case, Entry] | None:
        return None

    def answer_brought(self, person: Person, message: str) -> Entry | None:
        return None

    def take_unsent(self, case: Case, name: str) -> str:
        return ""

    def can_be_reached(self, case: Case) -> bool:
        return case.code not in self.forgotten

    def keep(self, case: Case) -> Case:
        if stored := self.cases.get(case.code):  # whose it is does not change any more
            self.cases[case.code] = replace(
                case, person=stored.person, platform=stored.platform, language=stored.language
            )
        due = lifecycle.due(case, self.routing)
        if due is None:
            self.schedule.drop(case.code)
        else:
            self.schedule.set(case.code, Wish("case.alarm", case.code), due)
        return case

    def forget(self, person: Person) -> None:
        if case := self.case_of(person):
            self.keep(lifecycle.withdrawn(case, self.clock.now()))
        for case in [case for case in self.cases.values() if case.person == person]:
            self.entries.pop(case.code, None)
            self.forgotten.add(case.code)
            self.cases[case.code] = replace(self.cases[case.code], person=Person(""), platform="", language="")

    def close(self, case: Case, at: datetime) -> Case:
        return self.keep(replace(case, stage=Stage.CLOSED, closed_at=at))

    def reopen(self, case: Case, label: str, at: datetime) -> Case:
        return self.keep(lifecycle.reopened(case, label, at))

    def keep_longer(self, case: Case) -> None:
        """Nothing is ever deleted here."""

    def warned(self, case: Case) -> None:
        """The same."""

    def discard(self, case: Case) -> None:
        del self.cases[case.code]
        self.entries.pop(case.code, None)
        self.written.pop(case.code, None)
        self.schedule.drop(case.code)


@dataclass
class FakeBans:
    """`handlers.ports.Bans`."""

    clock: Clock
    bans: dict[str, Ban] = field(default_factory=dict)

    def of(self, person: Person) -> Ban | None:
        held = self.bans.get(person.tag)
        return held if held and held.until > self.clock.now() else None

    def keep(self, person: Person, ban: Ban | None) -> None:
        self.bans.pop(person.tag, None)
        if ban:
            self.bans[person.tag] = ban

    def name_of(self, person: Person) -> str:
        return f"B{sum(person.tag.encode()):05}"

    def named(self, name: str) -> Person | None:
        people = [Person(tag) for tag in self.bans]
        return next((one for one in people if self.of(one) and self.name_of(one) == name.strip().upper()), None)


class FakeStaffTrust:
    """`handlers.ports.StaffTrust` where nobody is ever suspended."""

    def confirm(self, label: str, by: Staff) -> bool:
        return False

    def restore(self, label: str) -> None:
        """There is nobody to restore."""
