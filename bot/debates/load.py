"""From a debate folder to a proven Debate, or to the list of what is wrong with it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from bot.core.claims import (
    Answer,
    AnswerState,
    BankComment,
    Claim,
    ClaimSet,
    Debate,
    Exemplar,
    Quote,
    Theme,
)
from bot.core.polls import PollQuestion
from bot.core.questions import DiscussionQuestion
from bot.core.source import Part, Role, Source, Speaker
from bot.debates.demonstration import read_demonstration
from bot.debates.files import Problem, ProblemsError, lint_calibrations, read_json_lines, read_text, read_toml
from bot.debates.parts import find_parts
from bot.debates.quotes import Quotable
from bot.debates.schema import BankRow, ClaimFile, DebateFile, QuoteEntry, SourceFile
from bot.debates.texts import lint_texts
from bot.debates.translations import read_translations
from bot.toml_lines import Located, Location


class BrokenDebateError(ProblemsError):
    """A debate folder has problems and is not loaded by anything."""

    def __init__(self, folder: Path, problems: list[Problem]) -> None:
        super().__init__(problems)
        self.folder = folder


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


class _Reader:
    def __init__(self, folder: Path) -> None:
        self._folder = folder.absolute()  # "." has no name
        self.problems: list[Problem] = []
        self._sources: dict[str, Source] = {}
        self._speakers: dict[str, Speaker] = {}
        self._themes: dict[str, Theme] = {}
        # What cannot be judged because of a fault that is told already: it makes no second one.
        self._source_missing = False
        self._unsure: set[Part] = set()
        self._loose: dict[str, list[tuple[int, int]]] = {}
        self._refused: set[str] = set()
        self._claim_missing = False
        self._claim_ids: set[str] = set()

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
        self._themes = {t.id: Theme(t.id, t.title, t.emoji, t.tag) for t in file.themes}
        self._refuse_twice("speakers", [s.id for s in file.speakers], lines)
        self._refuse_twice("themes", [t.id for t in file.themes], lines)
        self._read_sources()
        claims = self._read_claims()
        bank = self._read_bank()
        read_demonstration(self._folder, self.problems)
        lint_texts(self._folder, claims, bank, self._claim_ids, self.problems)
        lint_calibrations(self._folder, self.problems)
        self._lint_questions(file, lines)
        refused = None if self._claim_missing else self._refused
        translations = read_translations(
            self._folder, [claim for claim, _, _ in claims], refused, self.problems
        )
        return Debate(
            id=file.id,
            title=file.title,
            language=file.language,
            credit=file.credit,
            interviewees=file.interviewees,
            sources=self._sources,
            speakers=self._speakers,
            themes=tuple(self._themes.values()),
            claim_set=ClaimSet(tuple(claim for claim, _, _ in claims), tuple(row for row, _ in bank)),
            timezone=file.timezone,
            blocked_words=tuple(file.blocked_words),
            poll=PollQuestion(file.poll.question, tuple(file.poll.answers)) if file.poll else None,
            questions=tuple(DiscussionQuestion(q.id, q.text, q.claim) for q in file.questions),
            translations=translations,
        )

    def _shown(self, name: str) -> str:
        return f"{self._folder.name}/{name}"

    def _problem(self, name: str, line: int, key: str, /, **values: object) -> None:
        self.problems.append(Problem.at(self._shown(name), line, key, **values))

    def _refuse_twice(self, table: str, ids: list[str], lines: Located) -> None:
        for index, id in enumerate(ids):
            first = ids.index(id)
            if first < index:
                where = self._shown(f"debate.toml:{lines.line((table, first, 'id'))}")
                self._problem("debate.toml", lines.line((table, index, "id")), "id_twice", id=id, where=where)

    def _lint_questions(self, file: DebateFile, lines: Located) -> None:
        self._refuse_twice("questions", [question.id for question in file.questions], lines)
        for index, question in enumerate(file.questions):
            if question.claim is not None and question.claim not in self._claim_ids:
                at = lines.line(("questions", index, "claim"))
                self._problem("debate.toml", at, "no_claim", id=question.claim)

    # -- sources ---------------------------------------------------------------------------------

    def _read_sources(self) -> None:
        paths = sorted((self._folder / "sources").glob("*.toml"))
        if not paths:
            self._problem("debate.toml", 1, "no_sources")
            self._source_missing = True
        places: dict[str, str] = {}
        for path in paths:
            name = f"sources/{path.name}"
            found = read_toml(path, self._shown(name), SourceFile, self.problems)
            if found is None:
                self._source_missing = True
                continue
            file, lines = found
            if file.id in places:
                self._problem(name, lines.line(("id",)), "id_twice", id=file.id, where=places[file.id])
                continue
            places[file.id] = self._shown(f"{name}:{lines.line(('id',))}")
            text = read_text(path.parent / file.file, self._shown(f"sources/{file.file}"), self.problems)
            if text is None:
                self._source_missing = True
                continue
            self._sources[file.id] = self._source(name, file, lines, text)

    def _source(self, name: str, file: SourceFile, lines: Located, text: str) -> Source:
        for index, entry in enumerate(file.parts):
            if entry.speaker not in self._speakers:
                at = lines.line(("parts", index, "speaker"))
                self._problem(name, at, "no_speaker", id=entry.speaker)
        found = find_parts(file, text, self._speakers)
        for at, (key, values) in found.faults:
            self._problem(name, lines.line(at), key, **values)
        self._unsure |= found.unsure
        self._loose[file.id] = found.loose
        parts = tuple(found.parts)
        return Source(file.id, text, file.title, file.medium, file.published, file.language, parts)

    # -- claims ----------------------------------------------------------------------------------

    def _read_claims(self) -> list[tuple[Claim, str, Located]]:
        claims: list[tuple[Claim, str, Located]] = []
        paths = sorted((self._folder / "claims").glob("*.toml"))
        if not paths:
            self._problem("debate.toml", 1, "no_claims")
        for path in paths:
            name = f"claims/{path.name}"
            self._claim_ids.add(path.stem)
            found = read_toml(path, self._shown(name), ClaimFile, self.problems)
            if found is None:
                self._claim_missing = True
                continue
            file, lines = found
            self._claim_ids.add(file.id)
            if file.id != path.stem:
                self._problem(name, lines.line(("id",)), "file_name", id=file.id, file=path.stem)
            if file.theme not in self._themes:
                self._problem(name, lines.line(("theme",)), "no_theme", id=file.theme)
            quotes = self._find_quotes(name, file.quotes, lines, ("quotes",))
            answers = self._find_quotes(name, file.answer.quotes, lines, ("answer", "quotes"))
            self._lint_answer(name, file, lines, answers)
            claim = Claim(
                id=file.id,
                theme=file.theme,
                statement=file.statement,
                translations=file.translations,
                quotes=tuple(quotes.values()),
                answer=Answer(file.answer.state, tuple(answers.values())),
                exemplars=tuple(Exemplar(e.kind, e.lang, e.text) for e in file.exemplars),
            )
            claims.append((claim, name, lines))
        return claims

    def _lint_answer(self, name: str, file: ClaimFile, lines: Located, answers: dict[int, Quote]) -> None:
        state = file.answer.state
        if state is AnswerState.NONE and file.answer.quotes:
            self._problem(name, lines.line(("answer",)), "answer_none_with_quotes")
        if state is not AnswerState.NONE and not file.answer.quotes:
            self._problem(name, lines.line(("answer",)), "answer_empty", state=state)
        for index, quote in answers.items():
            if self._speakers[quote.speaker].role is not Role.INTERVIEWEE:
                at = lines.line(("answer", "quotes", index, "speaker"))
                self._problem(name, at, "answer_by_other", name=self._speakers[quote.speaker].name)

    def _find_quotes(
        self, name: str, entries: Sequence[QuoteEntry], lines: Located, at: Location
    ) -> dict[int, Quote]:
        quotes: dict[int, Quote] = {}
        quotable = Quotable(self._sources, self._speakers, self._source_missing, self._unsure, self._loose)
        for index, entry in enumerate(entries):
            if entry.speaker not in self._speakers:
                self._problem(name, lines.line((*at, index, "speaker")), "no_speaker", id=entry.speaker)
                continue
            if entry.source not in (None, *self._sources):
                if not self._source_missing:
                    self._problem(name, lines.line((*at, index, "source")), "no_source", id=entry.source)
                continue
            found = quotable.find(entry)
            if isinstance(found, Quote):
                quotes[index] = found
            elif found:
                key, values = found
                self._problem(name, lines.line((*at, index, "text")), key, **values)
        self._refused.update(entry.text for index, entry in enumerate(entries) if index not in quotes)
        return quotes

    # -- bank ------------------------------------------------------------------------------------

    def _read_bank(self) -> list[tuple[BankComment, int]]:
        path = self._folder / "bank.jsonl"
        rows = read_json_lines(path, self._shown("bank.jsonl"), BankRow, self.problems)
        return [(BankComment(row.lang, row.near, row.text), line) for line, row in rows]
