"""Writes all transcripts anew."""

from __future__ import annotations

import asyncio

from tests.transcripts.scenes import LANGUAGES, MESSENGERS, file_of, transcript


def main() -> None:
    for messenger in MESSENGERS:
        for language in LANGUAGES:
            file_of(messenger, language).write_text(asyncio.run(transcript(messenger, language)), "utf-8")


if __name__ == "__main__":
    main()
