"""`wederhoor new`: a debate folder from a plain text, to be finished by a human."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.terminal import default_wording, progress, tell, wording_in
from bot.settings import Settings, SettingsError, load_settings

if TYPE_CHECKING:
    from bot.drafts import Draft

_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")


def new_command(
    debate: Annotated[str, typer.Argument()],
    source: Annotated[Path, typer.Option("--source")],
    to: Annotated[Path | None, typer.Option("--to", file_okay=False)] = None,
    lang: Annotated[str | None, typer.Option("--lang")] = None,
) -> None:
    """Reads the text, drafts its claims and writes the folder beside the other debates, or under `to`."""
    from bot.drafts import TODO, write_draft

    settings = load_settings()
    if not _ID.fullmatch(debate):
        raise SettingsError("cli.new_id", id=debate)
    folder = (to or settings.debates) / debate
    if folder.exists() or folder.is_symlink():
        raise SettingsError("cli.new_exists", folder=str(folder))
    wordings, _ = wording_in(settings.prompts)
    if lang is not None and lang not in wordings:
        raise SettingsError("cli.new_language", lang=lang, known=", ".join(wordings))
    draft = _draft(settings, debate, source, lang)
    terminal = default_wording()
    write_draft(folder, draft, wordings, terminal)
    kinds = [str(part.kind) for part in draft.reading.parts]
    print(
        terminal.say(
            "cli.new_written",
            folder=str(folder),
            parts=len(kinds),
            turns=kinds.count("turn"),
            questions=kinds.count("question"),
            comments=kinds.count("comment"),
            claims=len(draft.proposals),
        )
    )
    tell(terminal.say("cli.new_todo", todo=str(folder / TODO), doubts=len(draft.reading.doubts)))


def _draft(settings: Settings, debate: str, source: Path, lang: str | None) -> Draft:
    from bot.cli.loading import encoder_of
    from bot.core.comments import language
    from bot.core.layout import unwrapped
    from bot.core.names import Placeholders
    from bot.core.proposals import passages, propose
    from bot.core.turns import Shape, read_turns
    from bot.debates.plain_text import NotPlainTextError, read_plain_text
    from bot.drafts import Draft

    written = read_plain_text(source)
    text = unwrapped(written)
    wordings, _ = wording_in(settings.prompts)
    spoken = lang or language(text)
    spoken = spoken if spoken in wordings else settings.locale
    say = wordings[spoken].say
    names = Placeholders(
        say("draft.editor"), say("draft.interviewer"), say("draft.speaker"), say("draft.reader")
    )
    reading = read_turns(text, names)
    found = passages(text, reading.parts)
    if not found:
        raise NotPlainTextError(source, "silent")
    encoder = encoder_of(settings)
    vectors = encoder.encode_now([text[each.start : each.end] for each in found], progress, cached=True)
    proposals, left_out = propose(text, found, vectors)
    return Draft(
        id=debate,
        source="speech" if reading.shape is Shape.SPEECH else "interview",
        file=source.name,
        text=text,
        language=spoken,
        published=str(datetime.now(UTC).year),
        reading=reading,
        proposals=proposals,
        left_out=left_out,
        joined=text != written,
    )
