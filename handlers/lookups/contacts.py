"""Who can help in a place."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from itertools import groupby

from handlers.lookups.asking import about_places, another_place, argument, named, sos_choice
from handlers.model.knowledge import Basis, Contact, Service
from handlers.model.language import Language
from handlers.model.messages import Choice, Inbound, Reply, Wish, escape
from handlers.ports import Ports


def list_contacts(ask: Inbound, ports: Ports) -> Sequence[Reply]:
    """First those who can be reached, by service; then those of whom only the name is known."""
    return about_places(ask, ports, "contacts", _contacts_of)


def _contacts_of(ask: Inbound, ports: Ports, place: str) -> Reply:
    _ = ask.language.gettext
    contacts = ports.book.contacts(place)
    choices = (sos_choice(ask), Choice(_("Level"), Wish("level", argument(place))), another_place(ask))
    where = named(ask.language, place)
    if not contacts:
        nobody = _("<b>{place}</b>: I have no contact for this place.").format(place=where)
        return Reply(f"{nobody}\n\n{describe(ask.language, ports.book.emergency())}", choices=choices)
    blocks = [_("<b>Who can help: {place}</b>").format(place=where)]
    for service in Service:
        of_service = [one for one in contacts if one.services[0] is service and is_reachable(one)]
        if of_service:
            heading = f"<b>{service_name(ask.language, service)}</b>"
            blocks.append("\n".join([heading, *(describe(ask.language, contact, place) for contact in of_service)]))
    blocks += _names_only(ask.language, [contact for contact in contacts if not is_reachable(contact)], place)
    return Reply("\n\n".join(blocks), choices=choices)


def is_reachable(contact: Contact) -> bool:
    """Whether there is a way to reach them that may be shown."""
    return bool(_ways(contact))


def _ways(contact: Contact) -> list[str]:
    return [way for channel in contact.channels for way in (channel.phone, channel.email) if way]


def describe(language: Language, contact: Contact, place: str = "") -> str:
    """Name, ways to reach, and how far they can be trusted; a printed fragment of an address is never shown.

    Whoever helps elsewhere than just in the `place` that was asked for has it said where.
    """
    _ = language.gettext
    lines = [f"• {escape(_(contact.name))}"]
    if len(contact.services) > 1:
        also = language.list([service_name(language, service) for service in contact.services[1:]])
        lines.append(_("Also: {services}").format(services=also))
    lines += [*_where(language, contact, place), *(f"<code>{escape(way)}</code>" for way in _ways(contact))]
    if any(channel.incomplete for channel in contact.channels):
        lines.append(_("Its e-mail address is printed incompletely in our source, so I don't show it."))
    if contact.note:
        lines.append(escape(_(contact.note)))
    return "\n".join([*lines, *(f"<i>{line}</i>" for line in _how_sure(language, contact))])


def _names_only(language: Language, contacts: Sequence[Contact], place: str) -> list[str]:
    """In a line each; what is equally sure of several is said once, below them."""
    if not contacts:
        return []
    _ = language.gettext
    blocks = [_("<b>Names only</b>\nOur source gives no phone number and no address for them.")]
    for sure, some in groupby(contacts, partial(_how_sure, language)):
        lines = [_in_a_line(language, contact, place) for contact in some]
        blocks.append("\n".join([*lines, *(f"<i>{line}</i>" for line in sure)]))
    return blocks


def _in_a_line(language: Language, contact: Contact, place: str) -> str:
    _ = language.gettext
    services = language.list([service_name(language, service) for service in contact.services])
    # Translators: one line of a list: who helps, and with what
    line = _("{name}: {services}").format(name=escape(_(contact.name)), services=services)
    lines = [f"• {line}", *_where(language, contact, place), *([escape(_(contact.note))] if contact.note else [])]
    return "\n".join(lines)


def _where(language: Language, contact: Contact, place: str) -> list[str]:
    if not contact.places or place in contact.places:
        return []
    where = language.list([named(language, other) for other in contact.places])
    return [language.gettext("Where: {places}").format(places=where)]


def whom_to_phone(language: Language, contact: Contact) -> str:
    """The number of somebody who has one, where it helps, and what is to be known before it is dialled."""
    _ = language.gettext
    phone = next((channel.phone for channel in contact.channels if channel.phone), "")
    text = _("You can also try to phone {name}: {phone}").format(name=escape(_(contact.name)), phone=escape(phone))
    return "\n".join(
        [text, *_where(language, contact, ""), *(f"<i>{line}</i>" for line in _how_sure(language, contact))]
    )


def _how_sure(language: Language, contact: Contact) -> list[str]:
    """How far the entry can be trusted, a sentence each."""
    _ = language.gettext
    has_phone = any(channel.phone for channel in contact.channels)
    lines = [_freshness(language, contact, has_phone=has_phone)]
    if contact.basis is Basis.INFERRED:
        lines.append(_("Worked out from the source's text. Not confirmed."))
    if has_phone:
        lines.append(_("Phone calls can be listened to, and they show on the bill."))
    return lines


def _freshness(language: Language, contact: Contact, *, has_phone: bool) -> str:
    """When somebody last checked this entry."""
    _ = language.gettext
    if contact.verified_on:
        return _("Checked on {date}.").format(date=language.date(contact.verified_on))
    since = language.partial_date(contact.unverified_since)
    if has_phone:
        return _(
            "Nobody has checked this number since {date}: it may not work, or somebody else may answer. "
            "Don't say your name first."
        ).format(date=since)
    return _("Not checked since {date}.").format(date=since)


def service_name(language: Language, service: Service) -> str:
    """The kind of help, as a heading."""
    _ = language.gettext
    return {
        Service.SECURITY: _("Safety"),
        Service.PROTECTION: _("UN registration"),
        Service.LEGAL: _("Legal help"),
        Service.HOUSING: _("Housing"),
        Service.FOOD: _("Food"),
        Service.HEALTH: _("Health"),
        Service.COMMUNITY: _("Community"),
        Service.MATERIAL: _("Clothes and goods"),
        Service.ACTIVITIES: _("Activities"),
    }[service]
