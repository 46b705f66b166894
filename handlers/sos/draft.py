"""An SOS until it is sent: ask, collect, preview, and only on *Send* save it and pass it on."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import replace

from handlers.cases import drill
from handlers.cases.batching import is_line, put_into
from handlers.cases.case import join_case, join_draft, say_to_desk
from handlers.cases.new_keys import new_key_note
from handlers.cases.person_events.withdrawal import said_to_be_deleted, withdraw
from handlers.cases.receipts import receipt, what_stays_here
from handlers.cases.unsent import entries_of
from handlers.cases.unsupported import why_not_passed_on, without_words
from handlers.lookups.guides import steps_for_words
from handlers.model.cases import Author, Case, Entry
from handlers.model.memory import COLLECTING, REHEARSING, Draft, Part
from handlers.model.messages import DRILL, Choice, Inbound, Kind, Lane, Reply, Wish
from handlers.ports import Ports
from handlers.sos import reminder
from handlers.sos.bounds import within_bounds
from handlers.sos.checkin_end import take_back
from handlers.sos.preview import cancel_choice, no_team, preview, what_happens, write_something


def ask_for_help(ask: Inbound, ports: Ports) -> Sequence[Reply]:
    """`SOS`, alone or with text: joins the open case, is sent at once by a person who is ready, or starts a draft."""
    if ask.platform == DRILL:
        return _save(ask, ports, _grown(ask, Draft())[0]) if drill.is_on(ports) else []
    if ports.desk.case_of(ask.person):
        return join_case(ask, ports)
    if not ports.desk.is_open_for_sos():
        return [Reply(no_team(ask, ports), lane=Lane.RECEIPT)]
    memory = ports.people.recall(ask.person)
    is_bare = not ask.text and not ask.photos and not ask.point
    if is_bare and memory.draft and (ask.is_choice or not memory.is_ready):
        return show_again(ask, ports)
    if is_bare and (ask.is_choice or not memory.is_ready or memory.step == REHEARSING):
        _remember_step(ask, ports)
        return [Reply(what_happens(ask, ports), choices=(cancel_choice(ask),), lane=Lane.CONSENT)]
    if memory.step == REHEARSING:
        return _rehearse(ask, ports)
    if memory.is_ready and not ask.is_edit:  # nobody calls by an old message that comes again
        grown, left_out = _grown(ask, memory.draft or Draft())
        return [*_save(ask, ports, grown), *(Reply(note, lane=Lane.CONSENT, is_about_note=True) for note in left_out)]
    return collect(ask, ports)


def collect(ask: Inbound, ports: Ports) -> Sequence[Reply]:
    """Adds what was written to the draft and shows exactly what would be passed on."""
    memory = ports.people.recall(ask.person)
    draft = memory.draft or Draft()
    grown, left_out = _grown(ask, draft)
    notes = [*why_not_passed_on(ask), *left_out]
    if grown == draft and not draft.parts:
        choices = (*without_words(ask), cancel_choice(ask))
        return [Reply("\n\n".join([*notes, write_something(ask)]), choices=choices, lane=Lane.CONSENT)]
    ports.people.remember(ask.person, replace(memory, step=COLLECTING, draft=grown))
    reminder.plan(ask, ports)
    steps = [] if draft.parts or ask.is_edit else steps_for_words(ask, ports)
    return [*steps, preview(ask, ports, grown, notes)]


def begin_with_words(ask: Inbound, ports: Ports) -> Sequence[Reply]:
    """*I need help now* under an answer to words that were not understood: they are the note."""
    message, _line, words = (ask.wish.argument if ask.wish else "").partition("\n")
    note = replace(ask, text=words, message=message, wish=Wish("sos"), is_choice=False)
    if ports.desk.case_of(ask.person):
        return join_case(note, ports)
    if not ports.desk.is_open_for_sos():
        return [Reply(no_team(ask, ports), lane=Lane.RECEIPT)]
    return collect(note, ports)


def call_without_words(ask: Inbound, ports: Ports) -> Sequence[Reply]:
    """*Call the team, no words*: what would be sent is shown first, as ever; with something written, that is."""
    if ports.desk.case_of(ask.person):
        return join_case(replace(ask, text=""), ports)
    if not ports.desk.is_open_for_sos():
        return [Reply(no_team(ask, ports), lane=Lane.RECEIPT)]
    if _has_draft(ask, ports):
        return show_again(ask, ports)
    _ = ask.language.gettext
    text = _(
        "<b>Not sent yet. When you choose Send, the team sees that you call, without words.</b> They can write to you."
    )
    return [Reply(text, choices=(Choice(_("Send"), Wish("sos.bare")), cancel_choice(ask)), lane=Lane.CONSENT)]


def send_without_words(ask: Inbound, ports: Ports) -> Sequence[Reply]:
    """*Send* under that; what was written meanwhile is shown instead."""
    if ports.desk.case_of(ask.person) or not ports.desk.is_open_for_sos() or _has_draft(ask, ports):
        return call_without_words(ask, ports)
    return _save(ask, ports, Draft())


def show_again(ask: Inbound, ports: Ports) -> Sequence[Reply]:
    """What was said is no part of the note, and neither sends nor drops it: the note as it is, or the question."""
    draft = ports.people.recall(ask.person).draft
    if draft:
        note = ask.language.gettext("Your note is not sent yet. Choose Send to send it, or Cancel to drop it.")
        return [preview(ask, ports, draft, [note])]
    return [Reply(what_happens(ask, ports), choices=(cancel_choice(ask),), lane=Lane.CONSENT)]


def let_be(ask: Inbound, ports: Ports) -> Sequence[Reply]:
    """What was asked about once is not done."""
    if _has_draft(ask, ports):
        return show_again(ask, ports)
    return [Reply(ask.language.gettext("All right. Nothing has changed."), lane=Lane.CONSENT)]


def _rehearse(ask: Inbound, ports: Ports) -> Sequence[Reply]:
    """Shows what would be passed on, and makes it real with one choice if it was no test."""
    _ = ask.language.gettext
    before = ports.people.recall(ask.person).draft
    shown = collect(ask, ports)[-1]
    memory = ports.people.recall(ask.person)
    if memory.draft and (before is None or before.is_rehearsal):
        ports.people.remember(ask.person, replace(memory, draft=replace(memory.draft, is_rehearsal=True)))
    version = next(choice.wish.argument for choice in shown.choices if choice.wish.name == "sos.send")
    send_it = Wish("sos.real", version)  # which a mere "ok" to the rehearsal doesn't choose
    text = _(
        "<b>This was a rehearsal. Nothing was sent.</b> If it had been real, it would now be on its "
        "way to the team. If it is real, send it now."
    )
    if not ports.desk.may_show_words(ask.platform):
        text = f"{text}\n\n{what_stays_here(ask.language, ports)}"
    # Translators: buttons, at most 28 characters
    choices = (Choice(_("It is real: send it now"), send_it), Choice(_("It was a rehearsal"), Wish("cancel")))
    return [Reply(text, words=shown.words, choices=choices, lane=Lane.CONSENT)]


def add_more(ask: Inbound, ports: Ports) -> Sequence[Reply]:
    """*Add more*: nothing changes, the person just goes on."""
    _ = ask.language.gettext
    if ports.desk.case_of(ask.person) is None and not _has_draft(ask, ports):
        return nothing_waits(ask, ports)
    return [Reply(_("Not sent yet. Go on: write, or send a photo or your location."), lane=Lane.CONSENT)]


def choose_exact_place(ask: Inbound, ports: Ports) -> Sequence[Reply]:
    """*Exact place*: the point is passed on as it was sent."""
    memory = ports.people.recall(ask.person)
    if not memory.draft or not memory.draft.point:
        return nothing_waits(ask, ports)
    draft = _versioned(replace(memory.draft, is_exact=True))
    ports.people.remember(ask.person, replace(memory, draft=draft))
    return [preview(ask, ports, draft, [])]


def retract(ask: Inbound, ports: Ports) -> Sequence[Reply]:
    """The person deleted a message: it leaves the draft; what staff have read can't be taken back."""
    _ = ask.language.gettext
    if case := ports.desk.case_of(ask.person):
        return said_to_be_deleted(ask, ports, case)
    memory = ports.people.recall(ask.person)
    draft = memory.draft or Draft()
    left = _versioned(replace(draft, parts=tuple(part for part in draft.parts if ask.message not in part.messages)))
    if len(left.parts) == len(draft.parts):
        return []
    if not left.parts:
        ports.people.remember(ask.person, replace(memory, draft=None))
        return [
            Reply(
                _("Removed from your note. There is nothing left to send."),
                choices=(cancel_choice(ask),),
                lane=Lane.CONSENT,
            )
        ]
    ports.people.remember(ask.person, replace(memory, draft=left))
    return [preview(ask, ports, left, [_("Removed from your note. Nothing is sent yet.")])]


