"""Adapters: one file a messenger, which owns every difference."""
