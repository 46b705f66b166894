"""What is said is what translators have read: the transcripts in this folder are those of this very code."""

from __future__ import annotations

import re

import pytest

from tests.transcripts.scenes import LANGUAGES, MESSENGERS, file_of, transcript

ELSEWHERE = re.compile("[裏甚着]|機械人|私隱|軟件|網絡|電郵|暗語|核實")
"""What is written so in Hong Kong, and not in Taiwan."""


@pytest.mark.parametrize("messenger", MESSENGERS)
def test_nobody_in_taiwan_is_answered_in_the_words_of_hong_kong(messenger: str) -> None:
    lines = file_of(messenger, "zh_TW").read_text("utf-8").splitlines()
    assert [line for line in lines if ELSEWHERE.search(line)] == []
    assert ELSEWHERE.search(file_of(messenger, "zh_Hant").read_text("utf-8"))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("messenger", MESSENGERS)
async def test_a_transcript_is_what_is_said(messenger: str, language: str) -> None:
    written = file_of(messenger, language).read_text("utf-8")
    assert await transcript(messenger, language) == written, "read it anew: python -m tests.transcripts, then git diff"
