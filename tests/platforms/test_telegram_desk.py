"""What staff do in a plain supergroup, where Telegram gives every reply a thread number."""

from __future__ import annotations

from tests.platforms.conftest import DESK, STAFF, Running

ANN = 501


async def test_staff_answer_by_quoting_the_post(running: Running) -> None:
    running.says(ANN, "SOS two men at the gate")
    await running.hears(ANN, "This will be passed on")
    running.press(ANN, "Send")
    await running.hears(ANN, "The team has your note")
    state = running.server.state
    [post] = [number for number, shown in state.chat(DESK).messages.items() if "SOS" in shown.get("text", "")]
    state.quotes(STAFF, post, "/r@invented_bot stay inside", chat=DESK)
    running.server.changed()
    await running.hears(ANN, "stay inside")
    assert not any("message_thread_id" in call for method, call in running.server.calls if method == "sendMessage")
