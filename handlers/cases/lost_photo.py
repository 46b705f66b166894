"""A photo that could not be shown: the desk reads so in its place, and the person must not believe that it was seen."""

from __future__ import annotations

from collections.abc import Sequence

from handlers.cases.case import case_of_event
from handlers.model.cases import Stage
from handlers.model.messages import Inbound, Lane, Reply
from handlers.ports import Ports


def tell_photo_lost(ask: Inbound, ports: Ports) -> Sequence[Reply]:
    """Told while the case is open, to somebody who can still be answered and has not said that it is over."""
    case = case_of_event(ask, ports)
    if case is None or case.stage is Stage.CLOSED or case.is_withdrawn or not ports.desk.can_be_reached(case):
        return []
    _ = ports.languages.of(case.language).gettext
    text = _(
        "One photo of your note <code>{code}</code> could not be shown to the team. "
        "Please write what it shows, or send another one."
    )
    return [Reply(text.format(code=case.code), to=case.person, lane=Lane.ANSWER, slot="photo_lost")]
