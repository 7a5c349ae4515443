"""The lexical lane: which claims a text is about by its words alone, for when no model answers."""

from __future__ import annotations

from bot.core.claims import Claim, ClaimSet
from bot.core.lexical import word_pieces

ALIKE = 0.5
"""Cosine over runs of characters from which a text is all but the same words; a typo or two do not matter."""

MOST_FOUND = 3


def by_words(claim_set: ClaimSet, text: str) -> list[Claim]:
    """The claims whose statement, quotes or answer the text nearly repeats, the most alike first."""
    texts = [
        (said, claim.id)
        for claim in claim_set.claims
        for said in (claim.statement, *claim.translations.values(), *(quote.text for quote in claim.passages))
    ]
    voice = word_pieces([said for said, _ in texts])
    likeness = (voice.rows @ voice.encode([text]).T).toarray().ravel()
    best: dict[str, float] = {}
    for (_, claim), alike in zip(texts, likeness, strict=True):
        best[claim] = max(best.get(claim, 0.0), float(alike))
    found = sorted((claim for claim in best if best[claim] >= ALIKE), key=lambda claim: -best[claim])
    return [claim_set.by_id[claim] for claim in found[:MOST_FOUND]]
