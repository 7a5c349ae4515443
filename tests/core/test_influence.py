"""The influence of one exemplar in closed form is that of really fitting without it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from bot.core.claims import ExemplarKind
from bot.core.influence import Influence, influences
from bot.core.kernel import ridge
from bot.core.matching import ClaimIndex, index_texts
from bot.core.vectors import Vectors
from bot.debates import load_debate

HARBOUR = Path(__file__).parents[1] / "debates" / "harbour"
COMMENTS = [
    ("There were five boats at the quay last Sunday, I counted them.", frozenset({"empty-quay"})),
    ("Nobody ever asked the men on board what they think of it.", frozenset({"deckhands"})),
    ("Is the old crane still for sale?", frozenset[str]()),
    ("Who would buy fish without an auction hall?", frozenset({"no-buyers", "empty-quay"})),
]


@pytest.fixture(scope="module")
def index() -> ClaimIndex:
    """The second debate by its lexical voice and random vectors."""
    claim_set = load_debate(HARBOUR).claim_set
    return ClaimIndex(claim_set, vectors(len(index_texts(claim_set)), seed=1))


def vectors(rows: int, seed: int) -> Vectors:
    drawn = np.random.default_rng(seed).normal(size=(rows, 16))
    unit = drawn / np.linalg.norm(drawn, axis=1, keepdims=True)
    return Vectors({"dense": unit.astype(np.float32)})


def test_it_is_what_fitting_without_the_text_gives(index: ClaimIndex) -> None:
    texts = [text for text, _ in COMMENTS]
    wanted = [claims for _, claims in COMMENTS]
    given = vectors(len(texts), seed=2)
    found = {(one.claim, one.text): one for one in influences(index, texts, given, wanted)}
    likeness = index.likeness(texts, given)
    claims = [claim.id for claim in index.claim_set.claims]
    owned = [(claim.id, e.text) for claim in index.claim_set.claims for e in claim.exemplars]
    owned += [(None, row.text) for row in index.claim_set.bank]
    assert len(found) == len(owned) == len(index.targets)
    gram = index.gram.astype(np.float64)
    with_all = judge(likeness @ ridge(gram.copy(), index.targets, index.penalty), wanted, claims)
    for at, key in enumerate(owned):
        rest = np.delete(np.arange(len(owned)), at)
        fitted = ridge(gram[np.ix_(rest, rest)], index.targets[rest], index.penalty)
        without = judge(likeness[:, rest] @ fitted, wanted, claims)
        one = found[key]
        assert one.lead == pytest.approx(sum(with_all) - sum(without), abs=1e-6)
        assert one.gained == sum(a > 0 >= b for a, b in zip(with_all, without, strict=True))
        assert one.lost == sum(b > 0 >= a for a, b in zip(with_all, without, strict=True))


def judge(values: np.ndarray, wanted: list[frozenset[str]], claims: list[str]) -> list[float]:
    """The lead of the best right class, written out plainly."""
    leads: list[float] = []
    for row, right in zip(values, wanted, strict=True):
        if right:
            good = max(row[claims.index(name)] for name in right)
            bad = max(row[at] for at, name in enumerate(claims) if name not in right)
        else:
            good, bad = row[-1], max(row[:-1])
        leads.append(float(good - bad))
    return leads


def test_the_most_harmful_comes_first_and_a_wrong_label_is_among_them(index: ClaimIndex) -> None:
    texts = [
        e.text for e in index.claim_set.by_id["empty-quay"].exemplars if e.kind is not ExemplarKind.NEAR_MISS
    ]
    found = influences(index, texts, rows_of(index, texts), [frozenset({"empty-quay"})] * len(texts))
    assert [order(one) for one in found] == sorted(order(one) for one in found)
    assert found[-1].claim == "empty-quay"
    wrong = influences(index, texts, rows_of(index, texts), [frozenset({"deckhands"})] * len(texts))
    assert wrong[0].claim == "empty-quay"
    assert wrong[0].lead < 0


def rows_of(index: ClaimIndex, texts: list[str]) -> Vectors:
    """The very vectors that the exemplars have in the index."""
    known = list(index_texts(index.claim_set))
    rows = vectors(len(known), seed=1).by_voter["dense"]
    return Vectors({"dense": rows[[known.index(text) for text in texts]]})


def order(one: Influence) -> tuple[int, float]:
    return one.gained - one.lost, one.lead


def test_no_comments_show_no_influence(index: ClaimIndex) -> None:
    assert influences(index, [], Vectors({}), []) == ()
