"""Tells an edit that changes nothing from one that does: messengers send an edit twice, or for a link's preview."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace

from bot.messengers.contract import Event, Received
from handlers.model.memory import Memory
from handlers.model.messages import Kind

MOST_CONTENTS = 40
"""Messages of one person whose content is known; an edit of an older one is taken for a change."""


def is_unchanged(memory: Memory, received: Received) -> bool:
    """Whether this is an edit of a message that holds the same already."""
    return received.event is Event.EDIT and (received.message, _digest(received)) in memory.contents


def has_come_after_all(memory: Memory, received: Received) -> bool:
    """Whether this tells of a message that could not be read, and that came again since."""
    return received.kind is Kind.UNREADABLE and any(name == received.message for name, _ in memory.contents)


def with_content(memory: Memory, received: Received) -> Memory:
    """The memory with what this message holds now, under each of its names."""
    holds = received.event in (Event.MESSAGE, Event.EDIT) and received.kind is not Kind.UNREADABLE
    if not holds or not received.message:
        return memory
    names = tuple(dict.fromkeys(name for name in (received.message, received.revision) if name))
    others = tuple(known for known in memory.contents if known[0] not in names)
    return replace(memory, contents=(*others, *((name, _digest(received)) for name in names))[-MOST_CONTENTS:])


def _digest(received: Received) -> str:
    """Of all that a person can mean by it; how it is marked up is not part of that."""
    content = [received.kind, received.text.strip(), received.photos, received.latitude, received.longitude]
    return hashlib.blake2b(json.dumps(content).encode(), digest_size=8).hexdigest()
