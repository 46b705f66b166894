"""`python -m bot NAME-challenge` hands in a solved captcha, for a messenger that holds the account back until then."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from sqlmodel import Session

from bot.app import App
from bot.commands.run import plan_run
from bot.messengers.contract import challenge_name
from bot.settings.environment import Settings
from bot.storage.sealing import Sealing, keep_sealed, read_sealed

T = TypeVar("T")


async def solve(settings: Settings, name: str, token: str, captcha: str) -> int:
    """Hands the captcha to the messenger `name`; without a token, for the newest challenge that was kept.

    Returns the exit code: 0 when it is taken.
    """
    messenger = next(messenger for messenger in settings.messengers if messenger.traits.name == name)
    traits = messenger.traits
    assert traits.challenge
    if not messenger.settings.is_on:
        print(f"{traits.switch} is not set: there is nothing to solve")
        return 1
    token = token or await stored_token(settings, name)
    if not token:
        print(f"{traits.shown_name} asks for no captcha")
        return 1
    if not await traits.challenge.solve(messenger.settings, token, captcha):
        print(f"{traits.shown_name} did not take it. {_BE_QUICK}")
        return 1
    await _in_database(settings, lambda session, sealing: keep_sealed(session, sealing, challenge_name(name), ""))
    print(f"{traits.shown_name} took it: what waits goes out by itself")
    return 0


_BE_QUICK = "A captcha holds for a minute or two: solve a new one and be quick"


async def stored_token(settings: Settings, name: str) -> str:
    """The token of the newest challenge of the messenger `name` that is not solved; empty if there is none."""
    return await _in_database(settings, lambda session, sealing: read_sealed(session, sealing, challenge_name(name)))


async def _in_database(settings: Settings, job: Callable[[Session, Sealing], T]) -> T:
    """In a transaction of its own; a bot that runs at the same time does not mind."""
    app = App(plan_run(settings))
    try:
        return await app.store.run(lambda session: job(session, app.sealing))
    finally:
        app.store.close()
