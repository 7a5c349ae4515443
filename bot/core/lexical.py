"""The lexical voices: rare words and word pieces, which carry the telling terms of an article."""

# scikit-learn comes without types.
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from scipy.sparse import csr_matrix
from sklearn.feature_extraction.text import TfidfVectorizer

ENOUGH_TEXTS = 100
"""From here on a run of characters that stands in one text only says nothing."""


class LexicalVoice:
    """TF-IDF over the texts of the index; rows are L2-normalised."""

    def __init__(self, texts: Sequence[str], **options: Any) -> None:
        self._vectoriser = TfidfVectorizer(sublinear_tf=True, **options)
        self.rows = cast(csr_matrix, self._vectoriser.fit_transform(texts))

    def encode(self, texts: Sequence[str]) -> csr_matrix:
        """One row a text; words that the index does not know carry no weight."""
        return cast(csr_matrix, self._vectoriser.transform(texts))


def word_pieces(texts: Sequence[str]) -> LexicalVoice:
    """Runs of three to six characters inside words: forgiving of typos, inflection and compounds."""
    seldom = 2 if len(texts) >= ENOUGH_TEXTS else 1
    return LexicalVoice(texts, analyzer="char_wb", ngram_range=(3, 6), min_df=seldom)


def phrases(texts: Sequence[str]) -> LexicalVoice:
    """One to three words or punctuation marks in a row: where agreement and irony show."""
    return LexicalVoice(texts, analyzer="word", ngram_range=(1, 3), token_pattern=r"\w+|[^\w\s]")
