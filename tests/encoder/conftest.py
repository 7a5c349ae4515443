"""Real models under the encoder; a gate in front of one stands in for a slow or failing model."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.sparse import issparse

from bot.core.vectors import Rows, Vectors
from bot.encoder import Encoder, load_voters
from bot.encoder.voters import Encode, Voters


@pytest.fixture(scope="session")
def light() -> Voters:
    """The voter that runs on every platform."""
    return load_voters("light")


@dataclass
class Gate:
    """A model that answers only while the gate is open, and fails when it is told to."""

    model: Encode
    open: threading.Event = field(default_factory=threading.Event)
    reached: threading.Event = field(default_factory=threading.Event)
    fault: Exception | None = None
    batches: list[list[str]] = field(default_factory=list)

    def __call__(self, texts: list[str]) -> dict[str, Rows]:
        """The model's own answer, once the gate is open."""
        self.batches.append(texts)
        self.reached.set()
        if not self.open.wait(60):
            raise TimeoutError("nobody opened the gate: the loop stood still")
        if self.fault:
            raise self.fault
        return self.model(texts)


@pytest.fixture
def gate(light: Voters) -> Gate:
    """The light model behind a gate."""
    return Gate(light.models[0])


@pytest.fixture
def gated(gate: Gate, light: Voters, tmp_path: Path) -> Iterator[Encoder]:
    """An encoder over that model."""
    encoder = Encoder(Voters(light.model_id, (gate,)), tmp_path)
    yield encoder
    gate.open.set()
    encoder.close()


def dense(rows: Any) -> np.ndarray:
    """The rows as a plain matrix."""
    return np.asarray(rows.todense() if issparse(rows) else rows)


def same(one: Vectors, other: Vectors, tolerance: float = 0.0) -> bool:
    """Whether two sets of vectors are the same, voter by voter."""
    return one.by_voter.keys() == other.by_voter.keys() and all(
        dense(rows).shape == dense(other.by_voter[name]).shape
        and np.abs(dense(rows) - dense(other.by_voter[name])).max(initial=0.0) <= tolerance
        for name, rows in one.by_voter.items()
    )
