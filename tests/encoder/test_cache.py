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
from bot.encoder.cache import read_vectors, write_vectors
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


def test_other_texts_in_another_order_or_by_another_model_are_encoded(
    start: Start, light: Voters, tmp_path: Path
) -> None:
    start().encode_now(TEXTS, cached=True)
    for texts in ([*TEXTS, "nog een"], TEXTS[::-1], TEXTS[:2]):
        encoder = start()
        encoder.encode_now(texts, cached=True)
        assert encoder.encoded == len(texts)
    other = Encoder(Voters("another model", light.models), tmp_path / "cache")
    other.encode_now(TEXTS, cached=True)
    other.close()
    assert other.encoded == len(TEXTS)


def test_without_the_cache_nothing_is_kept(start: Start, tmp_path: Path) -> None:
    start().encode_now(TEXTS)
    assert not (tmp_path / "cache").exists()


def test_progress_tells_how_far_it_is(start: Start) -> None:
    told: list[tuple[int, int]] = []
    encoder = start()
    encoder.encode_now([f"tekst {n}" for n in range(70)], progress=lambda *at: told.append(at), cached=True)
    assert told == [(32, 70), (64, 70), (70, 70)]
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
    write_vectors(tmp_path, "m", TEXTS, vectors)
    (file,) = tmp_path.iterdir()
    whole = file.read_bytes()
    assert same(read_vectors(tmp_path, "m", TEXTS) or Vectors({}), vectors)
    choose = random.Random(1)
    for at in range(len(whole)):
        broken = bytearray(whole)
        broken[at] ^= choose.choice([1, 16, 128, 255])
        file.write_bytes(broken)
        found = read_vectors(tmp_path, "m", TEXTS)
        assert found is None or same(found, vectors)
