"""The tool that counts what is understood counts nothing else."""

from __future__ import annotations

import json

from tests.heard import play, read, table
from tests.talk import Talk

TYPED = "\n".join(
    json.dumps({"lang": language, "kind": kind, "input": text})
    for language, kind, text in [
        ("en", "help", "SOS"),
        ("sw", "help", "the weather is fine"),
        ("en", "neutral", "the weather is fine"),
        ("en", "neutral", "SOS"),
        ("en", "level", "what is the level for Thailand?"),
        ("en", "rumour", "it is said"),
    ]
)


async def test_it_counts_by_kind_and_language_and_names_what_was_not_understood() -> None:
    talk = Talk()
    played = await play(read(TYPED), talk)
    await talk.close()
    assert table(played).splitlines() == [
        "kind       language tried understood",
        "help       all          2          1",
        "help       en           1          1",
        "help       sw           1          0",
        "level      all          1          1",
        "level      en           1          1",
        "neutral    all          2          1",
        "neutral    en           2          1",
        "not: help sw the weather is fine",
        "not: neutral en SOS",
    ]


def test_only_kinds_that_can_be_judged_are_played() -> None:
    assert {line.kind for line in read(TYPED)} == {"help", "neutral", "level"}
    assert [line.text for line in read(TYPED, ["level"])] == ["what is the level for Thailand?"]
