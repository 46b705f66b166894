"""What is said when somebody's key at a messenger is new, or the messenger holds the bot back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from handlers.desk.posting import in_room, language_of, to_desks
from handlers.model.messages import Choice, Inbound, Lane, Reply, Thread, Wish, escape
from handlers.ports import Ports


def tell_new_key(ask: Inbound, ports: Ports) -> Sequence[Reply]:
    """A person has a new key: a new phone, or somebody else. Their messages are heard; staff are told to make sure."""
    case = ports.desk.case_of(ask.person)
    if case is None:
        memory = ports.people.recall(ask.person)
        ports.people.remember(ask.person, replace(memory, has_new_key=True))
        return []
    _ = language_of(ports).gettext
    # Translators: {note} is a whole sentence about the case
    text = _("<b>{code}</b>: {note}").format(code=case.code, note=new_key_note(ports))
    return to_desks(case, text)


def new_key_note(ports: Ports) -> str:
    """For the desk."""
    _ = language_of(ports).gettext
    return _("New key since the last contact: a new phone, or somebody else. Check who is writing.")


def tell_suspended(ask: Inbound, ports: Ports) -> Sequence[Reply]:
    """A staff member has a new key: whoever wrote with it can do nothing until a colleague confirms."""
    _ = language_of(ports).gettext
    label = ask.wish.argument if ask.wish else ""
    text = _(
        "<b>{staff} has a new key and can't act any more.</b> It may be a new phone, or somebody "
        "else. Speak to them by voice or in person. Then a colleague writes <code>/confirm "
        "{staff}</code>."
    ).format(staff=escape(label))
    # Translators: button for staff, at most 20 characters
    choices = (Choice(_("Confirm"), Wish("staff.confirm", label)),)
    return [Reply(text, to=Thread(), lane=Lane.DESK, choices=choices)]


def confirm(ask: Inbound, ports: Ports) -> Sequence[Reply]:
    """`/confirm NAME`: a colleague has made sure; the messenger is told to accept the new key."""
    assert ask.staff is not None
    _ = ask.language.gettext
    label = (ask.wish.argument if ask.wish else "").strip().upper()
    if ports.trust.confirm(label, ask.staff):
        return []
    return in_room(ask, _("Nobody with that name is waiting to be confirmed."))


def tell_trusted(ask: Inbound, ports: Ports) -> Sequence[Reply]:
    """The messenger has accepted the key. Any earlier, the next post to the desk would find it new once more."""
    _ = language_of(ports).gettext
    label, _space, colleague = (ask.wish.argument if ask.wish else "").partition(" ")
    ports.trust.restore(label)
    text = _("<b>{staff}</b> can act again: confirmed by {colleague}.")
    return [Reply(text.format(staff=escape(label), colleague=escape(colleague)), to=Thread(), lane=Lane.ANSWER)]


def tell_challenged(ask: Inbound, ports: Ports) -> Sequence[Reply]:
    """A messenger, named by the wish, holds the bot back; whoever works at the desk must know why answers are late."""
    _ = language_of(ports).gettext
    name = ask.wish.argument if ask.wish else ""
    # Translators: {messenger} is the name of a messenger, {command} something to type
    text = _(
        "<b>{messenger} asks the operator for a captcha.</b> Until then, messages on {messenger} are late. "
        "Operator: <code>python -m bot {command}</code>"
    )
    shown = text.format(messenger=escape(ports.policy.shown_name(name)), command=escape(f"{name}-challenge"))
    return [Reply(shown, to=Thread(), lane=Lane.DESK)]
