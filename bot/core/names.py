"""Who the speakers of a plain text are: ids, names as far as the text tells them, roles."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.core.layout import ANSWERS, ASKS, NAME
from bot.core.source import Role, Speaker

_INTERVIEWER = re.compile(
    rf"(?:\b[Ii]nterview(?: door| van| by|:)|^(?:[Dd]oor|[Bb]y|[Tt]ekst|[Ww]ords)\b:?)\s+({NAME})",
    re.MULTILINE,
)
_ORATOR = re.compile(
    r"(?:\b(?i:speech|address|remarks|lecture|toespraak|rede|lezing)\b[^.\n]{0,80}?\b(?:by|of|van|door)"
    rf"|^(?:[Dd]oor|[Bb]y)\b:?)\s+({NAME})",
    re.MULTILINE,
)
_TOP = 400
"""Characters at the top of a speech in which its speaker may be named."""


@dataclass(frozen=True, slots=True)
class Placeholders:
    """How those are called whom the text does not name, and what a reader is called before their number."""

    editor: str
    interviewer: str
    speaker: str
    reader: str


@dataclass
class Names:
    """The speakers of a text, by the names that stand before their words."""

    editor: str
    interviewer: str
    speaker: str
    speakers: list[Speaker] = field(default_factory=list[Speaker])
    by_label: dict[str, str] = field(default_factory=dict[str, str])

    def of(self, label: str) -> str:
        """The id of whom a name before the words stands for."""
        return self.by_label[label]

    def reader(self, name: str) -> str:
        """The id of a reader who signs like that."""
        same = (each.id for each in self.speakers if each.role is Role.READER and each.name == name)
        return next(same, None) or self.add(name, Role.READER)

    def add(self, name: str, role: Role) -> str:
        """A further speaker; returns the id, the last word of the name where that is free."""
        taken = {each.id for each in self.speakers}
        whole = slug(name) or str(role)
        last = slug(name.split()[-1]) if name.split() else ""
        tries = [last if len(last) > 1 and not last.isdigit() else whole, whole]
        tries += [f"{whole[:36]}-{number}" for number in range(2, len(taken) + 3)]
        id = next(each for each in tries if each not in taken)
        self.speakers.append(Speaker(id, name, role))
        return id

    def told_in(self, words: str) -> bool:
        """Whether the words name an interviewee."""
        there = set(words.replace(",", " ").replace(":", " ").split())
        return any(each.name.split()[-1] in there for each in self.speakers if each.role is Role.INTERVIEWEE)


def slug(text: str, longest: int = 40) -> str:
    """The text as an id: small Latin letters, digits and hyphens."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().casefold()
    return re.sub(r"[^a-z0-9]+", "-", plain)[:longest].strip("-")


def names_of(
    text: str, labels: Sequence[str], asking: frozenset[str], speech: bool, placeholders: Placeholders
) -> Names:
    """The speakers behind the labels, with their full names where the text has them; then the others."""
    names = Names("", "", "")
    for label in labels:
        if label in asking or label in names.by_label:
            continue
        same = [
            each for each in names.by_label if _words(each) <= _words(label) or _words(label) <= _words(each)
        ]
        known = names.by_label[same[0]] if same else None
        shown = placeholders.speaker if label.casefold() in ANSWERS else _full_name(text, label)
        names.by_label[label] = known or names.add(shown, Role.INTERVIEWEE)
    if not names.by_label:
        found = _ORATOR.search(text[:_TOP]) if speech else None
        names.add(found[1].rstrip(".") if found else placeholders.speaker, Role.INTERVIEWEE)
    names.speaker = names.speakers[0].id
    names.editor = names.add(placeholders.editor, Role.EDITOR)
    signed = _INTERVIEWER.search(text)
    for label in sorted(asking):
        unnamed = label.casefold() in ASKS
        name = (
            (signed[1].rstrip(".") if signed else placeholders.interviewer)
            if unnamed
            else _full_name(text, label)
        )
        same_name = (
            each.id for each in names.speakers if each.name == name and each.role is Role.INTERVIEWER
        )
        names.by_label[label] = next(same_name, None) or names.add(name, Role.INTERVIEWER)
    if asking:
        names.interviewer = names.by_label[min(asking)]
    elif not speech:
        name = signed[1].rstrip(".") if signed else placeholders.interviewer
        names.interviewer = names.add(name, Role.INTERVIEWER)
    return names


def _words(label: str) -> set[str]:
    return set(label.casefold().split())


def _full_name(text: str, label: str) -> str:
    """The name that most often ends in the label, or the label itself."""
    before = NAME.replace("{0,4}", "{0,3}")
    found = Counter(
        match[0]
        for match in re.finditer(rf"\b{before} (?i:{re.escape(label)})(?![\w-])", text)
        if ":" not in match[0]
    )
    best = min(found, key=lambda name: (-found[name], len(name)), default=label)
    last = best[-len(label) :]
    return f"{best[: -len(label)]}{last.title() if last.isupper() and len(last) > 1 else last}"
