"""Addresses in a person's words can be tapped at the desk only where staff have asked for it; the words stay theirs."""

from __future__ import annotations

from bot.messengers.contract import Parcel
from bot.messengers.signal.showing import shown as on_signal
from bot.messengers.telegram.showing import shown, to_html
from tests.conversations.test_case import open_case
from tests.talk import DESK, Talk

WORDS = "see https://example.org/a and write to @name"


def words_with_links(talk: Talk) -> list[str]:
    return [one.parcel.words for one in talk.messenger.shown if one.chat == DESK and one.parcel.has_links]


async def test_staff_are_shown_what_has_an_address_as_the_persons_words(talk: Talk) -> None:
    code = await open_case(talk, WORDS)
    await talk.says("nothing to open here")
    assert words_with_links(talk) == []
    [told] = await talk.staff_says(f"/links {code}")
    assert "Don't use your own phone" in told
    assert words_with_links(talk) == [WORDS]


async def test_where_there_is_none_staff_are_told_so(talk: Talk) -> None:
    code = await open_case(talk, "two men at the gate")
    [told] = await talk.staff_says(f"/links {code}")
    assert told.startswith(f"<b>{code}</b>: there is no address")


def test_an_address_can_be_tapped_and_nothing_else_and_each_line_keeps_its_mark() -> None:
    for has_links in (False, True):
        html = to_html(shown("Note", WORDS, has_links=has_links))
        assert ("<code>https" in html) is not has_links
        assert "<code>@name</code>" in html
        parcel = Parcel(chat="group.x", text="Note", words=WORDS, has_links=has_links, links_note="")
        text = "".join(run.text for run in on_signal(parcel))
        assert ("https://example.org" in text) is has_links
        assert "\n› see " in text
