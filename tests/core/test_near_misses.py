"""A near miss in a claim file keeps the claim from comments that only look like it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot.app import load_live
from bot.encoder import Encoder
from tests.small import calibrated

NEAR_MISS = r'\[\[exemplars\]\]\nkind = "near_miss"\n.*?(?=\n\[\[|\Z)'
LOOKALIKES = {
    "empty-quay": "What a lovely quay, the perfect spot for our wedding pictures!",
    "no-buyers": "At that auction I bought a lovely painting last week.",
}


def without_near_misses(folder: Path) -> None:
    for path in (folder / "claims").glob("*.toml"):
        text = path.read_text("utf-8")
        path.write_text(
            re.sub(r'\[\[exemplars\]\]\nkind = "near_miss"\n.*?(?=\n\[\[|\Z)', "", text, flags=re.DOTALL),
            "utf-8",
        )


@pytest.mark.feature("T10")
@pytest.mark.parametrize(("claim", "text"), LOOKALIKES.items())
async def test_a_near_miss_lowers_its_claims_false_hits(
    light: Encoder, tmp_path: Path, claim: str, text: str
) -> None:
    scores: list[float] = []
    for name, change in (("with", lambda _: None), ("without", without_near_misses)):
        (tmp_path / name).mkdir()
        live = load_live(calibrated(tmp_path / name, light.model_id, change), light)
        comment = live.read(text)
        (matches,) = live.match([comment], await light.encode(comment.texts))
        scores.append({c.claim: c.score for c in matches[0].candidates}.get(claim, 0.0))
    with_it, without_it = scores
    assert with_it < without_it / 2
