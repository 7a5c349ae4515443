"""Fitted regressions on disk, so that a second start solves nothing; they may be deleted at any time."""

from __future__ import annotations

import hashlib
import inspect
from contextlib import suppress
from pathlib import Path
from zipfile import BadZipFile

import numpy as np

from bot.atomic import written_whole
from bot.core import fitting, kernel, lexical
from bot.core.claims import ClaimSet
from bot.core.fitting import Fit
from bot.core.matching import ClaimIndex, index_texts
from bot.core.vectors import Vectors


def index_for(claim_set: ClaimSet, vectors: Vectors, model_id: str, folder: Path) -> ClaimIndex:
    """The index of a claim set, its regressions taken from the folder when they were fitted before."""
    path = folder / f"fit-{_key(claim_set, model_id)}.npz"
    known = _read(path)
    index = ClaimIndex(claim_set, vectors, known)
    if known is None:
        with suppress(OSError):  # a full disk costs the next start some seconds
            _write(path, index.fit)
    return index


def _key(claim_set: ClaimSet, model_id: str) -> str:
    """Everything the coefficients depend on: texts in their order, their labels, the model and our code.

    The code as it is written, for a number of its version would be forgotten: a new comment costs one fit.
    """
    kinds = [f"{claim.id} {e.kind}" for claim in claim_set.claims for e in claim.exemplars]
    code = map(inspect.getsource, (fitting, kernel, lexical))
    parts = [model_id, *code, *kinds, *index_texts(claim_set)]
    return hashlib.sha256("\0".join(parts).encode("utf-8", "replace")).hexdigest()[:24]


def _read(path: Path) -> Fit | None:
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as stored:
            alone = {str(name): stored[f"alone.{name}"] for name in stored["voices"]}
            return Fit(topic=stored["topic"], alone=alone, stance=stored["stance"])
    except (OSError, ValueError, KeyError, EOFError, RuntimeError, BadZipFile):
        return None


def _write(path: Path, fit: Fit) -> None:
    arrays = {f"alone.{name}": values for name, values in fit.alone.items()}
    with written_whole(path) as file:
        np.savez(file, topic=fit.topic, stance=fit.stance, voices=np.array(list(fit.alone)), **arrays)  # type: ignore[arg-type]
