"""What staff can do, in the desk's language."""

from __future__ import annotations

from collections.abc import Sequence

from handlers.desk.posting import in_room
from handlers.model.messages import Inbound, Reply
from handlers.ports import Ports


def show_staff_help(ask: Inbound, ports: Ports) -> Sequence[Reply]:
    """`/help` at the desk."""
    _ = ask.language.gettext
    lines = [
        _("<code>/ack CODE</code>: you are on it; the person is told"),
        _("<code>/r CODE text</code>: answer the person; in a topic or while quoting, <code>/r text</code> is enough"),
        _("<code>/correct CODE NAME</code>: send the words that you changed; the whole command stands below them"),
        _("<code>/handoff CODE</code>: ask a colleague to take over"),
        _("<code>/snooze CODE 20</code>: put it off for some minutes, at most twice"),
        _("<code>/close CODE reason</code>: close the case"),
        _("<code>/reopen CODE</code>: it was closed too early; you are on it"),
        _("<code>/board</code>: open cases"),
        _("<code>/show CODE</code>, <code>/log CODE</code>: its record, and who did what"),
        _("<code>/links CODE</code>: addresses in the person's words, to open"),
        _("<code>/word CODE text</code>: is it the word that was agreed?"),
        _(
            "<code>/ban CODE reason</code>: two of you must agree; for 30 days new notes from this person "
            "are only listed, not posted"
        ),
        _("<code>/duty</code>: who is on duty, and how to say that you are"),
        _("<code>/drill</code>: an exercise; it shows how fast an SOS reaches you"),
        _("<code>/confirm NAME</code>: this colleague's new key is really theirs; talk to them first"),
    ]
    text = _(
        "Nothing else that is written here reaches a person. Never ask for login codes or names, or to scan a QR code."
    )
    return in_room(ask, "\n".join([*lines, "", text]))
