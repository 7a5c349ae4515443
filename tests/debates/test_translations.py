"""Translations of quotes are data beside the claims: checked, and without any bearing on what matches."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bot.aids import compose_translation
from bot.core.claims import Debate
from bot.core.source import digest
from bot.debates import load_debate
from bot.wording import load_wording
from tests.conftest import ROOT
from tests.debates.conftest import WIJKAANPAK, line_of, problems_of, replace

WORDINGS = load_wording(ROOT / "prompts")
GRASS = "We did not study the eelgrass."


def translations(
    folder: Path, *pairs: tuple[str, str], translator: str | None = "Aukje", name: str = "nl"
) -> Path:
    """A file of translations in that debate."""
    (folder / "translations").mkdir()
    path = folder / "translations" / f"{name}.toml"
    head = f'translator = "{translator}"\n' if translator else ""
    entries = [
        f"\n[[translations]]\nquote = {json.dumps(quote)}\ntext = {json.dumps(text)}\n"
        for quote, text in pairs
    ]
    path.write_text(head + "".join(entries), "utf-8")
    return path


@pytest.mark.feature("M19")
def test_every_quote_of_the_dutch_debate_has_an_english_translation() -> None:
    debate = load_debate(WIJKAANPAK)
    for claim in debate.claim_set.claims:
        for quote in claim.passages:
            translated = debate.translation(quote, "en")
            assert translated, quote.text
            assert 0.5 < len(translated) / len(quote.text) < 1.8, quote.text
            assert debate.translation(quote, "nl") is None
            assert digest(translated) not in debate.translations["en"].texts
    assert debate.translations["en"].translator


@pytest.mark.feature("M19")
def test_a_translation_says_after_the_original_whose_words_it_is_not(harbour: Path) -> None:
    translations(harbour, (GRASS, "Het zeegras hebben we niet onderzocht."))
    debate: Debate = load_debate(harbour)
    (quote,) = debate.claim_set.by_id["eelgrass"].quotes
    text = compose_translation(debate, WORDINGS["nl"], [quote]).text
    assert text.startswith(f"> {GRASS}\n")
    assert "**Vertaald:** Het zeegras hebben we niet onderzocht." in text
    assert "niet de woorden van de spreker. Vertaald door Aukje." in text
    with pytest.raises(LookupError):
        compose_translation(debate, WORDINGS["en"], [quote])


def test_translations_are_no_part_of_the_claim_set(harbour: Path) -> None:
    before = load_debate(harbour).claim_set.hash
    translations(harbour, (GRASS, "Het zeegras hebben we niet onderzocht."))
    assert load_debate(harbour).claim_set.hash == before


@pytest.mark.feature("T2", "M19")
def test_a_translation_of_what_nobody_said_is_refused(harbour: Path) -> None:
    path = translations(harbour, (GRASS, "Zeegras."), (GRASS[:-1], "Zeegras"), (GRASS, "Nog eens."))
    told = [(p.where, p.key) for p in problems_of(harbour)]
    assert told == [
        (f"harbour/translations/nl.toml:{line_of(path, 'quote = ', 1)}", "lint.translation_of_none"),
        (f"harbour/translations/nl.toml:{line_of(path, 'quote = ', 2)}", "lint.translated_twice"),
    ]


@pytest.mark.feature("T2", "M19")
def test_a_translation_by_nobody_is_refused(harbour: Path) -> None:
    translations(harbour, (GRASS, "Zeegras."), translator=None)
    (problem,) = problems_of(harbour)
    assert (problem.key, dict(problem.values)["name"]) == ("lint.missing_key", "translator")


def test_a_file_of_translations_is_named_after_its_language(harbour: Path) -> None:
    translations(harbour, (GRASS, "Zeegras."), name="dutch")
    (problem,) = problems_of(harbour)
    assert (problem.where, problem.key) == ("harbour/translations/dutch.toml:1", "lint.no_language")


def test_an_altered_quote_leaves_its_translation_behind(harbour: Path) -> None:
    translations(harbour, (GRASS, "Zeegras."))
    claim = harbour / "claims" / "eelgrass.toml"
    longer = f"{GRASS} I leave that to the people who dive for a living."
    replace(claim, f'text = "{GRASS}"', f'text = "{longer}"')
    assert [p.key for p in problems_of(harbour)] == ["lint.translation_of_none"]


GRASS_CLAIM = "claims/eelgrass.toml"
ALTERED = "We never studied the eelgrass."


@pytest.mark.feature("T2", "M19")
@pytest.mark.parametrize("translated", [GRASS, ALTERED])
def test_a_quote_that_nobody_said_is_told_once_also_when_it_is_translated(
    harbour: Path, translated: str
) -> None:
    """Whether the words were altered in the claim alone or in its translation too."""
    translations(harbour, (translated, "Zeegras."))
    replace(harbour / GRASS_CLAIM, f'text = "{GRASS}"', f'text = "{ALTERED}"')
    told = [(p.where.partition(":")[0], p.key) for p in problems_of(harbour)]
    assert told == [(f"harbour/{GRASS_CLAIM}", "lint.altered_quote")]


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        (f'text = "{GRASS}"\nspeaker = "', f'text = "{GRASS}"\nspeaker = "no-', "lint.no_speaker"),
        ("statement = ", "statemend = ", "lint.unknown_key_near"),
        ("statement = ", "statement = = ", "lint.not_toml"),
    ],
)
def test_a_broken_claim_is_no_fault_of_its_translation(harbour: Path, old: str, new: str, key: str) -> None:
    translations(harbour, (GRASS, "Zeegras."))
    replace(harbour / GRASS_CLAIM, old, new)
    keys = [p.key for p in problems_of(harbour)]
    assert key in keys
    assert "lint.translation_of_none" not in keys


def test_a_changed_source_is_told_once_for_what_was_quoted_and_translated(harbour: Path) -> None:
    translations(harbour, (GRASS, "Zeegras."))
    (source,) = [each for each in (harbour / "sources").glob("*.txt") if GRASS in each.read_text("utf-8")]
    replace(source, GRASS, ALTERED)
    keys = [p.key for p in problems_of(harbour)]
    assert "lint.altered_quote" in keys
    assert "lint.translation_of_none" not in keys


def test_beside_a_broken_quote_a_translation_of_something_else_is_told_too(harbour: Path) -> None:
    translations(harbour, ("The moon is made of green cheese.", "De maan is van kaas."))
    replace(harbour / GRASS_CLAIM, f'text = "{GRASS}"', f'text = "{ALTERED}"')
    assert [p.key for p in problems_of(harbour)] == ["lint.altered_quote", "lint.translation_of_none"]
