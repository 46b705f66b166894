"""A ban: two of the staff, 30 days, with an appeal. It lowers the priority of whoever floods, and swallows nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from handlers.desk.posting import in_room, language_of
from handlers.model.cases import Ban, Case, Deed
from handlers.model.duty import is_label_of
from handlers.model.messages import Choice, Inbound, Lane, Person, Reply, Staff, Thread, Wish
from handlers.ports import Ports
from handlers.staff.acts import says, with_case

DAYS = 30
ASKED = "ban asked"
"""What the log says of whoever gave a reason; without one it is no first voice."""
CONFIRMED_WITHIN = timedelta(hours=24)


def ban(ask: Inbound, ports: Ports) -> Sequence[Reply]:
    """`/ban CODE reason`, and the same by a colleague: new notes of this person become lines of a list."""
    return with_case(ask, ports, _ban, "ban")


def appeal(ask: Inbound, ports: Ports) -> Sequence[Reply]:
    """`/appeal why`: goes to the desk once."""
    _ = ask.language.gettext
    held, words = ports.bans.of(ask.person), ask.wish.argument if ask.wish else ""
    if held is None:
        return [Reply(_("There is no ban on you. Your notes are read like all others."), lane=Lane.CONSENT)]
    if held.is_appealed:
        return [Reply(_("Your appeal is already with the team."), lane=Lane.CONSENT)]
    if not words:
        text = _("Write /appeal and your reason in one message. You can do this once.")
        return [Reply(text, lane=Lane.CONSENT)]
    ports.bans.keep(ask.person, replace(held, is_appealed=True))
    told = Reply(_("Your appeal is with the team. The team decides."), lane=Lane.CONSENT)
    desk = language_of(ports)
    text = desk.gettext("A person banned until {date} appeals:").format(date=desk.date(held.until.date()))
    # Translators: button for staff, at most 20 characters
    lift_it = Choice(desk.gettext("Lift the ban"), Wish("staff.lift", ports.bans.name_of(ask.person)))
    shown = words if ports.desk.may_show_words(ask.platform) else ""
    return [told, Reply(text, words=shown, choices=(lift_it,), to=Thread(), lane=Lane.ANSWER)]


def lift(ask: Inbound, ports: Ports) -> Sequence[Reply]:
    """The button under an appeal, or the command that stands in its place."""
    assert ask.staff
    name = ask.wish.argument if ask.wish else ""
    person = ports.bans.named(name) or Person(name)  # buttons of an older version name the person
    if ports.bans.of(person) is None:
        return in_room(ask, ask.language.gettext("There is no such ban any more."))
    ports.bans.keep(person, None)
    return in_room(ask, ask.language.gettext("{staff} has lifted the ban.").format(staff=ask.staff.label))


def _ban(ask: Inbound, ports: Ports, case: Case, staff: Staff, reason: str) -> Sequence[Reply]:
    _ = ask.language.gettext
    now = ports.clock.now()
    deeds = [deed for deed in ports.desk.deeds(case) if deed.name == ASKED and now - deed.at < CONFIRMED_WITHIN]
    others = sorted({deed.label for deed in deeds if not is_label_of(deed.label, staff.label)})
    if not case.person.tag:
        return says(ask, case, _("<b>{code}</b>: no ban: the person withdrew, and nothing is known of them any more."))
    if not others and not reason:
        return says(ask, case, _("<b>{code}</b>: no ban. Write a reason after the code."))
    if not others:
        ports.desk.note(case, Deed(staff.label, ASKED, now))
        text = _("<b>{code}</b>: {staff} asks for a ban. A second colleague must agree.").format(
            code=case.code, staff=staff.label
        )
        # Translators: button for staff, at most 20 characters
        choices = (Choice(_("Ban"), Wish("staff.ban", case.code)),)
        return [Reply(text, words=reason, choices=choices, to=Thread(case.code, ask.room), lane=Lane.ANSWER)]
    until = now + timedelta(days=DAYS)
    ports.bans.keep(case.person, Ban(until))
    text = _(
        "<b>{code}</b>: banned by {first} and {second} until {date}. New notes from this person are "
        "only listed, not posted."
    )
    date = ask.language.date(until.date())
    return [*says(ask, case, text, first=others[0], second=staff.label, date=date), _tell(ports, case, Ban(until))]


def _tell(ports: Ports, case: Case, held: Ban) -> Reply:
    language = ports.languages.of(case.language)
    text = language.gettext(
        "Until {date} the team reads your notes after those of others. They still arrive. If you "
        "think this is wrong, write /appeal and your reason."
    ).format(date=language.date(held.until.date()))
    return Reply(text, to=case.person, lane=Lane.ANSWER)
