"""Answers to `python -m bot doctor`."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was asked, and whether it is as it should be; `text` tells no secret."""

    is_well: bool
    text: str

    def __str__(self) -> str:
        return f"{'ok' if self.is_well else 'WRONG'}: {self.text}"
