"""Parts of territories that are known whether content has a file of them or not."""

from __future__ import annotations


def N_(message: str) -> str:  # noqa: N802 (gettext's name for a text that is translated later)
    return message


# Recognisable to those who come from there, and nothing that a telephone in the wrong hands must not show.
PARTS = {
    "CN-NM": N_("Southern (Inner) Mongolia"),
    "CN-XJ": N_("Uyghur Region (Xinjiang)"),
    "CN-XZ": N_("Tibet"),
}
"""ISO 3166-2, and the name in English; names of content win over these."""
