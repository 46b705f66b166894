"""The settings that persons are told about."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Policy:
    """The settings in force that persons are told about."""

    retention_days: int
    conversation_hours: int
    language_days: int
    desk_language: str = "en"
    desk_platform: str = ""
    platforms: tuple[str, ...] = ()
    allows_downgrade: bool = False
    signal_timer_days: int = 0
    """After how many days messages on Signal disappear, at the latest; 0: they stay."""
