"""Lookups: level, alerts, incidents, contacts, facts, updates, and what is never read as calmer than it is."""

import re
from pathlib import Path
from shutil import rmtree

import pytest

from bot.messengers import signal
from bot.messengers.contract import Act, Event
from bot.messengers.signal.settings import SignalSettings
from bot.messengers.traits import Configured
from handlers.model.messages import Kind
from tests.conversations.conftest import OpenHouse
from tests.sample import PHONE, change, copy_content
from tests.talk import Talk


async def ask(talk: Talk, text: str) -> str:
    """The last answer to a question; before it there may be the greeting."""
    return (await talk.says(text))[-1]


@pytest.mark.parametrize(
    "question",
    [
        "what is the level for Thailand",
        "Thailand",
        "thailand?",
        "🇹🇭",
        "TH",
        "/level thailand",
        "曼谷",
        "is Bangkok safe?",
        "泰國而家幾級?",
        "泰国安全吗",
        "level Thailand",
        "Chiang Mai",
    ],
)
async def test_every_way_to_ask_for_thailand_is_answered_black(talk: Talk, question: str) -> None:
    answer = await ask(talk, question)
    assert "🇹🇭" in answer
    assert "⚫" in answer


async def test_the_level_answer_has_all_that_is_known(talk: Talk) -> None:
    lines = (await ask(talk, "what is the level for Thailand")).split("\n")
    assert lines[0] == "<b>⚠️ Old information, last reviewed: 30 June 2026. It may be worse now.</b>"
    assert lines[2] == "🇹🇭 Thailand: ⚫ <b>Black (highest of 3)</b>: The danger is grave."
    text = "\n".join(lines)
    for part in (
        "Stay away",
        "keep your kites out of sight",
        "Why: Kite makers are looked for",
        "<i>Source: Lantern Watch",
    ):
        assert part in text
    assert talk.labels() == [
        "I need help now (SOS)",
        "Who can help",
        "Incidents",
        "What to know there",
        "🇹🇭 Lantern Hill",
        "About these alerts",
        "Another place",
    ]
    about = (await talk.chooses("About these alerts"))[-1]
    assert "Known since May 2026. It may have begun earlier.\nWhat changed: " in about
    printed = (await talk.chooses("Print, PDF, e-mail"))[-1]
    assert "May 2026: Four kite makers" in printed


async def test_an_inferred_level_says_so(talk: Talk) -> None:
    answer = await ask(talk, "hong kong")
    assert "🇭🇰 Hong Kong: 🟠 <b>Amber (lowest of 3)</b>" in answer
    assert "Level: our own reading. Not confirmed." in answer


async def test_no_alert_is_not_safe(talk: Talk) -> None:
    answer = await ask(talk, "France")
    assert "🇫🇷 France" in answer
    assert "nothing is on record. That does not mean it is safe." in answer


async def test_an_unknown_place_says_nothing_calm(talk: Talk) -> None:
    assert "That does not mean it is safe" in await ask(talk, "/level Atlantis Nova")
    assert "That does not mean there is no danger" in await ask(talk, "xyzzy plugh")


async def test_an_ambiguous_place_is_asked_and_the_choice_answers(talk: Talk) -> None:
    assert "Which one do you mean?" in await ask(talk, "Congo")
    labels = talk.labels()
    assert len(labels) == 4
    assert "nothing is on record. That does not mean it is safe." in (await talk.chooses(labels[0]))[-1]


@pytest.mark.only_on("telegram", "there are buttons, and nothing is numbered")
async def test_where_nothing_is_numbered_a_number_chooses_nothing(talk: Talk) -> None:
    await ask(talk, "Congo")
    assert "did not understand" in await ask(talk, "1")


@pytest.mark.only_on("signal", "choices are numbered")
async def test_a_number_chooses_from_the_newest_list(talk: Talk) -> None:
    await ask(talk, "Congo")
    assert "🇨🇩" in await ask(talk, "1") or "🇨🇬" in talk.told()[-1]
    assert "did not understand" in await ask(talk, "9")


