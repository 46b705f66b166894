"""What a message is taken for that says one thing and nothing else: a table, by what the conversation is at.

Nothing that was written while an SOS is put together is taken for content here, and nothing is dropped or deleted but
by what says so: a chance word asks.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum

from handlers.model.meanings import Heard, Sort
from handlers.model.messages import Choice, Wish
from handlers.table import ROWS


class State(StrEnum):
    """What the conversation is at."""

    CASE = "case"
    """A case is open: what is written is for the team."""
    DRAFT = "draft"
    """A note was shown and not sent."""
    COLLECTING = "collecting"
    """An SOS was begun, and nothing is written yet."""
    CHECK_IN = "check-in"
    """One is being set, or asks whether its person is all right."""
    AFTER = "after"
    """A case was closed and is still kept: what is written is shown to the team."""
    FREE = "free"


ANSWERS = (Sort.SEND, Sort.CANCEL, Sort.SAFE, Sort.WIPE, Sort.MORE, Sort.YES, Sort.NO, Sort.STATUS, Sort.THANKS)
"""What a message can say alone, the surest first."""

LET_BE = ""
"""It is read as any other message."""

TABLE: Mapping[State, Mapping[Sort, str]] = {
    State.CASE: {
        Sort.SEND: LET_BE,
        Sort.CANCEL: "cancel",
        Sort.SAFE: "cancel",
        Sort.WIPE: "wipe.ask",
        Sort.MORE: LET_BE,
        Sort.YES: LET_BE,
        Sort.NO: LET_BE,
        Sort.STATUS: LET_BE,
        Sort.THANKS: LET_BE,
    },
    State.DRAFT: {
        Sort.SEND: "sos.send",
        Sort.CANCEL: "cancel",
        Sort.SAFE: "cancel",
        Sort.WIPE: "wipe.ask",
        Sort.MORE: "sos.more",
        Sort.YES: "sos.show",
        Sort.NO: "sos.show",
        Sort.STATUS: "status",
        Sort.THANKS: "sos.show",
    },
    State.COLLECTING: {
        Sort.SEND: "sos.show",
        Sort.CANCEL: "cancel",
        Sort.SAFE: "cancel",
        Sort.WIPE: "wipe.ask",
        Sort.MORE: "sos.show",
        Sort.YES: "sos.show",
        Sort.NO: "sos.show",
        Sort.STATUS: "status",
        Sort.THANKS: "sos.show",
    },
    State.CHECK_IN: {
        Sort.SEND: LET_BE,
        Sort.CANCEL: "cancel",
        Sort.SAFE: LET_BE,
        Sort.WIPE: "wipe.ask",
        Sort.MORE: LET_BE,
        Sort.YES: LET_BE,
        Sort.NO: LET_BE,
        Sort.STATUS: "status",
        Sort.THANKS: LET_BE,
    },
    State.AFTER: {**dict.fromkeys(ANSWERS, LET_BE), Sort.WIPE: "wipe.ask"},
    State.FREE: {
        Sort.SEND: "stale",
        Sort.CANCEL: "cancel",
        Sort.SAFE: "cancel",
        Sort.WIPE: "wipe.ask",
        Sort.MORE: LET_BE,
        Sort.YES: LET_BE,
        Sort.NO: LET_BE,
        Sort.STATUS: "status",
        Sort.THANKS: "thanks",
    },
}
"""The names of wishes, by state, and by what was said."""


_OF_WIPE = ("wipe.now", "wipe.not")
"""What is asked while a case is open; all else that was offered is over then, and a yes is for the team."""


def said_alone(heard: Heard) -> Sequence[Sort]:
    """All that the whole message may say, the surest first; not both yes and no, which is neither."""
    found = [sort for sort in ANSWERS if any(reading.is_alone for reading in heard.of(sort))]
    return [sort for sort in found if not {Sort.YES, Sort.NO} <= set(found) or sort not in (Sort.YES, Sort.NO)]


def decide(state: State, said: Sequence[Sort], offered: Sequence[Choice]) -> Wish | None:
    """The choice of the newest list that answers to it, else what the table has; None where it is read as any other
    message. `said`: as from `said_alone`; `offered`: in the order in which they are shown."""
    is_for_team = state in (State.CASE, State.AFTER)
    for sort in said:
        for choice in offered:
            if sort in ROWS[choice.wish.name].said_by and (choice.wish.name in _OF_WIPE or not is_for_team):
                return choice.wish
    names = (TABLE[state][sort] for sort in said)
    return next((Wish(name) for name in names if name != LET_BE), None)
