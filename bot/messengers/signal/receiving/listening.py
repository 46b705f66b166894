"""Holds a websocket to signal-cli-rest-api, always: what arrives while nobody reads is lost."""

from __future__ import annotations

import asyncio
import logging
import re
import time
from functools import partial

import websockets

from bot.messengers.backoff import backoff
from bot.messengers.reception import Reception
from bot.messengers.signal.service import SignalService

log = logging.getLogger(__name__)

MOST_WAITING = 10_000
"""Frames that wait at the most to be stored."""
LONGEST_PAUSE = 1.0
"""Seconds between two tries to connect: whatever arrives meanwhile is lost, and the service is on this machine."""
LONGEST_OPENING = 5.0
"""Seconds that a try may take; the first ones are shorter, as it may be only this one that hangs."""
_DELIVERED_AT = re.compile(rb'"serverDeliveredTimestamp":\s?([0-9]{13})\b')
"""Milliseconds since 1970. In somebody's text the quotation marks would be escaped."""
_pause = partial(backoff, first=0.1, longest=LONGEST_PAUSE)


class Listener:
    """Puts the frames that arrive into `frames`, as they are."""

    def __init__(self, service: SignalService, reception: Reception) -> None:
        self._service = service
        self._reception = reception
        self.frames: asyncio.Queue[bytes] = asyncio.Queue(MOST_WAITING)
        self.is_connected = False
        self.last_frame = time.monotonic()
        """Seconds of `time.monotonic`: the arrival of the newest one, or the beginning."""

    async def listen(self) -> None:
        """Until cancelled: a clean close is no reason to stop, and no frame is one."""
        failures = 0
        while True:
            try:
                async with self._service.frames(1.0 if failures < 3 else LONGEST_OPENING) as socket:
                    self.is_connected = True
                    while True:
                        frame = await socket.recv(decode=False)  # what is no UTF-8 must not end the connection
                        failures = 0
                        self.last_frame = time.monotonic()
                        self._look_at_the_time(frame)
                        await self.frames.put(frame)
            except (OSError, TimeoutError, websockets.WebSocketException, EOFError) as error:
                if failures == 0:
                    log.warning("signal: the connection broke (%s)", type(error).__name__)
            self.is_connected = False
            failures += 1
            await asyncio.sleep(_pause(failures))

    def _look_at_the_time(self, frame: bytes) -> None:
        if found := _DELIVERED_AT.search(frame):
            self._reception.told_earlier_time(int(found[1]) / 1000)
