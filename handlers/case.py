"""An SOS once it is saved: receipts, stages, and what the person writes afterwards."""

from __future__ import annotations

from collections.abc import Sequence

from handlers.conversation import Choice, Inbound, Kind, Lane, Media, Point, Reply, Wish
from handlers.ports import Author, Case, Entry, Language, Ports, Stage
from handlers.unsupported import why_not_passed_on


def receipt(language: Language, case: Case, ports: Ports) -> Reply:
    """Told only by the transaction that saves the case, or about a case that is saved."""
    _ = language.gettext
    text = _("Saved {time}. Your note is <code>{code}</code>.").format(
        time=language.time(case.opened_at), code=case.code
    )
    parts = [text, _("What you write now is added to it. You will hear here when the team has it.")]
    if not ports.desk.may_show_words(case.platform):
        parts.append(what_stays_here(language))
    return Reply("\n\n".join(parts), to=case.person, lane=Lane.RECEIPT)


def what_stays_here(language: Language) -> str:
    """Said wherever somebody could believe that the team reads what they write, and it does not."""
    return language.gettext(
        "The team's channel is on Telegram. The team learns that you wrote, not what: "
        "your words, photos and place stay here."
    )


def say_to_desk(
    ports: Ports,
    case: Case,
    words: str,
    photos: Sequence[Media],
    point: Point | None,
    *,
    is_first: bool,
    note: str = "",
) -> list[Reply]:
    """The posts that show the desk what a person passed on; the first one makes the case known."""
    if not ports.desk.may_show_words(case.platform):
        words, photos, point = "", (), None
    language = ports.languages.of(ports.policy.desk_language)
    heading = _heading(ports, language, case, is_first=is_first)
    then = Wish("case.posted", case.code) if is_first else None
    text = "\n".join(part for part in (heading, note) if part)
    first = Reply(text, words=words, choices=_desk_choices(language, case), to=case.thread, lane=Lane.DESK, then=then)
    posts = [first]
    caption = _photo_caption(language, case)
    posts += [Reply(caption, photo=photo, to=case.thread, lane=Lane.DESK) for photo in photos]
    if point:
        posts.append(Reply(_point_caption(language, case, point), point=point, to=case.thread, lane=Lane.DESK))
    return posts


def _heading(ports: Ports, language: Language, case: Case, *, is_first: bool) -> str:
    _ = language.gettext
    lines = [_("<b>{code}</b>: more from the person").format(code=case.code)]
    if is_first:
        lines = [
            _("<b>SOS {code}</b>").format(code=case.code),
            _("Saved {moment}. On {messenger}, in {language}.").format(
                moment=language.moment(case.opened_at),
                messenger=case.platform.capitalize(),
                language=language.name_of(case.language),
            ),
        ]
    if not ports.desk.may_show_words(case.platform):
        lines.append(_("The words were written on Signal and are not shown on Telegram."))
    return "\n".join(lines)


def _photo_caption(language: Language, case: Case) -> str:
    return language.gettext("<b>{code}</b>: a photo").format(code=case.code)


def _point_caption(language: Language, case: Case, point: Point) -> str:
    return language.gettext("<b>{code}</b>: a place, {latitude}, {longitude}").format(
        code=case.code, latitude=f"{point.latitude:.5f}", longitude=f"{point.longitude:.5f}"
    )


def _desk_choices(language: Language, case: Case) -> tuple[Choice, ...]:
    if case.stage is Stage.ACKNOWLEDGED:
        return ()
    # Translators: button for staff, at most 20 characters
    return (Choice(language.gettext("Acknowledge"), Wish("staff.acknowledge", case.code)),)


def join_case(ask: Inbound, ports: Ports) -> Sequence[Reply]:
    """Whatever a person with an open case writes is added to it."""
    case = ports.desk.case_of(ask.person)
    assert case is not None
    notes = why_not_passed_on(ask)
    point = ask.point if ask.kind is Kind.POINT else None
    for entry in _entries(ask, point):
        ports.desk.add(case, entry)
    desk = _what_joined(ask, ports, case, point)
    _ = ask.language.gettext
    if ask.text or ask.photos or point:
        notes.append(_("Added to your note <code>{code}</code>.").format(code=case.code))
        if not ports.desk.may_show_words(case.platform):
            notes.append(what_stays_here(ask.language))
    elif not notes:
        notes.append(_("Your note is <code>{code}</code>. Write what you want to add.").format(code=case.code))
    return [Reply("\n\n".join(notes), lane=Lane.RECEIPT), *desk]


def _entries(ask: Inbound, point: Point | None) -> list[Entry]:
    entries = [Entry(Author.PERSON, ask.at, words=ask.text)] if ask.text else []
    entries += [Entry(Author.PERSON, ask.at, photo=photo) for photo in ask.photos]
    if point:
        entries.append(Entry(Author.PERSON, ask.at, point=point))
    return entries


