"""What an open case does when it is due: it calls, falls back to calling, or asks what became of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from handlers.cases import batching, drill, lifecycle
from handlers.cases.case import case_of_event, post_record
from handlers.desk.duty import staffing
from handlers.desk.posting import acknowledge_choice, by_name, called, called_owner, language_of, to_desks
from handlers.lookups.contacts import describe, is_reachable
from handlers.model.cases import Author, Case, Digest, Stage
from handlers.model.escalation_policy import Callee, Step
from handlers.model.language import Language
from handlers.model.messages import Inbound, Lane, Reply, Room, Thread, Wish
from handlers.model.places import Outcome
from handlers.ports import Ports

MOST_CONTACTS = 3


def ring(ask: Inbound, ports: Ports) -> Sequence[Reply]:
    """The scheduled event of a case. Whatever is done here schedules the next one."""
    case = case_of_event(ask, ports)
    due = lifecycle.due(case, ports.book.routing()) if case else None
    if case is None or due is None:
        return []
    if due > ports.clock.now():
        ports.desk.keep(case)
        return []
    if case.is_drill:
        return drill.ring(ports, case)
    if case.stage is not Stage.ACKNOWLEDGED:
        return _call(ports, case)
    return _fire_again(ports, case) if case.is_waiting else _remind(ports, case)


def call_plainly(ask: Inbound, ports: Ports) -> Sequence[Reply]:
    """Something about an open case is damaged, so that it can't call as it should: nothing of it is looked at here."""
    code, language = ask.wish.argument if ask.wish else "", language_of(ports)
    ports.pager.page()
    # Translators: to the security team, of an SOS. Something in the database is broken, nobody knows what.
    text = language.gettext(
        "<b>{code}</b> is open and needs somebody, but part of it is damaged. Write /show {code}. "
        "Tell whoever runs the bot."
    ).format(code=code)
    rooms = [Room.DESK, *([Room.BACKUP] if ports.desk.has_backup() else [])]
    return [Reply(text, to=Thread(code, room), lane=Lane.DESK) for room in rooms]


def reach_backup(ask: Inbound, ports: Ports) -> Sequence[Reply]:
    """The desk's messenger refuses the case: the backup desk gets it at once."""
    case = case_of_event(ask, ports)
    if case is None or case.stage is Stage.CLOSED or case.is_at_backup or case.is_drill:
        return []
    if not ports.desk.has_backup():
        return []
    case = ports.desk.keep(replace(case, is_at_backup=True))
    return _tell_backup(ports, case, language_of(ports).gettext("The desk does not take messages. This is the record:"))


def _call(ports: Ports, case: Case) -> list[Reply]:
    """One step of the escalation; the last one is repeated until somebody acknowledges."""
    step = ports.book.routing().step(case.step)
    before, case = case, ports.desk.keep(_at_backup(ports, lifecycle.called(case, ports.clock.now()), step))
    replies: list[Reply] = []
    if Callee.PAGER in step.to:
        ports.pager.page()
    if case.digest is Digest.NONE and batching.is_crowded(ports):
        case = ports.desk.keep(replace(case, digest=Digest.LISTED))
    if case.digest is not Digest.NONE:
        batching.remind(ports)
        return _tell_person(ports, case)
    for room in _rooms(ports, step):
        if room is Room.BACKUP and not before.is_at_backup:
            note = language_of(ports).gettext("Nobody at the desk has acknowledged it. This is its record:")
            replies += _tell_backup(ports, case, note)
        else:
            replies.append(_calling(ports, case, step, room))
    return [*replies, *_tell_person(ports, case)]


def _rooms(ports: Ports, step: Step) -> list[Room]:
    """Where the step calls: the desk stands in for a backup that there is not."""
    wants_backup = Callee.BACKUP in step.to
    rooms = [Room.DESK] if Callee.DESK in step.to or (wants_backup and not ports.desk.has_backup()) else []
    return [*rooms, *([Room.BACKUP] if wants_backup and ports.desk.has_backup() else [])]


