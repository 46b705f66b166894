"""What staff do at the desk; who may is decided before, by the router, for every message and every button."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from handlers.cases import drill, lifecycle
from handlers.cases.agreed_word import folded
from handlers.cases.case import post_record
from handlers.cases.receipts import how_far
from handlers.desk.posting import reopen_choice, to_desks
from handlers.model.cases import Author, Case, Deed, Digest, Entry, Stage
from handlers.model.duty import is_label_of
from handlers.model.messages import Choice, Inbound, Kind, Lane, Reply, Staff, Thread, Wish, escape
from handlers.ports import Ports
from handlers.staff.target import Target, find_target

Act = Callable[[Inbound, Ports, Case, Staff, str], Sequence[Reply]]


def acknowledge(ask: Inbound, ports: Ports) -> Sequence[Reply]:
    """`/ack CODE` or the button: this staff member is on it, and the person is told."""
    return with_case(ask, ports, _acknowledge, "ack")


def acknowledge_by_reaction(ask: Inbound, ports: Ports) -> Sequence[Reply]:
    """A 👍 under a case's post, where it can only mean that: else it is chatter, and not answered."""
    case = ports.desk.quoted(ask.quoted, ask.room)
    if case is None or case.stage not in (Stage.SAVED, Stage.POSTED):
        return []
    return acknowledge(ask, ports)


def answer(ask: Inbound, ports: Ports) -> Sequence[Reply]:
    """`/r CODE text`, or `/r text` in the case's topic or while quoting: the only way that words reach the person."""
    return with_case(ask, ports, _answer, "r")


def hand_off(ask: Inbound, ports: Ports) -> Sequence[Reply]:
    """`/handoff CODE`: asks a colleague to take the case; its owner stays until somebody does."""
    return with_case(ask, ports, _hand_off, "handoff")


def close(ask: Inbound, ports: Ports) -> Sequence[Reply]:
    """`/close CODE reason`: ends the case and starts its retention."""
    return with_case(ask, ports, _close, "close")


def snooze(ask: Inbound, ports: Ports) -> Sequence[Reply]:
    """`/snooze CODE [minutes]`: an acknowledged case is put off, at most twice before it is answered."""
    return with_case(ask, ports, _snooze, "snooze")


def show_case(ask: Inbound, ports: Ports) -> Sequence[Reply]:
    """`/show CODE`: the record, where it was asked for; who did is noted. One of a closed case is kept longer then."""
    return with_case(ask, ports, _show, "show")


def show_log(ask: Inbound, ports: Ports) -> Sequence[Reply]:
    """`/log CODE`: who did what with the case, and who has opened it."""
    return with_case(ask, ports, _log, "log")


def compare_word(ask: Inbound, ports: Ports) -> Sequence[Reply]:
    """`/word CODE what they wrote`: whether it is what was agreed; the word itself is shown to nobody."""
    return with_case(ask, ports, _compare, "word")


def with_case(ask: Inbound, ports: Ports, act: Act, name: str) -> Sequence[Reply]:
    """Finds the case that is meant (code first, else the quoted post, else the topic) and acts on it.

    Nothing is done while it isn't clear. A closed one can only be shown and reopened, as long as there is something to
    show.

    `name` is what staff typed, for the log.
    """
    assert ask.staff is not None
    target = find_target(ask, ports, may_reach_person=act is _answer)
    case = target.case
    if case is None:
        return _ask_which(ask, target)
    if case.is_drill:
        return drill.act(ask, ports, case, ask.staff, name)
    elsewhere = _tell_elsewhere(ask, target, case)
    if case.stage is Stage.CLOSED and not (name in ("show", "reopen") and ports.desk.record(case)):
        return [*says(ask, case, ask.language.gettext("<b>{code}</b> is closed. Nothing was changed.")), *elsewhere]
    ports.desk.note(case, Deed(ask.staff.label, name, ports.clock.now()))
    return [*act(ask, ports, case, ask.staff, target.rest.strip()), *elsewhere]


def _ask_which(ask: Inbound, target: Target) -> Sequence[Reply]:
    """Said where it was written: whoever writes in a topic looks there for the answer."""
    _ = ask.language.gettext
    if target.named:
        text = _(
            "Nothing was sent: your words name another case, {code}. Put the code of the case that you "
            "mean right after the command."
        ).format(code=target.named)
    elif target.near:
        # Translators: {typed} looks like a code and is none; {codes} are codes of open cases
        text = _("No open case {typed}; nothing was done. Did you mean {codes}?").format(
            typed=escape(target.unknown), codes=", ".join(target.near)
        )
    elif target.unknown:
        text = _(
            "No open case {typed}; nothing was done. If these are words, put the code of the case in front of them."
        ).format(typed=escape(target.unknown))
    else:
        text = _("Which case? Write its code after the command, or quote a message of the case.")
    return [Reply(text, to=Thread(target.here.code if target.here else "", ask.room), lane=Lane.ANSWER)]


