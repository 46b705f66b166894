"""What bot/messengers/signal relies on in signalbot: another version must pass this first."""

from __future__ import annotations

import importlib
import importlib.metadata
import inspect
import pkgutil
import re
import tomllib
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest
import signalbot._generated.receive as received
from pydantic import BaseModel
from signalbot import Config, SignalAPIError
from signalbot._client import SignalAPI
from signalbot._generated import (
    Receipt,
    RemoteDeleteRequest,
    SendMessageResponse,
    SendMessageV2,
    TypingIndicatorRequest,
    UpdateContactRequest,
)
from signalbot._generated.api.receipt_type import ReceiptType
from signalbot.client import ConnectionMode

from tests.fakes.signal_state import BOT_NUMBER
from tests.talk import ROOT

PINNED = "2.2.1"
NOT_IN_THE_MODELS = {
    "envelope": "the frame around it",
    "params": "the JSON-RPC notification around it",
    "account": "the frame around it",
    "exception": "the frame around it",
    "type": "the exception in the frame",
}
"""What bot/messengers/signal/parse.py reads of a frame outside of its envelope."""


def test_the_version_is_pinned_and_installed() -> None:
    dependencies = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["dependencies"]
    assert f"signalbot=={PINNED}" in [line.split(" ")[0] for line in dependencies]
    assert importlib.metadata.version("signalbot") == PINNED


@pytest.fixture
async def api() -> AsyncIterator[SignalAPI]:
    config = Config(
        phone_number=BOT_NUMBER,
        signal_service="127.0.0.1:9",
        download_attachments=False,
        connection_mode=ConnectionMode.HTTP_ONLY,
    )
    api = SignalAPI(
        config.signal_service,
        config.phone_number,
        download_attachments=config.download_attachments,
        connection_mode=config.connection_mode,
    )
    yield api
    await api.close()


async def test_the_client_has_the_parts_that_are_used_and_replaced(api: SignalAPI) -> None:
    assert api.messages._uris.receive_ws_uri() == f"ws://127.0.0.1:9/v1/receive/{BOT_NUMBER}"
    assert api._uris.http_uri("/v1/health") == "http://127.0.0.1:9/v1/health"
    assert api._sessions._session is None
    api._sessions._session = session = aiohttp.ClientSession()
    assert await api._sessions.get() is session
    assert api.messages._sessions is api.receipts._sessions is api.contacts._sessions is api._sessions
    await api.close()
    assert session.closed


@pytest.mark.parametrize(
    ("part", "name", "parameters"),
    [
        ("messages", "send", ["data_message"]),
        ("messages", "remote_delete", ["remote_delete_request"]),
        ("messages", "start_typing", ["typing_request"]),
        ("receipts", "send", ["receipt"]),
        ("contacts", "update", ["update_contact_request"]),
        ("groups", "get", ["group_id"]),
        ("general", "health_check", []),
        ("general", "about", []),
    ],
)
async def test_each_call_takes_what_it_is_given(api: SignalAPI, part: str, name: str, parameters: list[str]) -> None:
    method = getattr(getattr(api, part), name)
    assert inspect.iscoroutinefunction(method)
    assert len(inspect.signature(method).parameters) == len(parameters)


@pytest.mark.parametrize(
    ("model", "fields"),
    [
        (SendMessageV2, "number recipients message text_mode base64_attachments edit_timestamp"),
        (RemoteDeleteRequest, "recipient timestamp"),
        (TypingIndicatorRequest, "recipient"),
        (Receipt, "recipient receipt_type timestamp"),
        (UpdateContactRequest, "recipient expiration_in_seconds"),
        (SendMessageResponse, "errors timestamp"),
    ],
)
def test_each_model_has_the_fields_that_are_used(model: type[BaseModel], fields: str) -> None:
    assert set(fields.split()) <= set(model.model_fields)
    assert ReceiptType.READ.value == "read"


def test_a_person_that_was_not_reached_is_named_in_the_answer() -> None:
    error = {"uuid": "u", "number": "n", "username": "x", "reason": "UNREGISTERED_FAILURE"}
    answer = SendMessageResponse.model_validate({"timestamp": "1", "errors": {"recipients": [error]}})
    assert answer.errors is not None
    assert answer.errors.recipients is not None
    [found] = answer.errors.recipients
    assert (found.uuid, found.number, found.username, found.reason) == ("u", "n", "x", "UNREGISTERED_FAILURE")


async def test_a_refusal_keeps_its_cause(api: SignalAPI) -> None:
    """bot/messengers/signal/errors.py reads what was refused from it."""

    class Refusal(aiohttp.ClientError):
        pass

    async def refuse(_response: aiohttp.ClientResponse) -> None:
        raise Refusal

    source = inspect.getsource(type(api.messages)._request)
    assert re.search(r"except .*_TRANSPORT_ERRORS.* as exc:\s+raise error_cls\(str\(exc\)\) from exc", source)
    with pytest.raises(SignalAPIError) as caught:
        await api.general.health_check()
    assert isinstance(caught.value.__cause__, aiohttp.ClientConnectorError)


def _aliases() -> set[str]:
    found: set[str] = set()
    for module in pkgutil.iter_modules(received.__path__, received.__name__ + "."):
        for value in vars(importlib.import_module(module.name)).values():
            if isinstance(value, type) and issubclass(value, BaseModel):
                found |= {field.alias or name for name, field in value.model_fields.items()}
    return found


def _read_fields() -> set[str]:
    """The names of fields that bot/messengers/signal/parse.py reads: in `.get("…")`, in `["…"]`, and as a kind."""
    source = (Path(ROOT) / "bot/messengers/signal/parse.py").read_text("utf-8")
    named = re.findall(r'(?:told|envelope|data|edit|exception|retracted|reaction|quote|found|attachment|group)'
                       r'(?:\.get\(|\[)"(\w+)"', source)  # fmt: skip
    kinds = re.search(r"_OTHER_KINDS = \{(.*?)\}", source, re.DOTALL)
    assert kinds
    own = {"key", "timer"}  # of what was found, no field of the envelope
    return {*named, *re.findall(r'"(\w+)":', kinds[1])} - own


def test_every_field_that_is_read_is_one_that_signal_cli_writes() -> None:
    read = _read_fields()
    assert {"sourceUuid", "dataMessage", "expiresInSeconds", "targetSentTimestamp", "payment", "groupId"} <= read
    assert read - _aliases() <= set(NOT_IN_THE_MODELS)
    assert set(NOT_IN_THE_MODELS) <= read
