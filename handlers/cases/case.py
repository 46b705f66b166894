"""An SOS once it is saved: receipts, stages, and what the person writes afterwards."""

from __future__ import annotations

from collections.abc import Sequence

from handlers.cases import drill, lifecycle
from handlers.cases.batching import is_crowded, put_into
from handlers.cases.exact_place import exact_place_choice, read_point, rounded_point
from handlers.cases.in_reply import answer_meant, note_above, under_quote
from handlers.cases.receipts import how_far, what_stays_here
from handlers.cases.unsent import entries_of, take_draft, tell_joined
from handlers.cases.unsupported import is_kept_from_team, why_not_passed_on
from handlers.desk.posting import acknowledge_choice, called, called_owner, language_of, reopen_choice
from handlers.model.cases import Author, Case, Digest, Entry, Stage
from handlers.model.language import Language
from handlers.model.memory import Draft
from handlers.model.messages import Inbound, Kind, Lane, Media, Point, Reply, Room, Thread, Wish, escape
from handlers.ports import Ports


def say_to_desk(
    ports: Ports,
    case: Case,
    words: str,
    photos: Sequence[Media],
    point: Point | None,
    *,
    is_first: bool,
    note: str = "",
    quoted: str | None = None,
) -> list[Reply]:
    """The posts that show every desk that knows the case what a person passed on; the first makes the case known.

    `quoted`: as from `answer_meant`.
    """
    posts, words = [], under_quote(quoted, words)
    for room in case.rooms:
        heading = _heading(ports, case, room, photos, point) if is_first else _more(ports, case, room)
        is_shown = ports.desk.may_show_words(case.platform, room)
        about = note_above(language_of(ports), quoted, is_shown=is_shown)
        label = what_it_tells_of(ports, words) if is_shown else ""
        text = "\n".join(part for part in (heading, label, about, note) if part)
        then = Wish("case.posted", case.code) if is_first else None
        posts += _posts(ports, case, room, text, words, photos, point, then)
    return posts


def what_it_tells_of(ports: Ports, words: str) -> str:
    """The situations that were heard in somebody's words, in the desk's language: whoever reads them without an
    interpreter sees how grave they may be. Empty where none was."""
    _ = language_of(ports).gettext
    meanings = (ports.book.meaning(name) for name in ports.book.hear(words).situations)
    labels = [_(meaning.label) for meaning in meanings if meaning and meaning.label]
    # Translators: a guess from somebody's own words, which stand below; "detained · at a border"
    return _("Maybe: {situations}").format(situations=escape(" · ".join(labels))) if labels else ""


def _posts(
    ports: Ports,
    case: Case,
    room: Room,
    text: str,
    words: str,
    photos: Sequence[Media],
    point: Point | None,
    then: Wish | None,
) -> list[Reply]:
    """One desk's own: what it may not show is left out there and nowhere else."""
    if not ports.desk.may_show_words(case.platform, room):
        words, photos, point = "", (), None
    language, thread = language_of(ports), Thread(case.code, room)
    choices = acknowledge_choice(language, case) if _is_calling(case) else ()
    if case.stage is Stage.CLOSED:
        choices = reopen_choice(language, case)
    lane = Lane.DESK if then else Lane.ANSWER  # a case is seen before more is seen of another
    posts = [Reply(text, words=words, choices=choices, to=thread, lane=lane, then=then)]
    posts += [_photo_post(language, case, photo, room) for photo in photos]
    if point:
        posts.append(Reply(_point_caption(language, case, point), point=point, to=thread, lane=Lane.ANSWER))
    return posts


def _is_calling(case: Case) -> bool:
    return case.stage in (Stage.SAVED, Stage.POSTED)


