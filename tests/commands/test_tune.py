"""`wederhoor tune`: a model tuned on a debate's exemplars, kept when it is better on dev, in its own folder."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors import SafetensorError
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer.modules import StaticEmbedding
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.normalizers import Lowercase
from tokenizers.pre_tokenizers import Whitespace

from bot.cli.report import FIGURES
from bot.debates import load_debate
from bot.encoder import training
from tests.commands.conftest import Run, run_apart
from tests.debates.conftest import HARBOUR, copied

COMMENTS = {
    "empty-quay": [
        "There was not one boat at the new quay when I came past this morning.",
        "Eleven boats, they said, and I have seen two of them.",
        "four hundred metres of concrete and nobody moors there",
        "The skippers stay away from that quay, and I know why.",
        "Come in the herring season and you will count more boats.",
        "Aan die kade ligt nooit iets, alleen meeuwen.",
    ],
    "no-buyers": [
        "It is the auction that is missing, not the quay.",
        "Without buyers no skipper lands a box of fish.",
        "A lorry to the auction eats up the whole catch.",
        "forty miles with a van is nothing to a fishmonger",
        "You can sell cod online these days, who needs an auction?",
        "Zonder kopers geen haven, zo simpel is het.",
    ],
    "eelgrass": [
        "The dredger ploughed up the meadows on the sea floor.",
        "And who counts the eelgrass that is gone?",
        "They left the sea bed out of the sums.",
        "economists know nothing about plants under water, so be it",
        "Does the eelgrass ever come back after dredging?",
        "Het zeegras komt niet terug na dat baggeren.",
    ],
    "deckhands": [
        "Not one of the crew was interviewed for this study.",
        "They asked the bank and the council, never the men on board.",
        "typical, suits write about fishermen and talk to suits",
        "Whom in the crews did the researchers speak to?",
        "My brother is a deckhand and nobody rang him.",
        "De bemanning is niets gevraagd, zoals altijd.",
    ],
    None: [
        "What time does the ferry leave on Sunday?",
        "The chip shop has new curtains.",
        "Lovely pictures of the lighthouse in the paper.",
        "Who won the football on Saturday?",
        "Is the old crane for sale?",
        "Fijne verjaardag, Sam!",
    ],
}


@pytest.fixture(scope="session")
def static_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model with a vector by chance for each word of the exemplars: nowhere but in tuning can it learn."""
    said = [e.text.lower() for claim in load_debate(HARBOUR).claim_set.claims for e in claim.exemplars]
    words = ["[UNK]", *sorted({word for text in said for word in re.findall(r"\w+", text)})]
    tokenizer = Tokenizer(WordLevel({word: at for at, word in enumerate(words)}, unk_token="[UNK]"))
    tokenizer.normalizer, tokenizer.pre_tokenizer = Lowercase(), Whitespace()
    torch.manual_seed(1)
    folder = tmp_path_factory.mktemp("hub") / "static"
    SentenceTransformer(modules=[StaticEmbedding(tokenizer, embedding_dim=32)], device="cpu").save(
        str(folder)
    )
    return folder


@pytest.fixture
def settings(tmp_path: Path, static_model: Path) -> dict[str, Any]:
    """A copy of the small debate with enough labelled comments, a small model and a state of its own."""
    folder = copied(HARBOUR, tmp_path / "data")
    rows = [
        {"id": f"x{at}", "text": text, "lang": "en"}
        | ({"topic": "on", "claims": [claim], "stance": "disputes"} if claim else {"topic": "off"})
        for at, (claim, text) in enumerate(
            (claim, text) for claim, texts in COMMENTS.items() for text in texts
        )
    ]
    dev = folder / "labelled" / "dev.jsonl"
    dev.write_text("".join(f"{json.dumps(row)}\n" for row in rows), "utf-8")
    return {"debates": folder.parent, "model": static_model, "state": tmp_path / "state"}


def kept_in(settings: dict[str, Any]) -> list[Path]:
    """The tuned models in the state folder, and drafts left behind."""
    home = Path(settings["state"]) / "tuned"
    return sorted(home.iterdir()) if home.exists() else []


@pytest.fixture
def strides(monkeypatch: pytest.MonkeyPatch) -> None:
    """Vectors as long as those of the small model need larger steps than layers do."""
    monkeypatch.setattr(training, "LEARNING_RATE", 0.3)


def test_a_better_model_is_kept_and_needs_a_calibration_of_its_own(
    run: Run, settings: dict[str, Any], static_model: Path, strides: None
) -> None:
    before = {path: path.read_bytes() for path in static_model.rglob("*") if path.is_file()}
    ran = run("tune", "--minutes", "0.3", **settings)
    assert ran.code == 0, ran.err
    *figures, verdict = ran.out.splitlines()
    assert len(figures) == len(FIGURES)
    assert all(" → " in line for line in figures)
    (kept,) = kept_in(settings)
    assert f"WEDERHOOR_MODEL={kept}" in verdict
    assert before == {path: path.read_bytes() for path in static_model.rglob("*") if path.is_file()}

    tuned = {**settings, "model": kept}
    (row,) = run("match", "--json", COMMENTS["eelgrass"][0], **tuned).rows
    assert row["reason"] == "not_calibrated"
    ran = run("calibrate", **tuned)
    assert ran.code == 0, ran.err
    stored = json.loads((Path(settings["debates"]) / "harbour" / "calibration.json").read_text("utf-8"))
    assert len([model for model in stored if kept.name in model]) == 1
    (row,) = run("match", "--json", COMMENTS["eelgrass"][0], **tuned).rows
    assert row["reason"] != "not_calibrated"
    (row,) = run("match", "--json", COMMENTS["eelgrass"][0], **settings).rows
    assert row["reason"] == "not_calibrated"


