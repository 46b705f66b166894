"""What a person is shown of a check-in, on the way there and once it stands."""

from __future__ import annotations

from datetime import datetime

from handlers.model.language import Language
from handlers.model.memory import CheckIn
from handlers.model.messages import Choice, Inbound, Lane, Reply, Wish


def event_name(ask: Inbound) -> str:
    """The one scheduled event of this person's check-in."""
    return f"checkin {ask.person.tag}"


def what_stands(language: Language, check_in: CheckIn) -> Reply:
    """Of a check-in that is set: when they are asked, and the choice to take it back."""
    _ = language.gettext
    assert check_in.at
    text = _("I will ask you at {moment}. If you don't answer within 15 minutes, your note goes to the team.")
    return Reply(
        text.format(moment=moment_of(language, check_in.at, check_in.offset)),
        # Translators: button, at most 28 characters
        choices=(Choice(_("Cancel check-in"), take_back_wish(check_in)),),
        lane=Lane.CONSENT,
    )


def when_asked(language: Language, at: datetime, now: datetime, offset: int | None) -> str:
    """The sentence that says back what was understood."""
    text = language.gettext("I will ask you in {time} ({moment}).")
    minutes = round((at - now).total_seconds() / 60)
    return text.format(time=how_long(language, minutes), moment=moment_of(language, at, offset))


def moment_of(language: Language, at: datetime, offset: int | None) -> str:
    """In the person's clock where that is known, else in UTC; where the app can, in the clock of whoever reads it."""
    return _in_any_clock(at, language.moment(at, offset or 0))


def time_of(language: Language, at: datetime, offset: int | None) -> str:
    """The same without the day, of a time that is near."""
    return _in_any_clock(at, language.time(at, offset or 0))


def _in_any_clock(at: datetime, shown: str) -> str:
    return f'<time at="{int(at.timestamp())}">{shown}</time>'


def how_long(language: Language, minutes: int) -> str:
    """`2 hours 25 minutes`."""
    _, ngettext = language.gettext, language.ngettext
    hours, rest = divmod(minutes, 60)
    parts = []
    if hours:
        parts.append(ngettext("{number} hour", "{number} hours", hours).format(number=language.number(hours)))
    if rest or not hours:
        parts.append(ngettext("{number} minute", "{number} minutes", rest).format(number=language.number(rest)))
    # Translators: one length of time, "2 hours 25 minutes"
    return parts[0] if len(parts) == 1 else _("{hours} {minutes}").format(hours=parts[0], minutes=parts[1])


def clock_face(hour: int, minute: int) -> str:
    """`18:05`, for every language."""
    return f"{hour:02}:{minute:02}"


def take_back_wish(check_in: CheckIn) -> Wish:
    """What ends this check-in, and no other."""
    return Wish("checkin.back", str(int(check_in.at.timestamp())) if check_in.at else "")


def cancel_choice(language: Language) -> Choice:
    """Ends the setting of a check-in; one that stands is not touched."""
    return Choice(language.gettext("Cancel"), Wish("checkin.drop"))


def say(text: str, *choices: Choice) -> list[Reply]:
    return [Reply(text, choices=choices, lane=Lane.CONSENT)]
