"""From the words of a message to all that they may mean: the phrases of `content/meanings/`, compiled."""

from bot.meanings.matcher import Matcher, PhraseError

__all__ = ["Matcher", "PhraseError"]