def test_a_model_that_is_not_better_leaves_nothing_behind(run: Run, settings: dict[str, Any]) -> None:
    ran = run("tune", "--minutes", "0.01", **settings)  # hardly a step
    assert ran.code == 0, ran.err
    assert "not better" in ran.out.splitlines()[-1]
    assert kept_in(settings) == []


def test_pairs_of_arguments_and_key_points_are_learnt_too(
    run: Run, settings: dict[str, Any], tmp_path: Path, strides: None
) -> None:
    labels = write_pairs(tmp_path / "pairs")
    ran = run("tune", "--minutes", "0.1", "--argument-pairs", str(labels), **settings)
    assert ran.code == 0, ran.err
    assert " → " in ran.out


def write_pairs(folder: Path) -> Path:
    """Arguments and key points in the layout of the shared task; returns the file of labels."""
    folder.mkdir()
    for name, rows in {
        "arguments_train.csv": ["arg_id,argument,topic,stance"]
        + [
            f'a{at},"{text.replace(chr(34), "")}",A harbour,1' for at, text in enumerate(COMMENTS["eelgrass"])
        ],
        "key_points_train.csv": [
            "key_point_id,key_point,topic,stance",
            "k0,The dredging killed the eelgrass,A harbour,1",
            "k1,Nobody spoke with the crews,A harbour,1",
        ],
        "labels_train.csv": ["arg_id,key_point_id,label"]
        + [f"a{at},k{point},{1 - point}" for at in range(6) for point in (0, 1)],
    }.items():
        (folder / name).write_text("\n".join(rows), "utf-8")
    return folder / "labels_train.csv"


@pytest.mark.parametrize(
    ("file", "old", "new", "told"),
    [
        ("labels_train.csv", "a0,k0,1", "a9,k0,1", "labels_train.csv:2: there is no arg_id “a9”"),
        ("labels_train.csv", "a0,k1,0", "a0,k1,2", "labels_train.csv:3: the value of “label”"),
        ("labels_train.csv", ",0", ",1", "the pairs in"),
        ("arguments_train.csv", "topic", "subject", "arguments_train.csv:2: the key “topic” is missing"),
        ("key_points_train.csv", "Nobody", "\udcff", "key_points_train.csv:3: this is not UTF-8"),
    ],
)
def test_pairs_that_cannot_be_read_are_one_sentence(
    run: Run, settings: dict[str, Any], tmp_path: Path, file: str, old: str, new: str, told: str
) -> None:
    labels = write_pairs(tmp_path / "pairs")
    path = labels.with_name(file)
    text = path.read_text("utf-8")
    assert old in text
    path.write_bytes(text.replace(old, new).encode("utf-8", "surrogateescape"))
    ran = run("tune", "--argument-pairs", str(labels), **settings)
    assert (ran.code, ran.out) == (1, "")
    (sentence,) = ran.err.splitlines()
    assert told.lower() in sentence.lower()


def test_a_file_of_arguments_that_is_missing_is_one_sentence(
    run: Run, settings: dict[str, Any], tmp_path: Path
) -> None:
    labels = write_pairs(tmp_path / "pairs")
    labels.with_name("arguments_train.csv").unlink()
    ran = run("tune", "--argument-pairs", str(labels), **settings)
    assert (ran.code, ran.out) == (1, "")
    assert "arguments_train.csv:1: this file is missing" in ran.err.splitlines()[-1]


# What sentence-transformers sees where the package is not installed.
WITHOUT_TRAINER = """
from importlib import metadata
known = metadata.metadata
def hidden(name):
    if name == "accelerate":
        raise metadata.PackageNotFoundError(name)
    return known(name)
metadata.metadata = hidden
from bot.cli import main
main()
"""


def test_without_the_trainers_packages_one_sentence_names_the_command(settings: dict[str, Any]) -> None:
    named = {f"WEDERHOOR_{name.upper()}": str(value) for name, value in settings.items()}
    environment = {**os.environ, **named, "WEDERHOOR_LANGUAGE": "en"}
    ran = run_apart(["tune"], b"", environment, ["-c", WITHOUT_TRAINER])
    assert (ran.code, ran.out) == (1, "")
    (sentence,) = ran.err.splitlines()
    assert "pip install" in sentence


def test_what_cannot_be_tuned_is_one_sentence(run: Run, settings: dict[str, Any]) -> None:
    ran = run("tune", "harbor", **settings)
    assert (ran.code, ran.err.splitlines()[-1]) == (
        1,
        "There is no debate “harbor”; name one of these: harbour.",
    )
    ran = run("tune", **{**settings, "model": "light"})
    assert ran.code == 1
    assert "light cannot be tuned" in ran.err.splitlines()[-1]
    claims = Path(settings["debates"]) / "harbour" / "claims"
    for path in claims.glob("*.toml"):
        head, *exemplars = path.read_text("utf-8").split("[[exemplars]]")
        path.write_text("[[exemplars]]".join([head, exemplars[0]]), "utf-8")
    ran = run("tune", **settings)
    assert ran.code == 1
    assert "too few exemplars" in ran.err.splitlines()[-1]


def test_a_full_disk_keeps_nothing(
    run: Run, settings: dict[str, Any], strides: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise SafetensorError("No space left on device (os error 28)")

    monkeypatch.setattr("sentence_transformers.sentence_transformer.modules.StaticEmbedding.save", full)
    ran = run("tune", "--minutes", "0.05", **settings)
    assert (ran.code, ran.out) == (1, "")
    assert "tuned" in ran.err.splitlines()[-1]
    assert kept_in(settings) == []
