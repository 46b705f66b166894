"""The name of a case, `XXXX-XX`, made."""

from __future__ import annotations

import secrets

from handlers.model.codes import CROCKFORD


def new_code() -> str:
    """`XXXX-XX`, random Crockford base32 (30 bits): a name for a case, not a secret."""
    letters = "".join(secrets.choice(CROCKFORD) for _ in range(6))
    return f"{letters[:4]}-{letters[4:]}"
