"""The fake signal-cli-rest-api keeps the promises of the real one, and sees what that would refuse."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from tests.fakes.reference import reference
from tests.fakes.signal_envelopes import bad_frames, mention
from tests.fakes.signal_judge import Judge
from tests.fakes.signal_server import FakeSignal
from tests.fakes.signal_state import BOT_NUMBER, BOT_UUID, Fault, too_many
from tests.patience import PATIENCE
from tests.talk import ROOT

ANN = "a1a1a1a1-0000-4000-8000-000000000001"
BEA = "b2b2b2b2-0000-4000-8000-000000000002"
DESK = "ZGVzayBvZiBpbnZlbnRlZCBwZW9wbGUgMDAwMDAwMDA="
NUMBER = BOT_NUMBER
knows_the_swagger = pytest.mark.skipif(
    not reference("signal-cli-rest-api.swagger.json"), reason="the swagger is not there"
)


class Client:
    """Calls the server as a bot does, without any library."""

    def __init__(self, server: FakeSignal, http: aiohttp.ClientSession) -> None:
        self.server, self.http = server, http

    async def call(self, method: str, path: str, given: Any = None) -> tuple[int, Any]:
        data = None if given is None else json.dumps(given)  # text/plain, as signalbot
        async with self.http.request(method, self.server.url + path, data=data) as answer:
            text = await answer.text()
            return answer.status, json.loads(text) if answer.content_type == "application/json" else text

    async def send(self, to: str = ANN, text: str = "x", **more: Any) -> tuple[int, Any]:
        return await self.call("POST", "/v2/send", {"number": NUMBER, "recipients": [to], "message": text, **more})

    async def listen(self) -> aiohttp.ClientWebSocketResponse:
        before = len(self.server.readers)
        socket = await self.http.ws_connect(f"{self.server.url}/v1/receive/{NUMBER}")
        await self.server.wait_until(lambda: len(self.server.readers) > before)
        return socket


@pytest.fixture
async def client() -> AsyncIterator[Client]:
    server = await FakeSignal.start()
    server.state.person(ANN, number=None)
    async with aiohttp.ClientSession() as http:
        yield Client(server, http)
    await server.close()


async def test_a_message_that_nobody_reads_is_lost(client: Client) -> None:
    client.server.state.says(ANN, "lost")
    first, second = await client.listen(), await client.listen()
    client.server.state.says(ANN, "heard")
    for socket in (first, second):
        assert (await socket.receive_json(timeout=PATIENCE))["envelope"]["dataMessage"]["message"] == "heard"
    assert client.server.state.dropped == 1


async def test_a_reader_of_another_number_is_let_in_and_hears_nothing(client: Client) -> None:
    await client.http.ws_connect(f"{client.server.url}/v1/receive/+12025550199")
    client.server.state.says(ANN, "x")
    assert client.server.state.dropped == 1
    assert (await client.call("GET", f"/v1/receive/{NUMBER}"))[0] == 400


@pytest.mark.parametrize("code", [1000, 1001])
async def test_a_clean_close_comes_behind_what_was_said_before(client: Client, code: int) -> None:
    socket = await client.listen()
    client.server.state.says(ANN, "before")
    client.server.close_readers(code)
    client.server.state.says(ANN, "after")
    assert (await socket.receive_json(timeout=PATIENCE))["envelope"]["dataMessage"]["message"] == "before"
    assert (await socket.receive(timeout=PATIENCE)).type is aiohttp.WSMsgType.CLOSE
    assert socket.close_code == code
    assert client.server.state.dropped == 1


async def test_an_abort_breaks_the_connection(client: Client) -> None:
    socket = await client.listen()
    client.server.abort_readers()
    assert (await socket.receive(timeout=PATIENCE)).type is aiohttp.WSMsgType.CLOSED
    assert socket.close_code == 1006


async def test_it_comes_back_on_the_same_port_and_remembers(client: Client) -> None:
    client.server.state.group(DESK, [ANN])
    socket = await client.listen()
    url = client.server.url
    await client.server.down()
    assert (await socket.receive(timeout=PATIENCE)).type is not aiohttp.WSMsgType.TEXT
    with pytest.raises(aiohttp.ClientConnectionError):
        await client.call("GET", "/v1/health")
    client.server.state.says(ANN, "into the void")
    await client.server.up()
    assert client.server.url == url
    assert await client.call("GET", "/v1/health") == (204, "")
    assert len((await client.call("GET", f"/v1/groups/{NUMBER}"))[1]) == 1
    assert client.server.state.dropped == 1


@knows_the_swagger
async def test_every_envelope_is_as_the_swagger_says(client: Client) -> None:
    state, judge = client.server.state, Judge()
    state.group(DESK, [ANN, BEA])
    thing = state.attach(b"jpeg")
    written = state.says(
        ANN, "hi", attachments=[thing], mentions=[mention(BEA, 0)], sticker={"packId": "p", "stickerId": 1}
    )
    state.says(ANN, "to all", group=DESK, view_once=True, device=3)
    state.quotes(ANN, written, "about that", author=ANN)
    state.edits(ANN, written, "hello", group=DESK)
    state.deletes(ANN, written)
    state.sets_timer(ANN, 60)
    state.reacts(ANN, written, "👍", author=ANN)
    state.reads(ANN, written)
    state.types(ANN)
    state.calls(ANN)
    state.posts_story(ANN)
    state.changes_group(ANN, "dW5rbm93bg==")
    state.says(ANN, "in a group of strangers", group="c3RyYW5nZQ==")
    state.writes_elsewhere("from my laptop", to=ANN)
    state.writes_elsewhere("from my laptop", group=DESK)
    assert len(state.said) == 15
    # what is null here is null in signal-cli's JSON, though the swagger doesn't say so
    assert [fault for frame in state.said for fault in judge.answer_faults("data.Message", _without_nulls(frame))] == []


def _without_nulls(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _without_nulls(one) for name, one in value.items() if one is not None}
    return [_without_nulls(one) for one in value] if isinstance(value, list) else value


@knows_the_swagger
@pytest.mark.parametrize(
    ("method", "path", "given", "violation"),
    [
        ("POST", "/v2/send", {"number": NUMBER, "recipients": [ANN]}, "send: body.message is missing"),
        (
            "POST",
            "/v2/send",
            {"number": NUMBER, "recipients": ANN, "message": "x"},
            "send: body.recipients is no array",
        ),
        (
            "POST",
            "/v2/send",
            {"number": NUMBER, "recipients": [ANN], "message": "x", "text_mode": "html"},
            "send: body.text_mode is none of normal, styled",
        ),
        (
            "POST",
            "/v2/send",
            {
                "number": NUMBER,
                "recipients": [ANN],
                "message": "x",
                "mentions": [{"author": ANN, "start": "0", "length": 1}],
            },
            "send: body.mentions[0].start is no integer",
        ),
        ("POST", "/v2/send", {"number": NUMBER, "recipients": [ANN], "text": "x"}, "send: body.text is unknown"),
        ("PUT", f"/v1/contacts/{NUMBER}", {"expiration_in_seconds": 1}, "update_contact: body.recipient is missing"),
        (
            "POST",
            f"/v1/receipts/{NUMBER}",
            {"recipient": ANN, "timestamp": 1, "receipt_type": "seen"},
            "receipt: body.receipt_type is none of read, viewed",
        ),
        ("POST", f"/v1/receipts/{NUMBER}", None, "receipt: body is no object"),
        ("GET", f"/v1/groups/{NUMBER}?all=1", None, "groups: unknown query all"),
        ("GET", "/v3/everything", None, "unknown request GET /v3/everything"),
    ],
)
async def test_what_the_real_one_would_not_take_is_seen(
    client: Client, method: str, path: str, given: Any, violation: str
) -> None:
    await client.call(method, path, given)
    assert violation in client.server.violations


async def test_a_number_as_recipient_is_seen(client: Client) -> None:
    client.server.state.person(BEA, number="+12025550177")
    assert (await client.send("+12025550177"))[0] == 201
    assert client.server.state.texts(BEA) == ["x"]
    assert client.server.violations == ["send: a recipient is addressed by number"]


async def test_what_is_sent_edited_and_deleted_stands_on_the_screen(client: Client) -> None:
    state = client.server.state
    status, [answer] = await client.send(
        text="**one** \\*is\\* ~o", text_mode="styled", base64_attachments=["data:image/png;base64,eHk="]
    )
    assert (status, list(answer)) == (201, ["timestamp"])
    stamp = int(answer["timestamp"])
    _, [second] = await client.send(text="*two*", quote_timestamp=5, quote_author=ANN, quote_message="why")
    assert state.texts(ANN) == ["one *is* o", "*two*"]
    first = state.messages(ANN)[0]
    assert (first.styles, first.attachments, first.text_mode) == ([(0, 3, "BOLD")], [b"xy"], "styled")
    assert state.messages(ANN)[1].quote == {"timestamp": 5, "author": ANN, "message": "why"}
    await client.send(text="uno", edit_timestamp=stamp)
    assert state.texts(ANN) == ["uno", "*two*"]
    gone = {"recipient": ANN, "timestamp": int(second["timestamp"])}
    assert (await client.call("DELETE", f"/v1/remote-delete/{NUMBER}", gone))[0] == 201
    assert state.texts(ANN) == ["uno"]
    assert client.server.violations == []


async def test_an_old_message_can_be_deleted_at_the_server_but_not_on_the_screen(client: Client) -> None:
    state = client.server.state
    _, [answer] = await client.send()
    stamp = int(answer["timestamp"])
    state.clock = lambda: stamp + 49 * 3600 * 1000
    given = {"recipient": ANN, "timestamp": stamp}
    assert (await client.call("DELETE", f"/v1/remote-delete/{NUMBER}", given))[0] == 201
    assert state.texts(ANN) == ["x"]


async def test_the_eleventh_edit_is_ignored(client: Client) -> None:
    _, [answer] = await client.send()
    for number in range(11):
        await client.send(text=str(number), edit_timestamp=int(answer["timestamp"]))
    assert client.server.state.texts(ANN) == ["9"]


async def test_a_timer_is_kept_per_chat_whoever_sets_it(client: Client) -> None:
    state = client.server.state
    await client.call("PUT", f"/v1/contacts/{NUMBER}", {"recipient": ANN, "expiration_in_seconds": 600})
    await client.send()
    state.sets_timer(ANN, 60)
    await client.send()
    assert [message.expires for message in state.messages(ANN)] == [600, 60]
    state.says(ANN, "x")
    assert state.said[-1]["envelope"]["dataMessage"]["expiresInSeconds"] == 60
    change = state.said[0]["envelope"]["dataMessage"]
    assert (change["message"], change["isExpirationUpdate"], change["expiresInSeconds"]) == (None, True, 60)


async def test_a_group_has_two_names_and_only_one_may_be_sent_to(client: Client) -> None:
    group = client.server.state.group(DESK, [ANN, BEA])
    assert group.id.startswith("group.")
    assert (await client.call("GET", f"/v1/groups/{NUMBER}/{group.id}"))[1]["internal_id"] == DESK
    assert await client.call("GET", f"/v1/groups/{NUMBER}/group.eA==") == (
        404,
        {"error": "No group with that id found"},
    )
    await client.send(group.id, "to all")
    assert client.server.state.texts(DESK) == client.server.state.texts(group.id) == ["to all"]
    assert (await client.send("group.eA=="))[0] == 400


async def test_a_new_key_lets_nothing_through_until_it_is_trusted(client: Client) -> None:
    state = client.server.state
    socket = await client.listen()
    state.changes_key(ANN)
    stamp = state.says(ANN, "help")
    told = await socket.receive_json(timeout=PATIENCE)
    assert told["exception"]["type"] == "UntrustedIdentityException"
    assert (told["envelope"]["sourceUuid"], told["envelope"]["timestamp"]) == (ANN, stamp)
    assert "dataMessage" not in told["envelope"]
    assert await client.send() == (400, {"error": "Failed to send message due to untrusted identities"})
    [identity] = (await client.call("GET", f"/v1/identities/{NUMBER}"))[1]
    assert identity["status"] == "UNTRUSTED"
    path = f"/v1/identities/{NUMBER}/trust/{ANN}"
    for wrong in ({}, {"verified_safety_number": "1"}, {"trust_all_known_keys": True, "verified_safety_number": "1"}):
        assert (await client.call("PUT", path, wrong))[0] == 400
    assert (await client.call("PUT", path, {"verified_safety_number": identity["safety_number"]}))[0] == 204
    heard = await socket.receive_json(timeout=PATIENCE)
    assert (heard["envelope"]["dataMessage"]["message"], heard["envelope"]["timestamp"]) == ("help", stamp)
    assert (await client.send())[0] == 201


async def test_who_is_not_reached_in_a_group_is_named(client: Client) -> None:
    state = client.server.state
    group = state.group(DESK, [ANN, BEA])
    state.persons[BEA].is_registered = False
    status, [answer] = await client.send(group.id, "to all")
    assert status == 201
    assert [(one["uuid"], one["reason"]) for one in answer["errors"]["recipients"]] == [(BEA, "UNREGISTERED_FAILURE")]
    assert state.texts(DESK) == ["to all"]
    assert await client.send(BEA) == (400, {"error": "Failed to send message"})
    client.server.names_failures = True
    status, [answer] = await client.send(BEA)
    assert (status, answer["errors"]["recipients"][0]["reason"]) == (201, "UNREGISTERED_FAILURE")
    assert state.texts(BEA) == []


async def test_limits_ask_for_a_captcha_and_a_captcha_lifts_them(client: Client) -> None:
    now = 1000.0
    client.server.clock = lambda: now
    client.server.has_limits = True
    answers = [await client.send() for _ in range(62)]
    assert [status for status, _ in answers] == [201] * 60 + [429] * 2
    client.server.state.person(BEA)
    assert (await client.send(BEA))[0] == 201
    refusal = answers[-1][1]
    assert refusal["account"] == NUMBER
    now += 1
    assert (await client.send())[0] == 201
    path = f"/v1/accounts/{NUMBER}/rate-limit-challenge"
    given = {"challenge_token": refusal["challenge_tokens"][0], "captcha": "signalcaptcha://solved"}
    assert (await client.call("POST", path, given | {"challenge_token": "made up"}))[0] == 400
    assert (await client.call("POST", path, given))[0] == 204
    assert (await client.send())[0] == 201


async def test_faults_come_once_some_times_or_until_healed(client: Client) -> None:
    server = client.server
    server.next("send", too_many("token-1", ""))
    assert (await client.send())[1]["challenge_tokens"] == ["token-1", ""]
    server.next("send", Fault("errors", error="IDENTITY_FAILURE"))
    status, [answer] = await client.send()
    assert (status, answer["errors"]["recipients"][0]["reason"]) == (201, "IDENTITY_FAILURE")
    server.next("send", Fault("raw", 200, body=b"<html>"))
    assert await client.send() == (200, "<html>")
    server.next("send", Fault(status=500, error="Invented"), times=2)
    assert [(await client.send())[0] for _ in range(3)] == [500, 500, 201]
    server.always("attachment", Fault(status=404, error="No attachment with that name found"))
    server.state.files["a.jpeg"] = b"x"
    assert [(await client.call("GET", "/v1/attachments/a.jpeg"))[0] for _ in range(2)] == [404, 404]
    server.heal("attachment")
    assert (await client.call("GET", "/v1/attachments/a.jpeg"))[1] == "x"
    assert server.state.texts(ANN) == ["x"]


async def test_a_lost_answer_was_sent_and_a_broken_call_was_not(client: Client) -> None:
    for kind in ("lose", "reset"):
        client.server.next("send", Fault(kind))
        with pytest.raises(aiohttp.ClientConnectionError):
            await client.send(text=kind)
    assert client.server.state.texts(ANN) == ["lose"]


async def test_a_hang_lasts_until_the_server_closes(client: Client) -> None:
    client.server.next("send", Fault("hang"))
    sending = asyncio.create_task(client.send())
    await client.server.wait_until(lambda: bool(client.server.bodies("send")))
    assert not sending.done()
    await client.server.close()
    with pytest.raises(aiohttp.ClientConnectionError):
        await sending
    assert client.server.state.texts(ANN) == []


async def test_a_short_hang_goes_on(client: Client) -> None:
    client.server.next("send", Fault("hang", seconds=0.01))
    assert (await client.send())[0] == 201


async def test_bad_frames_arrive_as_they_are(client: Client) -> None:
    socket = await client.listen()
    frames = bad_frames(NUMBER, ANN)
    for frame in frames.values():
        client.server.deliver(frame)
    for frame in frames.values():
        assert (await socket.receive(timeout=PATIENCE)).data == frame
    assert len(frames) > 20


async def test_a_webhook_gets_everything_once_also_what_the_readers_miss(client: Client) -> None:
    taken: list[Any] = []

    async def take(request: web.Request) -> web.Response:
        taken.append(await request.json())
        return web.Response(status=503 if len(taken) == 1 else 200)

    app = web.Application()
    app.router.add_post("/signal", take)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    client.server.webhook_url = f"http://127.0.0.1:{runner.addresses[0][1]}/signal"
    socket = await client.listen()
    client.server.next("message", Fault("skip"))
    for text in ("one", "two"):
        client.server.state.says(ANN, text)
    await client.server.wait_until(lambda: len(taken) == 2)
    assert [post["method"] for post in taken] == ["receive", "receive"]
    assert [post["params"]["envelope"]["dataMessage"]["message"] for post in taken] == ["one", "two"]
    assert (await socket.receive_json(timeout=PATIENCE))["envelope"]["dataMessage"]["message"] == "two"
    assert (client.server.state.dropped, client.server.webhook_failures) == (1, 1)
    await runner.cleanup()


async def test_the_account_shows_its_devices_and_a_sync_message_comes_from_one(client: Client) -> None:
    assert [one["id"] for one in (await client.call("GET", f"/v1/devices/{NUMBER}"))[1]] == [1]
    socket = await client.listen()
    client.server.state.writes_elsewhere("from my laptop", to=ANN)
    envelope = (await socket.receive_json(timeout=PATIENCE))["envelope"]
    assert (envelope["sourceUuid"], envelope["sourceDevice"]) == (BOT_UUID, 2)
    assert envelope["syncMessage"]["sentMessage"]["destinationUuid"] == ANN


async def test_it_runs_as_a_process_of_its_own_and_prints_where() -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.fakes.signal_server", cwd=ROOT, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout
    url = (await process.stdout.readline()).decode().strip()
    async with aiohttp.ClientSession() as http, http.ws_connect(f"{url}/v1/receive/{NUMBER}") as socket:
        async with http.post(f"{url}/control/says", json=[{"who": ANN, "text": "hello"}]) as answer:
            [stamp] = await answer.json()
        assert (await socket.receive_json(timeout=PATIENCE))["envelope"]["timestamp"] == stamp
        async with http.post(f"{url}/control/look", json={}) as answer:
            assert (await answer.json())["readers"] == 1
    process.kill()
    await process.wait()
