"""Asks signal-cli-rest-api for `python -m bot doctor`, and hands it the captcha that somebody has solved."""

from __future__ import annotations

from collections.abc import AsyncIterator

from bot.messengers.checkup import Finding
from bot.messengers.signal.seam import FAILURES, refused
from bot.messengers.signal.service import SignalService, is_new_enough
from bot.messengers.signal.settings import SignalSettings

_NO_ANSWER = (*FAILURES, LookupError)


async def examine(settings: SignalSettings, desk: str) -> AsyncIterator[Finding]:
    """Asks for mode, version, devices and the group of the desk, if `desk` names one."""
    service = _service(settings)
    try:
        mode, version = await service.about()
        yield Finding(mode == "json-rpc", f"Signal: signal-cli-rest-api answers, in mode {mode} (needed: json-rpc)")
        yield Finding(is_new_enough(version), f"Signal: its version is {version} (needed: 0.101 or newer)")
        yield await _devices(settings.devices, service)
        if desk:
            yield await _desk(desk, service)
    except _NO_ANSWER:
        yield Finding(False, "Signal: signal-cli-rest-api does not answer at BOT_SIGNAL_SERVICE")
    finally:
        await service.close()


async def solve(settings: SignalSettings, token: str, captcha: str) -> bool:
    """Whether Signal takes the captcha for the challenge with this token."""
    service = _service(settings)
    try:
        await service.solve(token, captcha)
    except _NO_ANSWER:
        return False
    finally:
        await service.close()
    return True


def _service(settings: SignalSettings) -> SignalService:
    return SignalService(str(settings.service), settings.number or "")


async def _devices(expected: int, service: SignalService) -> Finding:
    try:
        count = await service.devices()
    except _NO_ANSWER:
        return Finding(False, "Signal: the linked devices can't be listed: is BOT_SIGNAL_NUMBER registered here?")
    advice = "" if count == expected else ": if this is not you, somebody may be reading along; see docs/signal.md"
    return Finding(count == expected, f"Signal: {count} devices hold this account (expected: {expected}){advice}")


async def _desk(desk: str, service: SignalService) -> Finding:
    try:
        is_in = await service.is_in(desk)
    except _NO_ANSWER as error:
        refusal = refused(error)
        if refusal is None or refusal.status not in (400, 404):
            return Finding(False, "Signal: the group of the desk can't be asked for")
        is_in = False
    return Finding(is_in, f"Signal: the account is {'' if is_in else 'not '}in the group of BOT_DESK")
