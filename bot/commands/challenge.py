"""`python -m bot NAME-challenge` hands in a solved captcha, for a messenger that holds the account back until then."""

from __future__ import annotations

from bot.app import App
from bot.commands.looking import look
from bot.commands.run import plan_run
from bot.messengers.contract import challenge_name
from bot.settings.environment import Settings
from bot.storage.sealing import keep_sealed, open_sealed
from bot.storage.vault import VaultError


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
    token = token or stored_token(settings, name)
    if not token:
        print(f"{traits.shown_name} asks for no captcha")
        return 1
    if not await traits.challenge.solve(messenger.settings, token, captcha):
        print(f"{traits.shown_name} did not take it. {_BE_QUICK}")
        return 1
    await _keep(settings, challenge_name(name), "")
    print(f"{traits.shown_name} took it: what waits goes out by itself")
    return 0


_BE_QUICK = "A captcha holds for a minute or two: solve a new one and be quick"


def stored_token(settings: Settings, name: str) -> str:
    """The token of the newest challenge of the messenger `name` that is not solved; empty if none can be read."""
    try:
        return look(settings, lambda session, vault: open_sealed(session, vault, challenge_name(name))) or ""
    except VaultError:
        return ""


async def _keep(settings: Settings, name: str, value: str) -> None:
    """In a transaction of its own; a bot that runs at the same time does not mind."""
    app = App(plan_run(settings))
    try:
        await app.store.run(lambda session: keep_sealed(session, app.sealing, name, value))
    finally:
        app.store.close()
