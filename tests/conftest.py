"""What every test may use: the real bundled model and the real debate, loaded once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
WIJKAANPAK = ROOT / "data" / "wijkaanpak"


@pytest.fixture(scope="session")
def encoder() -> Iterator[object]:
    from bot.encoder import Encoder, load_voters
    from bot.settings import Settings

    # The cache of the user: thousands of exemplars take minutes, and `make run` wants the same ones.
    encoder = Encoder(load_voters("bundled"), Settings().cache)
    yield encoder
    encoder.close()


@pytest.fixture(scope="session")
def live(encoder: object) -> object:
    from bot.app import load_live

    return load_live(WIJKAANPAK, encoder)  # type: ignore[arg-type]
