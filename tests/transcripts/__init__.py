"""Whole conversations as text: what is played stands in `scenes`, what persons write in `words`."""
