"""Asks a homeserver for `python -m bot doctor`."""

from __future__ import annotations

from collections.abc import AsyncIterator

from bot.messengers.checkup import Finding
from tests.messengers.matrix.client import FAILURES, Client
from tests.messengers.matrix.settings import MatrixSettings


async def examine(settings: MatrixSettings, desk: str) -> AsyncIterator[Finding]:
    assert settings.homeserver
    assert settings.token
    client = Client(settings.homeserver, settings.token)
    try:
        await client.whoami()
        yield Finding(True, "Matrix: the homeserver takes the token")
        if desk:
            is_in = desk in await client.joined_rooms()
            yield Finding(is_in, f"Matrix: the account is {'' if is_in else 'not '}in the room of BOT_DESK")
    except FAILURES as error:
        yield Finding(False, f"Matrix: BOT_MATRIX_HOMESERVER does not answer, or not to this token ({error})")
    finally:
        await client.close()
