"""THE TABLE: everything that the bot can do, a row each: its name, who answers, what triggers it, what is true of it.

`wish` is a name that is stored: choices, follow-ups and scheduled events of yesterday's version name it in today's
database. A wish that `is_stored` is never renamed; one that is taken out of the table is set aside where it is found.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from handlers.cases import agreed_word, case, digest, drill, escalation, lost_photo, new_keys, unsupported
from handlers.cases.person_events import afterwards, closed, reactions
from handlers.desk import board, duty
from handlers.lookups import about, alerts, contacts, facts, guides, incidents, level, updates
from handlers.model.meanings import Sort
from handlers.model.messages import Inbound, Reply
from handlers.person import language, privacy, verify, welcome, wipe
from handlers.ports import Ports
from handlers.sos import checkin, checkin_due, checkin_end, checkin_raise, checkin_set, draft, ready, reminder, status
from handlers.staff import acts, ban, changed, delivered, links, refused, reopening, staff_help

Handler = Callable[[Inbound, Ports], Sequence[Reply]]


def N_(message: str) -> str:  # noqa: N802 (gettext's name for a text that is translated later)
    return message


class HelpLine(NamedTuple):
    """A line of the help menu, and which one it is: counted from 1, without a gap."""

    position: int
    text: str


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table. What isn't said is empty, or not so."""

    wish: str
    handler: Handler
    command: str = ""
    """The command, without its slash; in `DESK_TABLE`, that of staff."""
    words: str = ""
    """Keywords, separated by |: they count in every shipped language at once."""
    menu: str = ""
    """The description of the command in a messenger's menu."""
    help: HelpLine | None = None
    reactions: tuple[str, ...] = ()
    """The emoji by which staff ask for it under a post."""
    inside: bool = False
    """Its words count anywhere in a sentence that names a place; else they are all of the message, or stand first."""
    is_call_for_help: bool = False
    """Its words win over everything, also over an open question; there is one such row."""
    said_by: tuple[Sort, ...] = ()
    """What chooses it where it is offered: yes, for what a question asks."""
    aliases: tuple[str, ...] = ()
    """Other commands for the same."""
    is_limited: bool = False
    """Somebody who asks for such things without end is not answered for a while; all else is always answered."""
    keeps_place: bool = False
    """It may use the place of the last answer, or lets it be; after anything else that place is no longer meant."""
    greets_itself: bool = False
    """Nothing is put before its answer to somebody's first message."""
    is_stored: bool = False
    """It can stand in the database: under a button, as what follows from a delivery or is due at a time, or as the
    question that is open."""


def _show_help(ask: Inbound, ports: Ports) -> Sequence[Reply]:
    lines = sorted(row.help for row in TABLE if row.help)
    return welcome.help_menu(ask, ports, [line.text for line in lines])


