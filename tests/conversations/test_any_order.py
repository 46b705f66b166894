"""Any order of inputs: no stage is told early, nothing is forwarded without *Send*, no call stays unanswered."""

from __future__ import annotations

import asyncio
import re
from typing import ClassVar

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from sqlalchemy import text

from bot.messengers.contract import DeliveryError, Event, Parcel, Trouble
from handlers.model.messages import Kind
from tests.fuzz import times
from tests.talk import DESK, OTHER_STAFF, STAFF, Talk

WORDS = st.sampled_from(
    [
        "two men at the gate",
        "Thailand",
        "what is the level for Hong Kong?",
        "yes",
        "no",
        "2",
        "1",
        "曼谷",
        "help",
        "…",
        "/level",
        "language",
        "I am at the station",
        "他們在門口",
        "<b>bold</b> & more",
    ]
)
MARKERS = st.integers(0, 999_999).map(lambda number: f"marker{number:06}")
ACTS = ["ack", "r", "handoff", "snooze", "show", "close"]
CODE = re.compile(r"[0-9A-Z]{4}-[0-9A-Z]{2}")
SAVED = "Saved {time}. The number of your note is <code>{code}</code>."
POSTED = "The team has your note <code>{code}</code>. I will tell you here when somebody takes it."
TAKEN = "Somebody from the team has taken your note <code>{code}</code>. Their answer comes here."


