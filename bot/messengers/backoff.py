"""The pause before something that failed is tried again."""

from __future__ import annotations

import random


def backoff(tries: int, *, first: float, longest: float) -> float:
    """Seconds after so many tries (1 is the first): doubling, capped, jittered so that not all come back at once."""
    return min(first * 2.0 ** min(tries - 1, 10), longest) * random.uniform(0.5, 1.0)  # noqa: S311 (no secret)