def _heading(ports: Ports, case: Case, room: Room, photos: Sequence[Media] = (), point: Point | None = None) -> str:
    if case.is_drill:
        return drill.heading(ports, case)
    language = language_of(ports)
    _ = language.gettext
    lines = [_("<b>SOS {code}</b>").format(code=case.code)]
    if case.language:  # whoever deleted everything has left neither a language nor a messenger to name
        lines.append(
            _("Saved {moment}. {messenger}, {language}.").format(
                moment=language.moment(case.opened_at),
                messenger=ports.policy.shown_name(case.platform),
                language=language.name_of(case.language),
            )
        )
    if not ports.desk.may_show_words(case.platform, room):
        lines.append(_what_is_not_shown(ports, case, room))
    elif photos or point:
        lines.append(_what_follows(language, len(photos), point))
    if _is_calling(case):
        lines.append(_("Notified: {staff}").format(staff=called(ports)))
    return "\n".join(lines)


def _what_follows(language: Language, photos: int, point: Point | None) -> str:
    """Photos and a location are posts of their own: whoever reads the first one knows what is still to come."""
    _, ngettext = language.gettext, language.ngettext
    things = [ngettext("{number} photo", "{number} photos", photos).format(number=language.number(photos))]
    places = [_("a location (about 1 km)") if point == point.rounded else _("an exact location")] if point else []
    # Translators: what belongs to an SOS and follows in posts of its own
    return _("With it: {things}").format(things=language.list([*(things if photos else []), *places]))


def _more(ports: Ports, case: Case, room: Room) -> str:
    """What the person adds calls the owner of the case, who may have gone to sleep."""
    _ = language_of(ports).gettext
    text = _("<b>{code}</b>: more from the person").format(code=case.code)
    if case.stage is Stage.ACKNOWLEDGED:
        text = _("<b>{code}</b>: more from the person. Notified: {staff}").format(
            code=case.code, staff=called_owner(ports, case)
        )
    elif case.stage is Stage.CLOSED:
        text = _("<b>{code}</b>: closed, and the person writes again. Notified: {staff}").format(
            code=case.code, staff=called(ports)
        )
    if ports.desk.may_show_words(case.platform, room):
        return text
    return "\n".join([text, _what_is_not_shown(ports, case, room)])


def _what_is_not_shown(ports: Ports, case: Case, room: Room) -> str:
    # Translators: both are names of messengers
    text = language_of(ports).gettext("The words were written on {messenger} and are not shown on {desk}.")
    return text.format(messenger=ports.policy.shown_name(case.platform), desk=ports.policy.shown_desk(room))


def _photo_post(language: Language, case: Case, photo: Media, room: Room) -> Reply:
    """The person hears of a photo that can't be shown; once, however many desks know the case."""
    caption = language.gettext("<b>{code}</b>: a photo").format(code=case.code)
    lost = Wish("case.photo_lost", case.code) if room is Room.DESK else None
    return Reply(caption, photo=photo, to=Thread(case.code, room), lane=Lane.ANSWER, otherwise=lost)


def _point_caption(language: Language, case: Case, point: Point) -> str:
    """Help must not go to the wrong house: a rounded location says that it is one, with the decimals that it has."""
    _ = language.gettext
    if point == point.rounded:
        text, digits = _("<b>{code}</b>: location, to about 1 km, not the house: {latitude}, {longitude}"), 2
    else:
        text, digits = _("<b>{code}</b>: exact location: {latitude}, {longitude}"), 5
    return text.format(
        code=case.code, latitude=f"{point.latitude:.{digits}f}", longitude=f"{point.longitude:.{digits}f}"
    )


def join_case(ask: Inbound, ports: Ports) -> Sequence[Reply]:
    """Whatever a person with an open case writes is added to it, behind a draft that was not sent."""
    case = ports.desk.case_of(ask.person)
    assert case is not None
    if draft := take_draft(ports, ask.person):
        return [*join_draft(ports, case, ask.language, draft), *join_case(ask, ports)]
    notes, point = why_not_passed_on(ask), rounded_point(ask)
    for entry in entries_of_message(ask, ports, point):
        ports.desk.add(case, entry)
    case = ports.desk.keep(lifecycle.followed_up(case, ports.clock.now()))
    is_line = case.digest in (Digest.WAITING, Digest.LISTED)
    desk = [] if is_line else show_desks(ports, case, what_joined(ask, ports, case, point))
    _ = ask.language.gettext
    slot = "" if notes else "added"
    is_read = ports.desk.may_show_words(case.platform)
    if ask.text or ask.photos or point:
        added = _("Added to your note <code>{code}</code>.").format(code=case.code)
        rounded = [_("Your location, to about 1 kilometre")] if point and is_read else []
        notes += ["\n".join([added, *rounded]), *([] if is_read else [what_stays_here(ask.language, ports)])]
    elif not notes:
        notes.append(
            _("The number of your note is <code>{code}</code>. Write what you want to add.").format(code=case.code)
        )
    choices = exact_place_choice(ask) if point and is_read else ()
    slot = "" if choices else slot
    return [Reply("\n\n".join(notes), choices=choices, lane=Lane.CONSENT, slot=slot, is_about_note=True), *desk]


