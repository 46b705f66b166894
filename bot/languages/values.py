"""The one place where the values of a sentence are isolated: in the sentence, before anything is filled in."""

from __future__ import annotations

import re
from functools import lru_cache

from handlers.model.direction import in_order, isolated

_VALUE = re.compile(
    r"<(code|at)>.*?</\1>"
    r"|(?<![\w/<{}])/[a-z][a-z_]*(?: \{\w+\})*"
    r"|\{\w+\}"
)
"""A whole of what is copied or called; a command with what stands behind it; a placeholder."""


@lru_cache(maxsize=4096)  # sentences of code and content only: nothing that a person wrote
def with_isolates(sentence: str, *, is_right_to_left: bool) -> str:
    """A sentence of ours with its values isolated, and its lines begun as its language runs. What is in <code> stays
    clean inside, since it is copied."""
    return in_order(_VALUE.sub(lambda found: isolated(found[0]), sentence), is_right_to_left=is_right_to_left)