@pytest.mark.only_on("signal", "choices are numbered")
@pytest.mark.parametrize(
    "typed",
    ["2", "２", "②", "2.", "(2)", "2️⃣", "٢", "2. 🇹🇭 Thailand", "🇹🇭 Thailand", "🇹🇭  ＴＨＡÏＬＡＮＤ!", "thailand"],
)
async def test_a_choice_is_understood_however_it_is_typed(talk: Talk, typed: str) -> None:
    await ask(talk, "/alerts")
    assert talk.labels()[1] == "🇹🇭 Thailand"
    assert "🇹🇭 Thailand: ⚫" in await ask(talk, typed)


@pytest.mark.only_on("signal", "choices are numbered")
async def test_a_label_is_understood_in_each_language_and_a_keyword_beside_the_list(talk: Talk) -> None:
    await ask(talk, "/language zh_Hant")
    await ask(talk, "泰國")
    assert talk.labels()[2] == "事件"
    assert "2026年5月" in await ask(talk, "「事件」")
    assert "風箏署" in await ask(talk, "在泰國誰可以幫我")
    await ask(talk, "語言")
    assert "from now on" in await ask(talk, "ＥＮＧＬＩＳＨ")


async def test_a_command_counts_with_the_slash_of_another_keyboard(talk: Talk) -> None:
    assert "⚫" in await ask(talk, "／alerts")


async def test_a_misspelt_place_is_suggested_and_never_answered(talk: Talk) -> None:
    assert "Did you mean one of these?" in await ask(talk, "Tailand")
    assert "Black" not in talk.told()[-1]
    assert "Black" in (await talk.chooses("🇹🇭 Thailand"))[-1]


async def test_two_places_are_both_answered(talk: Talk) -> None:
    answers = await talk.says("Thailand or Hong Kong?")
    assert "Thailand" in answers[-2]
    assert "Hong Kong" in answers[-1]


async def test_another_place_asks_and_takes_the_next_text_as_a_place(talk: Talk) -> None:
    await ask(talk, "Thailand")
    assert "Which place?" in (await talk.chooses("Another place"))[0]
    assert "🇫🇷 France" in await ask(talk, "France")
    await talk.chooses("Another place")
    assert "I don't know this place" in await ask(talk, "qqqq")
    assert "I did not understand" in await ask(talk, "qqqq")
    await ask(talk, "France")
    await talk.chooses("Another place")
    assert "Not sent yet" in await ask(talk, "help me, they are here")


async def test_the_place_is_remembered_as_long_as_the_questions_are_about_it(talk: Talk) -> None:
    await ask(talk, "Thailand")
    assert "Who can help: 🇹🇭 Thailand" in await ask(talk, "who can help there?")
    assert "Incidents: 🇹🇭 Thailand" in await ask(talk, "/incidents")
    assert "🇫🇷 France" in await ask(talk, "and France?")
    assert "🇫🇷 France" in await ask(talk, "/incidents")


async def test_a_sentence_may_ask_for_something_else_than_the_level(talk: Talk) -> None:
    assert "Incidents: 🇹🇭" in await ask(talk, "what happened in Thailand?")
    assert "Who can help: 🇭🇰" in await ask(talk, "who can help me in Hong Kong")
    assert "Incidents: 🇹🇭" in await ask(talk, "incidents Thailand")


async def test_a_keyword_alone_asks_which_place(talk: Talk) -> None:
    assert "Which place?" in await ask(talk, "contacts")
    assert "Who can help: 🇭🇰 Hong Kong" in await ask(talk, "Hong Kong")


async def test_alerts_lists_the_most_severe_first(talk: Talk) -> None:
    answer = await ask(talk, "/alerts")
    levels = [next(symbol for symbol in "⚫🔴🟠" if symbol in line) for line in answer.split("\n")[1:6]]
    assert levels == ["⚫", "⚫", "🔴", "🔴", "🟠"]
    assert "A place that is not on this list can still be dangerous." in answer
    assert "Black" in (await talk.chooses("🇹🇭 Thailand"))[-1]


