"""How to check that this is the real bot."""

from __future__ import annotations

from collections.abc import Sequence

from handlers.lookups.asking import sos_choice
from handlers.model.messages import Choice, Inbound, Reply, Wish, escape
from handlers.ports import Ports


def show_handles(ask: Inbound, ports: Ports) -> Sequence[Reply]:
    """The official accounts, how to check them elsewhere, and what the bot never asks for."""
    _ = ask.language.gettext
    handles = ports.book.handles()
    lines = [
        f"• {escape(handle.platform)}: <code>{escape(handle.name)}</code>\n{escape(_(handle.check))}"
        for handle in handles
    ]
    if handles:
        parts = [_("<b>The official accounts</b>"), "\n".join(lines)]
    else:
        parts = [
            _(
                "No official account has been published yet. "
                "Ask somebody you trust, in person, before you rely on this bot."
            )
        ]
    parts.append(
        _("Anyone can copy a name and a picture. Don't believe a bot because it says that it is the real one.")
    )
    parts.append(
        _("We never ask for login codes, for your name, or to scan a QR code. Anyone who asks for these is not us.")
    )
    return [Reply("\n\n".join(parts), choices=(sos_choice(ask), Choice(_("Help"), Wish("help"))))]
