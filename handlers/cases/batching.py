"""When more is coming in than a desk can be shown one by one: what happens then becomes a line of a list."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from handlers.model.cases import Case, Digest
from handlers.model.messages import Person, Wish
from handlers.ports import Ports

MOST_POSTS = 4
"""Cases a minute that are posted on their own: with a topic each, a group has no places for more
(`bot/messengers/telegram/limits.py`)."""
MOST_WAITING = 3
WAITED = timedelta(seconds=5)
"""With messages about more cases than that, which have waited so long, a desk is shown no more of them one by one."""
GATHERS = timedelta(seconds=10)
"""How long new cases gather before they are listed."""
REMINDS = timedelta(seconds=60)


def is_burst(ports: Ports) -> bool:
    """Whether a new case must be a line of a list, so that a flood hides nobody."""
    return ports.desk.opened_since(ports.clock.now() - timedelta(minutes=1)) > MOST_POSTS or is_crowded(ports)


def is_line(ports: Ports, person: Person) -> bool:
    """Whether a new case of this person is listed: in a burst, and always while they are banned."""
    return is_burst(ports) or ports.bans.of(person) is not None


def is_crowded(ports: Ports) -> bool:
    """Whether the desk is not shown at once what is for it."""
    return ports.desk.waiting_posts(ports.clock.now() - WAITED) > MOST_WAITING


def put_into(ports: Ports, case: Case, as_what: Digest = Digest.WAITING) -> None:
    """The case becomes a line of the next list."""
    ports.desk.keep(replace(case, digest=as_what))
    list_soon(ports)


def list_soon(ports: Ports) -> None:
    """What waits for a list gets one."""
    ports.schedule.bring_forward("digest", Wish("digest.post"), ports.clock.now() + GATHERS)


def remind(ports: Ports) -> None:
    """A case of a list calls: all of them together are called about once."""
    ports.schedule.bring_forward("digest call", Wish("digest.call"), ports.clock.now() + REMINDS)
