"""How well the voices find the key point of an argument, beside what others published (`make benchmark DATA=folder`).

The folder holds the Key Point Analysis shared task of 2021 as published (github.com/IBM/KPA_2021_shared_task,
licence of the data: CDLA-Sharing-1.0): `arguments_test.csv`, `key_points_test.csv` and `labels_test.csv`, or the
same without an ending; with `…_train.csv` the model is also tuned on those.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.cli.terminal import sentence_for
from bot.cli.tuning import pairs_of, waiting
from bot.core.errors import ExpectedError
from bot.core.fitting import TOPIC_WEIGHTS, weights_of
from bot.core.kernel import Voices
from bot.core.lexical import word_pieces
from bot.debates.argument_pairs import ArgumentPairs, read_argument_pairs
from bot.encoder import Encoder, load_voters
from bot.encoder.training import require_trainer, save_tuned, trainable, tune
from bot.settings import load_settings
from tests.key_points import Outcome, labels_in, measure

PUBLISHED = {
    "BERT-base": (0.804, 0.910),
    "RoBERTa-base": (0.826, 0.930),
    "BERT-large": (0.821, 0.924),
    "RoBERTa-large": (0.892, 0.970),
    "BART-large": (0.909, 0.982),
}
"""By the measure of the evaluation: Kapadnis et al. 2021, arxiv.org/abs/2110.12370, on the same test data."""

TUNED_WEIGHTS = {**TOPIC_WEIGHTS, "tuned": 10.0}
"""A voice that was tuned on nothing but such pairs leads; chosen on the dev topics."""


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(prog="make benchmark", description=__doc__)
    parser.add_argument("folder", type=Path, help="where the published files are")
    parser.add_argument("--minutes", type=float, default=8.0, help="how long to tune")
    parser.add_argument("--zero-shot", action="store_true", help="do not tune")
    options = parser.parse_args()
    tests = labels_in(options.folder, "_test", "")
    if not tests:
        parser.error(f"{options.folder} holds no labels_test.csv")
    try:
        compare(tests[0], options)
    except ExpectedError as error:
        parser.error(sentence_for(error.told))


def compare(labels: Path, options: argparse.Namespace) -> None:
    """A line for each published model, for ours as it is, and for ours tuned where there are pairs to tune on."""
    pairs = read_argument_pairs(labels)
    setting = load_settings().model
    say(
        f"{labels}: {len(pairs.arguments)} arguments, {len(pairs.key_points)} key points, {len(pairs.labels)} labels"
    )
    say(f"\n{'mAP, strict and relaxed':40}{'present measure':>18}{'of the evaluation':>20}")
    for name, (strict, relaxed) in PUBLISHED.items():
        say(f"{name:40}{'':18}{strict:>13.3f} {relaxed:.3f}")
    shown(f"{setting}, zero-shot", outcome(setting, pairs, TOPIC_WEIGHTS))
    train = labels_in(options.folder, "_train")
    if train and not options.zero_shot:
        with TemporaryDirectory() as folder:
            tuned_on(train[0], setting, options.minutes, Path(folder, "tuned"))
            shown(f"{setting}, tuned", outcome(str(Path(folder, "tuned")), pairs, TUNED_WEIGHTS))


def outcome(setting: str, pairs: ArgumentPairs, weights: Mapping[str, float]) -> Outcome:
    """What the voices of a model, blended as for a debate's claims, are worth on those pairs."""
    arguments = [row.argument for row in pairs.arguments]
    key_points = [row.key_point for row in pairs.key_points]
    encoder = Encoder(load_voters(setting), load_settings().cache)
    vectors = encoder.encode_now([*arguments, *key_points])
    encoder.close()
    said = vectors.take(0, len(arguments)).by_voter
    points = vectors.take(len(arguments), len(arguments) + len(key_points)).by_voter
    pieces = word_pieces([*arguments, *key_points])
    voices = Voices({**points, "pieces": pieces.encode(key_points)})
    rows = {**said, "pieces": pieces.encode(arguments)}
    return measure(pairs, voices.likeness(rows, weights_of(weights, vectors))[0])


def tuned_on(labels: Path, setting: str, minutes: float, folder: Path) -> None:
    """Tunes the model of the setting on published pairs and writes it into the folder."""
    require_trainer()
    model = trainable(setting)
    with waiting(labels.name) as progress:
        tune(model, [], pairs_of(labels), 60 * minutes, progress)
    save_tuned(model, folder)


def shown(name: str, found: Outcome) -> None:
    """A line with both measures."""
    present, past = found.present, found.evaluation
    say(f"{name:40}{present.strict:>12.3f} {present.relaxed:.3f}{past.strict:>13.3f} {past.relaxed:.3f}")


def say(line: str) -> None:
    """A line on standard output, at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
