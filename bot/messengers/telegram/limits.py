"""Limits of Telegram on what one bot may send."""

from __future__ import annotations

from bot.messengers.limits import Limit, Limits
from handlers.model.messages import Lane

LIMITS = Limits(
    account=Limit(28, 1.0, {Lane.LOOKUP: 20, Lane.NOTICE: 20}, kept=4),
    person=Limit(3, 3.0, {Lane.LOOKUP: 2, Lane.NOTICE: 2}),
    group=Limit(18, 60.0, {Lane.DESK: 8, Lane.ANSWER: 8, Lane.NOTICE: 2}, kept=6),
)
"""Bots FAQ of Telegram, "My bot is hitting limits": about 30 messages a second, 20 a minute in a group, one a second in
a chat, where short bursts are let through: three, since a receipt and what follows come together. Two of the 30 and of
the 20 stay free for the text that needs two. The six that are kept in the desk's group are a list every ten seconds."""

LONGEST_TEXT = 4096
LONGEST_CAPTION = 1024
"""UTF-16 units of visible text (Bot API, sendMessage and sendPhoto)."""
WORDS_IN_A_PART = 3000
"""UTF-16 units of somebody's words in one message: the rest is for the heading."""
MOST_DELETED = 100
"""Messages that one deleteMessages takes (Bot API)."""
