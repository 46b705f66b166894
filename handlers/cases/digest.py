"""Many cases at once: a line each instead of a post each, so that a flood hides nobody. Nothing is closed by itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from handlers.cases.batching import list_soon, put_into
from handlers.cases.case import tell_posted
from handlers.desk.posting import called, called_owner, language_of
from handlers.model.cases import Case, Digest, SilentCases, Stage
from handlers.model.escalation_policy import Mention
from handlers.model.language import Language
from handlers.model.messages import Inbound, Lane, Reply, Room, Thread, Wish
from handlers.ports import Ports

MOST_LINES = 80
MOST_LISTS = 5
"""At a time; what doesn't stand in them is in the next."""


def post_digest(_ask: Inbound, ports: Ports) -> Sequence[Reply]:
    """What came in, as a list or several."""
    new, more = (_held(ports, digest) for digest in (Digest.WAITING, Digest.MORE))
    return _lists(ports, new, more) if new or more else []


def call_for_listed(_ask: Inbound, ports: Ports) -> Sequence[Reply]:
    """One call for all cases of the lists that nobody has acknowledged, at each desk that should know of them."""
    silent = ports.desk.silent_in_list()
    return _call(ports, silent) if silent.number else []


def reach_backup(ask: Inbound, ports: Ports) -> Sequence[Reply]:
    """The desk's messenger refuses a list: the backup desk gets it at once."""
    codes = ask.wish.argument.split() if ask.wish and ports.desk.has_backup() else []
    found = (ports.desk.find(code) for code in codes)
    cases = [case for case in found if case and case.stage is not Stage.CLOSED and not case.is_at_backup]
    for case in cases:
        ports.desk.keep(replace(case, is_at_backup=True))
    return [_list(ports, cases, [], Room.BACKUP)] if cases else []


def tell_listed(ask: Inbound, ports: Ports) -> Sequence[Reply]:
    """The desk has the list: each person on it hears so."""
    codes = ask.wish.argument.split() if ask.wish else []
    told = (tell_posted(replace(ask, wish=Wish("case.posted", code)), ports) for code in codes)
    return [reply for replies in told for reply in replies]


def _held(ports: Ports, digest: Digest) -> list[Case]:
    """As they are now: a case that was found by its code is changed by nobody else until this is stored."""
    cases = ports.desk.in_list(digest, MOST_LINES * MOST_LISTS)
    held = [found for case in cases if (found := ports.desk.find(case.code))]
    return [case for case in held if case.digest is digest and case.stage is not Stage.CLOSED]


def _lists(ports: Ports, new: Sequence[Case], more: Sequence[Case]) -> list[Reply]:
    """Of those that were posted before, as many as the last list has lines for; the others are in the next."""
    parts = [new[start : start + MOST_LINES] for start in range(0, len(new), MOST_LINES)] or [[]]
    named = more[: MOST_LINES - len(parts[-1])]
    for case in new:
        ports.desk.keep(replace(case, digest=Digest.LISTED))
    for case in named:
        ports.desk.keep(replace(case, digest=Digest.NONE))
    for case in more[len(named) :]:
        put_into(ports, case, Digest.MORE)
    if len(new) == MOST_LINES * MOST_LISTS:
        list_soon(ports)
    return [_list(ports, part, named if part is parts[-1] else []) for part in parts]


def _list(ports: Ports, new: Sequence[Case], more: Sequence[Case], room: Room = Room.DESK) -> Reply:
    """In the first of all lanes: it shows many at once."""
    sections = [_new(ports, new)] if new else []
    sections += [_more(ports, more)] if more else []
    codes = " ".join(case.code for case in new)
    posted, refused = (Wish("digest.posted", codes), Wish("digest.refused", codes)) if new else (None, None)
    to = Thread("", room)
    return Reply("\n\n".join(sections), to=to, lane=Lane.RECEIPT, then=posted, otherwise=refused)


def _new(ports: Ports, cases: Sequence[Case]) -> str:
    language = language_of(ports)
    heading = language.ngettext(
        "<b>{number} new case.</b> <code>/show CODE</code> opens it. Notified: {staff}",
        "<b>{number} new cases at once.</b> <code>/show CODE</code> opens one. Notified: {staff}",
        len(cases),
    ).format(number=language.number(len(cases)), staff=called(ports))
    return "\n".join([heading, *(_line(ports, language, case) for case in cases)])


def _more(ports: Ports, cases: Sequence[Case]) -> str:
    """Whoever has taken up one of them is called."""
    language = language_of(ports)
    heading = language.ngettext(
        "<b>{number} case: more from the person.</b> <code>/show CODE</code> opens it.",
        "<b>{number} cases: more from the persons.</b> <code>/show CODE</code> opens one.",
        len(cases),
    ).format(number=language.number(len(cases)))
    lines = [f"<code>{case.code}</code> {called_owner(ports, case) if case.owner else ''}".strip() for case in cases]
    return "\n".join([heading, *lines])


def _line(ports: Ports, language: Language, case: Case) -> str:
    messenger = ports.policy.shown_name(case.platform)
    return f"<code>{case.code}</code> {language.time(case.opened_at)} {messenger} {language.name_of(case.language)}"


def _call(ports: Ports, silent: SilentCases) -> list[Reply]:
    """By name, whom the step calls that the one that is furthest has come to."""
    language, routing = language_of(ports), ports.book.routing()
    done = routing.steps[: silent.step]
    mention = Mention.EVERYONE if any(step.mention is Mention.EVERYONE for step in done) else Mention.DUTY
    text = language.ngettext(
        "<b>{number} listed case has nobody on it.</b> <code>/board</code> shows it. Notified: {staff}",
        "<b>{number} listed cases have nobody on them.</b> <code>/board</code> shows them. Notified: {staff}",
        silent.number,
    ).format(number=language.number(silent.number), staff=called(ports, mention))
    rooms = [Room.DESK, *([Room.BACKUP] if silent.is_at_backup else [])]
    return [Reply(text, to=Thread("", room), lane=Lane.DESK) for room in rooms]
