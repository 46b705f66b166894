"""Many cases at once: a line each instead of a post each, so that a flood hides nobody. Nothing is closed by itself."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import timedelta

from handlers.case import tell_posted
from handlers.conversation import Inbound, Lane, Reply, Room, Thread, Wish
from handlers.desk import called, language_of
from handlers.ports import Case, Digest, Language, Ports, Stage

MOST_POSTS = 10
"""Cases a minute that are posted on their own; Telegram takes about 20 messages a minute in a group (Bots FAQ)."""
MOST_LINES = 80
GATHERS = timedelta(seconds=10)
"""How long new cases gather before they are listed."""
REMINDS = timedelta(seconds=60)


def is_burst(ports: Ports) -> bool:
    """Whether more cases are coming in than a desk can be shown one by one."""
    return ports.desk.opened_since(ports.clock.now() - timedelta(minutes=1)) > MOST_POSTS


def put_into(ports: Ports, case: Case) -> None:
    """The case becomes a line of the next list."""
    ports.desk.keep(replace(case, digest=Digest.WAITING))
    ports.alarms.bring_forward("digest", Wish("digest.post"), ports.clock.now() + GATHERS)


def remind(ports: Ports) -> None:
    """A case of a list calls: all of them together are called about once."""
    ports.alarms.bring_forward("digest", Wish("digest.post"), ports.clock.now() + REMINDS)


def post_digest(_ask: Inbound, ports: Ports) -> Sequence[Reply]:
    """The lists of all new cases; without any, one call for those that nobody has acknowledged."""
    cases = [case for case in ports.desk.open_cases() if case.digest is not Digest.NONE]
    waiting = _held(ports, [case.code for case in cases if case.digest is Digest.WAITING])
    for case in waiting:
        ports.desk.keep(replace(case, digest=Digest.LISTED))
    if waiting:
        return [_list(ports, part) for part in _parts(waiting)]
    silent = [case for case in cases if case.stage is not Stage.ACKNOWLEDGED]
    return _call(ports, silent) if silent else []


def tell_listed(ask: Inbound, ports: Ports) -> Sequence[Reply]:
    """The desk has the list: each person on it hears so."""
    codes = ask.wish.argument.split() if ask.wish else []
    told = (tell_posted(replace(ask, wish=Wish("case.posted", code)), ports) for code in codes)
    return [reply for replies in told for reply in replies]


def _held(ports: Ports, codes: Iterable[str]) -> list[Case]:
    """As they are now: a case that was found by its code is changed by nobody else until this is stored."""
    cases = [case for code in codes if (case := ports.desk.find(code))]
    return [case for case in cases if case.digest is Digest.WAITING and case.stage is not Stage.CLOSED]


def _parts(cases: Sequence[Case]) -> Iterable[Sequence[Case]]:
    return (cases[start : start + MOST_LINES] for start in range(0, len(cases), MOST_LINES))


def _list(ports: Ports, cases: Sequence[Case]) -> Reply:
    language = language_of(ports)
    _ = language.gettext
    heading = language.ngettext(
        "<b>{number} new case.</b> <code>/show CODE</code> opens it. Called: {staff}",
        "<b>{number} new cases at once.</b> <code>/show CODE</code> opens one. Called: {staff}",
        len(cases),
    ).format(number=language.number(len(cases)), staff=called(ports))
    text = "\n".join([heading, *(_line(language, case) for case in cases)])
    posted = Wish("digest.posted", " ".join(case.code for case in cases))
    return Reply(text, to=Thread(), lane=Lane.DESK, then=posted)


def _line(language: Language, case: Case) -> str:
    return f"<code>{case.code}</code> {language.time(case.opened_at)} {case.platform.capitalize()} {case.language}"


def _call(ports: Ports, cases: Sequence[Case]) -> list[Reply]:
    language = language_of(ports)
    text = language.ngettext(
        "<b>{number} case of the lists: nobody is on it.</b> <code>/board</code> shows it. Called: {staff}",
        "<b>{number} cases of the lists: nobody is on them.</b> <code>/board</code> shows them. Called: {staff}",
        len(cases),
    ).format(number=language.number(len(cases)), staff=called(ports))
    rooms = [room for room in Room if any(room in case.rooms for case in cases)]
    return [Reply(text, to=Thread("", room), lane=Lane.DESK) for room in rooms]