def _at_backup(ports: Ports, case: Case, step: Step) -> Case:
    return replace(case, is_at_backup=case.is_at_backup or Room.BACKUP in _rooms(ports, step))


def _tell_backup(ports: Ports, case: Case, note: str) -> list[Reply]:
    return post_record(ports, case, Room.BACKUP, note, then=Wish("case.posted", case.code))


def _calling(ports: Ports, case: Case, step: Step, room: Room) -> Reply:
    language = language_of(ports)
    text = language.gettext("<b>{code}</b>: nobody is on it, open since {moment}. Notified: {staff}").format(
        code=case.code, moment=language.moment(case.opened_at), staff=called(ports, step.mention)
    )
    return Reply(text, to=Thread(case.code, room), lane=Lane.DESK, choices=acknowledge_choice(language, case))


def _fire_again(ports: Ports, case: Case) -> list[Reply]:
    """The person was told that somebody is on it and hears nothing untrue now: the next call tells them the rest."""
    language = language_of(ports)
    text = language.gettext(
        "<b>{code}</b>: {owner} has it since {moment}, and the person has no answer. It is open "
        "again. Notified: {staff}"
    ).format(
        code=case.code,
        owner=by_name(case.owner),
        moment=language.moment(case.acknowledged_at or case.since),
        staff=called(ports),
    )
    case = ports.desk.keep(lifecycle.expired(case, ports.clock.now()))
    return to_desks(case, text, choices=acknowledge_choice(language, case), lane=Lane.DESK)


def _remind(ports: Ports, case: Case) -> list[Reply]:
    language = language_of(ports)
    text = language.gettext(
        "<b>{code}</b>: still open, quiet since {moment}. Answer, hand it off or close it. Notified: {staff}"
    ).format(code=case.code, moment=language.moment(case.since), staff=called_owner(ports, case))
    case = ports.desk.keep(lifecycle.reminded(case, ports.clock.now()))
    return to_desks(case, text, lane=Lane.DESK)


def _tell_person(ports: Ports, case: Case) -> list[Reply]:
    """At the 1st, 2nd, 4th, 8th … call: the truth, in growing gaps, and whom to turn to instead.

    Nothing reaches a phone from which it was said that it is over: somebody else may be holding it.
    """
    is_due = case.calls & (case.calls - 1) == 0
    if not is_due or case.is_withdrawn or not ports.desk.can_be_reached(case):
        return []
    language = ports.languages.of(case.language)
    _ = language.gettext
    if case.acknowledged_at:
        text = _("You have no answer to your note <code>{code}</code> yet. I am telling the team again now.")
    else:
        text = _("Nobody from the team has taken your note <code>{code}</code> yet. I am telling the team again now.")
    parts = [
        text.format(code=case.code),
        *filter(None, [staffing(language, ports)]),
        _("If you are in danger, don't wait for the team. You can also try:"),
        *_who_helps(language, ports, case),
    ]
    return [Reply("\n\n".join(parts), to=case.person, lane=Lane.ANSWER)]


def _who_helps(language: Language, ports: Ports, case: Case) -> list[str]:
    """Those for the place that the person wrote about, who can be reached; else the one for emergencies."""
    place = _place_of(ports, case)
    known = ports.book.contacts(place) if place else ()
    reachable = [contact for contact in known if is_reachable(contact)][:MOST_CONTACTS]
    return [describe(language, contact, place) for contact in reachable or [ports.book.emergency()]]


def _place_of(ports: Ports, case: Case) -> str:
    """A single place that is surely meant, from the words of the case or from the talk before it."""
    for entry in ports.desk.record(case):
        if entry.author is Author.PERSON and entry.words:
            finding = ports.places.find(entry.words)
            if finding.outcome is Outcome.ANSWER and len(finding.places) == 1:
                return finding.places[0]
    return ports.people.recall(case.person).place
