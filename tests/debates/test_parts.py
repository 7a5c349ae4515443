"""A part whose first or last words are wrong is told once, and the quotes in it are judged all the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.core.source import Kind, Role, Speaker
from bot.debates.parts import FoundParts, find_parts
from bot.debates.schema import PartEntry, SourceFile
from tests.debates.conftest import BOTH, bare, problems_of

SPEAKERS = {
    id: Speaker(id, name, Role.INTERVIEWEE)
    for id, name in (("bo", "Bo Jansen"), ("ida", "Ida de Wit"), ("jan", "Jan Jansen"))
}


def parted(text: str, *entries: tuple[str, str, str]) -> FoundParts:
    """The parts of a text, given as speaker, first words and last words."""
    parts = [PartEntry(kind=Kind.TURN, speaker=s, opens=o, closes=c) for s, o, c in entries]
    file = SourceFile(
        id="s", file="s.txt", title="T", medium="M", published="2010", language="nl", parts=parts
    )
    return find_parts(file, text, SPEAKERS)


def words(text: str, found: FoundParts) -> list[str]:
    return [text[part.start : part.end] for part in found.parts]


@BOTH
@pytest.mark.parametrize("edge", ["opens", "closes"])
def test_any_part_may_be_described_wrongly_and_only_that_is_told(
    original: Path, edge: str, tmp_path: Path
) -> None:
    folder = bare(original, tmp_path)
    (path,) = (folder / "sources").glob("*.toml")
    lines = path.read_text("utf-8").split("\n")
    places = [number for number, line in enumerate(lines) if line.startswith(f"{edge} = ")]
    assert len(places) > 15
    for number in places:
        wrong = [*lines[:number], f'{edge} = "Woorden die er niet staan"', *lines[number + 1 :]]
        path.write_text("\n".join(wrong), "utf-8")
        (problem,) = problems_of(folder)
        assert problem.key == f"lint.part_{edge}"
        assert problem.where == f"{folder.name}/sources/{path.name}:{number + 1}"


def test_the_last_words_may_stand_in_the_first_ones() -> None:
    text = "ja, ja, ja, ja"
    found = parted(text, ("bo", "ja, ja, ja", "ja"))
    assert words(text, found) == ["ja, ja, ja"]
    assert [fault for _, fault in found.faults] == [("loose_words", {"words": ", ja"})]
    found = parted("ja", ("bo", "ja", "ja"))
    assert words("ja", found) == ["ja"]
    assert found.faults == []


@pytest.mark.parametrize(
    "between",
    [
        "\n",
        " \u00a0\n\n",
        "\nIda: ",
        "\nIDA: ‘",
        "’\n\nIda de Wit: “",
        "\n 12. ",
        '”\n3. Ida: "',
        "\nQ.: ",
        "\nI.d.W.: ",
    ],
)
def test_labels_numbers_and_quotation_marks_stand_between_parts(between: str) -> None:
    text = f"Een twee{between}Drie vier"
    found = parted(text, ("bo", "Een", "twee"), ("ida", "Drie", "vier"))
    assert words(text, found) == ["Een twee", "Drie vier"]
    assert found.faults == []


@pytest.mark.parametrize(
    "between", [" en ", "\nvijf\n", "\nZo is het en niet anders: ", "\n(1) ", "\n2010 ", " – "]
)
def test_any_other_word_between_parts_is_loose(between: str) -> None:
    text = f"Een twee{between}Drie vier"
    found = parted(text, ("bo", "Een", "twee"), ("ida", "Drie", "vier"))
    assert [(at, fault[0]) for at, fault in found.faults] == [(("parts", 1), "loose_words")]
    assert found.loose == [(8, 8 + len(between))]


@pytest.mark.parametrize(
    ("label", "speaker", "told"),
    [
        ("Bo", "bo", False),
        ("BO JANSEN", "bo", False),
        ("Bo", "ida", True),
        ("de Wit", "bo", True),
        ("Jansen", "bo", False),  # either of the two
        ("Jansen", "jan", False),
        ("Jansen", "ida", True),
        ("Q", "ida", False),  # nobody's name
    ],
)
def test_the_name_before_a_part_is_its_speakers(label: str, speaker: str, told: bool) -> None:
    found = parted(f"{label}: Een twee", (speaker, "Een", "twee"))
    expected = [("label_of_other", {"label": label, "name": SPEAKERS[speaker].name})]
    assert [fault for _, fault in found.faults] == (expected if told else [])
