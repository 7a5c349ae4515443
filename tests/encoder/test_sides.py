"""Pairs of arguments and key points, learnt a side at a time."""

from __future__ import annotations

import numpy as np
import torch

from bot.encoder.sides import Pair, SideBatches, SideLoss, sides_of

PAIRS = [
    Pair("it is dear", "money", True),
    Pair("it is dear", "noise", False),
    Pair("it is loud", "noise", True),
    Pair("it is loud and dear", "money", True),
    Pair("trees are green", "nature", True),
    Pair("trees are tall", "nature", False),
]


def test_what_was_held_against_each_other_is_a_side() -> None:
    sides = sides_of(PAIRS)
    named = [{sides.texts[row] for rows in both for row in rows} for both in sides.members]
    assert named == [
        {"it is dear", "it is loud", "it is loud and dear", "money", "noise"},
        {"trees are green", "trees are tall", "nature"},
    ]
    # matching, not matching, and never asked; across sides nothing matches
    assert sides.answers.tolist() == [[1, -1, -1], [0, 1, -1], [1, 0, -1], [-1, -1, 1], [-1, -1, -1]]


def test_a_batch_holds_whole_sides_and_an_epoch_every_argument_once() -> None:
    pairs = [
        Pair(f"argument {side} {at}", f"point {side} {at % 3}", at % 2 == 0)
        for side in range(5)
        for at in range(70)
    ]
    sides = sides_of(
        [*pairs, *(Pair(f"argument {s} 0", f"point {s} {p}", False) for s in range(5) for p in (1, 2))]
    )
    batches = SideBatches(sides.texts, sides, batch_size=64, drop_last=False)
    drawn = list(batches)
    assert len(drawn) == len(batches)
    arguments = [row for batch in drawn for row in batch if row < sides.arguments]
    assert sorted(arguments) == list(range(sides.arguments))
    for batch in drawn:
        for ours, theirs in sides.members:
            if set(ours) & set(batch):
                assert set(theirs) <= set(batch)
    batches.set_epoch(1)
    assert list(batches) != drawn


class _Fixed(torch.nn.Module):
    def __init__(self, rows: np.ndarray) -> None:
        super().__init__()
        self.rows = torch.nn.Parameter(torch.tensor(rows, dtype=torch.float32))

    def forward(self, features: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
        return {"sentence_embedding": self.rows[features["row"]]}


def test_the_loss_falls_as_what_matches_comes_closer() -> None:
    sides = sides_of(PAIRS)
    model = _Fixed(np.random.default_rng(1).normal(size=(len(sides.texts), 8)))
    loss = SideLoss(model, sides, 20.0)  # type: ignore[arg-type]
    rows = torch.arange(len(sides.texts))
    optimizer = torch.optim.Adam(model.parameters(), lr=0.05)
    told: list[float] = []
    for _ in range(60):
        value = loss([{"row": rows}], rows)
        optimizer.zero_grad()
        value.backward()
        optimizer.step()
        told.append(value.item())
    assert told[-1] < 0.01 < told[0]
    unit = torch.nn.functional.normalize(model.rows.detach(), dim=1)
    likeness = (unit[: sides.arguments] @ unit[sides.arguments :].T).numpy()
    assert likeness[sides.answers > 0].min() > likeness[sides.answers < 0].max()


def test_a_batch_in_which_nothing_can_be_wrong_costs_nothing() -> None:
    sides = sides_of([Pair("it is dear", "money", True)])
    loss = SideLoss(_Fixed(np.ones((2, 4))), sides, 20.0)  # type: ignore[arg-type]
    value = loss([{"row": torch.arange(2)}], torch.arange(2))
    value.backward()
    assert value.item() == 0.0
