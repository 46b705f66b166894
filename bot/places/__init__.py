"""From text to places."""

from bot.places.finder import PlaceFinder

__all__ = ["PlaceFinder"]
