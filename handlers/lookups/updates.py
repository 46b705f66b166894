"""The board of posts."""

from __future__ import annotations

from collections.abc import Sequence

from handlers.lookups.asking import sos_choice
from handlers.lookups.pagination import footer, page_of, split_number, turns
from handlers.model.knowledge import Update
from handlers.model.messages import Choice, Inbound, Reply, Wish, escape
from handlers.ports import Ports

ALL = "all"


def list_updates(ask: Inbound, ports: Ports) -> Sequence[Reply]:
    """All posts or those of one topic, newest first, a page at a time."""
    _ = ask.language.gettext
    typed, number = split_number((ask.wish.argument if ask.wish else "").strip() or ALL)
    if typed == "topics":
        return [_topics(ask, ports)]
    topic = _topic_key(ask, ports, typed)
    if topic is None:
        return [_topics(ask, ports, _("There is no such topic."))]
    posts = ports.book.updates("" if topic == ALL else topic)
    if not posts:
        return [Reply(_("There are no posts yet."), choices=(sos_choice(ask), Choice(_("Help"), Wish("help"))))]
    page = page_of(posts, number)
    blocks = [
        f"{_heading(ask, ports, topic)}\n{_how_many(ask, ports, posts)}",
        *(_post(ask, post) for post in page.items),
        footer(ask, page),
    ]
    # Translators: button, at most 20 characters
    choices = (*turns(ask, page, "updates", topic), Choice(_("Topics"), Wish("updates", "topics")), sos_choice(ask))
    return [Reply("\n\n".join(block for block in blocks if block), choices=choices, replaces=number > 0)]


def _topic_key(ask: Inbound, ports: Ports, typed: str) -> str | None:
    """The topic that is meant by its key or its name in the person's language."""
    wanted = typed.casefold()
    if wanted == ALL:
        return ALL
    names = {
        topic.key: (topic.key.casefold(), topic.name.casefold(), ask.language.gettext(topic.name).casefold())
        for topic in ports.book.topics()
    }
    return next((key for key, known in names.items() if wanted in known), None)


def _topics(ask: Inbound, ports: Ports, note: str = "") -> Reply:
    _ = ask.language.gettext
    choices = [Choice(_("All"), Wish("updates", ALL))]
    choices += [Choice(_(topic.name), Wish("updates", topic.key)) for topic in ports.book.topics()]
    return Reply("\n".join(part for part in (note, _("Choose a topic.")) if part), choices=(*choices, sos_choice(ask)))


def _heading(ask: Inbound, ports: Ports, topic: str) -> str:
    _ = ask.language.gettext
    name = next((found.name for found in ports.book.topics() if found.key == topic), "")
    if not name:
        return _("<b>Posts</b>")
    return _("<b>Posts: {topic}</b>").format(topic=escape(_(name)))


def _how_many(ask: Inbound, ports: Ports, posts: Sequence[Update]) -> str:
    """How new the newest is: a board can look as if it was kept up to date."""
    language = ask.language
    text = language.ngettext("{number} post, of {date}.", "{number} posts, the newest of {date}.", len(posts))
    said = text.format(number=language.number(len(posts)), date=language.date(posts[0].when))
    return "\n".join([said, *(escape(language.gettext(note)) for note in ports.book.board_notes())])


def _post(ask: Inbound, post: Update) -> str:
    _ = ask.language.gettext
    source = _("Source: {source}").format(source=escape(_(post.source)))
    return f"<b>{escape(_(post.title))}</b>\n{ask.language.date(post.when)}\n{escape(_(post.text))}\n<i>{source}</i>"
