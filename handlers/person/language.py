"""The language of the answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from handlers.lookups.asking import sos_choice
from handlers.model.messages import Choice, Inbound, Reply, Wish
from handlers.ports import Ports


def choose_language(ask: Inbound, ports: Ports) -> Sequence[Reply]:
    """Lists the shipped languages in their own names, or takes the one that was chosen."""
    wanted = (ask.wish.argument if ask.wish else "").strip()
    code = _code(ports, wanted) if wanted else ""
    if not code:
        choices = tuple(Choice(_own_name(ports, code), Wish("language", code)) for code in ports.languages.codes())
        return [Reply(ask.language.gettext("Which language?"), choices=(*choices, sos_choice(ask)))]
    ports.people.remember(ask.person, replace(ports.people.recall(ask.person), chosen_language=code))
    language = ports.languages.of(code)
    text = language.gettext(
        "I will answer in {language} from now on. I remember this until {days} days after your last message."
    )
    said = text.format(language=language.name_of(code), days=language.number(ports.policy.language_days))
    choices = (sos_choice(replace(ask, language=language)), Choice(language.gettext("Help"), Wish("help")))
    return [Reply(said, choices=choices)]


def _own_name(ports: Ports, code: str) -> str:
    return ports.languages.of(code).name_of(code)


def _code(ports: Ports, wanted: str) -> str:
    """The shipped language that is meant by its code or its own name; nothing if there is none."""
    folded = wanted.casefold().replace("-", "_")
    for code in ports.languages.codes():
        name = _own_name(ports, code).casefold()
        if folded in (code.casefold(), name, name.partition("（")[0]):  # 繁體中文（台灣） is 繁體中文, too
            return code
    return ""
