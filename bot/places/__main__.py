"""`python -m bot.places`: builds the index of places where it isn't there yet, so that the first start needn't."""

from bot.places.trie import open_trie

open_trie()