async def test_incidents_are_paged_newest_first_in_the_same_message(house: OpenHouse, tmp_path: Path) -> None:
    more = "".join(
        f"  - {{when: 2014-0{month}, text: Something happened in month {month}., source: Kite Union}}\n"
        for month in range(1, 5)
    )
    talk = _house_with(house, tmp_path, "places/TH.yaml", "incidents:\n", f"incidents:\n{more}")
    first = await ask(talk, "/incidents Thailand")
    assert "Page 1 of 3" in first
    assert first.index("May 2026") < first.index("18 April 2026") < first.index("2025")
    second = (await talk.chooses("Older"))[-1]
    assert "Page 2 of 3" in second
    assert "April 2014" in second
    assert (talk.messenger.shown[-1].parcel.act is Act.EDIT) is talk.messenger.has_buttons
    assert "Page 1 of 3" in (await talk.chooses("Newer"))[-1]
    assert "Page 3 of 3" in await ask(talk, "/incidents Thailand 99")


async def test_no_incident_does_not_mean_that_nothing_happened(talk: Talk) -> None:
    assert "does not mean that nothing happened" in await ask(talk, "/incidents France")


async def test_contacts_are_by_service_with_their_freshness(talk: Talk) -> None:
    answer = await ask(talk, "/contacts Hong Kong")
    assert "• Paper &amp; Paste Kitchen: Food\n" in answer
    assert "<i>Not checked since 15 January 2026.</i>" in answer
    assert f"<code>{PHONE}</code>" in answer
    assert "Nobody has checked this number since 2024: it may not work" in answer
    assert "• Lantern Lawyers: Legal help, Community and Food\n" in answer
    assert "Checked on 20 October 2026." in await ask(talk, "/contacts Thailand")


async def test_an_address_that_was_printed_incompletely_is_never_shown(talk: Talk) -> None:
    for question in ("/contacts Thailand", "/contacts HK", "/help", "SOS", "/contacts China"):
        await talk.says(question)
    assert "kite-uni" not in "\n".join(talk.told()).replace(" ", "").casefold()


async def test_whom_to_call_is_told_with_the_day_when_somebody_was_reached(house: OpenHouse, tmp_path: Path) -> None:
    since = '    unverified_since: "2024"\n'
    talk = _house_with(house, tmp_path, "contacts/helpers.yaml", since, f"{since}    verified_on: 2026-11-01\n")
    assert "<i>Checked on 1 November 2026.</i>" in await ask(talk, "SOS")


async def test_a_place_without_contacts_says_so(house: OpenHouse, tmp_path: Path) -> None:
    everywhere = "    services: [security]\n"
    talk = _house_with(house, tmp_path, "contacts/helpers.yaml", everywhere, f"{everywhere}    places: [CN]\n")
    assert "I have no contact for this place" in await ask(talk, "/contacts France")


async def test_facts_carry_their_date(talk: Talk) -> None:
    answer = await ask(talk, "good to know in Hong Kong")
    assert "As of 20 March 2026. Much may have changed since." in answer
    assert "HK$1,500" in answer
    assert "37 of more than 18,000" in answer
    assert "I have nothing yet about rights and daily life there" in await ask(talk, "/facts France")


async def test_inferred_facts_say_so(talk: Talk) -> None:
    assert "Worked out from the source's text" in await ask(talk, "/facts HK")
    assert "Worked out from the source's text" not in await ask(talk, "/facts Thailand")


async def test_updates_are_dated_paged_and_by_topic(talk: Talk) -> None:
    first = await ask(talk, "/updates")
    assert "2 November 2026" in first
    assert "Page 1 of 2" in first
    assert "1 July 2026" in first
    assert "Page 2 of 2" in (await talk.chooses("Older"))[0]
    assert "Choose a topic." in (await talk.chooses("Topics"))[0]
    school = (await talk.chooses("School"))[0]
    assert school.startswith("<b>Posts: School</b>")
    assert "Letter to the school board" in school
    assert "lantern bearers" not in school
    assert "<b>Posts: News</b>" in await ask(talk, "/updates news")
    assert "There is no such topic." in await ask(talk, "/updates cooking")
    assert "<b>Posts</b>" in (await talk.chooses("All"))[0]


