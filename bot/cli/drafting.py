"""`wederhoor exemplar`: exemplars into their claim files, each in its place; one, or what moderators put forward."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.terminal import default_wording, sentence_for, tell, wording_in
from bot.settings import SettingsError, load_settings
from bot.wording import Wording

if TYPE_CHECKING:
    from bot.core.claims import Debate
    from bot.proposed import ProposedExemplar


def exemplar_command(
    claim: Annotated[str | None, typer.Argument()] = None,
    text: Annotated[str | None, typer.Argument()] = None,
    kind: Annotated[str | None, typer.Option("--kind")] = None,
    lang: Annotated[str | None, typer.Option("--lang")] = None,
    debate: Annotated[str | None, typer.Option("--debate")] = None,
    proposed: Annotated[Path | None, typer.Option("--from")] = None,
) -> None:
    """Adds an exemplar in the maintainer's own words, or those in a file; the debate's language unless named."""
    from bot.app_folders import debate_folder
    from bot.core.claims import ExemplarKind
    from bot.debates import load_debate
    from bot.proposed import ProposedExemplar, read_proposed

    settings = load_settings()
    kinds = {str(known): known for known in ExemplarKind}
    if proposed is None and (claim is None or text is None or kind is None):
        raise SettingsError("cli.exemplar_incomplete")
    if kind is not None and kind not in kinds:
        raise SettingsError("cli.no_kind", kind=kind, known=", ".join(kinds))
    folder = debate_folder(settings, debate)
    found = load_debate(folder)
    wordings, _ = wording_in(settings.prompts)
    if proposed is not None:
        added = _add_each(folder, found, read_proposed(proposed), wordings)
    else:
        one = ProposedExemplar.model_construct(
            claim=claim or "", kind=kinds[kind or ""], lang=lang or found.language, text=(text or "").strip()
        )
        added = _add(folder, found, one, wordings)
    if added:
        tell(default_wording().say("cli.exemplar_calibrate", id=found.id))


def _add(folder: Path, debate: Debate, exemplar: ProposedExemplar, wordings: Mapping[str, Wording]) -> bool:
    from bot.checks.exemplars import add_exemplar

    ids = [each.id for each in debate.claim_set.claims]
    if exemplar.claim not in ids:
        raise SettingsError("cli.no_claim", id=exemplar.claim, debate=debate.id, known=", ".join(ids))
    path, line = add_exemplar(folder, exemplar.claim, exemplar.kind, exemplar.lang, exemplar.text, wordings)
    print(default_wording().say("cli.exemplar_added", where=f"{path}:{line}"))
    return True


def _add_each(
    folder: Path, debate: Debate, rows: list[ProposedExemplar], wordings: Mapping[str, Wording]
) -> bool:
    """Adds what the check takes and tells of the rest, with exit code 1; what the debate has is passed over."""
    from bot.checks.exemplars import RefusedExemplarError

    known = {(claim.id, e.kind, e.text) for claim in debate.claim_set.claims for e in claim.exemplars}
    added = refused = 0
    for row in rows:
        if (row.claim, row.kind, row.text) in known:
            continue
        try:
            added += _add(folder, debate, row, wordings)
        except (RefusedExemplarError, SettingsError) as error:
            refused += 1
            tell(sentence_for(error.told))
        else:
            known.add((row.claim, row.kind, row.text))
    say = default_wording().say
    print(say("cli.exemplars_added", added=added, refused=refused, known=len(rows) - added - refused))
    if refused:
        if added:
            tell(say("cli.exemplar_calibrate", id=debate.id))
        sys.exit(1)
    return added > 0
