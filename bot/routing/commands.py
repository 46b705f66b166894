"""A command as somebody typed it: `/ack 4F7K-2Q`, also in full-width letters, behind unseen signs, or turned round."""

from __future__ import annotations

import re
from collections.abc import Mapping

from handlers.model.codes import codes_at_the_beginning
from handlers.model.messages import Wish
from handlers.model.typed import Head, from_first_seen
from handlers.table import Row

_LONGEST_HEAD = 100
"""Signs at the beginning of a message in which a command is looked for."""
_STOPS = "[.,;:!。、।॥།،؛۔]"
"""What ends a sentence or stands in it; a question mark doesn't: who asks about a command does not give it."""
_COMMAND = re.compile(rf"\s*/([A-Za-z_]{{1,32}})(?:@\w+)?(?:{_STOPS}*(?:\s+|$)|[:,،]+|(?=[#(\[]))")
_TURNED = re.compile(rf"\s*([A-Za-z_]{{1,32}})/{_STOPS}*(?:\s+|$)")
"""As it looks among words that are read from the right, and as it is typed by somebody who saw it there."""


def command_in(text: str, commands: Mapping[str, Row]) -> Wish | None:
    """The wish of a message that begins with one of these commands; its argument is the rest, as it was typed.

    `wipe/` is `/wipe`, if nothing or a code stands behind it: with more, it may well be a word with a slash.
    """
    for unseen in ("", " "):
        head = Head.of(text, _LONGEST_HEAD, unseen)
        found = _COMMAND.match(head.text) or _TURNED.match(head.text)
        row = commands.get(found[1].lower()) if found else None
        if found and row:
            rest = from_first_seen(head.rest(text, found.end())).rstrip()
            if found.re is _COMMAND or not rest or _begins_with_a_code(rest):
                return Wish(row.wish, rest)
    return None


def _begins_with_a_code(text: str) -> bool:
    return any(candidate.is_shaped for candidate in codes_at_the_beginning(text))
