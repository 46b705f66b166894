"""What a fake Telegram knows: chats and their messages, and the updates that a bot has not confirmed."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Any

from handlers.model.direction import MARKS

Raw = dict[str, Any]


class RefusedError(Exception):
    """The answer is an error."""

    def __init__(self, status: int, description: str, **parameters: int) -> None:
        super().__init__(description)
        self.status = status
        self.description = description
        self.parameters = parameters


@dataclass
class Fault:
    """What goes wrong with the next call of a method.

    `kind`: refuse (answers `status`), reset (the connection breaks before anything happens), lose (it happens, and
    the connection breaks before the answer), hang (for `seconds`, then it goes on).
    """

    kind: str = "refuse"
    status: int = 500
    description: str = "Internal Server Error"
    seconds: float = 0.0
    parameters: dict[str, int] = field(default_factory=dict)


@dataclass
class Chat:
    """A chat and what stands in it."""

    id: int
    type: str = "private"
    is_forum: bool = False
    is_blocked: bool = False
    migrated_to: int = 0
    has_bot: bool = True
    messages: dict[int, Raw] = field(default_factory=dict)
    topics: set[int] = field(default_factory=set)

    def raw(self) -> Raw:
        found: Raw = {"id": self.id, "type": self.type}
        if self.type != "private":
            found["title"] = "Invented group"
        if self.is_forum:
            found["is_forum"] = True
        return found


@dataclass
class State:
    """All chats, updates and files."""

    chats: dict[int, Chat] = field(default_factory=dict)
    updates: list[Raw] = field(default_factory=list)
    confirmed: list[int] = field(default_factory=list)
    files: dict[str, bytes] = field(default_factory=dict)
    last_message: int = 100
    last_update: int = 0
    sent: int = 0

    def chat(self, number: int) -> Chat:
        kind = "private" if number > 0 else "supergroup"
        return self.chats.setdefault(number, Chat(number, kind))

    def group(self, number: int, *, is_forum: bool = False) -> Chat:
        chat = self.chat(number)
        chat.is_forum = is_forum
        return chat

    def new_message(self, chat: Chat, content: Raw) -> Raw:
        self.last_message += 1
        message = {"message_id": self.last_message, "date": int(time.time()), "chat": chat.raw(), **content}
        chat.messages[self.last_message] = message
        return message

    def add_update(self, content: Raw) -> int:
        self.last_update += 1
        self.updates.append({"update_id": self.last_update, **content})
        return self.last_update

    def draws_numbers_anew(self, number: int) -> None:
        """As after a week without updates: the next one bears the number behind this one, which may be lower."""
        self.last_update = number

    def confirm_below(self, offset: int) -> None:
        """An offset that lies ahead of all numbers confirms nothing."""
        if offset > self.last_update + 1:
            return
        self.confirmed += [u["update_id"] for u in self.updates if u.get("update_id", offset) < offset]
        self.updates = [u for u in self.updates if u.get("update_id", offset) >= offset]

    # what persons do

    def says(self, user: int, text: str = "", *, chat: int | None = None, topic: int = 0, **more: Any) -> int:
        """A message of a user, with invented names; `more` goes into the raw message."""
        sender = {"id": user, "is_bot": False, "first_name": "Ann", "username": "invented_ann", "language_code": "en"}
        sender |= more.pop("sender", {})
        content: Raw = {"from": sender, **({"text": text} if text else {}), **more}
        if topic:
            content |= {"message_thread_id": topic, "is_topic_message": True}
        message = self.new_message(self.chat(chat or user), content)
        return self.add_update({"message": message})

    def quotes(self, user: int, message: int, text: str, *, chat: int | None = None, **more: Any) -> int:
        """A reply; in a supergroup Telegram gives it a thread number, also where there are no topics."""
        quoted = self.chat(chat or user).messages[message]
        thread = {"message_thread_id": message} if (chat or user) < 0 and not more.get("topic") else {}
        return self.says(user, text, chat=chat, reply_to_message=quoted, **thread, **more)

    def edits(self, user: int, message: int, text: str, *, chat: int | None = None) -> int:
        """A person changes what they wrote."""
        written = self.chat(chat or user).messages[message]
        written |= {"text": text, "edit_date": int(time.time())}
        return self.add_update({"edited_message": written})

    def again(self, update: int) -> None:
        """Tells an update a second time, under its old number, as after a confirmation that got lost."""
        self.updates += [dict(one) for one in self.updates if one["update_id"] == update]

    def photo(self, user: int, data: bytes, file_id: str = "photo-1", **more: Any) -> int:
        self.files[file_id] = data
        sizes = [{"file_id": file_id, "file_unique_id": "u", "width": 640, "height": 480, "file_size": len(data)}]
        return self.says(user, photo=sizes, **more)

    def press(self, user: int, label: str, *, chat: int | None = None, **more: Any) -> int:
        """Presses the newest button with this label in a chat."""
        for message in reversed(self.chat(chat or user).messages.values()):
            for row in message.get("reply_markup", {}).get("inline_keyboard", []):
                for button in row:
                    if button["text"].translate(MARKS) == label:
                        sender = {"id": user, "is_bot": False, "first_name": "Ann", "language_code": "en"}
                        query = {
                            "id": f"query{self.last_update}",
                            "from": sender,
                            "chat_instance": "1",
                            "message": message,
                            "data": button["callback_data"],
                            **more,
                        }
                        return self.add_update({"callback_query": query})
        raise AssertionError(f"no button {label!r}")

    def texts(self, chat: int) -> list[str]:
        """What the bot's messages in a chat say, without marks of direction."""
        return [
            (message.get("text") or message.get("caption") or "").translate(MARKS)
            for message in self.chat(chat).messages.values()
            if message.get("from", {}).get("is_bot")
        ]