def join_draft(ports: Ports, case: Case, language: Language, draft: Draft) -> list[Reply]:
    """A draft that stood beside the open case is added to it, and shown to both."""
    return [tell_joined(language, case.person, draft), *draft_posts(ports, add_draft(ports, case, draft), draft)]


def add_draft(ports: Ports, case: Case, draft: Draft) -> Case:
    """The case with the draft in its record; nobody is told."""
    for entry in entries_of(draft, ports.clock.now()):
        ports.desk.add(case, entry)
    return ports.desk.keep(lifecycle.followed_up(case, ports.clock.now()))


def draft_posts(ports: Ports, case: Case, draft: Draft) -> list[Reply]:
    """For the desks, what the person had prepared; nothing while the case is a line of a list."""
    if case.digest in (Digest.WAITING, Digest.LISTED):
        return []
    note = language_of(ports).gettext("The person had written this, but not sent it:")
    posts = say_to_desk(ports, case, draft.words, draft.photos, draft.shown_point, is_first=False, note=note)
    return show_desks(ports, case, posts)


def show_desks(ports: Ports, case: Case, posts: list[Reply]) -> list[Reply]:
    """What became of a case; while the desk can't keep up, the case is named there in a list instead."""
    if case.digest is not Digest.MORE and not is_crowded(ports):
        return posts
    if case.digest is Digest.NONE:
        put_into(ports, case, Digest.MORE)
    return [post for post in posts if post.to != Thread(case.code, Room.DESK)]


def entries_of_message(ask: Inbound, ports: Ports, point: Point | None) -> list[Entry]:
    """What a message adds to the record of its case."""
    to = answer_meant(ask, ports) or ""
    entries = [Entry(Author.PERSON, ask.at, words=ask.text, to=to)] if ask.text or to else []
    entries += [Entry(Author.PERSON, ask.at, photo=photo) for photo in ask.photos]
    if point:
        entries.append(Entry(Author.PERSON, ask.at, point=point))
    return entries


def what_joined(ask: Inbound, ports: Ports, case: Case, point: Point | None) -> list[Reply]:
    """A message of a person whose case the desks know, as they are shown it."""
    _ = language_of(ports).gettext
    note = ""
    if ask.is_edit and not ports.desk.may_show_words(case.platform):
        note = _("The person changed an earlier message.")
    elif ask.is_edit:
        note = _("The person changed an earlier message. It now reads:")
    elif ask.kind is Kind.CALL:
        note = _("The person tried to phone. The bot can't take phone calls: answer in writing.")
    elif ask.kind is Kind.UNREADABLE:
        note = _("A message from the person could not be read. I asked them to send it again.")
    elif Kind.LONG_TEXT in (ask.kind, *ask.others):
        note = _("The end of this message could not be read. I asked the person to send it again.")
    elif is_kept_from_team(ask):
        note = _(
            "The person sent something that can't be passed on (a voice message, a video, a file …). Ask them to write."
        )
    elif not ask.text and not ask.photos and not point:
        note = _("The person wrote SOS again.")
    quoted = answer_meant(ask, ports)
    return say_to_desk(ports, case, ask.text, ask.photos, point, is_first=False, note=note, quoted=quoted)


