"""A photo is drawn anew in a process of its own, which can be killed: its time is nobody else's."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from contextlib import suppress
from pathlib import Path
from weakref import WeakKeyDictionary

from bot.messengers.contract import DeliveryError, Trouble
from bot.messengers.photos import LARGEST_BYTES, PhotoError
from bot.messengers.photos.child import NO_PHOTO

log = logging.getLogger(__name__)

LONGEST_SECONDS = 25.0
"""By the clock, from start to end; more than the child's processor time, for it is the last to get any."""
_CHILD = str(Path(__file__).with_name("child.py"))
_ENVIRONMENT = ("LD_LIBRARY_PATH",)
"""Where some systems have Python's own libraries; nothing else of ours is handed on."""
_AT_ONCE = 65_536
_KILLED = -signal.SIGKILL, b""
_turns: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Lock] = WeakKeyDictionary()
"""One photo at a time: they are large while they are drawn, and small servers are."""


async def strip_apart(data: bytes) -> bytes:
    """`photos.strip`, in a process of its own: in turn, and dead when this is cancelled.

    Raises PhotoError for what will never be a photo; DeliveryError (UNDRAWN) when drawing it took too long or broke.
    """
    if len(data) > LARGEST_BYTES:
        raise PhotoError
    async with _turns.setdefault(asyncio.get_running_loop(), asyncio.Lock()):
        code, clean = await _draw(data)
    if code == 0:
        return clean
    if code in (NO_PHOTO, -signal.SIGXCPU):  # its processor time would be up another time as well
        raise PhotoError
    log.error("photos: drawing one was ended, or ended itself, with %d", code)
    raise DeliveryError(Trouble.UNDRAWN)


async def _draw(data: bytes) -> tuple[int, bytes]:
    """How the child ended, and what it wrote."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-I", "-B", "-W", "ignore", _CHILD, str(os.getpid())),
        stdin=PIPE,
        stdout=PIPE,
        stderr=DEVNULL,
        cwd="/",
        env={name: os.environ[name] for name in _ENVIRONMENT if name in os.environ},
        process_group=0,  # a session of its own would have a share of the processor of its own, however nice it is
    )
    try:
        async with asyncio.timeout(LONGEST_SECONDS):
            clean = await _hand_over(process, data)
            return (await process.wait(), clean) if len(clean) <= LARGEST_BYTES else _KILLED
    except TimeoutError:
        return _KILLED
    finally:
        await _end(process)


async def _hand_over(process: Process, data: bytes) -> bytes:
    assert process.stdin
    assert process.stdout
    with suppress(BrokenPipeError, ConnectionResetError):  # it ended before it had read all: its exit code tells why
        process.stdin.write(data)
        await process.stdin.drain()
    process.stdin.close()
    clean = bytearray()
    while len(clean) <= LARGEST_BYTES and (some := await process.stdout.read(_AT_ONCE)):
        clean += some
    return bytes(clean)


async def _end(process: Process) -> None:
    assert process.stdout
    if process.returncode is None:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    while await process.stdout.read(_AT_ONCE):
        pass  # asyncio takes it for ended only once all that it wrote was read
    await process.wait()
