"""Similarity to the texts of an index, by several voices at once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, issparse

from bot.core.vectors import Rows

Matrix = NDArray[np.float64]


class Voice:
    """Centred cosine similarity to n index rows.

    Sentence vectors crowd into a narrow cone; measured from the centre of the index, unrelated texts come
    out near zero and the voices become comparable.
    """

    def __init__(self, rows: Rows) -> None:
        self._rows = rows
        gram = _dense(rows @ rows.T)
        self._means = gram.mean(axis=0)
        self._mean = float(gram.mean())
        centred = gram - self._means[None, :] - self._means[:, None] + self._mean
        self._lengths = np.sqrt(np.maximum(np.diag(centred), 1e-6))
        self.gram: Matrix = centred / self._lengths[:, None] / self._lengths[None, :]

    def similarity(self, rows: Rows) -> Matrix:
        """(m, d) rows against the index: (m, n), from -1 to 1."""
        products = _dense(rows @ self._rows.T)
        squares = _squares(rows)
        centre = products.mean(axis=1)
        centred = products - self._means[None, :] - centre[:, None] + self._mean
        lengths = np.sqrt(np.maximum(squares - 2 * centre + self._mean, 1e-6))
        return centred / lengths[:, None] / self._lengths[None, :]


class Kernel:
    """A weighted sum of voices, bent so that one strong likeness counts for more than several faint ones."""

    def __init__(self, rows: Mapping[str, Rows], weights: Mapping[str, float]) -> None:
        total = sum(weights[name] for name in rows)
        self._voices = {name: Voice(matrix) for name, matrix in rows.items()}
        self._weights = {name: weights[name] / total for name in rows}
        self.gram: Matrix = _bend(sum(self._weights[n] * v.gram for n, v in self._voices.items()))

    def similarity(self, rows: Mapping[str, Rows]) -> Matrix:
        """(m, n) bent similarities of new rows to the index."""
        return _bend(sum(self._weights[n] * v.similarity(rows[n]) for n, v in self._voices.items()))


def _bend(similarity: Matrix | int) -> Matrix:
    return np.square(np.asarray(similarity) + 0.5)


def ridge(gram: Matrix, targets: Matrix, penalty: float, weights: Matrix | None = None) -> Matrix:
    """Coefficients (n, k) of a kernel ridge regression; `weights` (n,) make some rows count for more."""
    root = np.ones(len(gram)) if weights is None else np.sqrt(weights)
    system = root[:, None] * gram * root[None, :]
    system[np.diag_indices_from(system)] += penalty
    return root[:, None] * cast(Matrix, np.linalg.solve(system, root[:, None] * targets))


def _dense(product: Rows | Matrix) -> Matrix:
    return np.asarray(product.todense() if issparse(product) else product, dtype=np.float64)  # type: ignore[union-attr]


def _squares(rows: Rows) -> Matrix:
    if issparse(rows):
        return np.asarray(cast(csr_matrix, rows).multiply(rows).sum(axis=1), dtype=np.float64).ravel()
    return np.square(np.asarray(rows, dtype=np.float64)).sum(axis=1)
