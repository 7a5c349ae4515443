"""Similarity to the texts of an index, by several voices at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import solve
from scipy.sparse import issparse

from bot.core.vectors import Rows

Matrix = NDArray[Any]
"""Numbers of any width: what is as large as the index squared is kept in 32 bits."""


class Voice:
    """Centred cosine similarity to n index rows.

    Sentence vectors crowd into a narrow cone; measured from the centre of the index, unrelated texts come
    out near zero and the voices become comparable.
    """

    def __init__(self, rows: Rows) -> None:
        self._rows = rows
        self._columns: Rows = cast(Rows, rows.T.tocsr() if issparse(rows) else rows.T)  # type: ignore[union-attr]
        count = rows.shape[0]
        total = _flat(rows.sum(axis=0))
        self._means = _flat(rows @ total) / count
        self._mean = float(self._means.mean())
        self._lengths = np.sqrt(np.maximum(_squares(rows) - 2 * self._means + self._mean, 1e-6))

    @property
    def gram(self) -> Matrix:
        """(n, n) similarities of the index to itself."""
        return self.similarity(self._rows)

    def similarity(self, rows: Rows) -> Matrix:
        """(m, d) rows against the index: (m, n), from -1 to 1."""
        products = _dense(rows @ self._columns)
        centre = products.mean(axis=1)
        lengths = np.sqrt(np.maximum(_squares(rows) - 2 * centre + self._mean, 1e-6))
        products -= (self._means - self._mean).astype(products.dtype)[None, :]
        products -= centre[:, None]
        products /= lengths.astype(products.dtype)[:, None]
        products /= self._lengths.astype(products.dtype)[None, :]
        return products


class Voices:
    """The voices of one index by name."""

    def __init__(self, rows: Mapping[str, Rows]) -> None:
        self._rows = rows
        self._voices = {name: Voice(matrix) for name, matrix in rows.items()}

    def gram(self, weights: Mapping[str, float]) -> Matrix:
        """(n, n) blended likeness of the index to itself; `weights` names the voices that count."""
        # One voice after another: what is as large as the index squared should not stand there seven times.
        return _bend(_blend(lambda name: self._voices[name].gram, weights))

    def likeness(self, rows: Mapping[str, Rows], *weights: Mapping[str, float]) -> list[Matrix]:
        """(m, n) blended likeness of new rows to the index, once for each set of weights."""
        heard = {name: voice.similarity(rows[name]) for name, voice in self._voices.items()}
        return [_bend(_blend(heard.__getitem__, each)) for each in weights]


def _blend(heard: Callable[[str], Matrix], weights: Mapping[str, float]) -> Matrix:
    total = sum(weights.values())
    return sum((heard(name) * np.float32(weight / total) for name, weight in weights.items()), np.float32(0))  # type: ignore[return-value]


def _bend(likeness: Matrix) -> Matrix:
    """One strong likeness is to count for more than several faint ones."""
    return np.square(likeness + np.float32(0.5))


def ridge(gram: Matrix, targets: Matrix, penalty: float, weights: Matrix | None = None) -> Matrix:
    """Coefficients (n, k) of a kernel ridge regression; `weights` (n,) make some rows count for more.

    `gram` is used up: its memory holds the factorisation afterwards.
    """
    root = (np.ones(len(gram)) if weights is None else np.sqrt(weights)).astype(gram.dtype)
    gram *= root[:, None]
    gram *= root[None, :]
    gram[np.diag_indices_from(gram)] += gram.dtype.type(penalty)
    wanted = (root[:, None] * targets).astype(gram.dtype)
    found = solve(gram, wanted, assume_a="pos", overwrite_a=True, overwrite_b=True, check_finite=False)
    return root[:, None] * cast(Matrix, found)


def _flat(values: object) -> Matrix:
    return np.asarray(values, dtype=np.float64).ravel()


def _dense(product: Any) -> Matrix:
    return np.asarray(product.todense() if hasattr(product, "todense") else product, dtype=np.float32)


def _squares(rows: Rows) -> Matrix:
    if issparse(rows):
        return _flat(rows.multiply(rows).sum(axis=1))
    return np.square(np.asarray(rows, dtype=np.float64)).sum(axis=1)