# Translators: `words` are keywords, separated by |. Write what people would type for this, as many as you like.
TABLE: Sequence[Row] = (
    Row(
        "sos",
        draft.ask_for_help,
        "sos",
        N_("sos|help me|i need help|emergency"),
        N_("Write to the security team"),
        help=HelpLine(6, N_("/sos: write to the security team")),
        is_call_for_help=True,
        greets_itself=True,
        is_stored=True,
    ),
    Row(
        "level",
        level.show_level,
        "level",
        N_("level|alert level"),
        N_("Alert level of a place"),
        inside=True,
        help=HelpLine(1, N_("Write the name of a place: its alert level")),
        is_limited=True,
        keeps_place=True,
        is_stored=True,
    ),
    Row(
        "incidents",
        incidents.list_incidents,
        "incidents",
        N_("incidents|incident|what happened"),
        N_("What happened in a place"),
        inside=True,
        help=HelpLine(3, N_("/incidents: what happened in a place")),
        is_limited=True,
        keeps_place=True,
        is_stored=True,
    ),
    Row(
        "contacts",
        contacts.list_contacts,
        "contacts",
        N_("contacts|contact|who can help|who helps"),
        N_("Who can help in a place"),
        inside=True,
        help=HelpLine(4, N_("/contacts: who can help in a place")),
        is_limited=True,
        keeps_place=True,
        is_stored=True,
    ),
    Row(
        "facts",
        facts.show_facts,
        "facts",
        N_("good to know|rights|facts"),
        N_("What to know in a place"),
        inside=True,
        is_limited=True,
        keeps_place=True,
        is_stored=True,
    ),
    Row(
        "about",
        about.show_about,
        "about",
        N_("about these alerts|who issues the alerts|who issues these alerts"),
        N_("About these alerts: who, how, how old"),
        is_limited=True,
        keeps_place=True,
        is_stored=True,
    ),
    Row(
        "print",
        about.print_alert,
        "print",
        N_("print|pdf|as pdf|send by e-mail|save as pdf"),
        N_("An alert to print, as PDF or e-mail"),
        inside=True,
        is_limited=True,
        keeps_place=True,
        is_stored=True,
    ),
    Row(
        "alerts",
        alerts.list_alerts,
        "alerts",
        N_("alerts|all alerts"),
        N_("All alerts"),
        help=HelpLine(2, N_("/alerts: all alerts")),
        is_limited=True,
        is_stored=True,
    ),
    Row(
        "updates",
        updates.list_updates,
        "updates",
        N_("updates|news|board"),
        N_("Board of posts"),
        help=HelpLine(5, N_("/updates: the board of posts")),
        is_limited=True,
        is_stored=True,
    ),
    Row(
        "language",
        language.choose_language,
        "language",
        N_("language|languages|change language"),
        N_("Choose the language"),
        help=HelpLine(9, N_("/language: choose the language")),
        is_limited=True,
        keeps_place=True,
        is_stored=True,
    ),
    Row(
        "ready",
        ready.explain_ready,
        "ready",
        N_("ready|get ready"),
        N_("Get ready before you need it"),
        help=HelpLine(7, N_("/ready: get ready before you need it")),
    ),
    Row(
        "checkin",
        checkin.check_in,
        "checkin",
        N_("check in|check on me"),
        N_("Be asked later if you are all right"),
        help=HelpLine(8, N_("/checkin: be asked later whether you are all right")),
    ),
    Row("word", agreed_word.keep_word, "word"),
    Row("appeal", ban.appeal, "appeal", is_limited=True),
    Row(
        "verify",
        verify.show_handles,
        "verify",
        N_("verify|is this real"),
        N_("Check that this bot is real"),
        help=HelpLine(10, N_("/verify: check that this bot is real")),
        is_limited=True,
    ),
    Row(
        "privacy",
        privacy.show_privacy,
        "privacy",
        N_("privacy"),
        N_("What is stored, and for how long"),
        help=HelpLine(11, N_("/privacy: what is stored, and for how long")),
        is_limited=True,
    ),
    Row(
        "wipe",
        wipe.wipe,
        "wipe",
        "",
        N_("Delete my data here"),
        help=HelpLine(13, N_("/wipe: delete your data here")),
        greets_itself=True,
        is_stored=True,
    ),
    Row(
        "help",
        _show_help,
        "help",
        N_("help|menu|what can you do"),
        N_("What this bot can do"),
        aliases=("menu",),
        is_limited=True,
        is_stored=True,
    ),
    Row(
        "status",
        status.show_status,
        "status",
        N_("status|is my note sent"),
        N_("What became of my note"),
        help=HelpLine(12, N_("/status: what became of your note")),
    ),
    Row("thanks", welcome.welcome, is_limited=True, keeps_place=True),
    Row("start", welcome.start, "start", N_("start|hello|hi"), is_limited=True, greets_itself=True),
    Row(
        "cancel",
        draft.cancel,
        "cancel",
        aliases=("stop",),
        said_by=(Sort.CANCEL, Sort.SAFE),
        greets_itself=True,
        is_stored=True,
    ),
    # chosen, never typed
    Row("place", level.show_level, is_limited=True, keeps_place=True),
    Row("guide", guides.show_guide, is_limited=True, keeps_place=True),
    Row("another_place", level.ask_place, is_limited=True, is_stored=True),
    Row("located", level.show_level_here),
    Row("sos.collect", draft.collect, greets_itself=True),
    Row("sos.send", draft.send, said_by=(Sort.SEND, Sort.YES), is_stored=True),
    Row("sos.real", draft.send, said_by=(Sort.SEND,), is_stored=True),
    Row("sos.more", draft.add_more, said_by=(Sort.MORE,), is_stored=True),
    Row("sos.words", draft.begin_with_words, greets_itself=True, is_stored=True),
    Row("sos.wordless", draft.call_without_words, greets_itself=True, is_stored=True),
    Row("sos.bare", draft.send_without_words, said_by=(Sort.SEND, Sort.YES), is_stored=True),
    Row("sos.show", draft.show_again, greets_itself=True),
    Row("sos.retract", draft.retract, greets_itself=True),
    Row("sos.exact", draft.choose_exact_place, is_stored=True),
    Row("wipe.ask", wipe.ask_once, greets_itself=True),
    Row("wipe.now", wipe.wipe, said_by=(Sort.YES, Sort.WIPE), greets_itself=True, is_stored=True),
    Row("wipe.not", draft.let_be, said_by=(Sort.NO, Sort.CANCEL), greets_itself=True, is_stored=True),
    Row("ready.agree", ready.agree, said_by=(Sort.YES,), is_stored=True),
    Row("ready.no", ready.end, said_by=(Sort.NO, Sort.CANCEL), is_stored=True),
    Row("ready.end", ready.end, is_stored=True),
    Row("ready.rehearse", ready.start_rehearsal, is_stored=True),
    Row("checkin.time", checkin.choose_time, is_stored=True),
    Row("checkin.set", checkin_set.set_it, is_stored=True),
    Row("checkin.back", checkin_end.take_back, is_stored=True),
    Row("checkin.drop", checkin_end.drop, is_stored=True),
    Row("checkin.keep", checkin_end.keep, is_stored=True),
    # the router's own
    Row("checkin.step", checkin.take_step),
    Row("checkin.heard", checkin_due.hear),
    Row("case.join", case.join_case),
    Row("case.exact", case.send_exact_place, is_stored=True),
    Row("case.after", afterwards.show_team),
    Row("case.reaction", reactions.show_reaction, keeps_place=True, greets_itself=True),
    Row("case.reaction_back", reactions.show_taken_back, keeps_place=True, greets_itself=True),
    Row("unsupported", unsupported.answer_kindly, is_limited=True),
    Row("stale", draft.nothing_waits, is_limited=True, is_stored=True),
    Row("unknown", welcome.unknown, is_limited=True),
    Row("staff.relayed", refused.tell_relayed),
    Row("staff.anonymous", refused.tell_anonymous),
    Row("staff.edited", changed.tell_edited),
    Row("staff.deleted", changed.tell_deleted),
    # what follows from a delivery
    Row("case.posted", case.tell_posted, is_stored=True),
    Row("case.topic_lost", case.post_again),
    Row("case.photo_lost", lost_photo.tell_photo_lost, is_stored=True),
    Row("case.warned", closed.note_warned, is_stored=True),
    Row("staff.delivered", delivered.tell_delivered, is_stored=True),
    Row("staff.undelivered", delivered.tell_undelivered, is_stored=True),
    Row("desk.moved", delivered.tell_desk_moved),
    # what a messenger tells of itself
    Row("case.new_key", new_keys.tell_new_key),
    Row("staff.suspend", new_keys.tell_suspended),
    Row("staff.trusted", new_keys.tell_trusted, is_stored=True),
    Row("desk.challenged", new_keys.tell_challenged),
    Row("case.desk_refused", escalation.reach_backup),
    # what is due at a time
    Row("case.alarm", escalation.ring, is_stored=True),
    Row("case.plain_call", escalation.call_plainly),
    Row("case.ending", closed.warn),
    Row("checkin.ask", checkin_due.ask_person, is_stored=True),
    Row("sos.remind", reminder.remind, is_stored=True),
    Row("checkin.raise", checkin_raise.raise_it, is_stored=True),
    Row("checkin.doubt", checkin_raise.raise_doubted, is_stored=True),
    Row("digest.post", digest.post_digest, is_stored=True),
    Row("digest.call", digest.call_for_listed, is_stored=True),
    Row("digest.posted", digest.tell_listed, is_stored=True),
    Row("digest.refused", digest.reach_backup, is_stored=True),
    Row("board.refresh", board.refresh_board, is_stored=True),
    Row("duty.changed", duty.tell_change, is_stored=True),
    Row("drill.plan", drill.plan),
    Row("drill.planned", drill.begin_planned, is_stored=True),
    Row("drill.check", drill.check, is_stored=True),
)