def _tell_elsewhere(ask: Inbound, target: Target, case: Case) -> list[Reply]:
    """Whoever writes in the topic of one case with the code of another is told there which one counted."""
    if target.here is None or not target.is_elsewhere:
        return []
    text = ask.language.gettext("The code counts: this was for <b>{code}</b>. Nothing was done with {other}.")
    told = text.format(code=case.code, other=target.here.code)
    return [Reply(told, to=Thread(target.here.code, ask.room), lane=Lane.ANSWER)]


def says(ask: Inbound, case: Case, text: str, choices: tuple[Choice, ...] = (), **values: str) -> list[Reply]:
    """What was done, in every desk that knows the case."""
    return to_desks(case, text.format(code=case.code, **values), asked_in=ask.room, choices=choices)


def _acknowledge(ask: Inbound, ports: Ports, case: Case, staff: Staff, _rest: str) -> Sequence[Reply]:
    _ = ask.language.gettext
    now = ports.clock.now()
    is_owner = is_label_of(case.owner, staff.label)
    if case.stage is Stage.ACKNOWLEDGED and is_owner and case.is_answered and case.is_waiting:
        ports.desk.keep(lifecycle.answered(case, now))
        return says(ask, case, _("<b>{code}</b>: {staff} has seen what the person added."), staff=staff.label)
    if case.stage is Stage.ACKNOWLEDGED and not (case.is_offered and not is_owner):
        return says(ask, case, _("<b>{code}</b> was already acknowledged by {staff}."), staff=case.owner)
    taken = ports.desk.keep(_taken(ports, case, staff, now))
    opened = _opened(ask, ports, case, taken)
    if case.stage is Stage.ACKNOWLEDGED:
        text = _("<b>{code}</b>: {staff} has taken over from {before}.")
        return [*says(ask, taken, text, staff=staff.label, before=case.owner), *opened]
    said = says(ask, taken, _("<b>{code}</b>: {staff} has acknowledged."), staff=staff.label)
    return [*said, *opened, *_tell_person(ports, taken)]


def _opened(ask: Inbound, ports: Ports, case: Case, taken: Case) -> list[Reply]:
    """Of a case that was only a line of a list, or has more than was shown, its new owner sees all."""
    if case.digest is Digest.NONE:
        return []
    return post_record(ports, taken, ask.room, ask.language.gettext("This is its record:"), lane=Lane.ANSWER)


def _taken(ports: Ports, case: Case, staff: Staff, now: datetime) -> Case:
    """Nobody waits for an answer to whom none can be sent: then its owner is only reminded to check and to close."""
    taken = replace(lifecycle.acknowledged(case, staff.label, now), digest=Digest.NONE)
    return taken if ports.desk.can_be_reached(case) else lifecycle.answered(taken, now)


def _tell_person(ports: Ports, case: Case) -> list[Reply]:
    if not ports.desk.can_be_reached(case) or case.is_withdrawn:
        return []
    text = how_far(ports.languages.of(case.language), case, ports)
    return [Reply(text, to=case.person, lane=Lane.ANSWER, otherwise=Wish("staff.undelivered", case.code))]


def _answer(ask: Inbound, ports: Ports, case: Case, staff: Staff, words: str) -> Sequence[Reply]:
    _ = ask.language.gettext
    if ask.kind is not Kind.TEXT:
        return says(
            ask,
            case,
            _(
                "<b>{code}</b>: nothing was sent. A photo, a file, a voice message or a location that you "
                "attach can't be passed on to the person. Write it in words, without anything attached."
            ),
        )
    if not words:
        return says(ask, case, _("<b>{code}</b>: nothing to send. Write your answer after the command."))
    _ = ports.languages.of(case.language).gettext
    heading = _(
        "<b>Answer from the team (note {code})</b>\n"
        "<i>The team never asks for login codes, for your name, or to scan a QR code.</i>"
    )
    return send_words(ask, ports, case, staff, words, heading)


def send_words(ask: Inbound, ports: Ports, case: Case, staff: Staff, words: str, heading: str) -> Sequence[Reply]:
    """Answers the person with these words below this heading, which names {code}; who does is on the case."""
    _ = ask.language.gettext
    if not ports.desk.can_be_reached(case):
        text = _("<b>{code}</b>: not delivered: the person withdrew, and there is no address any more.")
        if case.person.tag:
            text = _(
                "<b>{code}</b>: not delivered: the person's address can't be read any more, as the bot lost its key. "
                "You can answer again once they have written."
            )
        return says(ask, case, text)
    now = ports.clock.now()
    opened: list[Reply] = []
    if case.stage is not Stage.ACKNOWLEDGED:
        taken = _taken(ports, case, staff, now)
        case, opened = taken, _opened(ask, ports, case, taken)
    ports.desk.keep(lifecycle.answered(case, now))
    answer = ports.desk.add(case, Entry(Author.STAFF, ask.at, words=words))
    if answer and ask.message:
        ports.desk.was_written(answer, ask.message, ask.room)
    return [
        Reply(
            heading.format(code=case.code),
            words=words,
            to=case.person,
            lane=Lane.ANSWER,
            then=Wish("staff.delivered", case.code),
            otherwise=Wish("staff.undelivered", case.code),
            answer=answer,
        ),
        *opened,
    ]


