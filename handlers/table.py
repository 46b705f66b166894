"""THE TABLE: everything that the bot can do, a line each: what it is called, who answers, and what triggers it.

`command` is the Telegram command; `words` are the plain words for it, in every shipped language at once; `menu` is
what the messenger's menu says. `inside` words count anywhere in a sentence that names a place; the others must be
all of the message, or stand before its argument.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from handlers.cases import agreed_word, case, closed, digest, drill, escalation, new_keys, unsupported
from handlers.desk import board, duty
from handlers.lookups import alerts, contacts, facts, incidents, level, updates
from handlers.model.messages import Inbound, Reply
from handlers.person import language, privacy, verify, welcome, wipe
from handlers.ports import Ports
from handlers.sos import checkin, draft, ready
from handlers.staff import acts, ban

Handler = Callable[[Inbound, Ports], Sequence[Reply]]


def N_(message: str) -> str:  # noqa: N802 (gettext's name for a text that is translated later)
    return message


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table."""

    wish: str
    handler: Handler
    command: str = ""
    words: str = ""
    menu: str = ""
    inside: bool = False


# Translators: `words` are keywords, separated by |. Write what people would type for this, as many as you like.
TABLE: Sequence[Row] = (
    Row("sos", draft.ask_for_help, "sos", N_("sos|help me|i need help|emergency"), N_("Write to the security team")),
    Row("level", level.show_level, "level", N_("level|alert level"), N_("Alert level of a place"), inside=True),
    Row(
        "incidents",
        incidents.list_incidents,
        "incidents",
        N_("incidents|incident|what happened"),
        N_("What happened in a place"),
        inside=True,
    ),
    Row(
        "contacts",
        contacts.list_contacts,
        "contacts",
        N_("contacts|contact|who can help|who helps"),
        N_("Who can help in a place"),
        inside=True,
    ),
    Row(
        "facts", facts.show_facts, "facts", N_("good to know|rights|facts"), N_("What to know in a place"), inside=True
    ),
    Row("alerts", alerts.list_alerts, "alerts", N_("alerts|all alerts"), N_("All alerts in force")),
    Row("updates", updates.list_updates, "updates", N_("updates|news|board"), N_("Board of updates")),
    Row(
        "language",
        language.choose_language,
        "language",
        N_("language|languages|change language"),
        N_("Choose the language"),
    ),
    Row("ready", ready.explain_ready, "ready", N_("ready|get ready"), N_("Prepare in calm")),
    Row("checkin", checkin.check_in, "checkin", N_("check in|check on me"), N_("Be asked later if you are all right")),
    Row("word", agreed_word.keep_word, "word"),
    Row("appeal", ban.appeal, "appeal"),
    Row("verify", verify.show_handles, "verify", N_("verify|is this real"), N_("Check that this bot is real")),
    Row("privacy", privacy.show_privacy, "privacy", N_("privacy"), N_("What is stored, and for how long")),
    Row("wipe", wipe.wipe, "wipe", N_("wipe|forget me|delete everything"), N_("Delete everything about me")),
    Row("help", welcome.help_menu, "help", N_("help|menu|what can you do"), N_("What this bot can do")),
    Row("start", welcome.start, "start", N_("start|hello|hi")),
    Row("cancel", draft.cancel, "cancel", N_("cancel|stop|i am safe|i'm safe|never mind"), ""),
    # chosen, never typed
    Row("place", level.show_level),
    Row("another_place", level.ask_place),
    Row("located", level.show_level_here),
    Row("sos.collect", draft.collect),
    Row("sos.send", draft.send),
    Row("sos.more", draft.add_more),
    Row("sos.retract", draft.retract),
    Row("sos.exact", draft.choose_exact_place),
    Row("ready.agree", ready.agree),
    Row("ready.end", ready.end),
    Row("ready.rehearse", ready.start_rehearsal),
    Row("checkin.time", checkin.choose_time),
    Row("checkin.set", checkin.set_it),
    Row("checkin.back", checkin.take_back),
    # the router's own
    Row("checkin.step", checkin.take_step),
    Row("case.join", case.join_case),
    Row("unsupported", unsupported.answer_kindly),
    Row("stale", draft.nothing_waits),
    Row("unknown", welcome.unknown),
    # what follows from a delivery
    Row("case.posted", case.tell_posted),
    Row("case.topic_lost", case.post_again),
    Row("case.warned", closed.note_warned),
    Row("staff.delivered", acts.tell_delivered),
    Row("staff.undelivered", acts.tell_undelivered),
    Row("desk.moved", acts.tell_desk_moved),
    # what a messenger tells of itself
    Row("case.new_key", new_keys.tell_new_key),
    Row("staff.suspend", new_keys.tell_suspended),
    Row("staff.trusted", new_keys.tell_trusted),
    Row("desk.challenged", new_keys.tell_challenged),
    Row("case.desk_refused", escalation.reach_backup),
    # what is due at a time
    Row("case.alarm", escalation.ring),
    Row("case.ending", closed.warn),
    Row("checkin.ask", checkin.ask_person),
    Row("checkin.raise", checkin.raise_it),
    Row("digest.post", digest.post_digest),
    Row("digest.call", digest.call_for_listed),
    Row("digest.posted", digest.tell_listed),
    Row("digest.refused", digest.reach_backup),
    Row("board.refresh", board.refresh_board),
    Row("duty.changed", duty.tell_change),
    Row("drill.plan", drill.plan),
    Row("drill.planned", drill.begin_planned),
    Row("drill.check", drill.check),
)

DESK_TABLE: Sequence[Row] = (
    Row("staff.acknowledge", acts.acknowledge, "ack"),
    Row("staff.answer", acts.answer, "r"),
    Row("staff.hand_off", acts.hand_off, "handoff"),
    Row("staff.snooze", acts.snooze, "snooze"),
    Row("staff.close", acts.close, "close"),
    Row("staff.show", acts.show_case, "show"),
    Row("staff.log", acts.show_log, "log"),
    Row("staff.word", acts.compare_word, "word"),
    Row("staff.ban", ban.ban, "ban"),
    Row("staff.lift", ban.lift, "lift"),
    Row("staff.board", board.show_board, "board"),
    Row("staff.duty", duty.duty, "duty"),
    Row("staff.confirm", new_keys.confirm, "confirm"),
    Row("staff.drill", drill.drill, "drill"),
    Row("staff.react", acts.acknowledge_by_reaction),
    Row("staff.help", acts.show_staff_help, "help"),
)

ALWAYS_SOS = (
    "sos",
    "救命",
    "求救",
    "救我",
    "ช่วยด้วย",
    "спасите",
    "на помощь",
    "imdat",
    "النجدة",
    "ساعدوني",
    "살려주세요",
    "도와주세요",
    "助けて",
    "cứu tôi",
    "cứu với",
    "ياردەم",
    "རོགས་",
    "au secours",
    "auxilio",
)
"""Calls for help that count in every language, shipped or not."""
