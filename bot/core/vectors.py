"""Vectors of texts by several voters, row by row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

Rows = NDArray[np.float32] | csr_matrix


@dataclass(frozen=True)
class Vectors:
    """For each voter one (n, dimension) matrix of float32 rows of length one, all for the same n texts."""

    by_voter: Mapping[str, Rows]

    def take(self, start: int, end: int) -> Vectors:
        """The rows from `start` up to `end`."""
        return Vectors({name: rows[start:end] for name, rows in self.by_voter.items()})

    def rows(self, at: Sequence[int]) -> Vectors:
        """Those rows, in that order."""
        return Vectors({name: rows[list(at)] for name, rows in self.by_voter.items()})