def _what_joined(ask: Inbound, ports: Ports, case: Case, point: Point | None) -> list[Reply]:
    _ = ports.languages.of(ports.policy.desk_language).gettext
    note = ""
    if ask.is_edit and not ports.desk.may_show_words(case.platform):
        note = _("The person changed an earlier message.")
    elif ask.is_edit:
        note = _("The person changed an earlier message. It now reads:")
    elif ask.kind is Kind.CALL:
        note = _("The person tried to call. Calls can't be taken: answer in words.")
    elif ask.kind is Kind.UNREADABLE:
        note = _("A message of the person could not be read. They were asked to send it again.")
    elif ask.kind not in (Kind.TEXT, Kind.PHOTO, Kind.POINT):
        note = _(
            "The person sent something that can't be passed on (a voice message, a video, a file …). Ask for words."
        )
    elif not ask.text and not ask.photos and not point:
        note = _("The person called again.")
    return say_to_desk(ports, case, ask.text, ask.photos, point, is_first=False, note=note)


def said_to_be_deleted(ask: Inbound, ports: Ports, case: Case) -> Sequence[Reply]:
    """The person deleted a message of theirs: whoever holds the phone doesn't see it any more, the desk does."""
    _ = ask.language.gettext
    text = _("Deleted here. What was already passed on, the team still has until your note is closed.")
    _ = ports.languages.of(ports.policy.desk_language).gettext
    note = _("<b>{code}</b>: the person deleted a message on their side.").format(code=case.code)
    return [Reply(text, lane=Lane.RECEIPT), Reply(note, to=case.thread, lane=Lane.DESK)]


def withdraw(ask: Inbound, ports: Ports, case: Case) -> Sequence[Reply]:
    """Cancel is not close: the person is answered calmly, and staff check."""
    _ = ask.language.gettext
    calm = Reply(_("All right. It is noted. You can write again at any time."), lane=Lane.RECEIPT)
    if case.is_withdrawn:
        return [calm]
    ports.desk.withdraw(case)
    ports.desk.add(case, Entry(Author.PERSON, ask.at, words=ask.text))
    _ = ports.languages.of(ports.policy.desk_language).gettext
    note = _(
        "<b>{code}</b>: the person says that it is over. Somebody else may be holding the phone. "
        "The case stays open: check, then close it."
    ).format(code=case.code)
    return [calm, Reply(note, to=case.thread, lane=Lane.DESK)]


def tell_posted(ask: Inbound, ports: Ports) -> Sequence[Reply]:
    """The desk's messenger has accepted the post: now, and not before, the person hears that the team has it."""
    case = _case_of_event(ask, ports)
    if case is None or case.stage is not Stage.SAVED:
        return []
    ports.desk.mark_posted(case)
    if case.is_withdrawn:
        return []
    _ = ports.languages.of(case.language).gettext
    text = _("The team has your note <code>{code}</code>. You will hear here when somebody takes it.")
    return [Reply(text.format(code=case.code), to=case.person, lane=Lane.RECEIPT)]


def post_again(ask: Inbound, ports: Ports) -> Sequence[Reply]:
    """Staff deleted the case's topic: everything that was said goes into the new one."""
    case = _case_of_event(ask, ports)
    if case is None or case.stage is Stage.CLOSED:
        return []
    language = ports.languages.of(ports.policy.desk_language)
    _ = language.gettext
    note = _("The topic of this case was deleted. This is its record:")
    posts = [
        Reply(
            f"{_heading(ports, language, case, is_first=True)}\n{note}",
            choices=_desk_choices(language, case),
            to=case.thread,
            lane=Lane.DESK,
        )
    ]
    shows = ports.desk.may_show_words(case.platform)
    record = [entry for entry in ports.desk.record(case) if shows or entry.author is Author.STAFF]
    return posts + [_entry_again(language, case, entry) for entry in record]


def _entry_again(language: Language, case: Case, entry: Entry) -> Reply:
    _ = language.gettext
    if entry.photo:
        return Reply(_photo_caption(language, case), photo=entry.photo, to=case.thread, lane=Lane.DESK)
    if entry.point:
        return Reply(_point_caption(language, case, entry.point), point=entry.point, to=case.thread, lane=Lane.DESK)
    who = _("The person wrote at {moment}:") if entry.author is Author.PERSON else _("The team wrote at {moment}:")
    return Reply(who.format(moment=language.moment(entry.at)), words=entry.words, to=case.thread, lane=Lane.DESK)


def _case_of_event(ask: Inbound, ports: Ports) -> Case | None:
    return ports.desk.find(ask.wish.argument) if ask.wish else None
