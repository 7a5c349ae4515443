"""What people say that no claim answers: near-duplicates among the comments that got no reply, without names."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from bot.core.claims import ClaimSet, ExemplarKind
from bot.core.comments import FUNCTION_WORDS
from bot.core.groups import group
from bot.core.kernel import Matrix

FEWEST = 3
"""Comments that make a group worth a suggestion."""

MOST_COMMENTS = 3000
"""So many, the latest, are compared with each other: their likeness is a square of numbers."""

APART = 99.5
"""The share of pairs of exemplars of two claims, in percent, that are less alike than near-duplicates.

The cut is taken from the debate's own exemplars and so fits any model: on the first debate it comes out at .28 with the
light model and .31 with the bundled ones. In groups of three exemplars or more eight to nine of ten are then of one
claim; at 99 percent it is eight of ten (docs/maintainers.md).
"""

WITHOUT_PAIRS = 0.3
"""The same cut for a debate with a single claim."""

NEAR = 0.3
"""The mean score from which a group is close to a claim, in a debate that is not calibrated: a rough guess."""

MOST_KNOWN = 1000
"""Exemplars that the cut is taken from."""


class Proposes(StrEnum):
    """What a group asks for: a claim that is lacking, or exemplars of one that is there."""

    CLAIM = "claim"
    EXEMPLAR = "exemplar"
    MISSED = "missed"


@dataclass(frozen=True, slots=True)
class Unmatched:
    """A comment that got no reply, its likeliest claim and that claim's score; `wanted` is the label it has."""

    text: str
    nearest: str | None
    score: float
    wanted: str | None = None


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A group of comments: how many, the most typical one, and the claim they are nearest to with the mean score."""

    kind: Proposes
    size: int
    text: str
    claim: str | None
    score: float


def known_texts(claim_set: ClaimSet) -> list[tuple[str, str]]:
    """Exemplars with their claims, evenly from all, that say how alike comments on two claims are."""
    known = [
        (exemplar.text, claim.id)
        for claim in claim_set.claims
        for exemplar in claim.exemplars
        if exemplar.kind is not ExemplarKind.NEAR_MISS
    ]
    return known[:: max(1, -(-len(known) // MOST_KNOWN))]


def near_duplicates(likeness: Matrix, claims: Sequence[str]) -> float:
    """The least likeness of near-duplicates, from the (n, n) likeness of exemplars and the claim of each."""
    owner = np.array(claims)
    first, second = np.triu_indices(len(owner), 1)
    pairs = likeness[first, second][owner[first] != owner[second]]
    return float(np.percentile(pairs, APART)) if len(pairs) else WITHOUT_PAIRS


def suggest(comments: Sequence[Unmatched], likeness: Matrix, least: float, near: float) -> list[Suggestion]:
    """The groups, the largest first; `likeness` is that of the comments, `near` the score that is close to a claim."""
    found: list[Suggestion] = []
    for wanted in dict.fromkeys(comment.wanted for comment in comments):
        own = [at for at, comment in enumerate(comments) if comment.wanted == wanted]
        for each in group(likeness[np.ix_(own, own)], least):
            if len(each.rows) >= FEWEST:
                found.append(_suggestion([comments[own[row]] for row in each.rows], wanted, near))
    return sorted(found, key=lambda each: -each.size)


def _suggestion(members: Sequence[Unmatched], wanted: str | None, near: float) -> Suggestion:
    claims = Counter(comment.nearest for comment in members)
    claim = wanted or claims.most_common(1)[0][0]
    score = sum(comment.score for comment in members if comment.nearest == claim) / len(members)
    kind = Proposes.MISSED if wanted else Proposes.EXEMPLAR if score >= near else Proposes.CLAIM
    return Suggestion(kind, len(members), members[0].text, claim, score)


def without_names(text: str, names: Iterable[str]) -> str:
    """The text with every mention, and every word of those names, put out."""
    whole = [name.casefold() for name in names if len(name) > 1]
    words = {*whole, *(word for name in whole for word in name.split() if len(word) > 2)}
    hidden = sorted(words - FUNCTION_WORDS, key=len, reverse=True)
    pattern = "|".join([r"@\S+", *(rf"(?<!\w){re.escape(word)}(?!\w)" for word in hidden)])
    return re.sub(pattern, "…", text, flags=re.IGNORECASE)