class AnyOrder(RuleBasedStateMachine):
    """One person, one desk, a messenger that comes and goes."""

    messenger: ClassVar[str] = "telegram"

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.talk = self._open()
        self.is_desk_down = False
        self.agreed: set[str] = set()
        self.drafted: dict[str, str] = {}
        """Marked words that were not agreed to, by their message."""
        self.written: list[str] = []
        self.talk.messenger.trouble = self._trouble

    def _open(self) -> Talk:
        return Talk(messenger=self.messenger)

    def _trouble(self, parcel: Parcel) -> DeliveryError | None:
        is_down = self.is_desk_down and parcel.chat == DESK
        return DeliveryError(Trouble.UNREACHABLE) if is_down else None

    def _run(self, text: str, **more: object) -> list[str]:
        return self.loop.run_until_complete(self.talk.says(text, **more))  # type: ignore[arg-type]

    def _choose(self, label: str) -> list[str]:
        return self.loop.run_until_complete(self.talk.chooses(label))

    def _agrees(self) -> None:
        self.agreed |= set(self.drafted.values())

    def _marks(self, text: str, marker: str) -> None:
        reference = f"m{len(self.written)}"
        self.written.append(reference)
        if self._has_case():
            self.agreed.add(marker)
        else:
            self.drafted[reference] = marker
        assert self._run(text, message=reference)

    def _in_each_language(self, sentence: str) -> list[str]:
        """The answers change to the language of what was written last: 救命 makes *Send* a 傳送."""
        catalogues = self.talk.app.catalogues
        return [catalogues.of(code).gettext(sentence) for code in catalogues.codes()]

    @rule(words=WORDS)
    def says(self, words: str) -> None:
        if (send := self._offered("Send")) and not self.talk.messenger.has_buttons and words == self.talk.number(send):
            self._agrees()
        assert self._run(words), "a message without an answer"

    @rule(marker=MARKERS)
    def says_something_marked(self, marker: str) -> None:
        self._marks(f"about {marker}", marker)

    @rule(marker=MARKERS, call=st.sampled_from(["SOS", "救命", "/sos"]))
    def calls_with_words(self, marker: str, call: str) -> None:
        self._marks(f"{call} {marker}", marker)

    @precondition(lambda self: self.messenger == "signal" and self.written)
    @rule(which=st.integers(0, 99))
    def deletes_something_marked(self, which: int) -> None:
        reference = self.written[which % len(self.written)]
        if not self._has_case():
            self.drafted.pop(reference, None)
        self._run("", event=Event.RETRACTED, message=reference)

    @rule(call=st.sampled_from(["SOS", "救命", "/sos", "cancel", "I am safe", "/start", "/help", "/privacy"]))
    def calls(self, call: str) -> None:
        assert self._run(call)

    @rule(kind=st.sampled_from(list(Kind)))
    def sends_anything(self, kind: Kind) -> None:
        photos = ("file",) if kind is Kind.PHOTO else ()
        assert self._run("", kind=kind, photos=photos, latitude=1.0, longitude=2.0)

    @rule(choice=st.sampled_from(["Send", "Add more", "Cancel", "Exact location", "Help", "I need help now (SOS)"]))
    def chooses(self, choice: str) -> None:
        if not (label := self._offered(choice)):
            return
        if choice == "Send":
            self._agrees()
        assert self._choose(label)

    def _offered(self, choice: str) -> str:
        """The label of what can be chosen now, the newest one; of buttons any can, of lists only the newest."""
        offers = [shown.parcel.buttons for shown in self.talk.messenger.shown if shown.chat == "501"]
        newest_first = [buttons for buttons in reversed(offers) if buttons]
        can_be_chosen = newest_first if self.talk.messenger.has_buttons else newest_first[:1]
        labels = self._in_each_language(choice)
        return next((button.label for some in can_be_chosen for button in some if button.label in labels), "")

    @rule()
    def wipes(self) -> None:
        [answer] = self._run("/wipe")
        assert answer.endswith("/help.") or answer.endswith("/help。")
        self.drafted.clear()

    @rule(sender=st.sampled_from([STAFF, OTHER_STAFF, "666"]), act=st.sampled_from(ACTS))
    def staff_act(self, sender: str, act: str) -> None:
        for code in sorted(self._codes())[-1:]:
            text = f"/{act} {code} some words"
            self.loop.run_until_complete(self.talk.staff_says(text, sender=sender))

    @rule(minutes=st.sampled_from([1, 120, 60 * 25, 60 * 24 * 8]))
    def time_passes(self, minutes: int) -> None:
        self.talk.clock.forward(minutes=minutes)
        self.loop.run_until_complete(self.talk.settle())

    @precondition(lambda self: not self.is_desk_down)
    @rule()
    def the_desk_goes_down(self) -> None:
        self.is_desk_down = True

    @precondition(lambda self: self.is_desk_down)
    @rule()
    def the_desk_comes_back(self) -> None:
        self.is_desk_down = False
        self.talk.clock.forward(minutes=2)
        self.loop.run_until_complete(self.talk.settle())

    def _codes(self) -> set[str]:
        return set(CODE.findall("\n".join(self.talk.told())))

    def _has_case(self) -> bool:
        cases = self.loop.run_until_complete(self.talk.open_cases())
        return any(case.person.tag for case in cases)

    @invariant()
    def nothing_is_forwarded_without_send(self) -> None:
        shown = set(re.findall(r"marker\d{6}", "\n".join(self.talk.desk())))
        assert shown <= self.agreed

    @invariant()
    def no_stage_is_told_early(self) -> None:
        """In the order of what was shown in all chats, each stage comes after what makes it true."""
        seen: dict[str, set[str]] = {}
        saved, posted, taken = (
            tuple(told.split("{")[0] for told in self._in_each_language(stage)) for stage in (SAVED, POSTED, TAKEN)
        )
        for shown in self.talk.messenger.shown:
            for code in CODE.findall(shown.text):
                facts = seen.setdefault(code, set())
                if shown.chat == DESK:
                    is_shown = f"<b>SOS {code}" in shown.text or "new case" in shown.text  # a line of a list
                    facts |= {"posted"} if is_shown else set()
                    continue
                if shown.text.startswith(posted):
                    assert "posted" in facts
                if shown.text.startswith(taken):
                    assert "told saved" in facts
                if shown.text.startswith(saved):
                    facts.add("told saved")

    @invariant()
    def every_open_case_has_an_alarm_to_come(self) -> None:
        now = self.talk.app.sealing.seconds()
        query = (
            "SELECT count(*) FROM sos_case LEFT JOIN alarm ON alarm.name = sos_case.code "
            f"WHERE stage != 'closed' AND coalesce(alarm.due_at, 0) <= {now}"
        )
        run = self.talk.app.store.run(lambda session: session.execute(text(query)).scalar())
        assert self.loop.run_until_complete(run) == 0

    def teardown(self) -> None:
        self.loop.run_until_complete(self.talk.close())
        self.loop.close()


AnyOrder.TestCase.settings = settings(max_examples=times(15), stateful_step_count=25)
TestAnyOrder = AnyOrder.TestCase


class AnyOrderOnSignal(AnyOrder):
    """The same where choices are typed, and where the bot learns of deleted messages."""

    messenger = "signal"


AnyOrderOnSignal.TestCase.settings = AnyOrder.TestCase.settings
TestAnyOrderOnSignal = AnyOrderOnSignal.TestCase
