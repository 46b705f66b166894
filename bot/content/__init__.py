"""What is known: from files to the nouns of `handlers/model/knowledge.py`."""

from bot.content.book import REVIEW_DAYS, Content, ContentError, load
from bot.content.extraction import sentences
from bot.content.schemas import write_schemas
from bot.content.shelf import Shelf
from bot.content.source import Fault

__all__ = ["REVIEW_DAYS", "Content", "ContentError", "Fault", "Shelf", "load", "sentences", "write_schemas"]
