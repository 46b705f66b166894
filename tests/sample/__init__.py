"""What is known in the tests: invented content, and its translations beside the shipped ones of what code says.

No test but `tests/content/test_shipped.py` reads the shipped content, so that whoever edits that turns no other red.
A language without a file in `locales/` here tells our content in English.
"""

from __future__ import annotations

import atexit
import re
from pathlib import Path
from shutil import copytree, rmtree
from tempfile import mkdtemp

FOLDER = Path(__file__).parent
SHIPPED_LOCALES = FOLDER.parents[1] / "locales"
CONTENT = FOLDER / "content"
"""A folder of content, for `Plan.content` and `BOT_CONTENT`."""
PHONE = "+44 20 7946 0123"
"""Of the emergency contact."""

_STANDS_IN_CODE = re.compile(r"^#: .*\b(bot|handlers)/", re.MULTILINE)


def write_catalogues(folder: Path, own: Path | None) -> Path:
    """Writes the shipped catalogues without the shipped content, and adds those of the folder `own` to them."""
    for shipped in SHIPPED_LOCALES.glob("*/LC_MESSAGES/messages.po"):
        header, *entries = _entries(shipped)
        entries = [entry for entry in entries if _STANDS_IN_CODE.search(entry)]
        if own and (more := own / f"{shipped.parts[-3]}.po").exists():
            entries += _entries(more)[1:]
        target = folder / shipped.relative_to(SHIPPED_LOCALES)
        target.parent.mkdir(parents=True)
        target.write_text("\n\n".join([header, *entries]) + "\n", "utf-8")
    return folder


def _entries(catalogue: Path) -> list[str]:
    """The header, and what follows it."""
    return catalogue.read_text("utf-8").strip().split("\n\n")


LOCALES = write_catalogues(Path(mkdtemp(prefix="catalogues-")), FOLDER / "locales")
"""A folder of catalogues, for `Plan.locales` and `BOT_LOCALES`; it is gone when this process ends."""
atexit.register(rmtree, LOCALES, ignore_errors=True)


def copy_content(into: Path) -> Path:
    """A copy below the folder `into`, to be changed."""
    return Path(copytree(CONTENT, into / "content"))


def change(content: Path, name: str, old: str, new: str) -> int:
    """Puts `new` in the place of the first `old` of a file of that content; returns the last line of `new`."""
    path = content / name
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")
    return (text[: text.index(old)] + new).count("\n") + 1
