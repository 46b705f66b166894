"""What can't be passed on or read, and the kind reason for it."""

from __future__ import annotations

from collections.abc import Sequence

from handlers.lookups.asking import sos_choice
from handlers.model.language import Language
from handlers.model.messages import Choice, Inbound, Kind, Reply, Wish
from handlers.ports import Ports

_READABLE = (Kind.TEXT, Kind.PHOTO, Kind.POINT)


def why_not_passed_on(ask: Inbound) -> list[str]:
    """A sentence for each thing in a message that is never passed on; nothing for the others."""
    kinds = dict.fromkeys((ask.kind, *ask.others))
    return list(dict.fromkeys(_why(ask.language, kind) for kind in kinds if kind not in _READABLE))


def is_kept_from_team(ask: Inbound) -> bool:
    """Whether the message holds something that the team would see and doesn't."""
    return any(kind not in (*_READABLE, Kind.MAP_PICTURE) for kind in (ask.kind, *ask.others))


def _why(language: Language, kind: Kind) -> str:
    _ = language.gettext
    match kind:
        case Kind.VOICE:
            return _("Voice messages are not passed on: a voice tells who you are. Please write, even one word.")
        case Kind.CALL:
            return _("I can't take phone calls. Please write, even one word.")
        case Kind.UNREADABLE:
            return _("I could not read your last message. Please send it again.")
        case Kind.LONG_TEXT:
            return _("I could not read the end of your last message. Please send the rest in shorter messages.")
        case Kind.LIVE_LOCATION:
            return _("A live location is not passed on: it would follow you. Please send your location once instead.")
        case Kind.MAP_PICTURE:
            return _("The picture of the map is not passed on: it shows exactly where you are.")
        case Kind.CONTACT:
            return _("Contact cards are not passed on, and nothing of this one was kept. Please write.")
        case Kind.VIDEO | Kind.DOCUMENT:
            return _(
                "Videos and files are not passed on: they may hold hidden data about you. "
                "Please write, or send a photo."
            )
        case _:
            return _("This kind of message can't be passed on. Please write, or send a photo.")


def without_words(ask: Inbound) -> tuple[Choice, ...]:
    """Whoever speaks or films may not be able to write: one tap tells the team that somebody calls."""
    if not {ask.kind, *ask.others} & {Kind.VOICE, Kind.VIDEO, Kind.CALL}:
        return ()
    # Translators: button, at most 28 characters
    return (Choice(ask.language.gettext("Call the team, no words"), Wish("sos.wordless")),)


def answer_kindly(ask: Inbound, _ports: Ports) -> Sequence[Reply]:
    """Outside of a note: a picture, a place or a sticker is not kept, and the person is told what to do instead."""
    _ = ask.language.gettext
    choices = (*without_words(ask), Choice(_("Help"), Wish("help")), sos_choice(ask))
    if ask.kind is Kind.PHOTO:
        text = _(
            "Photos are only used in a note to the security team. I did not keep this one. To write a "
            "note, write SOS. To look up a place, write its name."
        )
    elif ask.kind in (Kind.POINT, Kind.LIVE_LOCATION):
        text = _(
            "I did not keep your location. To look up a place, write its name. To write a note to the "
            "security team, write SOS."
        )
    elif ask.kind in (Kind.CALL, Kind.UNREADABLE):
        text = " ".join(why_not_passed_on(ask))
    elif ask.kind is Kind.VOICE:
        text = _("I can't listen to voice messages, and I did not keep this one. Please write.")
    else:
        text = _("I can only read text. I did not keep this message. Please write.")
    return [Reply(text, choices=choices)]
