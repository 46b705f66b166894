"""Settings without an environment: built for a test, and looked into."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from bot.messengers import MESSENGERS
from bot.messengers.traits import Configured, MessengerSettings, S, Traits
from bot.settings.environment import Settings


def built(*own: MessengerSettings, messengers: Sequence[Traits[Any]] = MESSENGERS, **house: Any) -> Settings:
    """With these settings of messengers; whichever has none is off."""
    by_type = {type(settings): settings for settings in own}
    configured = tuple(Configured(traits, by_type.get(traits.settings) or traits.settings()) for traits in messengers)
    return Settings(messengers=configured, **house)


def of(settings: Settings, traits: Traits[S]) -> S:
    """What is set for one messenger."""
    [found] = [messenger.settings for messenger in settings.messengers if messenger.traits is traits]
    return cast(S, found)