DESK_TABLE: Sequence[Row] = (
    Row("staff.acknowledge", acts.acknowledge, "ack", is_stored=True),
    Row("staff.answer", acts.answer, "r"),
    Row("staff.correct", changed.send_correction, "correct", is_stored=True),
    Row("staff.hand_off", acts.hand_off, "handoff"),
    Row("staff.snooze", acts.snooze, "snooze"),
    Row("staff.close", acts.close, "close"),
    Row("staff.reopen", reopening.reopen, "reopen", is_stored=True),
    Row("staff.show", acts.show_case, "show"),
    Row("staff.log", acts.show_log, "log"),
    Row("staff.links", links.show_links, "links"),
    Row("staff.word", acts.compare_word, "word"),
    Row("staff.ban", ban.ban, "ban", is_stored=True),
    Row("staff.lift", ban.lift, "lift", is_stored=True),
    Row("staff.board", board.show_board, "board"),
    Row("staff.duty", duty.duty, "duty"),
    Row("staff.confirm", new_keys.confirm, "confirm", is_stored=True),
    Row("staff.drill", drill.drill, "drill"),
    Row("staff.react", acts.acknowledge_by_reaction, reactions=("👍", "✅", "👌")),
    Row("staff.help", staff_help.show_staff_help, "help"),
)

