"""From a message to its wish: a call for help, a command, a choice, an answer to the open question, or a place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.messengers.contract import Event, Received
from bot.repositories.offered_choices import DESK_OWNER
from bot.routing.answers import Answer, Answers
from bot.routing.context import RequestContext
from bot.routing.keywords import Keywords, chosen
from bot.routing.policy import State, decide, said_alone
from handlers.model.meanings import Sort
from handlers.model.memory import ASKED_WORD, COLLECTING, IN_CHECK_IN
from handlers.model.messages import STALE, Inbound, Kind, Wish
from handlers.model.places import Outcome
from handlers.table import ROWS

_ASKS_WHO_IS_THERE = ("start", "help")
"""Rows whose words ("hello?", "help!") may be meant for a human."""

_REACTIONS = {Event.REACTED: "case.reaction", Event.REACTION_BACK: "case.reaction_back"}


class Intents:
    """Reads messages; what it returns is a wish of the table."""

    def __init__(self, keywords: Keywords, answers: Answers, with_buttons: frozenset[str]) -> None:
        """`with_buttons`: messengers; on all others, choices are numbered lines."""
        self._keywords = keywords
        self._answers = answers
        self._with_buttons = with_buttons

    def of_staff(self, context: RequestContext, received: Received) -> Wish | None:
        """None for chatter: it is not for us, and not kept."""
        if received.is_anonymous:  # somebody in the desk, nobody knows who: they are told that it counts for nothing
            is_command = received.event is Event.MESSAGE and self._keywords.desk_command(context.inbound.text)
            return Wish("staff.anonymous") if is_command else None
        if received.event is Event.REACTION_BACK:
            return None
        if received.event is Event.RETRACTED:
            return Wish("staff.deleted")
        if received.event is Event.EDIT:  # what was done is done; an edited command must not act twice, and is told so
            command = self._keywords.desk_command(context.inbound.text)
            return Wish("staff.edited", command.argument if command.name == "staff.answer" else "") if command else None
        if received.event is Event.REACTED:
            return self._keywords.reaction(received.text)
        if received.event is Event.PRESS:
            choice = context.offers.pressed(DESK_OWNER, received.token)
            return choice.wish if choice and choice.wish != STALE else None
        command = self._keywords.desk_command(context.inbound.text)
        return Wish("staff.relayed") if command and received.is_relayed else command

    def of_person(self, context: RequestContext, received: Received) -> Inbound:
        """The message with its wish. Calls for help come first, then what was offered, then the open question. There
        is no wish for the reaction of somebody of whom the team has no case."""
        ask, keywords = context.inbound, self._keywords
        if received.event is Event.PRESS:
            choice = context.offers.pressed(ask.person.tag, received.token)
            return replace(ask, wish=choice.wish if choice else STALE, is_choice=True)
        if received.event is Event.RETRACTED:
            return replace(ask, wish=Wish("sos.retract"))
        if received.event in _REACTIONS and not keywords.sos(ask.text):
            return replace(ask, wish=Wish(_REACTIONS[received.event]) if self._has_case(context) else None)
        command = keywords.command(ask.text)
        if command and ROWS[command.name].is_call_for_help:
            return replace(ask, wish=command, text=command.argument)
        if call := keywords.sos(ask.text):
            return replace(ask, wish=call, text=call.argument)
        if received.is_relayed:  # somebody else's words may call for help, and do nothing else
            is_of_case = context.cases.case_of(ask.person) is not None
            return replace(ask, wish=Wish("case.join") if is_of_case else self._free(context, None))
        if command:
            is_link = command.name == "start" and command.argument == "sos"  # t.me/NAME?start=sos
            return replace(ask, wish=Wish("sos") if is_link else command, text="" if is_link else command.argument)
        exact = keywords.exact(ask.text)
        offered = context.offers.newest(ask.person.tag)
        if choice := chosen(offered, ask.text, by_number=received.platform not in self._with_buttons):
            return replace(ask, wish=choice.wish, text="", is_choice=True)  # a number or a label says nothing more
        said = () if ask.is_edit or ask.photos or ask.point else said_alone(keywords.heard(ask.text))
        if context.memory.step == ASKED_WORD and self._may_be_the_word(ask, said):
            return replace(ask, wish=Wish("word", ask.text))
        if answer := self._of_check_in(context, said):
            return answer
        if decided := decide(_state(context), said, offered):
            return replace(ask, wish=decided)  # with its words: they may be an answer to a question of staff
        if exact is None and Sort.STATUS in said:
            exact = Wish("status")
        if context.cases.case_of(ask.person):
            return replace(ask, wish=Wish("case.join"), also=self._also(context, exact))
        if _is_asked(context) and ask.text:
            return self._heard(context, exact)
        if self._is_about_closed_case(context, exact):
            also = self._also(context, exact) or self._place_in(context)
            return replace(ask, wish=Wish("case.after"), also=also)
        return replace(ask, wish=self._free(context, exact))

    def _may_be_the_word(self, ask: Inbound, said: Sequence[Sort]) -> bool:
        is_something_else = (
            ask.is_edit or {Sort.CANCEL, Sort.WIPE} & set(said) or self._keywords.calls_for_help(ask.text)
        )
        return bool(ask.text) and not is_something_else

    def _of_check_in(self, context: RequestContext, said: Sequence[Sort]) -> Inbound | None:
        """Yes or no, where a check-in was shown to be set, or asks whether its person is all right."""
        ask, memory = context.inbound, context.memory
        answer = Answer.NEITHER if ask.is_edit or ask.photos or ask.point else self._answers.of(ask.text, said)
        if not memory.check_in or not answer or memory.step == f"{IN_CHECK_IN}word":
            return None
        if not memory.check_in.at:
            is_shown = memory.step == f"{IN_CHECK_IN}words" and memory.check_in.words
            wish = Wish("checkin.set") if answer is Answer.YES else Wish("checkin.drop")
            return replace(ask, wish=wish, text="") if is_shown and not context.cases.case_of(ask.person) else None
        if not memory.check_in.is_asked:
            return None
        if answer is Answer.NO:
            return replace(ask, wish=Wish("checkin.raise"))
        if context.cases.case_of(ask.person):
            return replace(ask, wish=Wish("case.join"), also=Wish("checkin.back"))
        return replace(ask, wish=Wish("checkin.back"))

    def _heard(self, context: RequestContext, exact: Wish | None) -> Inbound:
        """What is neither: it is kept and asked about, and a lookup is answered as well; a call for help is one."""
        wish = self._free(context, exact)
        if wish.name in ("sos", "sos.collect", "checkin.step"):
            return replace(context.inbound, wish=wish)
        return replace(context.inbound, wish=Wish("checkin.heard"), also=None if wish.name == "unknown" else wish)

    def _has_case(self, context: RequestContext) -> bool:
        """Whether there is one that is open, or closed and still kept."""
        cases, person = context.cases, context.inbound.person
        if cases.case_of(person):
            return True
        return cases.closed_case_of(person) is not None and context.ports.bans.of(person) is None

    def _is_about_closed_case(self, context: RequestContext, exact: Wish | None) -> bool:
        """Whether it may be meant for a team that has closed the case: not what answers an open question, asks for
        something by its name, or calls for help anew."""
        ask, memory, keywords = context.inbound, context.memory, self._keywords
        if memory.step == COLLECTING or memory.draft or memory.step.startswith(IN_CHECK_IN):
            return False
        if exact and exact.name not in _ASKS_WHO_IS_THERE:
            return False
        if keywords.calls_for_help(ask.text) or keywords.may_call_for_help(ask.text):
            return False
        return self._has_case(context)

    def _place_in(self, context: RequestContext) -> Wish | None:
        """The lookup of a place that is named, or sent from the map."""
        ask = context.inbound
        if not ask.text:
            return Wish("located") if ask.kind is Kind.POINT and ask.point else None
        is_named = context.ports.places.find(ask.text).outcome is not Outcome.NONE
        return Wish(self._keywords.inside(ask.text), ask.text) if is_named else None

    def _also(self, context: RequestContext, exact: Wish | None) -> Wish | None:
        """What is answered as well when the team is told: the open question, or a lookup that was asked for by name."""
        ask, memory = context.inbound, context.memory
        if not ask.text or ask.is_edit:
            return None
        if memory.step.startswith(IN_CHECK_IN):
            return Wish("checkin.step")
        if exact:
            return None if ROWS[exact.name].greets_itself else exact
        if memory.wish_for_place in ROWS:
            return Wish(memory.wish_for_place, ask.text)
        return self._keywords.at_the_beginning(ask.text) or self._asked_in_a_sentence(context)

    def _asked_in_a_sentence(self, context: RequestContext) -> Wish | None:
        text = context.inbound.text
        if self._keywords.calls_for_help(text) or not self._keywords.asks_inside(text):
            return None
        return self._place_in(context)

    def _free(self, context: RequestContext, exact: Wish | None) -> Wish:
        """The wish of a text that is neither command nor choice."""
        ask, step, keywords = context.inbound, context.memory.step, self._keywords
        if step.startswith(IN_CHECK_IN) and not keywords.calls_for_help(ask.text):
            return Wish("checkin.step")
        if step == COLLECTING or context.memory.draft:
            return Wish("sos.collect")
        if keywords.calls_for_help(ask.text):
            asked = self._place_in(context) if ask.text and keywords.only_asks(ask.text) else None
            return asked or _call_for_help(context)
        if _is_asked(context) and (ask.photos or ask.point):
            return _call_for_help(context)  # what is sent instead of an answer is for the team
        if ask.text and ask.photos:
            return _call_for_help(context)  # a photo is good for nothing else, and must not be lost behind its caption
        if exact:
            return exact
        if not ask.text:
            return Wish("located" if ask.kind is Kind.POINT and ask.point else "unsupported")
        return self._about_a_place(context)

    def _about_a_place(self, context: RequestContext) -> Wish:
        ask, keywords = context.inbound, self._keywords
        asked_for = context.memory.wish_for_place
        if asked_for in ROWS and not keywords.may_call_for_help(ask.text):
            return Wish(asked_for, ask.text)
        if begun := keywords.at_the_beginning(ask.text):
            return begun
        if context.ports.places.find(ask.text).outcome is not Outcome.NONE:
            return Wish(keywords.inside(ask.text), ask.text)
        if keywords.may_call_for_help(ask.text):
            return _call_for_help(context)
        return Wish("located" if ask.kind is Kind.POINT and ask.point else "unknown")


def _state(context: RequestContext) -> State:
    memory = context.memory
    if context.cases.case_of(context.inbound.person):
        return State.CASE
    if memory.draft:
        return State.DRAFT
    if memory.step == COLLECTING:
        return State.COLLECTING
    if memory.step.startswith(IN_CHECK_IN) or _is_asked(context):
        return State.CHECK_IN
    return State.AFTER if context.cases.closed_case_of(context.inbound.person) else State.FREE


def _is_asked(context: RequestContext) -> bool:
    """Whether a check-in waits for an answer."""
    return context.memory.check_in is not None and context.memory.check_in.is_asked


def _call_for_help(context: RequestContext) -> Wish:
    return Wish("sos.collect" if context.cases.is_open_for_sos() else "sos")
