"""From a debate folder to a proven Debate, or to the list of what is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from bot.core.claims import (
    MOST_QUOTED,
    Answer,
    AnswerState,
    BankComment,
    Claim,
    ClaimSet,
    Debate,
    Exemplar,
    ExemplarKind,
    Quote,
    Theme,
)
from bot.core.source import (
    QUOTABLE,
    Part,
    Role,
    Source,
    Speaker,
    nearest_stretch,
    occurrences,
    sentence_spans,
)
from bot.debates.files import Located, Location, Problem, read_json_lines, read_text, read_toml
from bot.debates.labelled import LABELLED_SPLITS, read_labelled
from bot.debates.schema import BankRow, ClaimFile, DebateFile, QuoteEntry, SourceFile


class BrokenDebateError(Exception):
    """A debate folder has problems and is not loaded by anything."""

    def __init__(self, folder: Path, problems: list[Problem]) -> None:
        super().__init__(f"{folder.name}: {len(problems)} problems, the first: {problems[0]}")
        self.folder = folder
        self.problems = problems


def load_debate(folder: Path) -> Debate:
    """The debate in that folder; raises `BrokenDebateError` when anything in it is wrong."""
    debate, problems = read_debate(folder)
    if debate is None or problems:
        raise BrokenDebateError(folder, problems)
    return debate


def read_debate(folder: Path) -> tuple[Debate | None, list[Problem]]:
    """The debate, as far as it can be read, and every problem found, in the order of files and lines."""
    reader = _Reader(folder)
    debate = reader.read()
    return debate, sorted(set(reader.problems))


_Fault = tuple[str, dict[str, object]]
_BETWEEN_PARTS = re.compile(r"(?:\s|[‘’“”\"']|\d+\.|[^\W\d_][\w .-]{0,40}:)*")


class _Reader:
    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.problems: list[Problem] = []
        self._sources: dict[str, Source] = {}
        self._speakers: dict[str, Speaker] = {}
        self._themes: dict[str, Theme] = {}

    def read(self) -> Debate | None:
        found = read_toml(self._folder / "debate.toml", self._shown("debate.toml"), DebateFile, self.problems)
        if found is None:
            return None
        file, lines = found
        if file.id != self._folder.name:
            self._problem(
                "debate.toml", lines.line(("id",)), "folder_name", id=file.id, folder=self._folder.name
            )
        self._speakers = {s.id: Speaker(s.id, s.name, s.role) for s in file.speakers}
        self._themes = {t.id: Theme(t.id, t.title, t.emoji) for t in file.themes}
        self._read_sources()
        claims = self._read_claims()
        bank = self._read_bank()
        self._lint_texts(claims, bank)
        return Debate(
            id=file.id,
            title=file.title,
            language=file.language,
            credit=file.credit,
            sources=self._sources,
            speakers=self._speakers,
            themes=tuple(self._themes.values()),
            claim_set=ClaimSet(tuple(claim for claim, _, _ in claims), tuple(row for row, _ in bank)),
        )

    def _shown(self, name: str) -> str:
        return f"{self._folder.name}/{name}"

    def _problem(self, name: str, line: int, key: str, /, **values: object) -> None:
        self.problems.append(Problem.at(self._shown(name), line, key, **values))

    # -- sources ---------------------------------------------------------------------------------

    def _read_sources(self) -> None:
        paths = sorted((self._folder / "sources").glob("*.toml"))
        if not paths:
            self._problem("debate.toml", 1, "no_sources")
        for path in paths:
            name = f"sources/{path.name}"
            found = read_toml(path, self._shown(name), SourceFile, self.problems)
            if found is None:
                continue
            file, lines = found
            text = read_text(path.parent / file.file, self._shown(f"sources/{file.file}"), self.problems)
            if text is None:
                continue
            parts = self._find_parts(name, file, lines, text)
            self._sources[file.id] = Source(
                file.id, text, file.title, file.medium, file.published, file.language, tuple(parts)
            )

    def _find_parts(self, name: str, file: SourceFile, lines: Located, text: str) -> list[Part]:
        parts: list[Part] = []
        cursor = 0
        for index, entry in enumerate(file.parts):
            at: Location = ("parts", index)
            if entry.speaker not in self._speakers:
                self._problem(name, lines.line((*at, "speaker")), "no_speaker", id=entry.speaker)
            start = text.find(entry.opens, cursor)
            if start < 0:
                self._problem(
                    name, lines.line((*at, "opens")), "part_opens", words=entry.opens, file=file.file
                )
                continue
            close = text.find(entry.closes, start)
            while close >= 0 and close + len(entry.closes) < start + len(entry.opens):
                close = text.find(entry.closes, close + 1)
            if close < 0:
                self._problem(
                    name,
                    lines.line((*at, "closes")),
                    "part_closes",
                    words=entry.closes,
                    file=file.file,
                    opens=entry.opens,
                )
                continue
            end = close + len(entry.closes)
            self._refuse_loose_words(name, lines.line(at), text, cursor, start)
            parts.append(Part(entry.kind, entry.speaker, start, end, entry.number, entry.inferred))
            cursor = end
        self._refuse_loose_words(name, lines.line(("parts", len(file.parts) - 1)), text, cursor, len(text))
        return parts

    def _refuse_loose_words(self, name: str, line: int, text: str, start: int, end: int) -> None:
        if not _BETWEEN_PARTS.fullmatch(text[start:end]):
            loose = " ".join(text[start:end].split())[:60]
            self._problem(name, line, "loose_words", words=loose)

    # -- claims ----------------------------------------------------------------------------------

    def _read_claims(self) -> list[tuple[Claim, str, Located]]:
        claims: list[tuple[Claim, str, Located]] = []
        paths = sorted((self._folder / "claims").glob("*.toml"))
        if not paths:
            self._problem("debate.toml", 1, "no_claims")
        for path in paths:
            name = f"claims/{path.name}"
            found = read_toml(path, self._shown(name), ClaimFile, self.problems)
            if found is None:
                continue
            file, lines = found
            if file.id != path.stem:
                self._problem(name, lines.line(("id",)), "file_name", id=file.id, file=path.stem)
            if file.theme not in self._themes:
                self._problem(name, lines.line(("theme",)), "no_theme", id=file.theme)
            quotes = self._find_quotes(name, file.quotes, lines, ("quotes",))
            answers = self._find_quotes(name, file.answer.quotes, lines, ("answer", "quotes"))
            self._lint_answer(name, file, lines, answers)
            exemplars = tuple(Exemplar(e.kind, e.lang, e.text) for e in file.exemplars)
            claim = Claim(
                file.id,
                file.theme,
                file.statement,
                file.translations,
                quotes,
                Answer(file.answer.state, answers),
                exemplars,
            )
            claims.append((claim, name, lines))
        return claims

    def _lint_answer(self, name: str, file: ClaimFile, lines: Located, answers: tuple[Quote, ...]) -> None:
        line = lines.line(("answer",))
        state = file.answer.state
        if state is AnswerState.NONE and file.answer.quotes:
            self._problem(name, line, "answer_none_with_quotes")
        if state is not AnswerState.NONE and not file.answer.quotes:
            self._problem(name, line, "answer_empty", state=state)
        for index, quote in enumerate(answers):
            if self._speakers[quote.speaker].role is not Role.INTERVIEWEE:
                at = lines.line(("answer", "quotes", index, "speaker"))
                self._problem(name, at, "answer_by_other", name=self._speakers[quote.speaker].name)

    def _find_quotes(
        self, name: str, entries: Iterable[QuoteEntry], lines: Located, at: Location
    ) -> tuple[Quote, ...]:
        quotes: list[Quote] = []
        for index, entry in enumerate(entries):
            line = lines.line((*at, index, "text"))
            if entry.speaker not in self._speakers:
                self._problem(name, lines.line((*at, index, "speaker")), "no_speaker", id=entry.speaker)
                continue
            if entry.source is not None and entry.source not in self._sources:
                self._problem(name, lines.line((*at, index, "source")), "no_source", id=entry.source)
                continue
            found = self._find_quote(entry)
            if isinstance(found, Quote):
                quotes.append(found)
            else:
                key, values = found
                self._problem(name, line, key, **values)
        return tuple(quotes)

    def _find_quote(self, entry: QuoteEntry) -> Quote | _Fault:
        if len(entry.text) > MOST_QUOTED:
            return "quote_too_long", {"length": len(entry.text), "most": MOST_QUOTED}
        speaker = self._speakers[entry.speaker]
        others: list[str | None] = []
        sources = [s for s in self._sources.values() if entry.source in (None, s.id)]
        for source in sources:
            for start in occurrences(source.text, entry.text):
                end = start + len(entry.text)
                part = source.part_at(start, end)
                if part is None:
                    others.append(None)
                elif part.speaker != entry.speaker:
                    others.append(self._speakers[part.speaker].name)
                elif speaker.role not in QUOTABLE:
                    return "not_quotable", {"name": speaker.name, "role": speaker.role}
                elif not _whole_sentences(
                    source.text[part.start : part.end], start - part.start, end - part.start
                ):
                    return "quote_cut_short", {}
                else:
                    return Quote(source.span(start, end), entry.text, entry.speaker, part)
        text = _short(entry.text)
        if others and others[0] is None:
            return "quote_crosses", {"text": text}
        if others:
            return "misattributed", {"name": speaker.name, "text": text, "other": others[0]}
        return self._altered(entry, speaker, sources)

    def _altered(self, entry: QuoteEntry, speaker: Speaker, sources: Iterable[Source]) -> _Fault:
        for source in sources:
            for part in source.parts:
                if part.speaker == entry.speaker:
                    near = nearest_stretch(source.text[part.start : part.end], entry.text)
                    if near:
                        return "altered_quote", {"name": speaker.name, "near": near}
        return "unknown_quote", {"text": _short(entry.text), "name": speaker.name}

    # -- exemplars, bank and labelled rows ---------------------------------------------------------

    def _read_bank(self) -> list[tuple[BankComment, int]]:
        path = self._folder / "bank.jsonl"
        rows = read_json_lines(path, self._shown("bank.jsonl"), BankRow, self.problems)
        return [(BankComment(row.lang, row.near, row.text), line) for line, row in rows]

    def _lint_texts(
        self, claims: list[tuple[Claim, str, Located]], bank: list[tuple[BankComment, int]]
    ) -> None:
        seen: dict[str, tuple[str, ExemplarKind | None, str]] = {}
        for claim, name, lines in claims:
            for index, exemplar in enumerate(claim.exemplars):
                line = lines.line(("exemplars", index, "text"))
                self._lint_text(seen, name, line, exemplar.text, claim.id, exemplar.kind)
        for row, line in bank:
            self._lint_text(seen, "bank.jsonl", line, row.text, "", None)
        known = {claim.id for claim, _, _ in claims}
        labelled: dict[str, str] = {}
        for split in LABELLED_SPLITS:
            name = f"labelled/{split}.jsonl"
            if not (self._folder / name).exists():
                continue
            for line, row in read_labelled(self._folder, split, self.problems):
                for wanted in {claim for point in row.points for claim in point.claims} - known:
                    self._problem(name, line, "no_claim", id=wanted)
                key = _normal(row.text)
                if key in seen:
                    self._problem(name, line, "labelled_exemplar", where=seen[key][2])
                if key in labelled:
                    self._problem(name, line, "labelled_twice", where=labelled[key])
                labelled[key] = self._shown(f"{name}:{line}")

    def _lint_text(
        self,
        seen: dict[str, tuple[str, ExemplarKind | None, str]],
        name: str,
        line: int,
        text: str,
        claim: str,
        kind: ExemplarKind | None,
    ) -> None:
        key = _normal(text)
        before = seen.get(key)
        here = self._shown(f"{name}:{line}")
        if before is None:
            seen[key] = (claim, kind, here)
        elif (claim, kind) == before[:2]:
            self._problem(name, line, "duplicate", where=before[2])
        elif before[0] != claim and ExemplarKind.NEAR_MISS in (kind, before[1]):
            pass  # what one claim must not be taken for may well be another claim
        else:
            self._problem(name, line, "contradictory", where=before[2])


def _whole_sentences(text: str, start: int, end: int) -> bool:
    spans = sentence_spans(text)
    return any(start == first for first, _ in spans) and any(end == last for _, last in spans)


def _short(text: str) -> str:
    return text if len(text) <= 80 else f"{text[:77]}…"


def _normal(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.casefold()))
