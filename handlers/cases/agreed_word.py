"""The word that a person and the team have agreed on, to know each other again; shown to nobody."""

from collections.abc import Sequence
from dataclasses import replace

from handlers.model.direction import MARKS
from handlers.model.messages import Inbound, Lane, Reply
from handlers.ports import Ports


def keep_word(ask: Inbound, ports: Ports) -> Sequence[Reply]:
    """`/word …`: what the team may ask for; kept, and never shown again, to nobody."""
    _ = ask.language.gettext
    word = (ask.wish.argument if ask.wish else "").strip()
    memory = ports.people.recall(ask.person)
    ports.people.remember(ask.person, replace(memory, word=folded(word) or memory.word))
    if word:
        text = _(
            "Your secret word is saved. Write it only if the team asks. I never show it. Delete your "
            "message with the word now."
        )
    else:
        text = _(
            "Write /word and a secret word, for example: /word blue table. The team can ask you for it, "
            "to check that it is you."
        )
    return [Reply(text, lane=Lane.CONSENT)]


def folded(word: str) -> str:
    """As it is compared: case, spacing and marks of direction don't matter."""
    return " ".join(word.translate(MARKS).casefold().split())
