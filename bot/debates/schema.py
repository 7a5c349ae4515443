"""The shapes of the files in a debate folder; unknown keys are refused."""

from __future__ import annotations

from contextlib import suppress
from datetime import date
from typing import Annotated, Literal
from zoneinfo import available_timezones

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints
from pydantic_core import PydanticCustomError

from bot.core.claims import AnswerState, ExemplarKind, Stance
from bot.core.source import Kind, Role

Id = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$")]
Lang = Annotated[str, StringConstraints(pattern=r"^[a-z]{2}$")]
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
PollAnswer = Annotated[Text, StringConstraints(max_length=55)]


def _known_zone(name: str) -> str:
    known = available_timezones()  # empty on a machine without a time zone database
    if known and name not in known:
        raise ValueError(name)
    return name


def _real_date(written: str) -> str:
    whole = written + "-01-01"[3 * written.count("-") :]
    with suppress(ValueError):
        if date.fromisoformat(whole).isoformat() == whole:  # it takes weeks and bare digits too
            return written
    raise PydanticCustomError("not_a_date", "{written}", {"written": written})


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class SpeakerEntry(_File):
    """Somebody whose words stand in a source."""

    id: Id
    name: Text
    role: Role


class ThemeEntry(_File):
    """A group of claims."""

    id: Id
    title: dict[Lang, Text]
    tag: dict[Lang, Annotated[Text, StringConstraints(max_length=20)]] = {}
    emoji: str = ""


class PollEntry(_File):
    """The question of the debate as a poll; Discord's limits are those of its length."""

    question: dict[Lang, Annotated[Text, StringConstraints(max_length=300)]] = Field(min_length=1)
    answers: list[Annotated[dict[Lang, PollAnswer], Field(min_length=1)]] = Field(min_length=2, max_length=10)


class QuestionEntry(_File):
    """A question that the bot may ask when nobody says anything; `claim` is whose quotation goes above it."""

    id: Id
    text: dict[Lang, Annotated[Text, StringConstraints(max_length=300)]] = Field(min_length=1)
    claim: Id | None = None


class DebateFile(_File):
    """debate.toml"""

    id: Id
    title: Text
    language: Lang
    credit: dict[Lang, Text]
    interviewees: dict[Lang, Text] = {}
    timezone: Annotated[str, AfterValidator(_known_zone)] = "UTC"
    speakers: list[SpeakerEntry] = Field(min_length=1)
    themes: list[ThemeEntry] = Field(min_length=1)
    blocked_words: list[Annotated[Text, StringConstraints(max_length=60)]] = Field([], max_length=1000)
    poll: PollEntry | None = None
    questions: list[QuestionEntry] = []


class PartEntry(_File):
    """One part of a source, found by its first and last words."""

    kind: Kind
    speaker: Id
    opens: Annotated[str, StringConstraints(min_length=1)]
    closes: Annotated[str, StringConstraints(min_length=1)]
    number: int | None = None
    inferred: bool = False


class SourceFile(_File):
    """sources/*.toml"""

    id: Id
    file: Text
    title: Text
    medium: Text
    published: Annotated[str, AfterValidator(_real_date)]
    language: Lang
    parts: list[PartEntry] = Field(min_length=1)


class QuoteEntry(_File):
    """A quotation; the loader finds its place."""

    text: Annotated[str, StringConstraints(min_length=1)]
    speaker: Id
    source: Id | None = None


class AnswerEntry(_File):
    """What was said to the objection."""

    state: AnswerState
    quotes: list[QuoteEntry] = []


class ExemplarEntry(_File):
    """One exemplar."""

    kind: ExemplarKind
    lang: Lang
    text: Text


class ClaimFile(_File):
    """claims/*.toml"""

    id: Id
    theme: Id
    statement: Text
    translations: dict[Lang, Text] = {}
    quotes: list[QuoteEntry] = []
    answer: AnswerEntry
    exemplars: list[ExemplarEntry] = Field(min_length=1)


class TranslationEntry(_File):
    """A quotation, to the letter, in another language."""

    quote: Annotated[str, StringConstraints(min_length=1)]
    text: Text


class TranslationsFile(_File):
    """translations/*.toml; the name of the file is the language."""

    translator: Text
    translations: list[TranslationEntry] = Field(min_length=1)


class BankRow(_File):
    """One line of bank.jsonl"""

    text: Text
    lang: Lang
    near: bool


class DemonstrationRow(_File):
    """One line of demonstration.jsonl; `presses` are buttons that the member then tries."""

    name: Text
    text: Text
    presses: list[Literal["context", "why", "dismiss"]] = []


class LabelledRow(_File):
    """One line of labelled/*.jsonl; `points` stands in for `claims` and `stance` when there are several."""

    id: Id
    text: Text
    lang: Lang
    topic: Annotated[str, StringConstraints(pattern=r"^(on|near|off)$")]
    claims: list[Id] = []
    stance: Stance | None = None
    points: list[LabelledPointRow] = []


class LabelledPointRow(_File):
    """One point of a comment that makes several."""

    claims: list[Id] = Field(min_length=1)
    stance: Stance


LabelledRow.model_rebuild()
