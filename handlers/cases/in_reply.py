"""What a person's message replies or reacts to, as the desks are shown it: the beginning of the team's answer."""

from __future__ import annotations

from handlers.model.language import Language
from handlers.model.messages import Inbound
from handlers.ports import Ports

MOST_LETTERS = 100


def answer_meant(ask: Inbound, ports: Ports) -> str | None:
    """The beginning of the answer, on one line; empty for another message or one that is not known any more, None for
    a message that replies to nothing."""
    if not ask.quoted:
        return None
    answer = ports.desk.answer_brought(ask.person, ask.quoted)
    line = " ".join(answer.words.split()) if answer else ""
    return line if len(line) <= MOST_LETTERS else f"{line[:MOST_LETTERS].rstrip()}…"


def under_quote(quoted: str | None, words: str) -> str:
    """The words below the one line of the answer, in quotation marks."""
    return "\n".join(part for part in (f"“{quoted}”", words) if part) if quoted else words


def note_above(language: Language, quoted: str | None, *, is_shown: bool = True) -> str:
    """Says of what stands in the first line that the team wrote it; nothing for a message that replies to nothing."""
    _ = language.gettext
    if quoted is None:
        return ""
    if quoted and is_shown:
        return _("In reply to an answer from the team. The first line below is how that answer begins.")
    return _("In reply to an earlier answer or message.")
