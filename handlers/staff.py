"""What staff do at the desk; who may is decided before, by the router, for every message and every button."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from handlers.conversation import Choice, Inbound, Lane, Reply, Staff, Thread, Wish, escape
from handlers.ports import Author, Case, Entry, Language, Ports, Stage

Act = Callable[[Inbound, Ports, Case, Staff, str], Sequence[Reply]]


def acknowledge(ask: Inbound, ports: Ports) -> Sequence[Reply]:
    """`/ack CODE` or the button: this staff member is on it, and the person is told."""
    return _with_case(ask, ports, _acknowledge)


def acknowledge_by_reaction(ask: Inbound, ports: Ports) -> Sequence[Reply]:
    """A 👍 under a case's post, where it can only mean that: else it is chatter, and not answered."""
    case = ports.desk.quoted(ask.quoted)
    if case is None or case.stage not in (Stage.SAVED, Stage.POSTED):
        return []
    return acknowledge(ask, ports)


def answer(ask: Inbound, ports: Ports) -> Sequence[Reply]:
    """`/r CODE text`, or `/r text` in the case's topic or while quoting: the only way that words reach the person."""
    return _with_case(ask, ports, _answer)


def hand_off(ask: Inbound, ports: Ports) -> Sequence[Reply]:
    """`/handoff CODE`: asks a colleague to take the case; its owner stays until somebody does."""
    return _with_case(ask, ports, _hand_off)


def close(ask: Inbound, ports: Ports) -> Sequence[Reply]:
    """`/close CODE reason`: ends the case and starts its retention."""
    return _with_case(ask, ports, _close)


def show_board(ask: Inbound, ports: Ports) -> Sequence[Reply]:
    """`/board`: the open cases, those that nobody has acknowledged first."""
    _ = ask.language.gettext
    cases = ports.desk.open_cases()
    if not cases:
        return [_desk_says(_("No case is open."))]
    lines = [_("<b>Open cases: {number}</b>").format(number=ask.language.number(len(cases)))]
    lines += [_board_line(ask.language, case) for case in cases]
    return [_desk_says("\n".join(lines))]


def show_staff_help(ask: Inbound, ports: Ports) -> Sequence[Reply]:
    """`/help` at the desk."""
    _ = ask.language.gettext
    lines = [
        _("<code>/ack CODE</code>: you are on it; the person is told"),
        _("<code>/r CODE text</code>: answer the person; in a topic or while quoting, <code>/r text</code> is enough"),
        _("<code>/handoff CODE</code>: ask a colleague to take over"),
        _("<code>/close CODE reason</code>: end the case"),
        _("<code>/board</code>: open cases"),
        _("<code>/confirm NAME</code>: this colleague's new key is really theirs; talk to them first"),
    ]
    text = _("Nothing else that is written here reaches a person. Never ask for codes, names or QR scans.")
    return [_desk_says("\n".join([*lines, "", text]))]


def tell_delivered(ask: Inbound, ports: Ports) -> Sequence[Reply]:
    """The person's messenger has accepted what the team wrote."""
    return _about_delivery(
        ask, ports, ports.languages.of(ports.policy.desk_language).gettext("<b>{code}</b>: delivered.")
    )


def tell_undelivered(ask: Inbound, ports: Ports) -> Sequence[Reply]:
    """The person can't be reached any more: the bot is blocked or the account is gone."""
    _ = ports.languages.of(ports.policy.desk_language).gettext
    return _about_delivery(
        ask, ports, _("<b>{code}</b>: not delivered: the person can't be reached (bot blocked, or account gone).")
    )


def tell_desk_moved(ask: Inbound, ports: Ports) -> Sequence[Reply]:
    """The desk's group got a new id."""
    _ = ports.languages.of(ports.policy.desk_language).gettext
    text = _("This group has a new id. The bot follows it. Operator: set BOT_DESK to <code>{desk}</code>.")
    desk = f"{ports.policy.desk_platform}:{ask.wish.argument if ask.wish else ''}"
    return [_desk_says(text.format(desk=escape(desk)))]


def _about_delivery(ask: Inbound, ports: Ports, text: str) -> Sequence[Reply]:
    case = ports.desk.find(ask.wish.argument) if ask.wish else None
    return [_desk_says(text.format(code=case.code), case)] if case else []


def _desk_says(text: str, case: Case | None = None, choices: tuple[Choice, ...] = ()) -> Reply:
    return Reply(text, to=case.thread if case else Thread(), lane=Lane.ANSWER, choices=choices)


def _with_case(ask: Inbound, ports: Ports, act: Act) -> Sequence[Reply]:
    """Finds the case that is meant (code first, else the quoted post, else the topic) and acts on it if it is open."""
    assert ask.staff is not None
    _ = ask.language.gettext
    typed, _space, rest = (ask.wish.argument if ask.wish else "").strip().partition(" ")
    case = ports.desk.find(typed)
    if case is None:
        rest = f"{typed} {rest}".strip()
        case = ports.desk.quoted(ask.quoted) if ask.quoted else ports.desk.in_topic(ask.topic)
    if case is None:
        return [_desk_says(_("Which case? Put its code behind the command, or quote a message of the case."))]
    if case.stage is Stage.CLOSED:
        return [_desk_says(_("<b>{code}</b> is closed. Nothing was changed.").format(code=case.code), case)]
    return act(ask, ports, case, ask.staff, rest.strip())


