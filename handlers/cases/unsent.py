"""A draft that was not sent and stands beside an open case: it is what the person wanted to say, and joins the case."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from handlers.model.cases import Author, Entry
from handlers.model.language import Language
from handlers.model.memory import Draft
from handlers.model.messages import Lane, Person, Reply
from handlers.ports import Ports


def take_draft(ports: Ports, person: Person) -> Draft | None:
    """The draft, which is the person's no more; None if there is none, or only that of a rehearsal: it stays."""
    memory = ports.people.recall(person)
    if memory.draft is None or memory.draft.is_rehearsal:
        return None
    ports.people.remember(person, replace(memory, draft=None, step=""))
    return memory.draft


def entries_of(draft: Draft, at: datetime) -> Sequence[Entry]:
    """The record of all that a draft passes on, as if it was written at that moment."""
    entries = [Entry(Author.PERSON, at, words=draft.words)] if draft.words else []
    entries += [Entry(Author.PERSON, at, photo=photo) for photo in draft.photos]
    if draft.shown_point:
        entries.append(Entry(Author.PERSON, at, point=draft.shown_point))
    return entries


def tell_joined(language: Language, person: Person, draft: Draft) -> Reply:
    """Shows the person what of theirs was added to their note without *Send*."""
    text = language.gettext("What you had written and not sent yet was added to your note:")
    lines = "\n".join([text, *photos_and_place(language, draft)])
    return Reply(lines, words=draft.words, to=person, lane=Lane.CONSENT, is_about_note=True)


def photos_and_place(language: Language, draft: Draft) -> list[str]:
    """A line for all photos of a draft, and one for its place, as far as there are any."""
    _, ngettext, count = language.gettext, language.ngettext, len(draft.photos)
    photos = ngettext("{number} photo, without its hidden data", "{number} photos, without their hidden data", count)
    lines = [photos.format(number=language.number(count))] if count else []
    if draft.point:
        lines.append(_("Your exact location") if draft.is_exact else _("Your location, to about 1 kilometre"))
    return lines
