"""A command as somebody typed it: `/ack 4F7K-2Q`, also in full-width letters or behind signs that can't be seen."""

from __future__ import annotations

import re
from collections.abc import Mapping

from handlers.model.messages import Wish
from handlers.model.typed import Head, from_first_seen
from handlers.table import Row

_LONGEST_HEAD = 100
"""Signs at the beginning of a message in which a command is looked for."""
_COMMAND = re.compile(r"\s*/([A-Za-z_]{1,32})(?:@\w+)?(?:[.,;:]*\s+|[:,]+|(?=[#(\[])|$)")


def command_in(text: str, commands: Mapping[str, Row]) -> Wish | None:
    """The wish of a message that begins with one of these commands; its argument is the rest, as it was typed."""
    for unseen in ("", " "):
        head = Head.of(text, _LONGEST_HEAD, unseen)
        found = _COMMAND.match(head.text)
        row = commands.get(found[1].lower()) if found else None
        if found and row:
            return Wish(row.wish, from_first_seen(head.rest(text, found.end())).rstrip())
    return None
