"""Vectors on disk under model id and text hash, so that a second start encodes nothing and an edit only the edited."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
from scipy.sparse import csr_matrix, issparse, vstack

from bot.atomic import written_whole
from bot.core.vectors import Rows, Vectors

MOST_ROWS = 20_000
"""Texts kept a model; the oldest go first, but none that is asked for."""


@dataclass(frozen=True)
class Kept:
    """Texts by their hash, and their vectors row by row."""

    keys: tuple[str, ...]
    vectors: Vectors

    def missing(self, texts: Sequence[str]) -> list[str]:
        """Each text once that has no vectors here, the longest first: in a batch all are padded to the longest."""
        known = set(self.keys)
        unknown = (text for text in dict.fromkeys(texts) if key_of(text) not in known)
        return sorted(unknown, key=len, reverse=True)

    def with_new(self, texts: Sequence[str], vectors: Vectors, asked: Sequence[str]) -> Kept:
        """The same with these texts added; where that is too much, the oldest go that are not `asked` for now."""
        keys = (*self.keys, *map(key_of, texts))
        joined = stack([self.vectors, vectors]) if self.keys else vectors
        wanted = set(map(key_of, asked))
        spare = (at for at, key in enumerate(keys) if key not in wanted)
        gone = set(islice(spare, max(0, len(keys) - MOST_ROWS)))
        rows = [at for at in range(len(keys)) if at not in gone]
        return Kept(tuple(keys[at] for at in rows), joined.rows(rows))

    def of(self, texts: Sequence[str]) -> Vectors:
        """The vectors of the texts, row by row; all must be known."""
        place = {key: at for at, key in enumerate(self.keys)}
        return self.vectors.rows([place[key_of(text)] for text in texts])


NOTHING = Kept((), Vectors({}))


def key_of(text: str) -> str:
    """The hash under which a text is kept."""
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:32]


def stack(parts: Sequence[Vectors]) -> Vectors:
    """The rows of all parts, one after another."""
    if not parts:
        return Vectors({})
    return Vectors({name: _join([part.by_voter[name] for part in parts]) for name in parts[0].by_voter})


def _join(rows: list[Rows]) -> Rows:
    return csr_matrix(vstack(rows)) if issparse(rows[0]) else np.vstack(rows)  # type: ignore[arg-type]


def read_vectors(folder: Path, model_id: str) -> Kept:
    """What is kept for a model; a damaged file counts as nothing."""
    try:
        # Opened here, for numpy leaves a damaged file open, and not everywhere can an open one be replaced.
        with _path(folder, model_id).open("rb") as file, np.load(file, allow_pickle=False) as stored:
            keys = tuple(str(key) for key in stored["keys"])
            rows = {str(name): _read(stored, str(name)) for name in stored["names"]}
    except (OSError, ValueError, KeyError, EOFError, RuntimeError, BadZipFile):
        return NOTHING
    whole = all(matrix.shape[0] == len(keys) for matrix in rows.values())
    return Kept(keys, Vectors(rows)) if whole else NOTHING


def write_vectors(folder: Path, model_id: str, kept: Kept) -> None:
    """Keeps them; readers see the whole file or none of it."""
    voters = kept.vectors.by_voter
    arrays: dict[str, np.ndarray] = {"keys": np.array(kept.keys), "names": np.array(list(voters))}
    for name, rows in voters.items():
        if issparse(rows):
            sparse = csr_matrix(rows)
            arrays |= {
                f"{name}.data": sparse.data,
                f"{name}.indices": sparse.indices,
                f"{name}.indptr": sparse.indptr,
                f"{name}.shape": np.array(sparse.shape),
            }
        else:
            arrays[name] = np.asarray(rows)
    with written_whole(_path(folder, model_id)) as file:
        np.savez(file, **arrays)  # type: ignore[arg-type]


def _path(folder: Path, model_id: str) -> Path:
    return folder / f"{hashlib.sha256(model_id.encode()).hexdigest()[:16]}.npz"


def _read(stored: np.lib.npyio.NpzFile, name: str) -> Rows:
    if f"{name}.data" in stored:
        parts = (stored[f"{name}.data"], stored[f"{name}.indices"], stored[f"{name}.indptr"])
        rows, width = stored[f"{name}.shape"]
        return csr_matrix(parts, shape=(int(rows), int(width)))
    return stored[name]
