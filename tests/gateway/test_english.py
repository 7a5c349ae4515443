"""A comment in English finds the claim of a Dutch article, as well as one in Dutch does."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import pytest

from bot.debates import load_labelled
from bot.encoder import Encoder
from bot.live import LiveDebate
from tests.conftest import WIJKAANPAK
from tests.gateway.conftest import World

ABOUT = {
    language: {
        row.text: frozenset(claim for point in row.points for claim in point.claims)
        for row in load_labelled(WIJKAANPAK, "test")
        if row.lang == language and row.points
    }
    for language in ("nl", "en")
}
"""The comments to measure on that are about a claim, each with the claims that it may be about."""


def recall(ranked: Mapping[str, str], about: Mapping[str, Collection[str]]) -> float:
    """Of how many comments the claim that ranks first is one of theirs."""
    return sum(ranked[text] in claims for text, claims in about.items()) / len(about)


@pytest.mark.feature("M18")
async def test_english_comments_find_their_claim_as_dutch_ones_do(
    debate: World, live: LiveDebate, encoder: Encoder
) -> None:
    english: dict[str, str] = {}
    for number, text in enumerate(ABOUT["en"]):
        comment = await debate.member(f"reader{number}").send(debate.channel, text)
        decision = await debate.store.decision_of(comment.id)
        assert decision is not None
        candidates: Any = decision.record["candidates"]
        english[text] = candidates[0]["claim"]
    # The ten times as many in Dutch take the bot's own path up to the decision, and not the gateway.
    comments = [live.read(text) for text in ABOUT["nl"]]
    vectors = await encoder.encode([text for comment in comments for text in comment.texts])
    decisions = live.judge_each(comments, vectors)
    dutch = {
        text: decision.candidates[0].claim for text, decision in zip(ABOUT["nl"], decisions, strict=True)
    }
    assert len(english) >= 20
    assert len(dutch) >= 180
    assert recall(english, ABOUT["en"]) >= recall(dutch, ABOUT["nl"]) - 0.1
