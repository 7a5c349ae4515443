"""`wederhoor suggest`: what people say that no claim answers, in groups and without names."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.core.suggestions import without_names
from bot.encoder import Encoder
from tests.commands.conftest import Ran, Run
from tests.small import calibrated

NIGHT = [
    "The ice house hums all night long and I cannot sleep any more.",
    "I cannot sleep at night because the ice house hums.",
    "Emma Visser is right, the humming of the ice house keeps me awake at night.",
    "That ice house hums all night, our baby cannot sleep.",
]
ALONE = [
    "My uncle collects old harbour maps and paints them by hand.",
    "The bakery on the corner sells wonderful apple pies on Sundays.",
    "Does anybody want two tickets for the football match tonight?",
]
ANSWERED = "How many boats land there on an ordinary day, and how many at night?"
SHORT = ["It hums at night.", "Hums at night too.", "It hums all night."]
START = datetime(2026, 3, 1, 20, 0, tzinfo=UTC)
NAMES = ["Emma Visser", "joost_99", "Fatima", "Piet"]


def session() -> list[tuple[str, str]]:
    said = list(zip(NAMES, NIGHT, strict=True))
    said += [(NAMES[at % 4], text) for at, text in enumerate([*ALONE, ANSWERED, *SHORT])]
    # One member who says the same three times is not three people.
    return said + [("Piet", "The moon is made of cheese, everybody knows that by now.")] * 3


def as_lines(path: Path) -> Path:
    rows = [
        {"author": name, "text": text, "timestamp": (START + timedelta(minutes=at)).isoformat()}
        for at, (name, text) in enumerate(session())
    ]
    path.write_text("\n".join(json.dumps(row) for row in rows), "utf-8")
    return path


def as_export(path: Path) -> Path:
    """As DiscordChatExporter writes it, where a nickname hides the name and a message mentions another member."""

    def author(name: str) -> dict[str, Any]:
        return {"id": str(sum(map(ord, name))), "name": f"{name.lower()}x", "nickname": name, "isBot": False}

    messages = [
        {
            "id": str(1000 + at),
            "type": "Default",
            "timestamp": (START + timedelta(minutes=at)).isoformat(),
            "content": text.replace("That ice", "@Kim Zonder, that ice"),
            "author": author(name),
            "mentions": [author("Kim Zonder")] if "That ice" in text else [],
        }
        for at, (name, text) in enumerate(session())
    ]
    path.write_text(json.dumps({"messages": messages}, indent=1), "utf-8")
    return path


@pytest.fixture
def folder(light: Encoder, tmp_path: Path) -> Path:
    return calibrated(tmp_path / "data", light.model_id)


def suggest(run: Run, folder: Path, *words: str) -> Ran:
    return run("suggest", folder.name, *words, debates=folder.parent, model="light")


def groups(ran: Ran) -> list[str]:
    return ran.out.strip().split("\n\n") if ran.out.strip() else []


@pytest.mark.feature("T18")
@pytest.mark.parametrize("write", [as_lines, as_export])
def test_what_several_say_and_no_claim_answers_is_one_group(
    run: Run, folder: Path, tmp_path: Path, write: Any
) -> None:
    ran = suggest(run, folder, "--transcript", str(write(tmp_path / "session.json")))
    assert ran.code == 0, ran.err
    (group,) = groups(ran)
    assert group.startswith("4 comments that no claim is about")
    assert "ice house" in group
    assert not any(text in ran.out for text in ALONE)
    silent = len(NIGHT) + len(ALONE) + 1
    assert f"{silent} comments without a reply; 4 of them in 1 groups" in ran.err


@pytest.mark.feature("T18")
@pytest.mark.parametrize("write", [as_lines, as_export])
@pytest.mark.parametrize("at", range(4))
def test_no_member_is_named(run: Run, folder: Path, tmp_path: Path, write: Any, at: int) -> None:
    """Whichever comment stands for its group, a name in it is put out."""
    path = write(tmp_path / "session.json")
    told = NIGHT[at]
    for text in NIGHT:
        path.write_text(path.read_text("utf-8").replace(text, told), "utf-8")
    named = told.replace("night", "night, says Fatima and joost_99 and @Piet")
    path.write_text(path.read_text("utf-8").replace(told, named), "utf-8")
    ran = suggest(run, folder, "--transcript", str(path))
    (group,) = groups(ran)
    assert "…" in group
    words = {word for name in [*NAMES, "Kim Zonder"] for word in name.casefold().split()}
    assert not words & set(re.findall(r"\w+", (ran.out + ran.err).casefold()))


@pytest.mark.feature("T18")
def test_what_is_close_to_a_claim_is_proposed_as_exemplars(run: Run, folder: Path, tmp_path: Path) -> None:
    texts = [
        "Somebody should ask the divers whether the eelgrass grew back.",
        "Did the eelgrass grow back? The divers would know, ask the divers.",
        "I would ask the divers about the eelgrass, did it grow back at all?",
    ]
    path = tmp_path / "session.jsonl"
    rows = [
        {"author": f"m{at}", "text": text, "timestamp": START.isoformat()} for at, text in enumerate(texts)
    ]
    path.write_text("\n".join(map(json.dumps, rows)), "utf-8")
    stored = json.loads((folder / "calibration.json").read_text())
    for each in stored.values():
        each["point"] |= {"reply": 1.0, "suggest": 0.3}
    (folder / "calibration.json").write_text(json.dumps(stored))
    (group,) = groups(suggest(run, folder, "--transcript", str(path)))
    assert group.startswith("3 comments near eelgrass")


@pytest.mark.feature("T18")
def test_labelled_comments_that_were_missed_are_grouped_by_their_label(run: Run, folder: Path) -> None:
    dev = folder / "labelled" / "dev.jsonl"
    rows = [
        {
            "id": f"m{at}",
            "text": text,
            "lang": "en",
            "topic": "on",
            "claims": ["deckhands"],
            "stance": "disputes",
        }
        for at, text in enumerate(NIGHT[:3])
    ]
    rows += [
        {"id": f"n{at}", "text": text, "lang": "en", "topic": "near"} for at, text in enumerate(NIGHT[3:])
    ]
    rows += [{"id": f"o{at}", "text": text, "lang": "en", "topic": "off"} for at, text in enumerate(ALONE)]
    dev.write_text("\n".join(map(json.dumps, rows)), "utf-8")
    ran = suggest(run, folder)
    (group,) = groups(ran)
    assert group.startswith("3 comments labelled deckhands")
    assert "4 comments without a reply; 3 of them" in ran.err


def test_a_debate_that_is_not_calibrated_can_be_asked(run: Run, folder: Path, tmp_path: Path) -> None:
    (folder / "calibration.json").unlink()
    ran = suggest(run, folder, "--transcript", str(as_lines(tmp_path / "session.jsonl")))
    assert ran.code == 0, ran.err
    assert any("ice house" in group for group in groups(ran))
    assert "not calibrated" in ran.err


@pytest.mark.parametrize("content", ["", "[]", '{"author": "a", "text": "b"}'])
def test_a_transcript_that_cannot_be_used_is_told(
    run: Run, folder: Path, tmp_path: Path, content: str
) -> None:
    path = tmp_path / "session.jsonl"
    path.write_text(content)
    ran = suggest(run, folder, "--transcript", str(path))
    assert ran.out == ""
    assert len(ran.err.splitlines()) == 1
    assert ran.code == (0 if content == "" else 1)


def test_names_are_put_out_whole_and_in_part() -> None:
    names = ["Emma van Dam", "Al", "the dude"]
    told = without_names("emma's point, @Joost: ask Dam or Al about the dam van", names)
    assert told == "…'s point, … ask … or … about the … van"
    assert without_names("(the water is clear)", ["the waterman"]) == "(the water is clear)"
