"""A quote is found by its words, with a typo in it and without a model."""

from __future__ import annotations

import re

import pytest

from bot.core.by_words import by_words
from bot.debates import load_debate
from tests.conftest import WIJKAANPAK

CLAIMS = load_debate(WIJKAANPAK).claim_set


def with_a_typo(words: str) -> str:
    """A letter of the longest word left out."""
    longest = max(re.findall(r"\w+", words), key=len)
    middle = len(longest) // 2
    return words.replace(longest, longest[:middle] + longest[middle + 1 :], 1)


@pytest.mark.feature("T12")
def test_every_quote_with_a_typo_leads_to_its_claim_without_a_model() -> None:
    for claim in CLAIMS.claims:
        for quote in claim.passages:
            found = by_words(CLAIMS, with_a_typo(quote.text))
            owners = {other.id for other in CLAIMS.claims if quote in other.passages}
            assert found, quote.text
            assert found[0].id in owners, quote.text


@pytest.mark.feature("T12")
@pytest.mark.parametrize("text", ["", "😀", "Wie gaat er zaterdag mee naar de wedstrijd?", "x" * 5000])
def test_other_words_lead_nowhere(text: str) -> None:
    assert by_words(CLAIMS, text) == []
