"""Limits of Signal on what one account may send."""

from __future__ import annotations

from bot.messengers.limits import Limit, Limits
from handlers.model.messages import Lane

LIMITS = Limits(
    person=Limit(55, 60.0, {Lane.LOOKUP: 40, Lane.NOTICE: 40}),
    group=Limit(55, 60.0, {Lane.DESK: 25, Lane.ANSWER: 25, Lane.NOTICE: 5}, kept=10),
)
"""Signal-Server, RateLimiters, `messages`: a bucket of 60 for each pair of sender and recipient, refilled with one a
second, which 55 within any 60 seconds never empty. There is none for an account as a whole."""

LONGEST_TEXT = 2000
"""Bytes of UTF-8; Signal sends more as a file, which its apps show only after a tap."""
WORDS_IN_A_PART = 1400
"""Bytes of somebody's words in one message: the rest is for the heading and the choices."""
