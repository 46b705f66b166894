"""Hello, help, language, privacy, the official accounts."""

from __future__ import annotations

from dataclasses import replace

import pytest

from handlers.model.memory import Memory
from handlers.model.messages import Lane, Room, Wish
from handlers.model.policy import Policy
from handlers.person import welcome
from tests.handlers.conftest import HANDLERS, HIDDEN, OPEN, SOMEBODY, House, labels, wishes

BILL = "\n<i>Phone calls can be listened to, and they show on the bill.</i>"
TO_A_HUMAN = (
    "To reach people: write SOS.\nYou can also try to phone Team &lt;of&gt; friends: +44 20 7946 0123\n"
    "<i>Nobody has checked this number since 2015: it may not work, or somebody else may answer. "
    f"Don't say your name first.</i>{BILL}"
)


def test_start_says_what_it_does_what_is_stored_and_what_to_do(house: House) -> None:
    (reply,) = house.ask("start")
    assert "I can tell you the alert level of a place" in reply.text
    assert "I delete my copy of this chat 24 hours after your last message" in reply.text
    assert reply.text.endswith("If you need help, write SOS.")
    assert wishes(reply) == [Wish("alerts"), Wish("updates"), Wish("language"), Wish("sos")]


def test_somebody_new_is_greeted_before_the_answer(house: House) -> None:
    (reply,) = welcome.greet(house.inbound(None), house.ports)
    assert reply.text.startswith("<b>Hello.</b>")
    assert not reply.choices


def test_help_lists_what_can_be_asked_and_ends_with_a_human(house: House) -> None:
    text = house.tell("help")
    for command in ("alerts", "incidents", "contacts", "updates", "sos", "ready", "language", "verify", "wipe"):
        assert f"\n/{command}: " in text
    assert text.endswith(TO_A_HUMAN)


def test_what_was_not_understood_is_never_answered_calmly(house: House) -> None:
    (reply,) = house.ask("unknown", "xyzzy")
    assert "did not understand" in reply.text
    assert "That does not mean there is no danger." in reply.text
    assert reply.text.endswith(TO_A_HUMAN)
    assert Wish("sos") in wishes(reply)


def test_the_words_that_were_not_understood_are_not_repeated(house: House) -> None:
    assert "xyzzy" not in house.tell("unknown", "xyzzy")


def test_something_broken_is_told_in_one_calm_sentence_with_the_phone(house: House) -> None:
    (reply,) = welcome.sorry(house.inbound(None), house.ports)
    assert "Your message is saved, and I will try again." in reply.text
    assert reply.text.endswith(TO_A_HUMAN)
    assert reply.lane is Lane.CONSENT


def test_a_verified_emergency_phone_shows_its_day(house: House) -> None:
    verified = house.book.emergency().model_copy(update={"verified_on": house.clock.now().date()})
    house.book.known_contacts = [verified]
    assert house.tell("help").endswith(f"<i>Checked on 24 November 2026.</i>{BILL}")


def test_languages_are_offered_in_their_own_names(house: House) -> None:
    (reply,) = house.ask("language")
    assert reply.text == "Which language?"
    assert labels(reply) == ["English", "繁體中文", "I need help now (SOS)"]
    assert wishes(reply) == [Wish("language", "en"), Wish("language", "zh_Hant"), Wish("sos")]
    assert house.memory.chosen_language == ""


@pytest.mark.parametrize("typed", ["zh_Hant", "ZH-HANT", " 繁體中文 "])
def test_a_chosen_language_is_kept_and_said_in_its_own_name(house: House, typed: str) -> None:
    house.remember(Memory(place="TH"))
    assert house.tell("language", typed).startswith(
        "I will answer in 繁體中文 from now on. I remember this until 90 days"
    )
    assert (house.memory.chosen_language, house.memory.place) == ("zh_Hant", "TH")


def test_a_language_that_is_not_shipped_shows_those_that_are(house: House) -> None:
    assert house.tell("language", "Klingon") == "Which language?"
    assert house.people.recall(SOMEBODY).chosen_language == ""


def test_without_a_wish_the_languages_are_offered(house: House) -> None:
    (reply,) = HANDLERS["language"](house.inbound(None), house.ports)
    assert reply.text == "Which language?"


def test_every_figure_of_the_privacy_text_is_the_setting_in_force(house: House) -> None:
    text = house.tell("privacy")
    for promise in ("24 hours after", "90 days after", "7 days more"):
        assert promise in text
    assert "at most 30 days after it is closed" in text
    house.policy = replace(house.policy, retention_days=30)
    assert "at most 30 days" not in house.tell("privacy")  # it can't be longer
    house.policy = replace(house.policy, retention_days=1, conversation_hours=1, language_days=1)
    text = house.tell("privacy")
    for promise in ("1 hour after", "1 day after", "1 day more"):
        assert promise in text


@pytest.mark.parametrize(
    ("sentence", "policy"),
    [
        ("Open reads along.", Policy(7, 24, 90, messengers=(OPEN,))),
        (
            "Words that you write on Hidden may be shown to the team on Open.",
            Policy(7, 24, 90, messengers=(OPEN, HIDDEN), allows_downgrade=True),
        ),
        (
            "The team's channel is on Open. It can't read what you write on Hidden, and only sees that you wrote.",
            Policy(7, 24, 90, messengers=(OPEN, HIDDEN), desks={Room.DESK: "open"}),
        ),
    ],
)
def test_what_cannot_be_promised_depends_on_what_is_in_use(house: House, sentence: str, policy: Policy) -> None:
    house.policy = Policy(7, 24, 90, messengers=(replace(OPEN, is_on=False), HIDDEN), desks={Room.DESK: "hidden"})
    assert sentence not in house.tell("privacy")
    assert "Hidden doesn't." in house.tell("privacy")
    house.policy = policy
    assert sentence in house.tell("privacy")


def test_a_messenger_that_was_taken_out_is_called_by_its_name_and_not_known_to_read_along() -> None:
    policy = Policy(7, 24, 90, messengers=(OPEN,))
    assert (policy.shown_name("open"), policy.shown_name("gone")) == ("Open", "Gone")
    assert (policy.is_readable("open"), policy.is_readable("gone")) == (True, False)
    assert policy.shown_desk() == ""


def test_everything_can_be_deleted_from_where_the_privacy_is_told(house: House) -> None:
    (reply,) = house.ask("privacy")
    assert wishes(reply) == [Wish("sos"), Wish("help"), Wish("wipe")]


def test_the_official_accounts_are_shown_with_how_to_check_them_elsewhere(house: House) -> None:
    text = house.tell("verify")
    assert "• Telegram: <code>@invented_bot</code>\nLook at the invented page." in text
    assert "We never ask for login codes, for your name, or to scan a QR code." in text


def test_without_an_official_account_nothing_pretends_to_prove_the_bot(house: House) -> None:
    house.book.known_handles = []
    text = house.tell("verify")
    assert text.startswith("No official account has been published yet.")
    assert "We never ask for login codes, for your name, or to scan a QR code." in text
