"""Vectors of exemplars on disk, under model id and text hash, so that a second start encodes nothing."""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
from scipy.sparse import csr_matrix, issparse

from bot.core.vectors import Vectors


def _path(folder: Path, model_id: str, texts: list[str]) -> Path:
    key = hashlib.sha256("\0".join([model_id, *texts]).encode("utf-8", "replace")).hexdigest()[:32]
    return folder / f"{key}.npz"


def read_vectors(folder: Path, model_id: str, texts: list[str]) -> Vectors | None:
    """The vectors of exactly these texts, or None; a damaged file counts as none."""
    try:
        with np.load(_path(folder, model_id, texts), allow_pickle=False) as stored:
            names = [str(name) for name in stored["names"]]
            rows = {name: _read(stored, name) for name in names}
    except (OSError, ValueError, KeyError, EOFError, BadZipFile):
        return None
    return Vectors(rows) if all(matrix.shape[0] == len(texts) for matrix in rows.values()) else None


def _read(stored: np.lib.npyio.NpzFile, name: str) -> np.ndarray | csr_matrix:
    if f"{name}.data" in stored:
        parts = (stored[f"{name}.data"], stored[f"{name}.indices"], stored[f"{name}.indptr"])
        return csr_matrix(parts, shape=tuple(stored[f"{name}.shape"]))
    return stored[name]


def write_vectors(folder: Path, model_id: str, texts: list[str], vectors: Vectors) -> None:
    """Keeps the vectors; readers see the whole file or none of it."""
    arrays: dict[str, np.ndarray] = {"names": np.array(list(vectors.by_voter))}
    for name, rows in vectors.by_voter.items():
        if issparse(rows):
            arrays |= {
                f"{name}.data": rows.data,
                f"{name}.indices": rows.indices,
                f"{name}.indptr": rows.indptr,
                f"{name}.shape": np.array(rows.shape),
            }
        else:
            arrays[name] = np.asarray(rows)
    folder.mkdir(parents=True, exist_ok=True)
    descriptor, draft = tempfile.mkstemp(dir=folder, suffix=".part")
    with os.fdopen(descriptor, "wb") as file:
        np.savez(file, **arrays)  # type: ignore[arg-type]
    Path(draft).replace(_path(folder, model_id, texts))
