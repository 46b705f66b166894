"""Who can help, and how far that can be trusted; and what to know in a place."""

from __future__ import annotations

import pytest

from handlers.lookups.contacts import service_name
from handlers.model.knowledge import Basis, Service
from tests.handlers.conftest import House, labels
from tests.handlers.fakes import English
from tests.handlers.samples import FACTS, KITCHEN, OFFICE

THE_CONTACTS = """\
<b>Who can help: 🇹🇭 Thailand</b>

<b>Safety</b>
• Team &lt;of&gt; friends
Also: Legal help and Food
<code>+44 20 7946 0123</code>
Its e-mail address is printed incompletely in our source, so I don't show it.
Day and night.
<i>Nobody has checked this number since 2015: it may not work, or somebody else may answer. \
Don't say your name first.</i>
<i>Phone calls can be listened to, and they show on the bill.</i>

<b>UN registration</b>
• Office
<code>office@example.org</code>
<i>Checked on 1 November 2026.</i>

<b>Names only</b>
Our source gives no phone number and no address for them.

• Kitchen: Food
<i>Not checked since 13 March 2021.</i>"""


def test_those_who_can_be_reached_stand_first_by_service_each_with_how_fresh_it_is(house: House) -> None:
    (reply,) = house.ask("contacts", "Thailand")
    assert reply.text == THE_CONTACTS
    assert labels(reply) == ["I need help now (SOS)", "Level", "Another place"]


def test_what_is_equally_sure_of_several_names_is_said_once_and_a_guess_is_called_one(house: House) -> None:
    guessed = [KITCHEN.model_copy(update={"name": name, "basis": Basis.INFERRED}) for name in ("Soup", "Rice")]
    house.book.known_contacts = [OFFICE, KITCHEN, *guessed]
    assert house.tell("contacts", "Thailand").endswith(
        "• Kitchen: Food\n<i>Not checked since 13 March 2021.</i>\n\n• Soup: Food\n• Rice: Food\n"
        "<i>Not checked since 13 March 2021.</i>\n<i>Worked out from the source's text. Not confirmed.</i>"
    )


def test_an_address_that_was_printed_incompletely_is_never_shown(house: House) -> None:
    for wish in ("contacts", "help", "unknown"):
        assert "sos@broken" not in house.tell(wish, "Thailand")


def test_those_for_everywhere_help_in_a_place_of_which_nothing_is_known(house: House) -> None:
    assert "Team &lt;of&gt; friends" in house.tell("contacts", "France")


def test_where_nobody_helps_the_emergency_phone_is_still_told(house: House) -> None:
    emergency = house.book.emergency().model_copy(update={"places": ("TH",)})
    house.book.known_contacts = [OFFICE, emergency]
    text = house.tell("contacts", "France")
    assert text.startswith("<b>🇫🇷 France</b>: I have no contact for this place.\n\n• Team")
    assert "<code>+44 20 7946 0123</code>" in text
    assert "Where: 🇹🇭 Thailand\n" in text
    assert "Nobody has checked this number since 2015: it may not work, or somebody else may answer." in text


@pytest.mark.parametrize("service", Service)
def test_every_service_has_a_name_that_persons_can_read(service: Service) -> None:
    assert service_name(English(), service)[0].isupper()


def test_facts_carry_the_date_they_are_from_and_their_source(house: House) -> None:
    (reply,) = house.ask("facts", "Thailand")
    assert reply.text == (
        "<b>What to know there: 🇹🇭 Thailand</b>\n"
        "As of December 2015. Much may have changed since.\n\n"
        "• Work is forbidden.\n• School costs &lt; money.\n\n"
        "<i>Source: A &lt;union&gt;</i>"
    )
    assert labels(reply) == ["Level", "Who can help", "I need help now (SOS)", "Another place"]


def test_facts_read_between_the_lines_say_so(house: House) -> None:
    house.book.known_facts["TH"] = FACTS.model_copy(update={"basis": Basis.INFERRED})
    assert "Much may have changed since.\nWorked out from the source" in house.tell("facts", "Thailand")


def test_a_place_without_facts_says_so(house: House) -> None:
    (reply,) = house.ask("facts", "France")
    assert "I have nothing yet about rights and daily life there" in reply.text
    assert labels(reply) == ["Level", "Who can help", "I need help now (SOS)", "Another place"]