async def test_a_board_without_posts_says_so(house: OpenHouse, tmp_path: Path) -> None:
    folder = copy_content(tmp_path)
    for path in (folder / "updates").iterdir():
        path.write_text("# yaml-language-server: $schema=../schema/updates.json\nupdates: []\n", "utf-8")
    talk = house(content=folder)
    assert "There are no posts yet." in await ask(talk, "/updates")


async def test_without_any_alert_no_place_is_called_safe(house: OpenHouse, tmp_path: Path) -> None:
    folder = copy_content(tmp_path)
    rmtree(folder / "places")
    change(folder, "contacts/helpers.yaml", "[HK-kite-bay]", "[HK]")
    talk = house(content=folder)
    assert "That does not mean that any place is safe" in await ask(talk, "/alerts")


async def test_an_alert_that_was_reviewed_lately_has_no_warning(talk: Talk) -> None:
    answer = await ask(talk, "Hong Kong")
    assert "Old information" not in answer
    assert "Known since 2024. It may have begun earlier." in await ask(talk, "/about Hong Kong")
    alerts = await ask(talk, "/alerts")
    assert "Hong Kong: <b>Amber (lowest of 3)</b> (last reviewed: 10 November 2026)" in alerts
    assert "Thailand: <b>Black (highest of 3)</b> (old, last reviewed: 30 June 2026)" in alerts


async def test_a_level_whose_first_day_is_known_is_told_with_that_day(talk: Talk) -> None:
    assert "Since 1 November 2026.\n" in await ask(talk, "/about Lantern Hill")


async def test_the_first_message_is_greeted_and_also_answered(talk: Talk) -> None:
    greeting, answer = await talk.says("Thailand")
    assert greeting.startswith("<b>Hello.</b>")
    assert "24 hours" in greeting
    assert "Black" in answer
    assert len(await talk.says("Thailand")) == 1


async def test_the_greeting_stands_above_the_choices(talk: Talk) -> None:
    greeting, answer = await talk.says("/ready")
    assert greeting.startswith("<b>Hello.</b>")
    assert answer.startswith("<b>Get ready before you need it.</b>")


async def test_start_help_privacy_and_verify(talk: Talk) -> None:
    assert "write SOS" in await ask(talk, "/start SOS_payload")
    assert "/wipe: delete your data here" in await ask(talk, "/help")
    assert "<code>@invented_kite_bot</code>\nIt stands on the last page" in await ask(talk, "/verify")
    privacy = await ask(talk, "/privacy")
    for promise in ("24 hours after", "90 days after", "7 days more"):
        assert promise in privacy
    assert ("Telegram can read" in privacy) is (talk.messenger.name == "telegram")


async def test_the_privacy_text_follows_the_settings(house: OpenHouse) -> None:
    talk = house(retention_days=1, platforms=())
    privacy = await ask(talk, "/privacy")
    assert "and 1 day more." in privacy
    assert "Telegram" not in privacy
    assert "Signal" not in privacy


@pytest.mark.parametrize(
    ("days", "promise"),
    [
        (7, "On Signal, messages disappear after 7 days, or sooner"),
        (1, "On Signal, messages disappear after 1 day, or sooner"),
        (0, "On Signal, messages stay in the chat until you delete them."),
    ],
)
async def test_the_privacy_text_tells_how_long_messages_stay_on_signal(
    house: OpenHouse, days: int, promise: str
) -> None:
    set_so = (Configured(signal.TRAITS, SignalSettings(timer_days=days)),)
    privacy = await ask(house(platforms=("signal",), messengers=set_so), "/privacy")
    assert promise in privacy
    assert "encrypted from your phone to this bot's server. Signal can't read it." in privacy
    assert "It can't delete what you wrote: delete it yourself." in privacy
    assert ("Your first message was sent before that" in privacy) is (days > 0)