def send_exact_place(ask: Inbound, ports: Ports) -> Sequence[Reply]:
    """*Exact place*, below a place that was passed on rounded; nothing once the case is closed."""
    case, point = ports.desk.case_of(ask.person), read_point(ask.wish.argument if ask.wish else "")
    if case is None or point is None:
        return [Reply(ask.language.gettext("Nothing is waiting to be sent. You can write at any time."))]
    ports.desk.add(case, Entry(Author.PERSON, ask.at, point=point))
    case = ports.desk.keep(lifecycle.followed_up(case, ports.clock.now()))
    note = language_of(ports).gettext("The person sends the exact location.")
    posts = say_to_desk(ports, case, "", (), point, is_first=False, note=note)
    text = ask.language.gettext("Your exact location was added to your note <code>{code}</code>.").format(
        code=case.code
    )
    return [Reply(text, lane=Lane.CONSENT, is_about_note=True), *show_desks(ports, case, posts)]


def withdrawal_note(ports: Ports, case: Case) -> str:
    """For the desk, of a person who said that they are safe, or "stop"."""
    _ = language_of(ports).gettext
    return _(
        "<b>{code}</b>: the person says they are safe, or that they want to stop. "
        "Somebody else may be holding the phone. The case stays open: check, then close it."
    ).format(code=case.code)


def tell_posted(ask: Inbound, ports: Ports) -> Sequence[Reply]:
    """The desk's messenger has accepted the post: now, and not before, the person hears that the team has it."""
    case = case_of_event(ask, ports)
    if case is None or case.stage is not Stage.SAVED:
        return []
    if case.is_drill:
        return drill.arrive(ports, case)
    case = ports.desk.keep(lifecycle.posted(case))
    if case.is_withdrawn:
        return []
    return [Reply(how_far(ports.languages.of(case.language), case, ports), to=case.person, lane=Lane.ANSWER)]


def post_again(ask: Inbound, ports: Ports) -> Sequence[Reply]:
    """Staff deleted the case's topic in one of the desks: everything that was said goes into the new one."""
    case = case_of_event(ask, ports)
    if case is None or case.stage is Stage.CLOSED:
        return []
    room = Room((ask.wish.argument.partition(" ")[2] if ask.wish else "") or Room.DESK)
    note = language_of(ports).gettext("The topic of this case was deleted. This is its record:")
    return post_record(ports, case, room, note)


def post_record(
    ports: Ports, case: Case, room: Room, note: str, then: Wish | None = None, lane: Lane = Lane.DESK
) -> list[Reply]:
    """All that was said, for a desk that doesn't have it; only the heading where its words may not be shown."""
    language = language_of(ports)
    heading = [_heading(ports, case, room)]
    if case.is_withdrawn and case.stage is not Stage.CLOSED:
        heading.append(withdrawal_note(ports, case))
    text = "\n".join([*heading, note])
    choices = acknowledge_choice(language, case) if _is_calling(case) else ()
    posts = [Reply(text, choices=choices, to=Thread(case.code, room), lane=lane, then=then)]
    shows = ports.desk.may_show_words(case.platform, room)
    record = [entry for entry in ports.desk.record(case) if shows or entry.author is not Author.PERSON]
    return posts + [_entry_again(language, case, entry, room) for entry in record]


def _entry_again(language: Language, case: Case, entry: Entry, room: Room) -> Reply:
    _, thread = language.gettext, Thread(case.code, room)
    if entry.photo:
        return _photo_post(language, case, entry.photo, room)
    if entry.point:
        return Reply(_point_caption(language, case, entry.point), point=entry.point, to=thread, lane=Lane.ANSWER)
    if entry.author is Author.BOT:
        # Translators: {note} is a whole sentence about the case
        note = _("<b>{code}</b>: {note}").format(code=case.code, note=escape(entry.words))
        return Reply(note, to=thread, lane=Lane.ANSWER)
    who = _("The person wrote at {moment}:") if entry.author is Author.PERSON else _("The team wrote at {moment}:")
    lines = [who.format(moment=language.moment(entry.at)), note_above(language, entry.to or None)]
    text, words = "\n".join(line for line in lines if line), under_quote(entry.to, entry.words)
    return Reply(text, words=words, to=thread, lane=Lane.ANSWER)


def case_of_event(ask: Inbound, ports: Ports) -> Case | None:
    """The case whose code is the first word of what happened."""
    return ports.desk.find(ask.wish.argument.partition(" ")[0]) if ask.wish else None
