"""A third messenger, in Matrix's shape: proof that one is a folder. It is not shipped, and nobody should run it."""

from tests.messengers.matrix.traits import TRAITS

__all__ = ["TRAITS"]
