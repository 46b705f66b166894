"""The name of a case, `XXXX-XX`: made, and read back however it was typed."""

from __future__ import annotations

import secrets

_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_MISREAD = str.maketrans({"O": "0", "I": "1", "L": "1", "U": "V"})


def new_code() -> str:
    """`XXXX-XX`, random Crockford base32 (30 bits): a name for a case, not a secret."""
    letters = "".join(secrets.choice(_CROCKFORD) for _ in range(6))
    return f"{letters[:4]}-{letters[4:]}"


def tidy_code(typed: str) -> str:
    """The code as it is stored, from however it was typed; an empty text if it can't be one."""
    letters = "".join(c for c in typed.upper() if c.isalnum()).translate(_MISREAD)
    is_code = len(letters) == 6 and all(c in _CROCKFORD for c in letters)
    return f"{letters[:4]}-{letters[4:]}" if is_code else ""
