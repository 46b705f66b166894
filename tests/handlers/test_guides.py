"""First steps: what they say, how far they can be trusted, and that the way to the team stands first."""

from __future__ import annotations

from dataclasses import replace

import pytest

from handlers.lookups.guides import steps_for_words
from handlers.model.guides import Guide, PlaceSteps, Steps
from handlers.model.knowledge import Basis
from handlers.model.meanings import Meaning, Phrases, Sort
from handlers.model.messages import Wish
from tests.handlers.conftest import House, labels, wishes

IN_THAILAND = PlaceSteps(
    place="TH",
    steps=("Ask for the blue door.",),
    as_of="2026-05-02",
    source="The kite union",
    basis=Basis.STATED,
    reviewed_by=("A. Lawyer", "B. Lawyer"),
)
GUIDE = Guide(
    situations=("taken",),
    steps=("Write down who & when.", "Have somebody told."),
    as_of="2026-03",
    source="The book of <steps>",
    basis=Basis.INFERRED,
    for_places=(IN_THAILAND,),
)

GENERAL = """\
<b>First steps</b>
• Write down who &amp; when.
• Have somebody told.
<i>Source: The book of &lt;steps&gt; (March 2026)
Some of these steps are common advice and don't stand in the source.
Not reviewed by a lawyer yet.</i>"""

OWN = """\
<b>First steps in 🇹🇭 Thailand</b>
• Ask for the blue door.
<i>Source: The kite union (2 May 2026)
These steps follow the source.
Reviewed by lawyers.</i>"""


@pytest.fixture(autouse=True)
def _guide(house: House) -> None:
    house.book.known_guides = {"taken": GUIDE}


@pytest.mark.parametrize(
    ("place", "card"),
    [("", GENERAL), (" 🇫🇷", GENERAL), (" 🇹🇭", OWN), (" 🇹🇭-mae-sot", OWN), (" elsewhere", GENERAL)],
)
def test_the_steps_of_a_place_win_over_the_general_ones(house: House, place: str, card: str) -> None:
    (reply,) = house.ask("guide", f"taken{place}")
    assert reply.text == card
    assert labels(reply) == ["I need help now (SOS)", "Who can help"]


def test_who_can_help_is_asked_of_the_same_place(house: House) -> None:
    (reply,) = house.ask("guide", "taken 🇹🇭-mae-sot")
    assert wishes(reply) == [Wish("sos"), Wish("contacts", "🇹🇭-mae-sot")]


def test_without_a_guide_nothing_is_invented(house: House) -> None:
    assert house.tell("guide", "unheard") == "No first steps are written down for this yet. The team can help you."


@pytest.mark.parametrize("names", [(), ("A. Lawyer",), ("A. Lawyer", "A. Lawyer")])
def test_two_lawyers_have_to_have_read_it(names: tuple[str, ...]) -> None:
    assert not Steps(**IN_THAILAND.model_dump(exclude={"place", "reviewed_by"}), reviewed_by=names).is_reviewed


def _situation(rank: int, word: str, answer: str) -> Meaning:
    return Meaning(sort=Sort.SITUATION, rank=rank, answer=answer, phrases={"en": Phrases(inside=(word,))})


def test_of_several_situations_the_gravest_is_answered(house: House) -> None:
    theft = Guide(**GUIDE.model_dump() | {"situations": ("robbed",), "steps": ("Count what is left.",)})
    house.book.known_guides["robbed"] = theft
    house.book.known_meanings = {
        "robbed": _situation(4, "stole my bag", "I understood: you were robbed."),
        "taken": _situation(2, "took my son", "I understood: somebody was taken away."),
    }
    (steps,) = steps_for_words(replace(house.inbound(None), text="they stole my bag and took my son"), house.ports)
    assert steps.text == f"I understood: somebody was taken away.\n\n{GENERAL}"