def _acknowledge(ask: Inbound, ports: Ports, case: Case, staff: Staff, _rest: str) -> Sequence[Reply]:
    _ = ask.language.gettext
    if case.stage is Stage.ACKNOWLEDGED and not (case.is_offered and case.owner != staff.label):
        text = _("<b>{code}</b> was already acknowledged by {staff}.").format(code=case.code, staff=case.owner)
        return [_desk_says(text, case)]
    is_takeover = case.stage is Stage.ACKNOWLEDGED
    ports.desk.acknowledge(case, staff, ask.at)
    if is_takeover:
        text = _("<b>{code}</b>: {staff} has taken over from {before}.")
        return [_desk_says(text.format(code=case.code, staff=staff.label, before=case.owner), case)]
    text = _("<b>{code}</b>: {staff} has acknowledged.").format(code=case.code, staff=staff.label)
    return [_desk_says(text, case), *_tell_person(ports, case)]


def _tell_person(ports: Ports, case: Case) -> list[Reply]:
    if not ports.desk.can_be_reached(case) or case.is_withdrawn:
        return []
    _ = ports.languages.of(case.language).gettext
    text = _("Somebody is on your note <code>{code}</code> now.").format(code=case.code)
    return [Reply(text, to=case.person, lane=Lane.RECEIPT, otherwise=Wish("staff.undelivered", case.code))]


def _answer(ask: Inbound, ports: Ports, case: Case, staff: Staff, words: str) -> Sequence[Reply]:
    _ = ask.language.gettext
    if not words:
        return [
            _desk_says(
                _("<b>{code}</b>: nothing to send. Write your answer behind the command.").format(code=case.code), case
            )
        ]
    if not ports.desk.can_be_reached(case):
        text = _("<b>{code}</b>: not delivered: the person withdrew, and there is no address any more.")
        return [_desk_says(text.format(code=case.code), case)]
    if case.stage is not Stage.ACKNOWLEDGED:
        ports.desk.acknowledge(case, staff, ask.at)
    ports.desk.add(case, Entry(Author.STAFF, ask.at, words=words))
    _ = ports.languages.of(case.language).gettext
    heading = _("<b>Answer to your note {code}</b>\n<i>The team never asks for codes, names or QR scans.</i>")
    return [
        Reply(
            heading.format(code=case.code),
            words=words,
            to=case.person,
            lane=Lane.ANSWER,
            then=Wish("staff.delivered", case.code),
            otherwise=Wish("staff.undelivered", case.code),
        )
    ]


def _hand_off(ask: Inbound, ports: Ports, case: Case, staff: Staff, _rest: str) -> Sequence[Reply]:
    _ = ask.language.gettext
    if case.stage is not Stage.ACKNOWLEDGED:
        return [_desk_says(_("<b>{code}</b>: nobody has acknowledged it yet.").format(code=case.code), case)]
    ports.desk.hand_off(case)
    text = _("<b>{code}</b>: {staff} asks a colleague to take over. {owner} keeps it until somebody does.")
    # Translators: button for staff, at most 20 characters
    choices = (Choice(_("Take over"), Wish("staff.acknowledge", case.code)),)
    return [_desk_says(text.format(code=case.code, staff=staff.label, owner=case.owner), case, choices)]


def _close(ask: Inbound, ports: Ports, case: Case, staff: Staff, reason: str) -> Sequence[Reply]:
    _ = ask.language.gettext
    if not reason:
        return [
            _desk_says(_("<b>{code}</b>: not closed. Write a reason behind the code.").format(code=case.code), case)
        ]
    ports.desk.add(case, Entry(Author.STAFF, ask.at, words=reason))
    ports.desk.close(case, ask.at)
    text = _("<b>{code}</b>: closed by {staff}. Its words are deleted here after {days} days.")
    done = text.format(code=case.code, staff=staff.label, days=ask.language.number(ports.policy.retention_days))
    return [_desk_says(done, case), *_tell_closed(ports, case)]


def _tell_closed(ports: Ports, case: Case) -> list[Reply]:
    if not ports.desk.can_be_reached(case):
        return []
    _ = ports.languages.of(case.language).gettext
    text = _("Your note <code>{code}</code> is closed. If you need the team again, write a new one at any time.")
    return [
        Reply(
            text.format(code=case.code),
            to=case.person,
            lane=Lane.ANSWER,
            otherwise=Wish("staff.undelivered", case.code),
        )
    ]


def _board_line(language: Language, case: Case) -> str:
    _ = language.gettext
    since = language.moment(case.opened_at)
    if case.stage is Stage.ACKNOWLEDGED:
        line = _("{code}: {staff} is on it, open since {since}").format(code=case.code, staff=case.owner, since=since)
    else:
        line = _("{code}: <b>nobody is on it</b>, open since {since}").format(code=case.code, since=since)
    if case.is_withdrawn:
        line = _("{line} (the person withdrew: check)").format(line=line)
    return line
