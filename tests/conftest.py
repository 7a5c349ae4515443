"""What every test may use: the real bundled model and the real debate, loaded once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from bot.encoder import Encoder
    from bot.live import LiveDebate

ROOT = Path(__file__).resolve().parents[1]
WIJKAANPAK = ROOT / "data" / "wijkaanpak"


@pytest.fixture(scope="session")
def encoder(request: pytest.FixtureRequest) -> Iterator[object]:
    from bot.encoder import Encoder, load_voters

    encoder = Encoder(load_voters("bundled"), request.config.cache.mkdir("vectors"))
    yield encoder
    encoder.close()


@pytest.fixture(scope="session")
def live(encoder: object) -> object:
    from bot.app import load_live

    return load_live(WIJKAANPAK, encoder)  # type: ignore[arg-type]


@pytest.fixture(scope="session")
def light(request: pytest.FixtureRequest) -> Iterator[Encoder]:
    """The light model, which is there at once."""
    from bot.encoder import Encoder, load_voters

    encoder = Encoder(load_voters("light"), request.config.cache.mkdir("vectors"))
    yield encoder
    encoder.close()


@pytest.fixture(scope="session")
def small_folder(light: Encoder, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small debate of the tests, which speaks with the light model."""
    from tests.small import calibrated

    return calibrated(tmp_path_factory.mktemp("debates"), light.model_id)


@pytest.fixture(scope="session")
def small(light: Encoder, small_folder: Path) -> LiveDebate:
    """The same, ready to answer."""
    from bot.app import load_live

    return load_live(small_folder, light)
