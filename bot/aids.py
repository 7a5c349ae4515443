"""What a reader is shown beside a reply, alone and on demand: another passage, or the words in their language."""

from __future__ import annotations

from collections.abc import Sequence

from bot.core.claims import Debate, Quote
from bot.replies import compose_passage
from bot.wording import Rendered, Wording


def compose_further(debate: Debate, wording: Wording, quote: Quote, number: int, count: int) -> Rendered:
    """A further passage on the claims of a reply, with its number among so many."""
    passage = compose_passage(debate, wording, [quote], {})
    return wording.render("card.further", passage=passage, number=number, count=count)


def compose_translation(debate: Debate, wording: Wording, quotes: Sequence[Quote]) -> Rendered:
    """Quotes as they were said, each with its translation, which is said to be none of the speaker's words.

    Raises `LookupError` when a quote has none in the language of the wording.
    """
    pairs = [
        wording.render(
            "card.translated",
            passage=compose_passage(debate, wording, [quote], {}),
            translation=_translation_of(debate, quote, wording.locale),
        )
        for quote in quotes
    ]
    translator = debate.translations[wording.locale].translator
    return wording.render("card.translation", pairs=pairs, translator=translator)


def _translation_of(debate: Debate, quote: Quote, locale: str) -> str:
    found = debate.translation(quote, locale)
    if found is None:
        raise LookupError(locale)
    return found
