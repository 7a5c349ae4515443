"""A sentence-transformers model small enough to make in a test: the real classes, with random weights."""

from __future__ import annotations

import string
from pathlib import Path

import torch
from sentence_transformers import SentenceTransformer
from sentence_transformers.base.modules import Transformer
from sentence_transformers.sentence_transformer.modules import Pooling
from transformers import BertConfig, BertModel, BertTokenizerFast

DIMENSION = 32


def make_tiny_model(folder: Path, seed: int = 1) -> Path:
    """Saves a BERT of one layer that spells its words, with mean pooling, and returns its folder."""
    parts = folder / "parts"
    parts.mkdir(parents=True)
    letters = [*string.ascii_lowercase, *string.digits, *"éëïèü.,:;?!'’-"]
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    vocabulary = parts / "vocab.txt"
    vocabulary.write_text("\n".join([*special, *letters, *(f"##{ch}" for ch in letters)]), "utf-8")
    tokenizer = BertTokenizerFast(vocab=str(vocabulary), do_lower_case=True)
    torch.manual_seed(seed)
    config = BertConfig(
        vocab_size=len(tokenizer),
        hidden_size=DIMENSION,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=DIMENSION,
        max_position_embeddings=256,
    )
    BertModel(config).save_pretrained(parts)
    tokenizer.save_pretrained(parts)
    words = Transformer(str(parts), max_seq_length=256)
    model = SentenceTransformer(modules=[words, Pooling(DIMENSION)], device="cpu")
    model.save(str(folder / "model"))
    return folder / "model"
