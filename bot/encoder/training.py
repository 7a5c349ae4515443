"""Tuning a model on labelled texts, with sentence-transformers' own trainer, for as long as one wants to wait."""

from __future__ import annotations

import errno
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import torch
from safetensors import SafetensorError
from sentence_transformers import SentenceTransformer, SentenceTransformerTrainer
from sentence_transformers.base.sampler import DefaultBatchSampler, GroupByLabelBatchSampler
from sentence_transformers.sentence_transformer.training_args import SentenceTransformerTrainingArguments
from sentence_transformers.util import is_training_available
from torch.optim.lr_scheduler import LambdaLR
from transformers import PrinterCallback, TrainerCallback

from bot.core.errors import ExpectedError, Told
from bot.encoder.e5 import has_e5
from bot.encoder.e5_tuned import UpperLayers, trainable_e5
from bot.encoder.sides import Pair, SideBatches, SideLoss, sides_of
from bot.encoder.voters import BUNDLED, LIGHT, hub_model, tuned_folder

LEARNING_RATE = 1e-4
SHARPNESS = 20.0
"""By what a similarity is multiplied before the others in the batch compete with it."""

BATCH = 64
LONGEST = 64
"""Tokens that are read of a text while tuning: padding to the longest would take most of the time."""

WARM_UP = 0.1
MOST_EPOCHS = 20
MOST_EPOCHS_OF_PAIRS = 2
"""Learnt by themselves. More would learn the topics of public pairs by heart, and others worse."""

SEED = 1

SIDES = "said"
"""The column of the texts of pairs, by which their batches are told from those of lessons."""


@dataclass(frozen=True, slots=True)
class Lesson:
    """A text and the class it belongs to; texts of one class are to be alike."""

    text: str
    label: int


class TrainerMissingError(ExpectedError):
    """What the trainer needs is not installed."""

    @property
    def told(self) -> Told:
        return Told("cli.no_trainer")


class NotTunableError(ExpectedError):
    """A model has no weights that the trainer could change."""

    def __init__(self, setting: str) -> None:
        super().__init__(setting)
        self.setting = setting

    @property
    def told(self) -> Told:
        return Told("cli.not_tunable", {"name": self.setting})


def require_trainer() -> None:
    """Raises `TrainerMissingError` when `accelerate` or `datasets` is not installed."""
    if not is_training_available():
        raise TrainerMissingError


def trainable(setting: str) -> SentenceTransformer:
    """The model of a setting, ready to be tuned; raises `NotTunableError` for the light one."""
    folder = tuned_folder(setting)
    if setting == LIGHT or (setting == BUNDLED and not has_e5()):
        raise NotTunableError(setting)
    return trainable_e5(folder) if folder or setting == BUNDLED else hub_model(setting)


def save_tuned(model: SentenceTransformer, folder: Path) -> None:
    """Writes what `trainable` gave and tuning changed, so that the folder can be a setting; raises `OSError`."""
    upper = model[-1]
    if isinstance(upper, UpperLayers):
        upper.save(str(folder))
        return
    try:
        model.save(str(folder), create_model_card=False)
    except SafetensorError as error:  # a full disk comes as an error of the library's own
        raise OSError(errno.EIO, str(error), str(folder)) from error


class SupervisedContrastiveLoss(torch.nn.Module):
    """Each text is drawn to those of its class in the batch, all others competing (Khosla et al. 2020)."""

    def __init__(self, model: SentenceTransformer) -> None:
        super().__init__()
        self.model = model

    def forward(self, sentence_features: Iterable[dict[str, Any]], labels: torch.Tensor) -> torch.Tensor:
        (features,) = sentence_features
        rows = torch.nn.functional.normalize(self.model(features)["sentence_embedding"], dim=1)
        itself = torch.eye(len(rows), dtype=torch.bool)
        likeness = (SHARPNESS * rows @ rows.T).masked_fill(itself, -torch.inf)
        shares = likeness.log_softmax(dim=1).masked_fill(itself, 0.0)
        alike = (labels[:, None] == labels[None, :]) & ~itself
        return -((shares * alike).sum(1) / alike.sum(1).clamp(min=1)).mean()


