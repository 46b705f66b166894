"""Seals what is too large for memory: libsodium's secretstream, in chunks of a mebibyte."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from contextlib import suppress
from typing import BinaryIO

from nacl import bindings as sodium
from nacl.exceptions import CryptoError

from bot.storage.vault import KEY_BYTES, VaultError

_CHUNK = 1 << 20
_SEALED_CHUNK = _CHUNK + sodium.crypto_secretstream_xchacha20poly1305_ABYTES
_HEADER = sodium.crypto_secretstream_xchacha20poly1305_HEADERBYTES
_MORE = sodium.crypto_secretstream_xchacha20poly1305_TAG_MESSAGE
_LAST = sodium.crypto_secretstream_xchacha20poly1305_TAG_FINAL

_State = sodium.crypto_secretstream_xchacha20poly1305_state
_init_push = sodium.crypto_secretstream_xchacha20poly1305_init_push
_init_pull = sodium.crypto_secretstream_xchacha20poly1305_init_pull
_push = sodium.crypto_secretstream_xchacha20poly1305_push
_pull = sodium.crypto_secretstream_xchacha20poly1305_pull


def seal(plain: BinaryIO, sealed: BinaryIO, key: bytes) -> None:
    """Reads `plain` to its end and writes it sealed: no byte of it can be changed, moved or cut off unnoticed."""
    state = _State()
    sealed.write(_init_push(state, _subkey(key)))
    chunk = plain.read(_CHUNK)
    while following := plain.read(_CHUNK):
        sealed.write(_push(state, chunk, tag=_MORE))
        chunk = following
    sealed.write(_push(state, chunk, tag=_LAST))


def unseal(sealed: BinaryIO, plain: BinaryIO, keys: Sequence[bytes]) -> None:
    """Reads `sealed` to its end and writes what one of the keys opens.

    Raises VaultError if that isn't all that was sealed; what was written until then must not be used.
    """
    state, chunk, tag = _begun(sealed.read(_HEADER), sealed.read(_SEALED_CHUNK), keys)
    plain.write(chunk)
    while tag != _LAST:
        try:
            chunk, tag = _pull(state, sealed.read(_SEALED_CHUNK))
        except CryptoError:
            raise VaultError from None
        plain.write(chunk)
    if sealed.read(1):
        raise VaultError


def _begun(header: bytes, first: bytes, keys: Sequence[bytes]) -> tuple[_State, bytes, int]:
    """With the key that opens the first chunk: the state after it, what was sealed in it, and its tag."""
    for key in keys:
        state = _State()
        with suppress(CryptoError):  # it was sealed with another one, or is damaged
            _init_pull(state, header, _subkey(key))
            return state, *_pull(state, first)
    raise VaultError


def _subkey(key: bytes) -> bytes:
    return hashlib.blake2b(key=key, person=b"stream", digest_size=KEY_BYTES).digest()
