"""The shipped content, whatever a maintainer has written there: no other test reads it."""

from __future__ import annotations

import pytest

from bot.__main__ import main


@pytest.mark.usefixtures("as_shipped", "in_an_empty_folder")
def test_it_can_be_used_and_has_nothing_but_warnings(capsys: pytest.CaptureFixture[str]) -> None:
    status = main(["check"])
    told = capsys.readouterr().out
    assert status == 0, told
    assert told.splitlines()[-1].startswith("0 errors, ")
