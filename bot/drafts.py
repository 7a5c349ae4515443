"""A new debate folder from a plain text: what the program found, marked as a draft where a human must decide."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.checks.messages import lint_messages
from bot.core.proposals import Passage, Proposal
from bot.core.source import Part, Role
from bot.core.turns import Reading
from bot.debates import BrokenDebateError, read_debate
from bot.debates.parts import anchors_of
from bot.toml_lines import toml_string
from bot.wording import Wording

THEME = "all"
TODO = "TODO.md"


@dataclass(frozen=True)
class Draft:
    """A plain text as read, with the candidate claims in it.

    `source` is the id it gets, `file` the name it had, `left_out` how many groups of passages became no claim;
    `joined` tells that the lines of its paragraphs were joined.
    """

    id: str
    source: str
    file: str
    text: str
    language: str
    published: str
    reading: Reading
    proposals: Sequence[Proposal]
    left_out: int
    joined: bool

    @property
    def title(self) -> str:
        """The heading of the text, or the debate's id."""
        return self.reading.title or self.id

    def name(self, id: str) -> str:
        """The name of a speaker."""
        return next(speaker.name for speaker in self.reading.speakers if speaker.id == id)


def write_draft(folder: Path, draft: Draft, wordings: Mapping[str, Wording], terminal: Wording) -> None:
    """Writes the folder whole, after the check has passed it; the list of what is to be done in `terminal`.

    Raises `BrokenDebateError` when the check refuses it, `OSError` when it cannot be written or is there already.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=folder.parent, prefix=".new-") as place:
        made = Path(place) / folder.name
        for name, content in _files(draft, wordings, terminal):
            path = made / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content.encode())
        debate, problems = read_debate(made)
        if debate is not None and not problems:
            problems = lint_messages(made, debate, wordings)
        if problems:
            raise BrokenDebateError(made, problems)
        if folder.exists():  # an empty folder would be replaced
            raise FileExistsError(folder)
        made.rename(folder)


def _files(draft: Draft, wordings: Mapping[str, Wording], terminal: Wording) -> Iterable[tuple[str, str]]:
    own = wordings[draft.language]
    yield "debate.toml", _debate(draft, wordings)
    yield f"sources/{draft.source}.txt", draft.text
    yield f"sources/{draft.source}.toml", _source(draft, own)
    for proposal in draft.proposals:
        yield f"claims/{proposal.id}.toml", _claim(draft, proposal, wordings)
    yield "bank.jsonl", ""
    yield TODO, f"{_todo(draft, terminal)}\n"


def _debate(draft: Draft, wordings: Mapping[str, Wording]) -> str:
    own = wordings[draft.language]
    lines = [
        *_comment(own.say("draft.about_debate", todo=TODO)),
        *_keys(id=draft.id, title=draft.title, language=draft.language),
        "",
        "[credit]",
        *_keys(**{locale: wording.say("draft.credit") for locale, wording in wordings.items()}),
    ]
    for speaker in draft.reading.speakers:
        lines += ["", "[[speakers]]", *_keys(id=speaker.id, name=speaker.name, role=speaker.role)]
    titles = {locale: wording.say("draft.theme") for locale, wording in wordings.items()}
    lines += ["", "[[themes]]", *_keys(id=THEME), "", "[themes.title]", *_keys(**titles)]
    return _text(lines)


def _source(draft: Draft, own: Wording) -> str:
    lines = [
        *_comment(own.say("draft.about_source", todo=TODO)),
        *_keys(
            id=draft.source,
            file=f"{draft.source}.txt",
            title=draft.title,
            medium=own.say("draft.medium"),
            published=draft.published,
            language=draft.language,
        ),
    ]
    cursor = 0
    doubtful = [part for _, part in draft.reading.doubts]
    for part in draft.reading.parts:
        opens, closes = anchors_of(draft.text, part, cursor)
        guessed = any(part.start < each.end and each.start < part.end for each in doubtful)
        lines += ["", *(_comment(own.say("draft.doubtful")) if guessed else [])]
        lines += ["[[parts]]", *_keys(kind=part.kind, speaker=part.speaker)]
        lines += [f"number = {part.number}"] if part.number is not None else []
        lines += _keys(opens=opens, closes=closes)
        cursor = part.end
    return _text(lines)


def _claim(draft: Draft, proposal: Proposal, wordings: Mapping[str, Wording]) -> str:
    own = wordings[draft.language]
    speakers = dict.fromkeys(draft.name(passage.part.speaker) for passage in proposal.passages)
    said = {"names": ", ".join(speakers), "about": ", ".join(proposal.about) or proposal.id}
    others = {locale: w.say("draft.statement", **said) for locale, w in wordings.items() if w is not own}
    lines = [
        *_comment(own.say("draft.about_statement")),
        *_keys(id=proposal.id, theme=THEME, statement=own.say("draft.statement", **said)),
        *(["", "[translations]", *_keys(**others)] if others else []),
    ]
    for passage in proposal.passages:
        lines += ["", "[[quotes]]", *_keys(text=_words(draft, passage), speaker=passage.part.speaker)]
    lines += ["", *_comment(own.say("draft.about_answer")), "[answer]", *_keys(state="none")]
    lines += ["", *_comment(own.say("draft.about_exemplar")), "[[exemplars]]"]
    exemplar = _words(draft, proposal.typical)
    return _text([*lines, *_keys(kind="agreement", lang=draft.language, text=exemplar)])


def _todo(draft: Draft, terminal: Wording) -> str:
    say = terminal.say
    reading = draft.reading
    turns = [part.speaker for part in reading.parts]
    speakers = [
        {"id": s.id, "name": s.name, "role": say(f"draft.role_{s.role}"), "parts": turns.count(s.id)}
        for s in reading.speakers
        if s.role is not Role.READER
    ]
    readers = len(reading.speakers) - len(speakers)
    doubts = [
        {
            "line": _line(draft.text, part),
            "why": say(f"draft.doubt_{doubt}"),
            "words": _first_words(draft, part),
        }
        for doubt, part in reading.doubts
    ]
    claims = [
        {"id": each.id, "words": " ".join(_words(draft, each.typical).split())} for each in draft.proposals
    ]
    return "\n\n".join(
        section.strip("\n")
        for section in (
            say(
                "draft.todo_text",
                title=draft.title,
                file=draft.file,
                shape=say(f"draft.shape_{reading.shape}"),
                source=draft.source,
                joined=draft.joined,
            ),
            say("draft.todo_speakers", speakers=speakers, readers=readers),
            *([say("draft.todo_doubts", doubts=doubts, source=draft.source)] if doubts else []),
            say("draft.todo_claims", claims=claims, left_out=draft.left_out),
            say("draft.todo_comments", id=draft.id),
        )
    )


def _words(draft: Draft, passage: Passage) -> str:
    return draft.text[passage.start : passage.end]


def _line(text: str, part: Part) -> int:
    return text.count("\n", 0, part.start) + 1


def _first_words(draft: Draft, part: Part) -> str:
    return " ".join(draft.text[part.start : part.end].split()[:8])


def _keys(**values: str) -> list[str]:
    return [f"{name} = {toml_string(value)}" for name, value in values.items()]


def _comment(text: str) -> list[str]:
    return [f"# {line}" for line in text.splitlines()]


def _text(lines: Iterable[str]) -> str:
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)) + "\n"
