"""What one exemplar does to the ranking: every text of the index left out in turn, without fitting again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import inv

from bot.core.claims import ClaimSet, ExemplarKind
from bot.core.kernel import Matrix
from bot.core.matching import ClaimIndex
from bot.core.vectors import Vectors

Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Influence:
    """One text of the index: its claim (None for the bank), and what its presence does to some comments.

    `gained` and `lost` are the comments whose first claim is right only with it, or only without it; `lead` is
    what it adds to the lead of the right claim over the best wrong one, summed over the comments.
    """

    claim: str | None
    kind: ExemplarKind | None
    text: str
    gained: int
    lost: int
    lead: float


def influences(
    index: ClaimIndex, texts: Sequence[str], vectors: Vectors, wanted: Sequence[frozenset[str]]
) -> tuple[Influence, ...]:
    """The influence of every text of the index on these comments, the most harmful first.

    `wanted` are the claims that answer a comment, none where silence is right; `vectors` are those of `texts`.
    """
    if not texts:
        return ()
    columns = {claim.id: at for at, claim in enumerate(index.claim_set.claims)}
    right = np.zeros((len(texts), len(columns) + 1), dtype=bool)
    for at, claims in enumerate(wanted):
        right[at, [columns[claim] for claim in claims] or [len(columns)]] = True
    values, hits, leads = _effects(index, index.likeness(texts, vectors), right)
    whole_hits, whole_leads = _judge(values, right)
    found = [
        Influence(
            claim,
            kind,
            text,
            gained=int((whole_hits & ~hits[at]).sum()),
            lost=int((hits[at] & ~whole_hits).sum()),
            lead=float((whole_leads - leads[at]).sum()),
        )
        for at, (claim, kind, text) in enumerate(_owned(index.claim_set))
    ]
    return tuple(sorted(found, key=lambda one: (one.gained - one.lost, one.lead)))


def _owned(claim_set: ClaimSet) -> list[tuple[str | None, ExemplarKind | None, str]]:
    exemplars = [(claim.id, e.kind, e.text) for claim in claim_set.claims for e in claim.exemplars]
    return [*exemplars, *((None, None, row.text) for row in claim_set.bank)]


def _effects(index: ClaimIndex, likeness: Matrix, right: Flags) -> tuple[Matrix, Flags, Matrix]:
    """The regression's values for the comments, and hits and leads (n, m) with each of n texts left out.

    Leaving row i out of a ridge regression A c = t, with A the gram plus the penalty, takes from the values
    k(x) c the term (k(x) A⁻¹)ᵢ cᵢ / (A⁻¹)ᵢᵢ: the downdate of a bordered inverse (Golub & Van Loan, 2.1.4).
    What the voices learnt from the text, their centre and their words, stays.
    """
    gram = index.gram.astype(np.float64)
    gram[np.diag_indices_from(gram)] += index.penalty
    inverse: Matrix = inv(gram, overwrite_a=True, check_finite=False)
    coefficients = inverse @ index.targets
    values = likeness @ coefficients
    reach = likeness @ inverse
    shapes = (len(inverse), len(likeness))
    hits, leads = np.zeros(shapes, dtype=bool), np.zeros(shapes)
    for at in range(len(inverse)):
        without = values - reach[:, at : at + 1] * (coefficients[at] / inverse[at, at])
        hits[at], leads[at] = _judge(without, right)
    return values, hits, leads


def _judge(values: Matrix, right: Flags) -> tuple[Flags, Matrix]:
    """Whether each comment's best column is a right one, and the lead of its best right column.

    A comment that some claim answers is judged among the claims, any other also against "no claim".
    """
    silent = right[:, -1]
    best_right = np.where(right, values, -np.inf).max(axis=1)
    wrong = np.where(right, -np.inf, values)
    wrong[~silent, -1] = -np.inf
    leads = best_right - wrong.max(axis=1)
    return leads > 0, leads