def _hand_off(ask: Inbound, ports: Ports, case: Case, staff: Staff, _rest: str) -> Sequence[Reply]:
    _ = ask.language.gettext
    if case.stage is not Stage.ACKNOWLEDGED:
        return says(ask, case, _("<b>{code}</b>: nobody has acknowledged it yet."))
    ports.desk.keep(replace(case, is_offered=True))
    text = _("<b>{code}</b>: {staff} asks a colleague to take over. {owner} keeps it until somebody does.")
    # Translators: button for staff, at most 20 characters
    choices = (Choice(_("Take over"), Wish("staff.acknowledge", case.code)),)
    return says(ask, case, text, choices, staff=staff.label, owner=case.owner)


def _snooze(ask: Inbound, ports: Ports, case: Case, staff: Staff, rest: str) -> Sequence[Reply]:
    """A case that nobody has acknowledged can't be put off, and one that was can't be put off for ever."""
    _ = ask.language.gettext
    if case.stage is not Stage.ACKNOWLEDGED:
        return says(ask, case, _("<b>{code}</b>: not put off: nobody has acknowledged it yet."))
    if not case.is_waiting:
        return says(ask, case, _("<b>{code}</b>: there is nothing to put off: the person does not wait."))
    if case.snoozes >= lifecycle.MOST_SNOOZES:
        return says(ask, case, _("<b>{code}</b>: not put off: that was done twice. Answer it or hand it off."))
    longest = ports.book.routing().snooze
    minutes = min(int(rest), longest) if rest.isascii() and rest.isdigit() and int(rest) else longest
    until = ports.clock.now() + timedelta(minutes=minutes)
    ports.desk.keep(lifecycle.snoozed(case, until))
    text = _("<b>{code}</b>: put off by {staff} until {time}. If nobody has answered then, you are notified again.")
    return says(ask, case, text, staff=staff.label, time=ask.language.time(until))


def _show(ask: Inbound, ports: Ports, case: Case, _staff: Staff, _rest: str) -> Sequence[Reply]:
    ports.desk.keep(replace(case, digest=Digest.NONE))
    ports.desk.keep_longer(case)
    note, posted = ask.language.gettext("This is its record:"), Wish("case.posted", case.code)
    return post_record(ports, case, ask.room, note, then=posted, lane=Lane.ANSWER)


def _log(ask: Inbound, ports: Ports, case: Case, _staff: Staff, _rest: str) -> Sequence[Reply]:
    heading = ask.language.gettext("<b>{code}</b>: who did what").format(code=case.code)
    lines = [
        f"{ask.language.moment(deed.at)} {deed.label} <code>/{deed.name}</code>" for deed in ports.desk.deeds(case)
    ]
    return [Reply("\n".join([heading, *lines]), to=Thread(case.code, ask.room), lane=Lane.ANSWER)]


def _compare(ask: Inbound, ports: Ports, case: Case, _staff: Staff, rest: str) -> Sequence[Reply]:
    _ = ask.language.gettext
    agreed = ports.people.recall(case.person).word
    if not agreed:
        return says(ask, case, _("<b>{code}</b>: no word was agreed, or it was deleted. That proves nothing."))
    if folded(rest) == folded(agreed):
        return says(ask, case, _("<b>{code}</b>: this is the word that was agreed."))
    return says(ask, case, _("<b>{code}</b>: this is <b>not</b> the word that was agreed. Be careful."))


def _close(ask: Inbound, ports: Ports, case: Case, staff: Staff, reason: str) -> Sequence[Reply]:
    _ = ask.language.gettext
    if not reason:
        return says(ask, case, _("<b>{code}</b>: not closed. Write a reason after the code."))
    ports.desk.add(case, Entry(Author.STAFF, ask.at, words=reason))
    ports.desk.close(case, ports.clock.now())
    text = _(
        "<b>{code}</b>: closed by {staff}. The bot deletes its record after {days} days. Posts in "
        "this group stay until you delete them."
    )
    days = ask.language.number(ports.policy.retention_days)
    done = says(ask, case, text, reopen_choice(ask.language, case), staff=staff.label, days=days)
    return [*done, *_tell_closed(ports, case)]


def _tell_closed(ports: Ports, case: Case) -> list[Reply]:
    if not ports.desk.can_be_reached(case):
        return []
    _ = ports.languages.of(case.language).gettext
    text = _("The team has closed your note <code>{code}</code>. If you still need help, write SOS at any time.")
    return [
        Reply(
            text.format(code=case.code),
            to=case.person,
            lane=Lane.ANSWER,
            otherwise=Wish("staff.undelivered", case.code),
        )
    ]
