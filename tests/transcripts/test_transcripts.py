"""What is said is what translators have read: the transcripts in this folder are those of this very code."""

from __future__ import annotations

import pytest

from tests.transcripts.scenes import LANGUAGES, MESSENGERS, file_of, transcript


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("messenger", MESSENGERS)
async def test_a_transcript_is_what_is_said(messenger: str, language: str) -> None:
    written = file_of(messenger, language).read_text("utf-8")
    assert await transcript(messenger, language) == written, "read it anew: python -m tests.transcripts, then git diff"
