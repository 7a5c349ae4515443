"""Exemplar vectors on disk: a second start encodes nothing, and a damaged file is as good as none."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from bot.core.vectors import Vectors
from bot.encoder import Encoder
from bot.encoder.cache import NOTHING, read_vectors, write_vectors
from bot.encoder.encoder import SAVED_AT_ONCE
from bot.encoder.voters import Voters
from tests.encoder.conftest import same

TEXTS = ["Het geld is op.", "Nothing has changed here.", "🎉"]
Start = Callable[[], Encoder]


@pytest.fixture
def start(light: Voters, tmp_path: Path) -> Iterator[Start]:
    """Starts an encoder over the same folder, as often as wanted."""
    started: list[Encoder] = []

    def start() -> Encoder:
        started.append(Encoder(light, tmp_path / "cache"))
        return started[-1]

    yield start
    for encoder in started:
        encoder.close()


def test_a_second_start_encodes_nothing(start: Start) -> None:
    first, second = start(), start()
    vectors = first.encode_now(TEXTS, cached=True)
    assert first.encoded == len(TEXTS)
    assert same(second.encode_now(TEXTS, cached=True), vectors)
    assert second.encoded == 0


def test_an_edited_text_is_the_only_one_encoded_again(start: Start) -> None:
    whole = start().encode_now(TEXTS, cached=True)
    edited = start()
    vectors = edited.encode_now([*TEXTS[:2], "een ander", TEXTS[0]], cached=True)
    assert edited.encoded == 1
    rows = vectors.by_voter["light"]
    assert (rows[[0, 1, 3]] == whole.by_voter["light"][[0, 1, 0]]).all()
    again = start()
    assert same(again.encode_now(TEXTS[::-1], cached=True), Vectors({"light": whole.by_voter["light"][::-1]}))
    assert again.encoded == 0


@pytest.mark.feature("T20")
def test_another_model_takes_no_vectors_of_this_one(start: Start, light: Voters, tmp_path: Path) -> None:
    start().encode_now(TEXTS, cached=True)
    other = Encoder(Voters("another model", light.models), tmp_path / "cache")
    other.encode_now(TEXTS, cached=True)
    other.close()
    assert other.encoded == len(TEXTS)
    back = start()
    back.encode_now(TEXTS, cached=True)
    assert back.encoded == 0


def test_a_start_that_was_stopped_goes_on_where_it_was(start: Start) -> None:
    texts = [f"reactie nummer {n}" for n in range(SAVED_AT_ONCE + 40)]

    def stop(done: int, total: int) -> None:
        if done > SAVED_AT_ONCE:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        start().encode_now(texts, stop, cached=True)
    again = start()
    again.encode_now(texts, cached=True)
    assert again.encoded == 40


@pytest.mark.parametrize("serving", [False, True])
async def test_a_full_cache_lets_go_of_other_texts_and_never_of_those_asked_for(
    start: Start, monkeypatch: pytest.MonkeyPatch, serving: bool
) -> None:
    async def load(encoder: Encoder, texts: list[str]) -> Vectors:
        return await encoder.encode_cached(texts) if serving else encoder.encode_now(texts, cached=True)

    monkeypatch.setattr("bot.encoder.cache.MOST_ROWS", 6)
    before, other = start().encode_now(TEXTS, cached=True), [f"elders {n}" for n in range(3)]
    start().encode_now(other, cached=True)
    more = [*TEXTS, "Een nieuwe zin.", "En nog een."]
    vectors = await load(start(), more)
    assert same(vectors.take(0, len(TEXTS)), before)
    again = start()
    assert same(await load(again, [*more, other[-1]]), start().encode_now([*more, other[-1]]), 1e-6)
    assert again.encoded == 0
    # More than the cache keeps is still given whole.
    many = [f"veel {n}" for n in range(9)]
    assert same(await load(start(), many), start().encode_now(many), 1e-6)


def test_a_folder_that_cannot_be_written_costs_the_cache_and_not_the_start(
    light: Voters, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("in the way", "utf-8")
    encoder = Encoder(light, tmp_path / "file")
    assert encoder.encode_now(TEXTS, cached=True).by_voter["light"].shape == (3, 512)
    encoder.close()


def test_without_the_cache_nothing_is_kept(start: Start, tmp_path: Path) -> None:
    start().encode_now(TEXTS)
    assert not (tmp_path / "cache").exists()


def test_progress_tells_how_far_it_is(start: Start) -> None:
    told: list[tuple[int, int]] = []
    encoder = start()
    encoder.encode_now([f"tekst {n}" for n in range(300)], progress=lambda *at: told.append(at), cached=True)
    assert told == [(0, 300), (128, 300), (256, 300), (300, 300)]
    encoder.encode_now(["tekst 7"], progress=lambda *at: told.append(at), cached=True)
    assert len(told) == 4
    assert encoder.encode_now([]).by_voter == {}


@pytest.mark.parametrize("damage", [b"", b"not a zip", b"PK\x03\x04"], ids=["empty", "text", "head only"])
def test_a_damaged_file_is_encoded_anew_and_mended(start: Start, tmp_path: Path, damage: bytes) -> None:
    vectors = start().encode_now(TEXTS, cached=True)
    (file,) = (tmp_path / "cache").iterdir()
    whole = file.read_bytes()
    for broken in (damage, whole[: len(whole) // 2], whole[:-1]):
        file.write_bytes(broken)
        encoder = start()
        assert same(encoder.encode_now(TEXTS, cached=True), vectors, 1e-6)
        assert encoder.encoded == len(TEXTS)
        assert [path.name for path in file.parent.iterdir()] == [file.name]
        again = start()
        again.encode_now(TEXTS, cached=True)
        assert again.encoded == 0


def test_a_flipped_byte_anywhere_never_gives_other_vectors(tmp_path: Path) -> None:
    numbers = np.random.default_rng(1)
    vectors = Vectors(
        {
            "dense": numbers.normal(size=(3, 6)).astype(np.float32),
            "sparse": csr_matrix(np.eye(3, 9, dtype=np.float32)),
        }
    )
    kept = NOTHING.with_new(TEXTS, vectors, TEXTS)
    write_vectors(tmp_path, "m", kept)
    (file,) = tmp_path.iterdir()
    whole = file.read_bytes()
    assert same(read_vectors(tmp_path, "m").of(TEXTS), vectors)
    choose = random.Random(1)
    for at in choose.sample(range(len(whole)), 600):
        broken = bytearray(whole)
        broken[at] ^= choose.choice([1, 16, 128, 255])
        file.write_bytes(broken)
        found = read_vectors(tmp_path, "m")
        assert found is NOTHING or same(found.of(TEXTS), vectors)
