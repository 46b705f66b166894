"""Which place is meant: from what was typed, from the place talked about last, or by asking."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

from handlers.model.knowledge import whole_of
from handlers.model.language import Language
from handlers.model.meanings import Sort
from handlers.model.memory import ASKED_PLACE
from handlers.model.messages import Choice, Inbound, Reply, Wish, escape
from handlers.model.places import Finding, Outcome
from handlers.ports import Ports

About = Callable[[Inbound, Ports, str], Reply]
"""(ask, ports, place) → the answer about one place."""

MOST_CHOICES = 8
MOST_PLACES = 3
"""Places in one message that are answered at once; the next ones are offered as choices."""
_ENDS = " .,;:!?…。，！？"
_NAMED = re.compile("([\U0001f1e6-\U0001f1ff]{2})(-[A-Za-z0-9-]+|)")


def flag(place: str) -> str:
    """🇹🇭 from TH and from TH-mae-sot: 0x1F1A5 above the letters."""
    return "".join(chr(ord(letter) + 0x1F1A5) for letter in place[:2])


def argument(place: str) -> str:
    """How a choice names a place, as no word is read: 🇹🇭, or 🇹🇭-mae-sot of a part."""
    return flag(place) + place[2:]


def place_in(argument: str) -> str:
    """The code of a place as `argument` has written it; empty for what names none so."""
    written = _NAMED.fullmatch(argument)
    return "".join(chr(ord(letter) - 0x1F1A5) for letter in written[1]) + written[2] if written else ""


def named(language: Language, place: str) -> str:
    """Flag and name, as they stand in an answer."""
    return f"{flag(place)} {escape(language.place(place))}"


def place_choice(ask: Inbound, wish: str, place: str) -> Choice:
    """The place as a button, for what is asked about it."""
    return Choice(f"{flag(place)} {ask.language.place(place)}", Wish(wish, argument(place)))


def whose(place: str, known: Callable[[str], object]) -> str:
    """The place itself when something is known of it, or when it is no part of another; else its whole."""
    return place if known(place) else whole_of(place) or place


def wider(ask: Inbound, wish: str, shown: str) -> list[Choice]:
    """After what is known of a part alone: the same of its whole."""
    return [place_choice(ask, wish, whole)] if (whole := whole_of(shown)) else []


def about_the_whole(language: Language, place: str, shown: str) -> list[str]:
    """Says that what follows is not about the part that was asked for, where it has a name to be told apart by."""
    if language.place(place) == language.place(shown):
        return []
    text = language.gettext("I have nothing about {part} alone. This is about all of {whole}.")
    return [text.format(part=f"<b>{named(language, place)}</b>", whole=named(language, shown))]


def about_places(ask: Inbound, ports: Ports, wish: str, about: About) -> Sequence[Reply]:
    """Answers about each place that is surely meant; else asks."""
    text = ask.wish.argument.strip() if ask.wish else ""
    if not text or _means_the_last_place(ask, text):
        place = _talked_about(ask, ports)
        return [about(ask, ports, place)] if place else [ask_place_for(ask, ports, wish)]
    finding = _find(ports, text)
    if finding.outcome is Outcome.ASK and len(finding.places) == 1 and _asks(ask, ports):
        finding = replace(finding, outcome=Outcome.ANSWER)  # a question about it means the place, not the bird
    return about_found(ask, ports, wish, about, finding) or [_unknown_place(ask)]


def _asks(ask: Inbound, ports: Ports) -> bool:
    """Whether the message says what it wants to know, and doesn't only hold a word that may be a place."""
    is_cut = ask.wish is not None and ask.wish.argument not in ("", ask.text)
    return is_cut or bool(ports.book.hear(ask.text).of(Sort.ASK))


def about_found(ask: Inbound, ports: Ports, wish: str, about: About, finding: Finding) -> Sequence[Reply]:
    """The same for places that were looked up already; nothing when there is none."""
    if finding.outcome is Outcome.ANSWER:
        return _answers(ask, ports, wish, about, finding.places)
    _remember(ask, ports, "", step="")
    return [_which(ask, wish, finding.outcome, finding.places)] if finding.places else []