async def test_without_a_published_account_nobody_is_told_to_trust_one(house: OpenHouse, tmp_path: Path) -> None:
    folder = copy_content(tmp_path)
    (folder / "handles.yaml").write_text("handles: []\n", "utf-8")
    assert "No official account has been published yet" in await ask(house(content=folder), "/verify")


async def test_the_language_is_hinted_then_written_then_chosen(talk: Talk) -> None:
    assert "泰國" in (await talk.says("Thailand", language_hint="zh-hant"))[-1]
    assert "泰国" in (await talk.says("泰国安全吗", language_hint="zh-hant"))[-1]
    await talk.says("/language")
    await talk.chooses("English")
    assert "🇹🇭 Thailand" in (await talk.says("泰国安全吗", language_hint="zh-hant"))[-1]
    assert "from now on" in await ask(talk, "/language EN")
    assert "Which language?" in await ask(talk, "/language Klingon")


async def test_whoever_writes_chinese_is_not_answered_in_english(talk: Talk) -> None:
    assert "傳送" in (await talk.says("救命"))[-1]
    assert "发送" in (await talk.says("他们在门口"))[-1]
    assert "发送" in (await talk.says("救命"))[-1]


async def test_taiwan_is_answered_in_its_own_words_whatever_is_written(talk: Talk) -> None:
    for text in ("泰國安全嗎", "/privacy", "救命", "有人在門口"):
        answer = (await talk.says(text, language_hint="zh-TW"))[-1]
        assert not re.search("[裏甚着]|通訊軟件|機械人|私隱", answer)
    assert "通訊軟體" in (await talk.says("/privacy", language_hint="zh-TW"))[0]
    assert "通訊軟件" in (await talk.says("/privacy", language_hint="zh-HK", who="502"))[-1]


async def test_a_chosen_language_outlives_the_conversation(talk: Talk) -> None:
    await talk.says("/language zh_Hant")
    talk.clock.forward(days=30)
    assert "泰國" in await ask(talk, "Thailand")


@pytest.mark.parametrize(
    ("kind", "answer"),
    [
        (Kind.PHOTO, "Photos are only used in a note"),
        (Kind.POINT, "I did not keep your location"),
        (Kind.LIVE_LOCATION, "I did not keep your location"),
        (Kind.VOICE, "can't listen to voice messages"),
        (Kind.STICKER, "can only read text"),
        (Kind.POLL, "can only read text"),
    ],
)
async def test_what_cannot_be_read_is_answered_kindly(talk: Talk, kind: Kind, answer: str) -> None:
    assert answer in (await talk.sends(kind, latitude=1.0, longitude=1.0))[-1]


async def test_an_edited_question_is_answered_anew(talk: Talk) -> None:
    await talk.says("Tailand", message="m1")
    assert "Black" in (await talk.says("Thailand", message="m1", event=Event.EDIT))[-1]


@pytest.mark.only_on("telegram", "buttons")
async def test_a_stale_or_forged_button_is_answered_kindly(talk: Talk) -> None:
    await talk.says("Thailand")
    for token in ("", "forged.0", ".", "x.y", talk.button("Incidents", "501")[1].token + "9"):
        assert "Nothing is waiting" in (await talk.hear(talk.pressed(token)))[0].text


@pytest.mark.only_on("telegram", "buttons")
async def test_a_button_of_somebody_else_does_nothing(talk: Talk) -> None:
    await talk.says("Thailand")
    token = talk.button("Incidents", "501")[1].token
    assert "Incidents" not in (await talk.hear(talk.pressed(token, chat="777", sender="777")))[-1].text


def _house_with(house: OpenHouse, tmp_path: Path, name: str, old: str, new: str) -> Talk:
    """A house in whose content one passage is another."""
    folder = copy_content(tmp_path)
    change(folder, name, old, new)
    return house(content=folder)