def send(ask: Inbound, ports: Ports) -> Sequence[Reply]:
    """*Send*: saves the case and what the desk will see in one commit; an old button shows the draft anew. Beside an
    open case, the draft joins that."""
    memory, case = ports.people.recall(ask.person), ports.desk.case_of(ask.person)
    draft = memory.draft
    if draft is None and case:
        return [replace(receipt(ask.language, case, ports), lane=Lane.CONSENT, is_about_note=True)]
    if draft is None:
        return nothing_waits(ask, ports)
    if not ports.desk.is_open_for_sos():
        return [Reply(no_team(ask, ports), lane=Lane.RECEIPT)]
    if ask.wish and ask.wish.argument not in ("", draft.version):
        return [
            preview(
                ask,
                ports,
                draft,
                [ask.language.gettext("Not sent yet: you changed your note after that button. This is the note now.")],
            )
        ]
    if case:
        ports.people.remember(ask.person, replace(memory, step="", draft=None))
        return join_draft(ports, case, ask.language, draft)
    return _save(ask, ports, draft)


def cancel(ask: Inbound, ports: Ports) -> Sequence[Reply]:
    """*Cancel*, "stop", "I am safe": drops a draft; an open case stays open until staff have checked."""
    memory = ports.people.recall(ask.person)
    if case := ports.desk.case_of(ask.person):
        ports.people.remember(ask.person, replace(memory, step="", draft=None))
        return withdraw(ask, ports, case)
    if memory.check_in and memory.draft is None and memory.step != COLLECTING:
        return take_back(ask, ports)
    if memory.step != COLLECTING and memory.draft is None:
        ports.people.remember(ask.person, replace(memory, step=""))
        return nothing_waits(ask, ports)
    ports.people.remember(ask.person, replace(memory, step="", draft=None))
    reminder.drop(ask, ports)
    return [Reply(ask.language.gettext("Cancelled. Nothing was sent."), lane=Lane.CONSENT)]


