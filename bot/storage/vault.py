"""Seals what is stored and turns identities into keyed tags; the only file that knows cryptography."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence

from nacl.exceptions import CryptoError
from nacl.secret import Aead

KEY_BYTES = 32
KEY_ID_BYTES = 4
"""What is sealed begins with the id of its key, which tells nothing of the key."""


class VaultError(Exception):
    """What was sealed can't be opened: a wrong key, another row's content, or damage. Check BOT_SECRET_KEY."""


def new_key() -> bytes:
    return secrets.token_bytes(KEY_BYTES)


def new_name() -> str:
    """A random row name that sealed content is bound to (96 bits)."""
    return secrets.token_urlsafe(12)


def _subkey(key: bytes, purpose: bytes) -> bytes:
    return hashlib.blake2b(key=key, person=purpose, digest_size=KEY_BYTES).digest()


class Vault:
    """Seals with the newest key and opens with any; XChaCha20-Poly1305, 44 bytes longer than what went in.

    The place of a row (table, row name) is bound as associated data: sealed content that is moved to another row
    does not open. Keys are 32 bytes, newest first.
    """

    def __init__(self, keys: Sequence[bytes]) -> None:
        if not keys or any(len(key) != KEY_BYTES for key in keys):
            raise ValueError("a vault needs keys of 32 bytes; `python -m bot key` prints one")
        self._boxes = {_subkey(key, b"key id")[:KEY_ID_BYTES]: Aead(_subkey(key, b"seal")) for key in keys}
        self.key_ids = tuple(self._boxes)
        """Newest first; it seals with the first."""
        self._newest = self.key_ids[0]

    def seal(self, plain: bytes, table: str, row: str) -> bytes:
        bound = _bound(table, row, self._newest)
        return self._newest + bytes(self._boxes[self._newest].encrypt(plain, bound))

    def open(self, sealed: bytes, table: str, row: str) -> bytes:
        """Raises VaultError."""
        key_id, body = sealed[:KEY_ID_BYTES], sealed[KEY_ID_BYTES:]
        box = self._boxes.get(key_id)
        if box is None:
            raise VaultError
        try:
            return box.decrypt(body, _bound(table, row, key_id))
        except (CryptoError, ValueError, TypeError):
            raise VaultError from None

    def is_newest(self, sealed: bytes) -> bool:
        return sealed[:KEY_ID_BYTES] == self._newest


def _bound(table: str, row: str, key_id: bytes) -> bytes:
    return b"\0".join((table.encode(), row.encode(), key_id))


class Tags:
    """Keyed tags (BLAKE2b, 128 bits, hex): the same value gives the same tag, and no tag tells its value."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def of(self, purpose: str, *values: str) -> str:
        """`purpose` is at most 16 ASCII letters and keeps tags of different kinds apart."""
        text = "\0".join(values).encode("utf-8", "surrogatepass")
        return hashlib.blake2b(text, key=self._key, person=purpose.encode(), digest_size=16).hexdigest()