class _Trainer(SentenceTransformerTrainer):
    def add_model_card_callback(self, default_args_dict: dict[str, Any]) -> None:
        """No card: nobody else will read it, and looking for examples takes time."""


class Pace(TrainerCallback):
    """Ends the training when its time is over, and tells how much of it has passed, from 0 to 1."""

    def __init__(self, seconds: float, progress: Callable[[float], None]) -> None:
        self._seconds = seconds
        self._progress = progress
        self._began = time.monotonic()
        self._steps = 0.0

    @property
    def share(self) -> float:
        """How much of the time, or of the most steps, has been used."""
        return min(1.0, max((time.monotonic() - self._began) / self._seconds, self._steps))

    def rate(self, _: int) -> float:
        """The factor of the learning rate: up for a tenth of the time, then down to nothing."""
        return min((self.share + 0.01) / WARM_UP, (1 - self.share) / (1 - WARM_UP), 1.0)

    def on_train_begin(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        self._began = time.monotonic()

    def on_step_end(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        self._steps = state.global_step / state.max_steps
        self._progress(self.share)
        if self.share >= 1:
            control.should_training_stop = True


def tune(
    model: SentenceTransformer,
    lessons: Sequence[Lesson],
    pairs: Sequence[Pair],
    seconds: float,
    progress: Callable[[float], None],
) -> int:
    """Tunes the model in place for about so many seconds and returns the steps that it took.

    `lessons` need two classes of two texts; raises `TrainerMissingError`.
    """
    require_trainer()
    from datasets import Dataset, DatasetDict

    sets: dict[str, Dataset] = {}
    losses: dict[str, torch.nn.Module] = {}
    if lessons:
        columns = {"text": [row.text for row in lessons], "label": [row.label for row in lessons]}
        sets["lessons"], losses["lessons"] = Dataset.from_dict(columns), SupervisedContrastiveLoss(model)
    sides = sides_of(pairs) if pairs else None
    if sides:
        columns = {SIDES: list(sides.texts), "label": list(range(len(sides.texts)))}
        sets["pairs"], losses["pairs"] = Dataset.from_dict(columns), SideLoss(model, sides, SHARPNESS)

    def batches(dataset: Dataset, **options: Any) -> DefaultBatchSampler:
        if sides and SIDES in dataset.column_names:
            return SideBatches(dataset, sides, **options)
        return GroupByLabelBatchSampler(dataset, **options)

    pace = Pace(seconds, progress)
    optimizer = torch.optim.AdamW((p for p in model.parameters() if p.requires_grad), lr=LEARNING_RATE)
    longest = model.max_seq_length
    if isinstance(longest, int):  # models of static vectors read whatever comes
        model.max_seq_length = min(longest, LONGEST)
    with TemporaryDirectory(prefix="wederhoor-") as folder:
        trainer = _Trainer(
            model=model,
            args=SentenceTransformerTrainingArguments(
                output_dir=folder,
                num_train_epochs=MOST_EPOCHS if lessons else MOST_EPOCHS_OF_PAIRS,
                per_device_train_batch_size=BATCH,
                batch_sampler=batches,
                prompts=model.prompts.get("query") or None,
                max_grad_norm=1.0,
                seed=SEED,
                use_cpu=True,
                dataloader_pin_memory=False,
                disable_tqdm=True,
                save_strategy="no",
                logging_strategy="no",
                report_to="none",
            ),
            train_dataset=DatasetDict(**sets),
            loss=losses,
            optimizers=(optimizer, LambdaLR(optimizer, pace.rate)),
            callbacks=[pace],
        )
        trainer.remove_callback(PrinterCallback)
        done = trainer.train()
    if isinstance(longest, int):
        model.max_seq_length = longest
    model.eval()
    return int(done.global_step)
