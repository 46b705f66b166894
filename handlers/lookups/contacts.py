"""Who can help in a place."""

from __future__ import annotations

from collections.abc import Sequence

from handlers.lookups.asking import about_places, another_place, argument, named, sos_choice
from handlers.model.knowledge import Contact, Service
from handlers.model.language import Language
from handlers.model.messages import Choice, Inbound, Reply, Wish, escape
from handlers.ports import Ports


def list_contacts(ask: Inbound, ports: Ports) -> Sequence[Reply]:
    """By service; each with the day it was verified, or since when it is not."""
    return about_places(ask, ports, "contacts", _contacts_of)


def _contacts_of(ask: Inbound, ports: Ports, place: str) -> Reply:
    _ = ask.language.gettext
    contacts = ports.book.contacts(place)
    choices = (Choice(_("Level"), Wish("level", argument(place))), sos_choice(ask), another_place(ask))
    where = named(ask.language, place)
    if not contacts:
        nobody = _("<b>{place}</b>: I know of nobody who helps there.").format(place=where)
        return Reply(f"{nobody}\n\n{describe(ask.language, ports.book.emergency())}", choices=choices)
    blocks = [_("<b>Who can help: {place}</b>").format(place=where)]
    for service in Service:
        of_service = [contact for contact in contacts if contact.services[0] is service]
        if of_service:
            heading = f"<b>{service_name(ask.language, service)}</b>"
            blocks.append("\n".join([heading, *(describe(ask.language, contact, place) for contact in of_service)]))
    return Reply("\n\n".join(blocks), choices=choices)


def describe(language: Language, contact: Contact, place: str = "") -> str:
    """Name, ways to reach, and how far they can be trusted; a printed fragment of an address is never shown.

    Whoever helps in the whole or in a part of the `place` that was asked for, and not just there, has it said where.
    """
    _ = language.gettext
    ways = [way for channel in contact.channels for way in (channel.phone, channel.email) if way]
    lines = [f"• {escape(_(contact.name))}"]
    if len(contact.services) > 1:
        also = language.list([service_name(language, service) for service in contact.services[1:]])
        lines.append(_("Also: {services}").format(services=also))
    if place and contact.places and place not in contact.places:
        where = language.list([named(language, other) for other in contact.places])
        lines.append(_("Where: {places}").format(places=where))
    lines += [f"<code>{escape(way)}</code>" for way in ways]
    if contact.note:
        lines.append(escape(_(contact.note)))
    return "\n".join([*lines, f"<i>{freshness(language, contact)}</i>"])


def freshness(language: Language, contact: Contact) -> str:
    """When somebody last checked this entry, as a sentence."""
    _ = language.gettext
    if contact.verified_on:
        return _("Verified on {date}.").format(date=language.date(contact.verified_on))
    return _("Not verified since {date}.").format(date=language.partial_date(contact.unverified_since))


def service_name(language: Language, service: Service) -> str:
    """The kind of help, as a heading."""
    _ = language.gettext
    return {
        Service.SECURITY: _("Safety"),
        Service.PROTECTION: _("Protection"),
        Service.LEGAL: _("Legal help"),
        Service.FOOD: _("Food"),
        Service.HEALTH: _("Health"),
        Service.COMMUNITY: _("Community"),
        Service.MATERIAL: _("Clothes and things"),
        Service.ACTIVITIES: _("Activities"),
    }[service]
