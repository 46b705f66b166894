"""What a person is told of their note: that it is saved, how far it is, and what of it the team can't read."""

from __future__ import annotations

from handlers.model.cases import Case, Stage
from handlers.model.language import Language
from handlers.model.messages import Lane, Reply
from handlers.ports import Ports


def receipt(language: Language, case: Case, ports: Ports) -> Reply:
    """Told only by the transaction that saves the case, or about a case that is saved."""
    _ = language.gettext
    saved = _("Saved {time}. The number of your note is <code>{code}</code>.").format(
        time=language.time(case.opened_at), code=case.code
    )
    go_on = _(
        "You can keep writing: it is added to the note. To look something up, begin with /, "
        "for example: /contacts Thailand"
    )
    hidden = [] if ports.desk.may_show_words(case.platform) else [what_stays_here(language, ports)]
    parts = [f"{saved}\n{how_far(language, case, ports)}", *hidden, go_on]
    return Reply("\n\n".join(parts), to=case.person, lane=Lane.RECEIPT)


def how_far(language: Language, case: Case, ports: Ports) -> str:
    """The stage that the case has reached, and what the person hears next; never that the team has words which it
    can't read."""
    _, is_read = language.gettext, ports.desk.may_show_words(case.platform)
    if case.stage is Stage.SAVED and is_read:
        text = _("It is on its way to the team. I will tell you here when they have it.")
    elif case.stage is Stage.SAVED:
        text = _("The team is being told that you wrote. I will tell you here when they know.")
    elif case.stage is Stage.POSTED and is_read:
        text = _("The team has your note <code>{code}</code>. I will tell you here when somebody takes it.")
    elif case.stage is Stage.POSTED:
        text = _(
            "The team knows that you wrote (note <code>{code}</code>). It can't see your words. "
            "I will tell you here when somebody takes it."
        )
    elif is_read:
        text = _("Somebody from the team has taken your note <code>{code}</code>. Their answer comes here.")
    else:
        text = _(
            "Somebody from the team has taken your note <code>{code}</code>. They can't see your words. "
            "Their answer comes here."
        )
    return text.format(code=case.code)


def what_stays_here(language: Language, ports: Ports) -> str:
    """Said wherever somebody could believe that the team reads what they write, and it does not."""
    # Translators: the name of a messenger
    text = language.gettext(
        "<b>The team can't read your words.</b> Its channel is on {messenger}, and your words, photos and location "
        "are not shown there. The team only sees that you wrote."
    )
    return text.format(messenger=ports.policy.shown_desk())
