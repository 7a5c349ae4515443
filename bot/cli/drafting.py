"""`wederhoor exemplar`: one exemplar into its claim file, in its place."""

from __future__ import annotations

from typing import Annotated

import typer

from bot.cli.terminal import default_wording, tell, wording_in
from bot.settings import SettingsError, load_settings


def exemplar_command(
    claim: Annotated[str, typer.Argument()],
    text: Annotated[str, typer.Argument()],
    kind: Annotated[str, typer.Option("--kind")],
    lang: Annotated[str | None, typer.Option("--lang")] = None,
    debate: Annotated[str | None, typer.Option("--debate")] = None,
) -> None:
    """Adds an exemplar in the maintainer's own words; the debate's language unless another is named."""
    from bot.app_folders import debate_folder
    from bot.checks.exemplars import add_exemplar
    from bot.core.claims import ExemplarKind
    from bot.debates import load_debate

    settings = load_settings()
    kinds = {str(known): known for known in ExemplarKind}
    if kind not in kinds:
        raise SettingsError("cli.no_kind", kind=kind, known=", ".join(kinds))
    folder = debate_folder(settings, debate)
    found = load_debate(folder)
    ids = [each.id for each in found.claim_set.claims]
    if claim not in ids:
        raise SettingsError("cli.no_claim", id=claim, debate=found.id, known=", ".join(ids))
    wordings, _ = wording_in(settings.prompts)
    path, line = add_exemplar(folder, claim, kinds[kind], lang or found.language, text.strip(), wordings)
    say = default_wording().say
    print(say("cli.exemplar_added", where=f"{path}:{line}"))
    tell(say("cli.exemplar_calibrate", id=found.id))
