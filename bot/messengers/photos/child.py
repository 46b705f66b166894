"""The process that draws one photo anew: the file at stdin, a JPEG at stdout; it may use little and can open nothing.

`process` runs this file, with the number of the bot's process behind it. It knows of the house only how a photo
is drawn: whoever finds a hole in a decoder has this one photo.
"""

from __future__ import annotations

import ctypes
import os
import resource
import signal
import sys
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from types import ModuleType

NO_PHOTO = 3
"""The exit code that says: it will never be one."""
CPU_SECONDS = 10
"""Of processor time. A photo of 40 megapixels, the most that is taken, needs 0.2 to 1.6."""
MEMORY = 1 << 30
"""Bytes of address space. A WebP of that size takes 0.7 GiB, the others less than 0.4."""
_NOTHING = ("RLIMIT_FSIZE", "RLIMIT_CORE", "RLIMIT_NPROC")
_NICENESS = 10
"""The bot, and who else is at work on this machine, go first."""
_PARENT_DEATH_SIGNAL = 1
_NEEDED = ("JpegImagePlugin", "MpoImagePlugin", "PngImagePlugin", "WebPImagePlugin", "TiffImagePlugin", "ExifTags")
"""What Pillow loads only when a photo asks for it."""


def main() -> int:
    """Returns the exit code."""
    _die_with(int(sys.argv[1]))
    _limit("RLIMIT_CPU", CPU_SECONDS, spare=1)  # it ends with SIGXCPU at the first, and tells by it why
    _limit("RLIMIT_AS", MEMORY)
    for name in _NOTHING:
        _limit(name, 0)
    _find_code()
    from bot.messengers.photos import LARGEST_BYTES, PhotoError, strip

    _load()
    _limit("RLIMIT_NOFILE", 0)  # from here on no file and no socket can be opened
    try:
        clean = strip(sys.stdin.buffer.read(LARGEST_BYTES + 1))
    except (PhotoError, MemoryError):
        return NO_PHOTO
    sys.stdout.buffer.write(clean)
    return 0


def _die_with(parent: int) -> None:
    """On Linux, also when the bot is killed and can't end this; elsewhere the limit of processor time ends it."""
    os.nice(_NICENESS)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PARENT_DEATH_SIGNAL, signal.SIGKILL)
        with suppress(OSError):
            Path("/proc/self/oom_score_adj").write_text("1000")  # where memory is short, this goes and not the bot
    if os.getppid() != parent:
        sys.exit(1)  # it has died meanwhile


def _limit(name: str, most: int, *, spare: int = 0) -> None:
    """Where the system has such a limit; never above what it allows already."""
    if (kind := getattr(resource, name, None)) is not None:
        _, hard = resource.getrlimit(kind)
        allowed = sys.maxsize if hard == resource.RLIM_INFINITY else hard
        with suppress(ValueError, OSError):
            resource.setrlimit(kind, (min(most, allowed), min(most + spare, allowed)))


def _find_code() -> None:
    """Makes ours importable, without what `bot/messengers/__init__.py` brings: loading that takes a second."""
    messengers = Path(__file__).resolve().parents[1]
    sys.path.append(str(messengers.parents[1]))
    bare = ModuleType("bot.messengers")
    bare.__path__ = [str(messengers)]
    sys.modules.setdefault("bot.messengers", bare)


def _load() -> None:
    """All that `strip` needs, and Pillow's own bound beside ours."""
    from PIL import Image

    from bot.messengers.photos import MOST_PIXELS

    Image.preinit()
    for name in _NEEDED:
        import_module(f"PIL.{name}")
    Image.MAX_IMAGE_PIXELS = MOST_PIXELS // 2  # it warns of more than this, and refuses twice as much


if __name__ == "__main__":
    sys.exit(main())
