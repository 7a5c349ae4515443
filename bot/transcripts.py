"""Transcripts of a real session: JSON Lines, or an export by DiscordChatExporter."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.debates.files import BrokenFileError, Problem, explain, json_lines, read_text

COMMENTS = frozenset({"Default", "Reply", "0", "19"})
"""Discord's kinds of message that somebody wrote."""


@dataclass(frozen=True, slots=True)
class Said:
    """One message of a transcript; `robot` tells that no member wrote it, `asked` that the bot was named.

    `names` are all by which the transcript calls its author and whom the message mentions.
    """

    author: str
    author_id: str
    text: str
    at: datetime
    robot: bool = False
    asked: bool = False
    names: frozenset[str] = frozenset()


class _Row(BaseModel):
    model_config = ConfigDict(extra="ignore", coerce_numbers_to_str=True)


class TranscriptRow(_Row):
    """One line of a JSON Lines transcript; further keys are left alone."""

    author: str
    text: str
    timestamp: datetime
    bot: bool = False
    asked: bool = False


class _Author(_Row):
    id: str
    name: str
    nickname: str | None = None
    is_bot: bool = Field(default=False, alias="isBot")

    @property
    def names(self) -> set[str]:
        return {self.name, self.nickname or self.name}


class ExportedMessage(_Row):
    """One message as DiscordChatExporter writes it."""

    id: str
    type: str = "Default"
    timestamp: datetime
    content: str
    author: _Author
    mentions: list[_Author] = []


def read_transcript(path: Path, bot: str | None = None) -> list[Said]:
    """What was said, oldest first; raises `BrokenFileError` when anything in it cannot be read.

    `bot` is the name under which the bot took part: what it said then is skipped, and who names it asks it.
    """
    problems: list[Problem] = []
    text = read_text(path, str(path), problems)
    said: list[Said] = []
    if text is not None:
        exported = _exported(text)
        said = (
            _from_lines(text, path, problems)
            if exported is None
            else _from_export(exported, text, path, bot, problems)
        )
    if problems:
        raise BrokenFileError(problems)
    return sorted((_named(each, bot) for each in said), key=lambda each: each.at)


def _named(said: Said, bot: str | None) -> Said:
    if bot is None:
        return said
    robot = said.robot or said.author.casefold() == bot.casefold()
    return replace(said, robot=robot, asked=said.asked or f"@{bot}".casefold() in said.text.casefold())


def _exported(text: str) -> list[Any] | None:
    """The messages of an export, or None when it is not one."""
    try:
        content = json.loads(text)
    except ValueError:
        return None
    messages = content.get("messages") if isinstance(content, dict) else None
    return messages if isinstance(messages, list) else None


def _from_lines(text: str, path: Path, problems: list[Problem]) -> list[Said]:
    return [
        Said(
            row.author,
            row.author,
            row.text,
            _aware(row.timestamp),
            row.bot,
            row.asked,
            frozenset({row.author}),
        )
        for _, row in json_lines(text, str(path), TranscriptRow, problems)
    ]


def _from_export(
    messages: list[Any], text: str, path: Path, bot: str | None, problems: list[Problem]
) -> list[Said]:
    said: list[Said] = []
    for message in messages:
        try:
            row = ExportedMessage.model_validate(message)
        except ValidationError as error:
            line = _line_of(message, text)
            problems += [
                Problem.at(str(path), line, key, **values)
                for _, key, values in explain(error, ExportedMessage)
            ]
            continue
        if row.type not in COMMENTS:
            continue
        author = row.author.nickname or row.author.name
        is_ours = bot is not None and bot.casefold() in (author.casefold(), row.author.name.casefold())
        said.append(
            Said(
                author,
                row.author.id,
                row.content,
                _aware(row.timestamp),
                robot=row.author.is_bot or is_ours,
                names=frozenset(row.author.names.union(*(each.names for each in row.mentions))),
            )
        )
    return said


def _line_of(message: Any, text: str) -> int:
    """The line on which a message of an export stands, by its id."""
    id = message.get("id") if isinstance(message, dict) else None
    at = text.find(json.dumps(id)) if id is not None else -1
    return text.count("\n", 0, max(0, at)) + 1


def _aware(at: datetime) -> datetime:
    """A time without a zone is taken for UTC."""
    return at if at.tzinfo else at.replace(tzinfo=UTC)
