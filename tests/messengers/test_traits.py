"""Every messenger says what it is, and of one that isn't known only the worst is assumed."""

from __future__ import annotations

import importlib
import subprocess
import sys
from dataclasses import MISSING, fields
from typing import Any

import pytest

from bot.messengers import MESSENGERS
from bot.messengers.traits import Traits, named
from bot.settings.addresses import ChatAddress
from bot.settings.desk import DeskSettings
from bot.settings.environment import load, variable_names
from handlers.model.messages import DRILL, Room
from tests.talk import ROOT, Talk


@pytest.fixture(params=MESSENGERS, ids=lambda traits: traits.name)
def traits(request: pytest.FixtureRequest) -> Traits[Any]:
    found: Traits[Any] = request.param
    return found


def test_no_trait_has_a_default() -> None:
    assert all(field.default is MISSING and field.default_factory is MISSING for field in fields(Traits))


def test_its_folder_bears_its_name(traits: Traits[Any]) -> None:
    assert importlib.import_module(f"bot.messengers.{traits.name}").TRAITS is traits
    assert named(traits.name, MESSENGERS) is traits
    assert traits.switch.startswith(f"BOT_{traits.name.upper()}_")


@pytest.mark.usefixtures("in_an_empty_folder")
def test_it_is_off_until_its_switch_is_set(traits: Traits[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    assert load().running == []
    assert traits.switch in variable_names()
    monkeypatch.setenv(traits.switch, {"telegram": "1:a", "signal": "127.0.0.1:1"}[traits.name])
    assert [messenger.traits for messenger in load().running] == [traits]


def test_to_know_them_all_imports_none_of_their_libraries() -> None:
    code = "import sys, bot.messengers; print(*{name.partition('.')[0] for name in sys.modules})"
    loaded = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, check=True).stdout.decode()
    assert not {"telegram", "signalbot", "aiohttp", "httpx", "phonenumbers", "websockets"} & set(loaded.split())


@pytest.mark.parametrize(
    ("platform", "allowed", "shown"),
    [
        ("telegram", False, True),
        ("signal", False, False),
        ("gone", False, False),
        ("signal", True, True),
        (DRILL, False, True),
        ("", False, True),  # of a case that was withdrawn
    ],
)
def test_words_from_a_messenger_that_keeps_them_to_itself_or_is_not_known_are_shown_on_no_other(
    platform: str, *, allowed: bool, shown: bool
) -> None:
    desk = DeskSettings("telegram", "-1", 7, allowed, backup=ChatAddress("gone", "x"))
    assert desk.may_show(platform, Room.DESK) is shown
    assert desk.may_show("gone", Room.BACKUP)
    assert desk.may_show("signal", Room.BACKUP) is allowed


async def test_on_a_messenger_that_is_not_known_choices_are_numbers() -> None:
    talk = Talk(messengers=())
    await talk.says("Thailand")
    assert "Incidents" in (await talk.says(talk.number("Incidents")))[0]
    await talk.close()
