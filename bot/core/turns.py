"""What a plain text seems to be: whose words run from where to where, and what of that is a guess."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from bot.core.layout import ANSWERS, ASKS, Line, is_ended, read_lines
from bot.core.names import Names, Placeholders, names_of
from bot.core.readers import comments_from, read_comments
from bot.core.source import BETWEEN, Kind, Part, Speaker


class Shape(StrEnum):
    """How a text tells who speaks: names before the words, questions without names, or one speaker."""

    NAMES = "names"
    QUESTIONS = "questions"
    SPEECH = "speech"


class Doubt(StrEnum):
    """Why a human must look at a part."""

    QUESTION = "question"
    CONTINUED = "continued"
    NOTE = "note"
    SIGNED = "signed"


@dataclass(frozen=True)
class Reading:
    """The parts of a text in order, their speakers, and the stretches whose kind or speaker is a guess."""

    shape: Shape
    title: str | None
    speakers: tuple[Speaker, ...]
    parts: tuple[Part, ...]
    doubts: tuple[tuple[Doubt, Part], ...]


_NOTE = re.compile(
    r"[\[(].*[\])]|(?:\W?(?:noot|naschrift|note|editor['’]s note|redactie|editors?))\b.*[:\])].*",
    re.IGNORECASE | re.DOTALL,
)
_SIGNATURE = re.compile(
    r"(?:door|by|tekst|text|interview|words|foto['’]?s?|photos?|beeld)\b.*", re.IGNORECASE
)
_OWN_WORK = re.compile(
    r"\b(?:en|and) (?:mij|ik|me|I)\b|\b(?:ons|mijn|our|my) (?:onderzoek|interview|studie|research|study)\b",
    re.IGNORECASE,
)
"""What somebody says who writes about an interview with themselves."""

_LONGEST_TITLE = 15
_LONGEST_CROSSHEAD = 8
_LONGEST_QUESTION = 60
_FEWEST_QUESTIONS = 3
"""Words, and how many questions make an interview of a text without names."""

_MATES = {"‘": "’", "“": "”", "„": "”", "«": "»", '"': '"', "'": "'"}


def read_turns(text: str, names: Placeholders) -> Reading:
    """The parts of an interview or a speech; `names` are used for those whom the text does not name."""
    start = comments_from(text)
    lines = read_lines(text, start)
    labels = list(dict.fromkeys(line.label for line in lines if line.label))
    unnamed = Shape.QUESTIONS if _asks_enough(text, lines) else Shape.SPEECH
    shape = Shape.NAMES if labels else unnamed
    asking = _asking(text, lines, labels)
    known = names_of(text[:start], labels, asking, shape is Shape.SPEECH, names)
    draft = _Draft(text, known)
    if shape is Shape.NAMES:
        draft.interview(lines, asking)
    elif shape is Shape.QUESTIONS:
        draft.questions(lines)
    else:
        draft.speech(lines)
    if start is not None:
        draft.comments(start, names)
    return draft.reading(shape)


def _asks_enough(text: str, lines: Sequence[Line]) -> bool:
    asked = [line for line in lines if _is_question(text, line)]
    return len(asked) >= max(_FEWEST_QUESTIONS, len(lines) / 5) and len(asked) < len(lines) / 1.5


def _is_question(text: str, line: Line) -> bool:
    words = text[line.start : line.end]
    return words.rstrip("’”\"')»").endswith("?") and len(words.split()) <= _LONGEST_QUESTION


def _asking(text: str, lines: Sequence[Line], labels: Sequence[str]) -> frozenset[str]:
    """The names of those who mostly ask, unless everybody does."""
    by_word = frozenset(label for label in labels if label.casefold() in ASKS)
    if by_word:
        return by_word
    turns = Counter(line.label for line in lines)
    asked = Counter(line.label for line in lines if _is_question(text, line))
    found = frozenset(
        label for label in labels if label.casefold() not in ANSWERS and asked[label] > 0.5 * turns[label]
    )
    return found if len(found) < len(labels) else frozenset()


@dataclass
class _Draft:
    text: str
    names: Names
    parts: list[Part] = field(default_factory=list[Part])
    doubts: list[tuple[Doubt, Part]] = field(default_factory=list[tuple[Doubt, Part]])
    title: str | None = None

    def add(
        self,
        kind: Kind,
        speaker: str,
        start: int,
        end: int,
        doubt: Doubt | None = None,
        number: int | None = None,
    ) -> None:
        """A part as it stands on the page, with the quotation marks around it."""
        self.parts.append(Part(kind, speaker, start, end, number))
        if doubt:
            self.doubts.append((doubt, self.parts[-1]))

    def extend(self, line: Line, doubt: Doubt | None) -> None:
        """The line goes on with what was said before it."""
        self.parts[-1] = replace(self.parts[-1], end=line.end)
        if doubt:
            self.doubts.append((doubt, replace(self.parts[-1], start=line.start)))

    def interview(self, lines: Sequence[Line], asking: frozenset[str]) -> None:
        """Turns by the names before them; what has no name is a question, goes on, or is the editors'."""
        labelled = [at for at, line in enumerate(lines) if line.label]
        first, last = labelled[0], labelled[-1]
        opening = lines[first - 1 : first] if first and not asking else ()
        if opening and lines[first].apart and not (first > 1 and _is_question(self.text, opening[0])):
            opening = ()
        self.front(lines[: first - len(opening)])
        for at, line in enumerate(lines[first - len(opening) : last + 1], first - len(opening)):
            following = lines[at + 1] if at < last else None
            self.line(line, following, asking)
        for line in lines[last + 1 :]:
            if line.apart or self.parts[-1].kind is Kind.NOTE:
                long = len(self.text[line.start : line.end].split()) > _LONGEST_TITLE
                self.add(Kind.NOTE, self.names.editor, line.start, line.end, Doubt.NOTE if long else None)
            else:
                self.extend(line, None)

    def line(self, line: Line, following: Line | None, asking: frozenset[str]) -> None:
        """One line between the first name and the last."""
        if line.label:
            kind = Kind.QUESTION if line.label in asking else Kind.TURN
            self.add(kind, self.names.of(line.label), line.start, line.end)
        elif _NOTE.fullmatch(self.text[line.start : line.end]):
            self.add(Kind.NOTE, self.names.editor, line.start, line.end)
        elif line.apart and self.is_crosshead(line):
            self.add(Kind.HEADING, self.names.editor, line.start, line.end)
        elif not asking and (_is_question(self.text, line) or (following and following.label)):
            sure = _is_question(self.text, line) or (following and not following.apart)
            doubt = None if sure else Doubt.QUESTION
            self.add(Kind.QUESTION, self.names.interviewer, line.start, line.end, doubt)
        elif self.parts and self.parts[-1].kind in (Kind.TURN, Kind.QUESTION):
            self.extend(line, Doubt.CONTINUED if line.apart else None)
        else:
            said = [part for part in self.parts if part.kind in (Kind.TURN, Kind.QUESTION)]
            if said:
                self.add(said[-1].kind, said[-1].speaker, line.start, line.end, Doubt.CONTINUED)
            else:
                self.add(Kind.STANDFIRST, self.names.editor, line.start, line.end)

    def questions(self, lines: Sequence[Line]) -> None:
        """Questions by somebody without a name; all that follows them is said by the one interviewee."""
        first = next(at for at, line in enumerate(lines) if at and _is_question(self.text, line))
        self.front(lines[:first])
        for line in lines[first:]:
            if _is_question(self.text, line):
                self.add(Kind.QUESTION, self.names.interviewer, line.start, line.end)
            elif _NOTE.fullmatch(self.text[line.start : line.end]):
                self.add(Kind.NOTE, self.names.editor, line.start, line.end)
            elif line.apart and self.is_crosshead(line):
                self.add(Kind.HEADING, self.names.editor, line.start, line.end)
            elif self.parts[-1].kind is Kind.TURN:
                self.extend(line, None)
            else:
                self.add(Kind.TURN, self.names.speaker, line.start, line.end)

    def speech(self, lines: Sequence[Line]) -> None:
        """A title, perhaps a line about the occasion, and then a turn a paragraph."""
        while lines and self.is_crosshead(lines[0], _LONGEST_TITLE) and len(lines) > 1:
            self.front(lines[:1])
            lines = lines[1:]
        for line in lines:
            if _NOTE.fullmatch(self.text[line.start : line.end]):
                self.add(Kind.NOTE, self.names.editor, line.start, line.end)
            elif self.is_crosshead(line):
                self.add(Kind.HEADING, self.names.editor, line.start, line.end)
            else:
                self.add(Kind.TURN, self.names.speaker, line.start, line.end)

    def front(self, lines: Iterable[Line]) -> None:
        """The title, who made the interview, and the standfirst."""
        for line in lines:
            words = self.text[line.start : line.end]
            if self.title is None and not self.parts and self.is_crosshead(line, _LONGEST_TITLE):
                self.title = words.rstrip(".")
                kind = Kind.HEADING
            elif _SIGNATURE.fullmatch(words) and len(words.split()) <= _LONGEST_TITLE:
                kind = Kind.NOTE
            else:
                kind = Kind.STANDFIRST
            self.add(kind, self.names.editor, line.start, line.end)

    def is_crosshead(self, line: Line, longest: int = _LONGEST_CROSSHEAD) -> bool:
        """Whether a line is a heading: few words that do not end as a sentence."""
        words = self.text[line.start : line.end]
        ended = is_ended(words) and not (longest > _LONGEST_CROSSHEAD and words.endswith(("?", "!")))
        return not ended and len(words.split()) <= longest

    def comments(self, start: int, names: Placeholders) -> None:
        """The readers' comments from there on; what one of them signs is left to a human to give them."""
        for kind, found, signature, number, name in read_comments(self.text, start):
            if kind is Kind.COMMENT:
                told = self.names.told_in(self.text[signature] if signature else "") or (
                    self.names.told_in(self.text[found]) and _OWN_WORK.search(self.text[found]) is not None
                )
                signs = name and not told and name not in self.names.by_label
                reader = self.names.reader(name if name and signs else f"{names.reader} {number}")
                self.add(kind, reader, found.start, found.stop, Doubt.SIGNED if told else None, number)
            else:
                self.add(kind, self.names.editor, found.start, found.stop)

    def reading(self, shape: Shape) -> Reading:
        """The parts with every word in one of them; what stands between two is the editors'."""
        own = [self.without_quotes(part) for part in self.parts]
        parts: list[Part] = []
        cursor = 0
        ends = Part(Kind.NOTE, self.names.editor, len(self.text), len(self.text))
        for part in (*own, ends):
            free = BETWEEN.match(self.text, cursor, part.start)
            start = free.end() if free else cursor
            rest = self.text[start : part.start].rstrip()
            if rest:
                parts.append(Part(Kind.NOTE, self.names.editor, start, start + len(rest)))
            parts.append(part)
            cursor = part.end
        used = {part.speaker for part in parts[:-1]}
        speakers = tuple(speaker for speaker in self.names.speakers if speaker.id in used)
        return Reading(shape, self.title, speakers, tuple(parts[:-1]), tuple(self.doubts))

    def without_quotes(self, part: Part) -> Part:
        """The part's words alone, where somebody is quoted."""
        if part.kind not in (Kind.TURN, Kind.COMMENT):
            return part
        start, end = within_quotes(self.text, part.start, part.end)
        return replace(part, start=start, end=end) if start < end else part


def within_quotes(text: str, start: int, end: int) -> tuple[int, int]:
    """The stretch without the quotation marks around the whole of it; one that never closes goes too."""
    words = text[start:end]
    mate = _MATES.get(words[:1])
    if mate is None:
        return start, end
    inner = words[1:]
    if inner.endswith(mate) and _is_balanced(inner[:-1], words[0], mate):
        start, end = start + 1, end - 1
    elif mate != words[0] and not re.search(rf"{mate}(?![^\W\d_])", inner):
        start += 1
    while start < end and text[start].isspace():
        start += 1
    while start < end and text[end - 1].isspace():
        end -= 1
    return start, end


def _is_balanced(inner: str, opener: str, closer: str) -> bool:
    if opener == closer:
        return opener not in inner
    depth = 0
    for at, ch in enumerate(inner):
        if ch == opener:
            depth += 1
        elif ch == closer and not inner[at + 1 : at + 2].isalpha():
            depth -= 1
            if depth < 0:
                return False
    return True