ROWS: dict[str, Row] = {row.wish: row for row in (*TABLE, *DESK_TABLE)}
"""By wish. What isn't in here is a wish that this version doesn't know."""

# Translators: what people answer who are asked "are you all right?", separated by |. Only what surely means yes.
YES_WORDS = N_(
    "yes|yes i am|yep|yeah|ok|okay|fine|i'm fine|i am fine|im fine|i'm ok|i am ok|im ok|i'm okay|i am okay|"
    "i'm all right|i am all right|i'm alright|i am alright|all right|alright|all good|all is well|i'm good|"
    "i am good|safe|i'm safe|i am safe|home safe|i'm home|i am home|everything is fine|everything is ok|"
    "no problem|no problems|no worries|yes thanks|yes thank you|fine thanks|fine thank you"
)
SIGNS_OF_YES = "1|👍|👌|✅|✔|🆗|si|sí|oui|да|はい|네|예|نعم|بله|evet|ใช่"
# Translators: the opposite; more words may follow in the message. It is raised at once.
NO_WORDS = N_(
    "no|nope|not ok|not okay|not fine|not all right|not alright|not safe|not good|i'm not|i am not|im not|"
    "i'm not ok|i'm not okay|i'm not fine|i'm not safe|i'm not all right|i'm not alright|i'm not good|"
    "i am not ok|i am not okay|i am not fine|i am not safe|i am not all right|i am not alright|i am not good|"
    "im not ok|im not okay|im not fine|im not safe|im not all right|im not alright|im not good|help|help me|"
    "i need help|danger|i'm in danger|i am in danger|they are here"
)
SIGNS_OF_NO = "2|👎|❌|✖|🆘|non|нет|いいえ|아니요|아니|لا|نه|hayır|hayir|ไม่"
