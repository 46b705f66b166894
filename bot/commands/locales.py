"""`make locales`: takes the sentences out of code and content, brings the catalogues up to date, and checks them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

from babel import Locale, UnknownLocaleError
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.plurals import get_plural
from babel.messages.pofile import PoFileError, read_po, write_po

from bot.content import sentences
from bot.content.extraction import WIDEST_BUTTON
from bot.languages.catalogue_files import BROKEN, catalogues
from bot.languages.proofreading import faults

CODE = ("handlers", "bot")
COMMENTS = ("Translators:",)
BUTTON = f"button, at most {WIDEST_BUTTON} characters"
"""What translators read of every label; of some the code says more."""
_TEMPLATE = "messages.pot"
_WIDTH = 100


class CatalogueError(Exception):
    """A catalogue can't be read, or a new one can't be made; the message says why."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the translation into one language has come."""

    language: str
    sentences: int
    missing: int
    fuzzy: int

    def __str__(self) -> str:
        done = self.sentences - self.missing - self.fuzzy
        return f"{self.language}: {done} of {self.sentences} translated, {self.fuzzy} fuzzy, {self.missing} missing"


@dataclass(frozen=True, slots=True)
class Report:
    """What an update left to do, a line for each language."""

    languages: tuple[Progress, ...]

    def __str__(self) -> str:
        return "\n".join(map(str, self.languages)) or "There are no catalogues; the first is made with a new language."


def update(root: Path) -> Report:
    """Writes the template and every catalogue anew; what was translated stays, what was changed turns fuzzy."""
    template = collect(root)
    _write(root / "locales" / _TEMPLATE, template)
    return Report(tuple(_update(path, template) for path in catalogues(root / "locales")))


def new(root: Path, language: str) -> Path:
    """An empty catalogue for one more language, as CLDR names it: `th`, `zh_Hant`, `zh_TW`."""
    path = root / "locales" / language / "LC_MESSAGES" / "messages.po"
    try:
        catalog = Catalog(locale=str(Locale.parse(language)))
    except (ValueError, UnknownLocaleError) as error:
        raise CatalogueError(f"{language!r} is no language that CLDR knows") from error
    if path.exists():
        raise CatalogueError(f"{path.relative_to(root)} is already there")
    catalog.update(collect(root))
    path.parent.mkdir(parents=True, exist_ok=True)
    _write(path, catalog)
    return path


def check(root: Path) -> list[str]:
    """Everything that must be mended before the catalogues are shown to anybody, a line each."""
    template = collect(root)
    return [
        *_outdated_template(root, template),
        *(fault for path in catalogues(root / "locales") for fault in _check(root, path, template)),
    ]


def collect(root: Path) -> Catalog:
    """Every sentence of code and content, in the order in which they stand there."""
    template = Catalog(charset="utf-8")
    for file in sorted(path for folder in CODE for path in (root / folder).rglob("*.py")):
        with file.open("rb") as code:
            for line, message, comments, context in extract(
                "python", code, DEFAULT_KEYWORDS, COMMENTS, {"encoding": "utf-8"}, strip_comment_tags=True
            ):
                where = [(file.relative_to(root).as_posix(), line)]
                template.add(message, locations=where, auto_comments=comments, context=context)
        for label in _labels(file.read_text("utf-8")):
            entry = template.get(label)
            if entry and not any("at most" in comment for comment in entry.auto_comments):
                entry.auto_comments.append(BUTTON)
    for path, line, sentence, comment in sentences(root / "content"):
        where = [((root / "content" / path).relative_to(root).as_posix(), line)]
        template.add(sentence, locations=where, auto_comments=[comment] if comment else [])
    return template


def _labels(code: str) -> set[str]:
    """The sentences that code puts on a button."""
    calls = (node for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Call) and node.args)
    labels = (call.args[0] for call in calls if getattr(call.func, "id", "") == "Choice")
    said = (node.args[0] for label in labels for node in ast.walk(label) if isinstance(node, ast.Call) and node.args)
    return {node.value for node in said if isinstance(node, ast.Constant) and isinstance(node.value, str)}


def _update(path: Path, template: Catalog) -> Progress:
    catalog = _read(path)
    before = {_key(message): message.id for message in catalog}
    catalog.update(template)
    for message in catalog:
        # Babel compares singulars only: a changed plural would keep its old translation.
        if before.get(_key(message), message.id) != message.id:
            message.flags.add("fuzzy")
    _write(path, catalog)
    entries = _entries(catalog)
    missing = sum(not message.string or not all(message.string) for message in entries)
    return Progress(path.parts[-3], len(entries), missing, sum(message.fuzzy for message in entries))


def _check(root: Path, path: Path, template: Catalog) -> Iterator[str]:
    name = path.relative_to(root).as_posix()
    try:
        catalog = _read(path)
    except CatalogueError as error:
        yield str(error)
        return
    if {(message.context, message.id) for message in template} != {(entry.context, entry.id) for entry in catalog}:
        yield f"{name}: out of date: run `make locales`"
    rule = get_plural(catalog.locale)
    if (catalog.num_plurals, catalog.plural_expr) != (rule.num_plurals, rule.plural_expr):
        yield f"{name}: write Plural-Forms: {rule.plural_forms}"
    for message in _entries(catalog):
        for fault in faults(message, rule.num_plurals):
            yield f"{name}:{message.lineno}: “{_start(message)}” {fault}"


def _outdated_template(root: Path, template: Catalog) -> Iterator[str]:
    path = root / "locales" / _TEMPLATE
    if not path.exists() or _gist(_read(path)) != _gist(template):
        yield f"{path.relative_to(root).as_posix()}: out of date: run `make locales`"


def _gist(catalog: Catalog) -> set[tuple[Any, ...]]:
    """What makes two templates the same: not the order, which changes with every line that is moved."""
    return {
        (
            message.context,
            message.id,
            "".join("".join(message.auto_comments).split()),
            *sorted({file for file, _ in message.locations}),
        )
        for message in _entries(catalog)
    }


def _read(path: Path) -> Catalog:
    language = path.parts[-3] if path.suffix == ".po" else None
    try:
        return read_po(StringIO(path.read_text("utf-8")), locale=language, ignore_obsolete=True, abort_invalid=True)
    except BROKEN as error:
        line = f":{error.lineno + 1}" if isinstance(error, PoFileError) else ""
        raise CatalogueError(f"{path.as_posix()}{line}: can't be read: {error}") from error


def _write(path: Path, catalog: Catalog) -> None:
    """Without dates, names and line numbers: it changes when a sentence does, and tells nothing of translators."""
    body = BytesIO()
    write_po(body, catalog, width=_WIDTH, omit_header=True, ignore_obsolete=True, include_lineno=False)
    header = {"Content-Type": "text/plain; charset=utf-8", "Content-Transfer-Encoding": "8bit", "MIME-Version": "1.0"}
    if catalog.locale:
        header = {"Language": path.parts[-3], **header, "Plural-Forms": catalog.plural_forms}
    lines = [
        "#, fuzzy" if not catalog.locale else "",
        'msgid ""',
        'msgstr ""',
        *(f'"{key}: {value}\\n"' for key, value in header.items()),
    ]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(filter(None, lines)) + "\n\n" + body.getvalue().decode().rstrip("\n") + "\n", "utf-8")


def _entries(catalog: Catalog) -> list[Message]:
    return [message for message in catalog if message.id]


def _key(message: Message) -> tuple[str, str]:
    return message.context or "", message.id if isinstance(message.id, str) else message.id[0]


def _start(message: Message) -> str:
    text = _key(message)[1]
    return text if len(text) <= 50 else text[:49] + "…"