def nothing_waits(ask: Inbound, ports: Ports) -> Sequence[Reply]:
    """There is no draft and no case that this could be about."""
    _ = ask.language.gettext
    help_choice = Choice(_("Help"), Wish("help"))
    return [Reply(_("Nothing is waiting to be sent. You can write at any time."), choices=(help_choice,))]


def _has_draft(ask: Inbound, ports: Ports) -> bool:
    return ports.people.recall(ask.person).draft is not None


def _remember_step(ask: Inbound, ports: Ports) -> None:
    memory = ports.people.recall(ask.person)
    ports.people.remember(ask.person, replace(memory, step=COLLECTING))


def _versioned(draft: Draft) -> Draft:
    """The same content has the same version, however it came about: a *Send* under it is as good as a new one."""
    content = (draft.words, draft.photos, draft.shown_point)
    # `Media` and `Point` keep what they hold out of their repr
    plain = json.dumps(content, default=lambda value: [getattr(value, name) for name in value.__slots__])
    return replace(draft, version=hashlib.blake2b(plain.encode("utf-8", "replace"), digest_size=8).hexdigest())


def _grown(ask: Inbound, draft: Draft) -> tuple[Draft, list[str]]:
    """The draft with as much of the message as it can hold, and a sentence for each thing that was left out. An edited
    message takes the place of its older self and keeps what was not changed."""
    ask, left_out = within_bounds(ask, draft)
    point = ask.point if ask.kind is Kind.POINT else None
    if not (ask.text or ask.photos or point):
        return draft, left_out
    new = Part((ask.message,), ask.text, ask.photos, point)
    old = next((part for part in draft.parts if ask.is_edit and ask.message in part.messages), None)
    if old:
        names = (*old.messages, ask.revision)
        new = Part(names, ask.text, ask.photos or old.photos, point or old.point)
    parts = tuple(new if part == old else part for part in draft.parts) if old else (*draft.parts, new)
    # An exact place was agreed to for that place, not for the next one.
    is_exact = draft.is_exact and not (point and point != draft.point)
    return _versioned(replace(draft, parts=parts, is_exact=is_exact, is_rehearsal=False)), left_out


def _save(ask: Inbound, ports: Ports, draft: Draft) -> Sequence[Reply]:
    case = ports.desk.open(ask.person, ask.platform, ask.language.code)
    for entry in entries_of(draft, ask.at):
        ports.desk.add(case, entry)
    memory = ports.people.recall(ask.person)
    ports.people.remember(ask.person, replace(memory, step="", draft=None, has_new_key=False))
    reminder.drop(ask, ports)
    note = new_key_note(ports) if memory.has_new_key else ""
    if note:
        ports.desk.add(case, Entry(Author.BOT, ask.at, words=note))
    if case.is_drill:
        drill.remember(ports, case)
    elif is_line(ports, ask.person):
        put_into(ports, case)
        return [receipt(ask.language, case, ports)]
    return [receipt(ask.language, case, ports), *_posts(ports, case, draft, note)]


def _posts(ports: Ports, case: Case, draft: Draft, note: str) -> list[Reply]:
    return say_to_desk(ports, case, draft.words, draft.photos, draft.shown_point, is_first=True, note=note)
