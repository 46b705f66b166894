"""SOS however it is spelt in a hurry."""

from __future__ import annotations

import pytest

from tests.conversations.test_flows import ready, said
from tests.talk import Talk

SPELT = [
    "S.O.S",
    "S.O.S.",
    "s o s",
    "S-O-S",
    "s_o_s",
    "🆘",
    "🆘🆘🆘",
    "🚨🆘🚨",
    "... --- ...",
    "···---···",
    "sosososos",
]
SPELT += ["S\u200bO\u200bS", "𝗦𝗢𝗦", "ＳＯＳ", "*SOS*", "🚨 SOS", "SOS2 men outside", "Ｓ。Ｏ。Ｓ"]


@pytest.mark.parametrize("messenger", ["telegram"])
@pytest.mark.parametrize("text", SPELT)
async def test_it_is_a_call(talk: Talk, text: str) -> None:
    await talk.says(text)
    assert "Cancel" in talk.labels()


@pytest.mark.parametrize("messenger", ["telegram"])
@pytest.mark.parametrize("text", ["S.O.S. they are here", "🆘 they are here", "s o s: they are here"])
async def test_whoever_is_ready_sends_with_it(talk: Talk, text: str) -> None:
    await ready(talk)
    await talk.says(text)
    assert talk.desk()[-1].endswith("\n\nthey are here")


@pytest.mark.parametrize("messenger", ["telegram"])
@pytest.mark.parametrize("text", ["mesos", "S. O. Smith", "so so", "Sosnowiec", "...", "---", "is o s"])
async def test_it_is_none(talk: Talk, text: str) -> None:
    assert "Write here what is happening" not in said(await talk.says(text))
