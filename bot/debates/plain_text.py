"""Reading a plain text that somebody names, in whatever encoding it was saved."""

from __future__ import annotations

import codecs
import re
from pathlib import Path

from bot.core.errors import ExpectedError, Told

LARGEST = 2_000_000
"""Bytes: twice a long book."""

_MARKS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
_MARKED_UP = re.compile(r"\s*(?:%PDF|\{\\rtf|<(?:!doctype|html|\?xml)\b)", re.IGNORECASE)
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f]")


class NotPlainTextError(ExpectedError):
    """A file holds no plain text: it is empty, too large, or something else; `fault` says which."""

    def __init__(self, path: Path, fault: str) -> None:
        super().__init__(f"{path}: {fault}")
        self._path = path
        self._fault = fault

    @property
    def told(self) -> Told:
        return Told(f"cli.source_{self._fault}", {"file": str(self._path)})


def read_plain_text(path: Path) -> str:
    """The text with its lines ended by a line feed; raises `NotPlainTextError`, or `OSError`.

    UTF-8, UTF-16 with its mark, else Windows-1252, in which older editors saved.
    """
    if not path.is_file():
        raise NotPlainTextError(path, "missing")
    if path.stat().st_size > LARGEST:
        raise NotPlainTextError(path, "large")
    raw = path.read_bytes()
    marked = next((encoding for mark, encoding in _MARKS.items() if raw.startswith(mark)), None)
    for encoding in [marked] if marked else ["utf-8", "cp1252"]:
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        if _CONTROL.search(text) or _MARKED_UP.match(text):
            break
        text = text.replace("\r\n", "\n").replace("\r", "\n")
        if not text.strip():
            raise NotPlainTextError(path, "empty")
        return text
    raise NotPlainTextError(path, "binary")
