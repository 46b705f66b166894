"""A parcel as it is read on Telegram: HTML, and buttons below it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from html import escape
from types import MappingProxyType
from typing import Any

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, LinkPreviewOptions
from telegram.constants import ParseMode

from bot.messengers.contract import Parcel
from bot.messengers.markup import Run, runs_of
from bot.messengers.parts import in_messages
from bot.messengers.words import is_address, links_in

MOST_LINKS = 60
"""Telegram leaves out entities beyond a hundred in a message (Bot API, messageEntity)."""


def to_html(runs: Sequence[Run], accounts: Mapping[str, str] = MappingProxyType({})) -> str:
    """Tags opened and closed around each run, everything else escaped; `accounts` by label, for mentions."""
    return "".join(
        "".join(f"<{tag}>" for tag in run.tags)
        + _linked(run, accounts)
        + "".join(f"</{tag}>" for tag in reversed(run.tags))
        for run in runs
    )


def html_parts(text: str, words: str, limit: int, accounts: Mapping[str, str] = MappingProxyType({})) -> list[str]:
    """HTML in parts of at most `limit` UTF-16 units of visible text, split at paragraphs, lines or words."""
    return [to_html(part, accounts) for part in in_messages(shown(text, words), limit)]


def shown(text: str, words: str, *, has_links: bool = False) -> list[Run]:
    """All that is read of a parcel."""
    return runs_of(text, words, partial(in_code, has_links=has_links))


def in_code(words: str, *, has_links: bool = False) -> list[Run]:
    """What Telegram would make a link, a mention or a command of stands in code: a tap copies it, as it was written.
    `has_links`: not so the addresses."""
    spans = [span for span in links_in(words) if not (has_links and is_address(words[slice(*span)]))]
    if len(spans) > MOST_LINKS:
        spans = [(0, len(words))]
    runs, position = [], 0
    for start, end in spans:
        runs += [Run(words[position:start], is_words=True), Run(words[start:end], ("code",), is_words=True)]
        position = end
    return [run for run in [*runs, Run(words[position:], is_words=True)] if run.text]


def _linked(run: Run, accounts: Mapping[str, str]) -> str:
    shown, account = escape(run.text, quote=False), accounts.get(run.text, "")
    if run.moment:  # Bot API, "Date-time entity formatting": the app shows day and time in its own clock
        return f'<tg-time unix="{run.moment}" format="Dt">{shown}</tg-time>'
    # Bot API, "HTML style": an inline mention of a user
    return f'<a href="tg://user?id={account}">{shown}</a>' if run.is_mention and account.isdecimal() else shown


def look_of(buttons_of: Parcel | None) -> dict[str, Any]:
    """The arguments of `sendMessage` beside the text; with the buttons of this parcel, if one is given."""
    look: dict[str, Any] = {
        "parse_mode": ParseMode.HTML,
        "link_preview_options": LinkPreviewOptions(is_disabled=True),
    }
    if buttons_of and (keyboard := keyboard_of(buttons_of)):
        look["reply_markup"] = keyboard
    return look


def keyboard_of(parcel: Parcel) -> InlineKeyboardMarkup | None:
    """A button a row; None for a parcel without any."""
    rows = [[InlineKeyboardButton(button.label, callback_data=button.token)] for button in parcel.buttons]
    return InlineKeyboardMarkup(rows) if rows else None
