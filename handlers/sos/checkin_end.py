"""The end of a check-in: *I am all right*, "stop", *Take it back*; where a word was agreed, only with that word."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from handlers.cases.agreed_word import folded
from handlers.model.memory import IN_CHECK_IN, CheckIn, Memory
from handlers.model.messages import Choice, Inbound, Reply, Wish
from handlers.ports import Ports
from handlers.sos.checkin_shown import event_name, say, take_back_wish, what_stands

GRACE = timedelta(minutes=15)
"""How long an answer is waited for."""
_LONGEST_WORD = 200


def take_back(ask: Inbound, ports: Ports) -> Sequence[Reply]:
    """*I am all right*, or a check-in that isn't wanted any more. A choice below an older one ends no newer one."""
    memory = ports.people.recall(ask.person)
    check_in = memory.check_in
    chosen = ask.wish.argument if ask.wish and ask.wish.name == "checkin.back" else ""
    if check_in and check_in.at and chosen and chosen != take_back_wish(check_in).argument:
        return [what_stands(ask.language, check_in)]
    if check_in and check_in.at and _word_of(memory):
        return _ask_word(ask, ports, memory, check_in)
    _end(ask, ports, memory)
    return say(ask.language.gettext("Good. The check-in is over. Nothing was sent."))


def drop(ask: Inbound, ports: Ports) -> Sequence[Reply]:
    """*Cancel* while a check-in is being set; one that stands is shown and goes on."""
    memory = ports.people.recall(ask.person)
    if memory.check_in and memory.check_in.at:
        ports.people.remember(ask.person, memory.after_check_in())
        return [what_stands(ask.language, memory.check_in)]
    return take_back(ask, ports)


def hear_word(ask: Inbound, ports: Ports) -> Sequence[Reply]:
    """The word, or a wrong one: the same is said, and only with the right one is it over."""
    memory = ports.people.recall(ask.person)
    check_in = memory.check_in
    if check_in and check_in.at and folded(ask.text[:_LONGEST_WORD]).strip(" .!") != _word_of(memory).strip(" .!"):
        _doubt(ask, ports, memory, check_in)
    else:
        _end(ask, ports, memory)
    # Translators: it must not tell whether the word was right: somebody else may be holding the phone
    return say(ask.language.gettext("All right. You can write again at any time."))


def _word_of(memory: Memory) -> str:
    """What was agreed when the check-in was set: a word that is changed later does not end it."""
    return (memory.check_in.word if memory.check_in else "") or memory.word


def _ask_word(ask: Inbound, ports: Ports, memory: Memory, check_in: CheckIn) -> Sequence[Reply]:
    open_one = replace(check_in, is_word_open=True)
    ports.people.remember(ask.person, replace(memory, check_in=open_one, step=f"{IN_CHECK_IN}word"))
    _ = ask.language.gettext
    # Translators: button, at most 28 characters: the check-in is not ended
    keep = Choice(_("Keep the check-in"), Wish("checkin.keep"))
    return say(_("Write your secret word. Then the check-in ends."), keep)


def keep(ask: Inbound, ports: Ports) -> Sequence[Reply]:
    """*Let it go on*: nothing changes, and what stands is shown."""
    memory = ports.people.recall(ask.person).after_check_in()
    if not memory.check_in or not memory.check_in.at:
        return say(ask.language.gettext("No check-in is set. Write /checkin to begin."))
    check_in = replace(memory.check_in, is_word_open=False)
    ports.people.remember(ask.person, replace(memory, check_in=check_in))
    return [what_stands(ask.language, check_in)]


def _end(ask: Inbound, ports: Ports, memory: Memory) -> None:
    ports.people.remember(ask.person, replace(memory.after_check_in(), check_in=None))
    ports.schedule.drop(event_name(ask))


def _doubt(ask: Inbound, ports: Ports, memory: Memory, check_in: CheckIn) -> None:
    """It goes on out of sight; of two, the one that ends first is the one that calls."""
    assert check_in.at
    ports.schedule.drop(event_name(ask))
    first = min(filter(None, [memory.doubted, check_in]), key=lambda one: one.at or ask.at)
    ports.people.remember(ask.person, replace(memory.after_check_in(), check_in=None, doubted=first))
    assert first.at
    ports.schedule.set(f"{event_name(ask)} doubted", Wish("checkin.doubt"), first.at + GRACE, ask.person)
