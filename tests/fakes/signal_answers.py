"""What a fake signal-cli-rest-api answers to a request that has reached it, in the words of the real one."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from aiohttp import web

from tests.fakes.signal_envelopes import Raw
from tests.fakes.signal_state import BOT_NUMBER, TOO_MANY, Group, Person, RefusedError, State

BUCKET, PER_SECOND = 60.0, 1.0  # messages from one account to one chat; Signal-Server, RateLimiters MESSAGES


class Answers:
    """One method for each action; they change `state`."""

    def __init__(self, number: str = BOT_NUMBER) -> None:
        self.number = number
        self.state = State(number)
        self.violations: list[str] = []
        self.about: Raw = _about()
        self.has_limits = False
        self.too_many = 0
        self.tokens: set[str] = set()
        self.names_failures = False  # a send that reached nobody: 201 with errors instead of a 400
        self.answers_one = False  # /v2/send as before 0.101: one object, no list
        self.clock: Callable[[], float] = time.monotonic
        self._buckets: dict[str, tuple[float, float]] = {}  # by chat: how full, and when

    def _do(self, action: str, given: Raw) -> web.Response:
        try:
            found = getattr(self, f"_do_{action}")(given)
        except KeyError as error:
            raise RefusedError(400, "Couldn't process request - invalid request") from error
        if isinstance(found, web.Response):
            return found
        if found is None:
            return web.Response(status=204)
        return web.json_response(found, status=201 if action in ("send", "remote_delete") else 200)

    def _do_health(self, _given: Raw) -> None:
        return None

    def _do_about(self, _given: Raw) -> Raw:
        return self.about

    def _do_accounts(self, _given: Raw) -> list[str]:
        return [self.number]

    def _do_groups(self, _given: Raw) -> list[Raw]:
        return [group.raw() for group in self.state.groups.values()]

    def _do_group(self, given: Raw) -> Raw:
        for group in self.state.groups.values():
            if group.id == given["groupid"]:
                return group.raw()
        raise RefusedError(404, "No group with that id found")

    def _do_update_group(self, given: Raw) -> None:
        group = self._group(given["groupid"])
        group.name = given.get("name", group.name)
        if "expiration_time" in given:
            self.state.timers[group.id] = max(0, given["expiration_time"])

    def _do_quit_group(self, given: Raw) -> None:
        self._group(given["groupid"]).is_member = False

    def _do_send(self, given: Raw) -> Any:
        if not given.get("recipients"):
            raise RefusedError(400, "Couldn't process request - please provide at least one recipient")
        if not given.get("number"):
            raise RefusedError(400, "Couldn't process request - please provide a valid number")
        groups = [one for one in given["recipients"] if one.startswith("group.")]
        if groups and len(given["recipients"]) > 1:
            raise RefusedError(400, _MIXED if len(groups) < len(given["recipients"]) else _GROUPS)
        self._judge_send(given)
        answers = [self._send_one(recipient, given) for recipient in given["recipients"]]
        return answers[0] if self.answers_one else answers

    def _send_one(self, recipient: str, given: Raw) -> Raw:
        chat = self.state.chat(recipient)
        self._limit(chat)
        reached = self._reached(recipient)
        reasons = {who: reason for who in reached if (reason := self._reason(who))}
        stamp = self.state.stamp()
        if len(reasons) < len(reached) or not reached:
            self.state.show(chat, stamp, given)
        elif not self.names_failures:
            is_key = set(reasons.values()) == {"IDENTITY_FAILURE"}
            raise RefusedError(400, "Failed to send message" + (" due to untrusted identities" if is_key else ""))
        return self._sent(stamp, reasons)

    def _reason(self, who: str) -> str:
        """Why a message doesn't reach a person, in signal-cli's words; "" where it does."""
        person = self.state.persons.get(who)
        if person is None or not person.is_registered:
            return "UNREGISTERED_FAILURE"
        return "" if person.is_trusted else "IDENTITY_FAILURE"

    def _sent(self, stamp: int, reasons: dict[str, str]) -> Raw:
        answer: Raw = {"timestamp": str(stamp)}
        if reasons:
            answer["errors"] = {"recipients": [self._error_of(who, reason) for who, reason in reasons.items()]}
        return answer

    def _error_of(self, who: str, reason: str) -> Raw:
        number = (self.state.persons.get(who) or Person(who, None, "")).number
        return {"uuid": who, "number": number or "", "username": "", "reason": reason}

    def _named_errors(self, given: Raw, reason: str) -> list[Raw]:
        stamp = self.state.stamp()
        return [self._sent(stamp, dict.fromkeys(self._reached(one), reason)) for one in given["recipients"]]

    def _reached(self, recipient: str) -> list[str]:
        return self._group(recipient).members if recipient.startswith("group.") else [self.state.chat(recipient)]

    def _judge_send(self, given: Raw) -> None:
        """What the real one takes, and this project doesn't send."""
        for one in given["recipients"]:
            if one.startswith("+"):
                self.violations.append("send: a recipient is addressed by number")
            if "edit_timestamp" in given and not self.state.find(self.state.chat(one), given["edit_timestamp"]):
                self.violations.append("send: edits a message that isn't there")

    def _do_remote_delete(self, given: Raw) -> Raw:
        self._limit(self.state.chat(given["recipient"]))
        self.state.remove(self.state.chat(given["recipient"]), given["timestamp"])
        return {"timestamp": str(self.state.stamp())}

    def _do_start_typing(self, given: Raw) -> None:
        self.state.typing.append((self.state.chat(given["recipient"]), True))

    def _do_stop_typing(self, given: Raw) -> None:
        self.state.typing.append((self.state.chat(given["recipient"]), False))

    def _do_react(self, given: Raw) -> None:
        self.state.reactions.append(given)

    def _do_unreact(self, given: Raw) -> None:
        names = ("recipient", "target_author", "timestamp")
        self.state.reactions = [one for one in self.state.reactions if any(one[name] != given[name] for name in names)]

    def _do_receipt(self, given: Raw) -> None:
        self.state.receipts.append(given)

    def _do_update_contact(self, given: Raw) -> None:
        if "expiration_in_seconds" in given:
            self._limit(self.state.chat(given["recipient"]))  # the new timer is told in a message
            self.state.timers[self.state.chat(given["recipient"])] = max(0, given["expiration_in_seconds"])

    def _do_attachments(self, _given: Raw) -> list[str]:
        return list(self.state.files)

    def _do_attachment(self, given: Raw) -> web.Response:
        data = self.state.files.get(given["attachment"])
        if data is None:
            raise RefusedError(404, "No attachment with that name found")
        return web.Response(body=data, content_type="application/octet-stream")

    def _do_delete_attachment(self, given: Raw) -> None:
        if self.state.files.pop(given["attachment"], None) is None:
            raise RefusedError(404, "No attachment with that name found")

    def _do_identities(self, _given: Raw) -> list[Raw]:
        return [_identity(person) for person in self.state.persons.values()]

    def _do_trust(self, given: Raw) -> None:
        number, takes_all = given.get("verified_safety_number"), given.get("trust_all_known_keys", False)
        if number is None and not takes_all:
            raise RefusedError(400, _NO_TRUST)
        if number is not None and takes_all:
            raise RefusedError(400, _TWO_TRUSTS)
        if number == "":
            raise RefusedError(400, "Couldn't process request - please provide a valid safety number")
        self.state.trust(given["numberToTrust"], number)

    def _do_devices(self, _given: Raw) -> list[Raw]:
        return self.state.devices

    def _do_challenge(self, given: Raw) -> None:
        if given["challenge_token"] not in self.tokens or not given["captcha"].startswith("signalcaptcha://"):
            raise RefusedError(400, "Failed to submit rate limit challenge")
        self.tokens.discard(given["challenge_token"])
        self._buckets.clear()

    def _do_profile(self, given: Raw) -> None:
        self.state.profile |= {name: value for name, value in given.items() if name != "number"}

    _do_settings = _do_profile

    # rules

    def _group(self, public: str) -> Group:
        for group in self.state.groups.values():
            if group.id == public:
                return group
        raise RefusedError(400, f"Group not found: {public}")

    def _limit(self, chat: str) -> None:
        if not self.has_limits:
            return
        now = self.clock()
        level, then = self._buckets.get(chat, (BUCKET, now))
        level = min(BUCKET, level + (now - then) * PER_SECOND)
        if level < 1:
            self.too_many += 1
            token = f"challenge-{self.too_many}"
            self.tokens.add(token)
            raise RefusedError(429, TOO_MANY, challenge_tokens=[token], account=self.number)
        self._buckets[chat] = (level - 1, now)


_MIXED = (
    "Signal Messenger Groups and phone numbers cannot be specified together in one request! "
    "Please split them up into multiple REST API calls."
)
_GROUPS = "A signal message cannot be sent to more than one group at once! Please use multiple REST API calls for that."
_NO_TRUST = (
    "Couldn't process request - please either provide a safety number (preferred & more secure) "
    "or set 'trust_all_known_keys' to true"
)
_TWO_TRUSTS = (
    "Couldn't process request - please either provide a safety number or set 'trust_all_known_keys' to true. "
    "But do not set both parameters at once!"
)


def _about() -> Raw:
    capabilities = {"v2/send": ["quotes", "mentions"]}
    return {
        "versions": ["v1", "v2"],
        "build": 2,
        "mode": "json-rpc",
        "version": "0.101.0",
        "capabilities": capabilities,
    }


def _identity(person: Person) -> Raw:
    return {
        "number": person.number or "",
        "uuid": person.uuid,
        "status": "TRUSTED_UNVERIFIED" if person.is_trusted else "UNTRUSTED",
        "fingerprint": f"05 {person.key:02x}",
        "added": "1700000000000",
        "safety_number": person.safety_number,
    }
