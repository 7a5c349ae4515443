"""What every test may use: the real bundled model and the real debate, loaded once."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from filelock import FileLock

if TYPE_CHECKING:
    from bot.encoder import Encoder
    from bot.live import LiveDebate

if "PYTEST_XDIST_WORKER" in os.environ:  # side by side, more threads than cores would wait for each other
    os.environ.setdefault("OMP_NUM_THREADS", "1")

ROOT = Path(__file__).resolve().parents[1]
WIJKAANPAK = ROOT / "data" / "wijkaanpak"
FEATURE = "feature"
"""Under which name a report tells the ids that its test proves."""


def pytest_itemcollected(item: pytest.Item) -> None:
    item.user_properties += [(FEATURE, known) for mark in item.iter_markers("feature") for known in mark.args]


@pytest.fixture(scope="session")
def vectors() -> Path:
    """The cache of the user: thousands of exemplars take minutes, and `make run` wants the same ones."""
    from bot.settings import Settings

    folder = Settings().cache
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture(scope="session")
def encoder(vectors: Path) -> Iterator[object]:
    from bot.encoder import Encoder, load_voters

    encoder = Encoder(load_voters("bundled"), vectors)
    yield encoder
    encoder.close()


@pytest.fixture(scope="session")
def live(encoder: object, vectors: Path) -> object:
    import torch

    from bot.app import load_live

    threads = torch.get_num_threads()
    # Where tests run side by side, one process encodes the debate with all there is, for the others wait for it.
    with FileLock(vectors / "tests.lock"):
        torch.set_num_threads(os.cpu_count() or threads)
        debate = load_live(WIJKAANPAK, encoder)  # type: ignore[arg-type]
        torch.set_num_threads(threads)
    return debate


@pytest.fixture(scope="session")
def light(vectors: Path) -> Iterator[Encoder]:
    """The light model, which is there at once."""
    from bot.encoder import Encoder, load_voters

    encoder = Encoder(load_voters("light"), vectors)
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
