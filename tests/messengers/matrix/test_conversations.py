"""The scripts that are played at Telegram and Signal, all of them, at Matrix: the same house, and not a word changed.

The fixture `door` is the one of this folder.
"""

from __future__ import annotations

from tests.messengers import test_whole_way

globals().update({name: script for name, script in vars(test_whole_way).items() if name.startswith("test_")})
