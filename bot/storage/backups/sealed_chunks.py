"""Reads backups of before `sealed_stream`, made until November 2026; nothing writes them any more."""

from __future__ import annotations

from typing import BinaryIO

from bot.storage.vault import Vault

_NAME = 16
_LENGTH = 4
_LONGEST = (1 << 20) + 44
"""Bytes of a sealed chunk."""


def unseal(sealed: BinaryIO, plain: BinaryIO, vault: Vault) -> None:
    """Reads a random name, then chunks, each behind its length and bound to name, number and whether it is the last.

    Raises VaultError if that isn't all that was sealed; what was written until then must not be used.
    """
    name = sealed.read(_NAME).hex()
    number, length = 0, sealed.read(_LENGTH)
    while length or not number:
        chunk = sealed.read(min(int.from_bytes(length, "big"), _LONGEST))
        length = sealed.read(_LENGTH)
        plain.write(vault.open(chunk, "backup", f"{name} {number} {'more' if length else 'last'}"))
        number += 1