def _find(ports: Ports, text: str) -> Finding:
    """What a text names; a part in the way that our own choices name it is known by its whole."""
    part = _NAMED.fullmatch(text)
    if part is None or not part[2]:
        return ports.places.find(text)
    whole = ports.places.find(part[1])
    return replace(whole, places=tuple(place + part[2] for place in whole.places))


def _answers(ask: Inbound, ports: Ports, wish: str, about: About, places: Sequence[str]) -> Sequence[Reply]:
    # After several places nobody can tell which one the next question is about.
    _remember(ask, ports, places[0] if len(places) == 1 else "", step="")
    if len(places) > MOST_PLACES:
        places = sorted(places, key=partial(_severity, ports), reverse=True)  # the gravest must not be what is left
    replies = [about(ask, ports, place) for place in places[:MOST_PLACES]]
    if others := places[MOST_PLACES:]:
        text = ask.language.gettext("You asked about more places. Which one next?")
        replies.append(Reply(text, choices=(*_offered(ask, wish, others), sos_choice(ask), another_place(ask))))
    return replies


def _severity(ports: Ports, place: str) -> int:
    """Of the worst level in the place or around it, as `Level` has it; 0 without any."""
    alerts = (ports.book.alert(place), ports.book.alert(whole_of(place)), *ports.book.alerts(place))
    return max((ports.book.level(alert.level).severity for alert in alerts if alert), default=0)


def ask_place_for(ask: Inbound, ports: Ports, wish: str) -> Reply:
    """Asks for a place; what is written next is taken for one."""
    _remember(ask, ports, "", step=f"{ASKED_PLACE}{wish}")
    text = ask.language.gettext("Which place? Write its name, for example: Thailand.")
    return Reply(text, choices=(sos_choice(ask),))


def another_place(ask: Inbound) -> Choice:
    # Translators: button, at most 28 characters
    return Choice(ask.language.gettext("Another place"), Wish("another_place"))


def sos_choice(ask: Inbound) -> Choice:
    # Translators: button, at most 28 characters; opens the way to write to the security team
    return Choice(ask.language.gettext("I need help now (SOS)"), Wish("sos"))


def sos_with_words(ask: Inbound) -> Choice:
    """The same, with what was just written in the note already: nothing has to be typed twice."""
    return Choice(sos_choice(ask).label, Wish("sos.words", f"{ask.message}\n{ask.text}"))


def _means_the_last_place(ask: Inbound, text: str) -> bool:
    """Whether it only points at the place of the last answer: who can help *there?*"""
    # Translators: what points at the place of the last answer, separated by |. Write as many as people would type.
    words = ask.language.gettext("there|in there|over there|that place|this place|that country|this country")
    return text.casefold().strip(_ENDS) in words.split("|")


def _talked_about(ask: Inbound, ports: Ports) -> str:
    """The place of the last answer; the answer that follows is about it again."""
    memory = ports.people.recall(ask.person)
    ports.people.remember(ask.person, replace(memory, step=""))
    return memory.place


def _remember(ask: Inbound, ports: Ports, place: str, *, step: str) -> None:
    ports.people.remember(ask.person, replace(ports.people.recall(ask.person), place=place, step=step))


def _which(ask: Inbound, wish: str, outcome: Outcome, places: Sequence[str]) -> Reply:
    _ = ask.language.gettext
    text = _("Did you mean one of these?") if outcome is Outcome.SUGGEST else _("Which one do you mean?")
    help_choice = sos_with_words(ask) if ask.text else sos_choice(ask)
    return Reply(text, choices=(*_offered(ask, wish, places), help_choice, another_place(ask)))


def _offered(ask: Inbound, wish: str, places: Sequence[str]) -> list[Choice]:
    return [place_choice(ask, wish, place) for place in places[:MOST_CHOICES]]


def _unknown_place(ask: Inbound) -> Reply:
    _ = ask.language.gettext
    text = _("I don't know this place. That does not mean it is safe. Try another spelling, or write the country.")
    help_choice = sos_with_words(ask) if ask.text else sos_choice(ask)
    return Reply(text, choices=(Choice(_("All alerts"), Wish("alerts")), help_choice))
