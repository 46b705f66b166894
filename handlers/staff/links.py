"""Addresses in a person's words can't be tapped at the desk, so that none is opened by accident. `/links` lets one."""

from __future__ import annotations

import re
from collections.abc import Sequence

from handlers.model.cases import Author, Case
from handlers.model.messages import Inbound, Lane, Reply, Staff, Thread
from handlers.ports import Ports
from handlers.staff.acts import says, with_case

_ADDRESS = re.compile(r"\w[.:/]+\w")


def show_links(ask: Inbound, ports: Ports) -> Sequence[Reply]:
    """`/links CODE`: what the person wrote that may hold an address, as their own words, with addresses to tap."""
    return with_case(ask, ports, _links, "links")


def _links(ask: Inbound, ports: Ports, case: Case, _staff: Staff, _rest: str) -> Sequence[Reply]:
    _ = ask.language.gettext
    shows = ports.desk.may_show_words(case.platform, ask.room)
    record = ports.desk.record(case) if shows else ()
    found = [one.words for one in record if one.author is Author.PERSON and _ADDRESS.search(one.words)]
    if not found:
        return says(ask, case, _("<b>{code}</b>: there is no address in what you may read here of the person's words."))
    text = _(
        "<b>{code}</b>: addresses in these words can be opened. Whoever opens one shows its owner that somebody did, "
        "and from where. Don't use your own phone or network."
    ).format(code=case.code)
    to = Thread(case.code, ask.room)
    return [Reply(text, words=words, has_links=True, to=to, lane=Lane.ANSWER) for words in found]
