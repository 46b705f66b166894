"""The shape of each content file, and what is true of one file alone."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from handlers.model.escalation_policy import Routing
from handlers.model.guides import Guide
from handlers.model.knowledge import Alert, Contact, Facts, Handle, Incident, Level, Sentence, Topic, Update
from handlers.model.meanings import Meaning


class ContentFile(BaseModel):
    """A file of `content/`; no key but these."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class LevelsFile(ContentFile):
    """levels.yaml: the rungs of the alert system."""

    levels: tuple[Level, ...] = Field(min_length=1)
    about: tuple[Sentence, ...] = Field(
        default=(), description="who issues the alerts, for whom, how; a paragraph each"
    )


class PlaceFile(ContentFile):
    """places/CODE.yaml: all that is known of one place: a territory (TH) or a part of one (CN-XZ, TH-mae-sot)."""

    name: Sentence | None = Field(default=None, description="shown in the place of CLDR's name; a part must have one")
    aliases: tuple[str, ...] = Field(default=(), description="other names, in any language")
    cities: tuple[tuple[str, ...], ...] = Field(
        default=(), description="cities of this place, each with all its spellings"
    )
    alert: Alert | None = None
    beside: str = Field(default="", description="code of the place whose alert is shown while there is none here")
    incidents: tuple[Incident, ...] = ()
    facts: Facts | None = None


class ContactsFile(ContentFile):
    """contacts/*.yaml: who helps."""

    contacts: tuple[Contact, ...]


class TopicsFile(ContentFile):
    """topics.yaml: the categories of the board."""

    topics: tuple[Topic, ...]


class UpdatesFile(ContentFile):
    """updates/*.yaml: posts on the board."""

    updates: tuple[Update, ...]
    note: Sentence | None = Field(default=None, description="how much of a board the posts are")


class HandlesFile(ContentFile):
    """handles.yaml: the official accounts; an empty list until they are published."""

    handles: tuple[Handle, ...]


class RoutingFile(ContentFile):
    """routing.yaml: whom a person in need is told to call, and whom an open case calls."""

    emergency: str = Field(description="key of a contact with a phone number")
    escalation: Routing = Routing()


class MeaningFile(Meaning, ContentFile):
    """meanings/NAME.yaml: one thing that somebody may mean, and how it is said in each language."""


class GuideFile(Guide, ContentFile):
    """guides/NAME.yaml: what somebody can do in the first hour of a situation."""


MODELS: dict[str, type[ContentFile]] = {
    "levels.yaml": LevelsFile,
    "topics.yaml": TopicsFile,
    "handles.yaml": HandlesFile,
    "routing.yaml": RoutingFile,
    "places/*.yaml": PlaceFile,
    "contacts/*.yaml": ContactsFile,
    "updates/*.yaml": UpdatesFile,
    "meanings/*.yaml": MeaningFile,
    "guides/*.yaml": GuideFile,
}
"""From a pattern of file names to the model of such files."""

SCHEMAS = {model: model.__name__.removesuffix("File").lower() for model in MODELS.values()}
