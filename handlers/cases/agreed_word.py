"""The word that a person and the team have agreed on, to know each other again; shown to nobody."""

from collections.abc import Sequence
from dataclasses import replace

from handlers.model.direction import MARKS
from handlers.model.memory import ASKED_WORD
from handlers.model.messages import Inbound, Lane, Reply
from handlers.ports import Ports


def keep_word(ask: Inbound, ports: Ports) -> Sequence[Reply]:
    """`/word …`, or `/word` and then the word: what the team may ask for; kept, and never shown again, to nobody."""
    _ = ask.language.gettext
    word = (ask.wish.argument if ask.wish else "").strip()
    memory = ports.people.recall(ask.person)
    is_open = not word and not memory.step  # no other question is put aside for it
    step = ASKED_WORD if is_open else "" if memory.step == ASKED_WORD else memory.step
    ports.people.remember(ask.person, replace(memory, word=folded(word) or memory.word, step=step))
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
