"""Somebody's own words, shown so that they can't pass for ours: marked line by line, without links to tap."""

from __future__ import annotations

import re
import unicodedata

from handlers.model.direction import END, ISOLATE, TURNS, isolated

MARK = "› "
"""Stands before each line of somebody's words, and of nothing else."""
_PIECE = re.compile(rf"[^\s{ISOLATE}{END}]+")
_LINK = re.compile(r"[^\W_][\])_]*\.\w|[@#$/]\w|:/|\d{5}")
"""In a piece that a messenger may make something to tap of: an address, a name, a command, a number."""
_PHONE = re.compile(r"\+?\d(?:[ ()\-.]{0,2}\d){6,40}")
_ADDRESS = re.compile(r"://|[^\W_]\.[^\W\d]{2}|\d\.\d{1,3}\.\d")


def quoted(words: str) -> str:
    """The words with a mark before each line; each line keeps its direction to itself. Nothing for blank words."""
    lines = words.translate(TURNS).splitlines() if words.strip() else []
    return "\n".join(_marked(line) for line in lines)


def is_cut(text: str) -> bool:
    """Whether quoted text ends within a line that keeps its direction to itself."""
    return text.count(ISOLATE) > text.count(END)


def links_in(text: str) -> list[tuple[int, int]]:
    """Where a messenger may see something to tap: beginnings and ends, in order and apart."""
    pieces = [found.span() for found in _PIECE.finditer(text) if _LINK.search(found[0])]
    spans: list[tuple[int, int]] = []
    for start, end in sorted([*pieces, *(found.span() for found in _PHONE.finditer(text))]):
        if spans and start < spans[-1][1]:
            start, end = spans[-1][0], max(end, spans.pop()[1])
        spans.append((start, end))
    return spans


def is_address(piece: str) -> bool:
    """Whether it is an address of the web or of mail, and no name, command or number."""
    return bool(_ADDRESS.search(piece))


def with_broken_links(text: str) -> str:
    """With [.] and [:] where an address would be one to tap, for a messenger that has no style against it."""
    return _PIECE.sub(lambda found: _broken(found[0]) if is_address(found[0]) else found[0], text)


def _broken(piece: str) -> str:
    return re.sub(r"(?<=\w)\.(?=\w)", "[.]", piece.replace("://", "[:]//"))


def _marked(line: str) -> str:
    is_other = any(unicodedata.bidirectional(sign) in ("R", "AL", "AN") for sign in line)
    return f"{MARK}{isolated(line)}" if is_other else f"{MARK}{line}".rstrip()
