"""Every fault of a debate folder, seeded into a copy, is told once: where it is and what to do."""

from __future__ import annotations

import ast
import shutil
from pathlib import Path

import pytest

from bot.debates import BrokenDebateError, load_debate
from bot.wording import Wording, load_wording
from tests.debates import seeds_files, seeds_words
from tests.debates.conftest import HARBOUR, ROOT, exemplar, line_of, problems_of
from tests.debates.seeds import ANSWER, BANK, CLAIM, DEBATE, OFF, TEST, add, answered, put, row

SEEDS = seeds_files.SEEDS | seeds_words.SEEDS


@pytest.fixture(scope="module")
def wordings() -> dict[str, Wording]:
    return load_wording(ROOT / "prompts")


@pytest.mark.feature("T2")
@pytest.mark.parametrize("name", SEEDS)
def test_a_fault_is_told_once_with_its_file_and_line(
    harbour: Path, wordings: dict[str, Wording], name: str
) -> None:
    seed = SEEDS[name]
    seed.change(harbour)
    problems = problems_of(harbour)
    assert [problem.key for problem in problems] == [f"lint.{seed.key}"], problems
    (problem,) = problems
    file = harbour / seed.file
    if isinstance(seed.at, int):
        line = seed.at
    else:
        text = file.read_bytes().decode("utf-8", "replace")
        lines = [number for number, line in enumerate(text.split("\n"), 1) if seed.at in line]
        line = lines[seed.nth]
    assert problem.where == f"harbour/{seed.file}:{line}"
    for wording in wordings.values():
        told = wording.say(problem.key, **dict(problem.values))
        assert len(told.splitlines()) == 1
        assert told.endswith((".", "?"))
        for value in seed.values:
            assert value in told
    with pytest.raises(BrokenDebateError) as raised:
        load_debate(harbour)
    assert raised.value.problems == problems


def test_every_kind_of_fault_is_seeded(wordings: dict[str, Wording]) -> None:
    code = "".join(path.read_text("utf-8") for path in (ROOT / "bot" / "debates").glob("*.py"))
    keys = {key.removeprefix("lint.") for key in wordings["en"].keys if key.startswith("lint.")}
    raised = {key for key in keys if f'"{key}"' in code}
    # Translations and pairs of arguments have tests of their own, beside what they are for.
    elsewhere = {"no_language", "translated_twice", "translation_of_none", "unknown_id"}
    assert raised - elsewhere == {seed.key for seed in SEEDS.values()}


def test_every_message_that_is_told_exists(wordings: dict[str, Wording]) -> None:
    told: set[str] = set()
    for path in (ROOT / "bot" / "debates").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            match node:
                case (
                    ast.Call(
                        func=ast.Attribute(attr="at" | "_problem"), args=[_, _, ast.Constant(str(key)), *_]
                    )
                    | ast.Tuple(elts=[ast.Constant(str(key)), ast.Dict()])
                    | ast.Tuple(elts=[_, ast.Constant(str(key)), ast.Dict()])
                ):
                    told.add(f"lint.{key}")
                case _:
                    pass
    assert len(told) > 30
    for wording in wordings.values():
        assert told <= wording.keys


@pytest.mark.feature("T2")
def test_both_locales_tell_every_fault_with_the_same_values(wordings: dict[str, Wording]) -> None:
    english, dutch = (
        {key: wordings[locale].variables(key) for key in wordings[locale].keys if key.startswith("lint.")}
        for locale in ("en", "nl")
    )
    assert english == dutch


def test_the_second_debate_has_no_fault() -> None:
    assert problems_of(HARBOUR) == []


def test_what_belongs_to_another_claim_may_be_a_near_miss(harbour: Path) -> None:
    add(CLAIM, "\n" + exemplar("near_miss", "suits talking to suits, as usual"))(harbour)
    add(CLAIM, "\n" + exemplar("near_miss", "good morning all"))(harbour)
    assert problems_of(harbour) == []


def test_a_near_miss_hides_no_contradiction_between_others(harbour: Path) -> None:
    # The near miss is read first; the two claims that contradict each other come after it.
    text = "Same words everywhere"
    for name, kind in (("deckhands", "near_miss"), ("eelgrass", "objection"), ("no-buyers", "objection")):
        add(f"claims/{name}.toml", "\n" + exemplar(kind, text))(harbour)
    (problem,) = problems_of(harbour)
    line = line_of(harbour / "claims/eelgrass.toml", text)
    assert problem.key == "lint.contradictory"
    assert problem.path == "harbour/claims/no-buyers.toml"
    assert dict(problem.values)["where"] == f"harbour/claims/eelgrass.toml:{line}"


def test_emoji_are_different_texts(harbour: Path) -> None:
    add(TEST, row("t9", "🐟", OFF) + row("t10", "🐠", OFF))(harbour)
    assert problems_of(harbour) == []


def test_a_line_separator_in_a_comment_ends_no_row(harbour: Path) -> None:
    add(BANK, '{"text": "one\u2028two\x85three", "lang": "en", "near": true}\n{"text": 1}\n')(harbour)
    assert {problem.line for problem in problems_of(harbour)} == {14}


def test_a_line_separator_in_a_claim_ends_no_line(harbour: Path) -> None:
    add(CLAIM, "\n" + exemplar("question", "one\u2028two\x85three") + "\n" + exemplar("wonder", "why"))(
        harbour
    )
    (problem,) = problems_of(harbour)
    assert problem.line == line_of(harbour / CLAIM, '"wonder"')


def test_problems_come_in_the_order_of_files_and_lines(harbour: Path) -> None:
    for change in (
        put(TEST, '"no-buyers"', '"no-sellers"'),
        put(CLAIM, '"objection"', '"objections"', 2),
        put(CLAIM, '"objection"', '"objections"', 0),
        put(DEBATE, '"harbour"', '"harbor"'),
    ):
        change(harbour)
    problems = problems_of(harbour)
    assert len(problems) == 4
    assert problems == sorted(problems, key=lambda problem: (problem.path, problem.line))


def test_an_answer_by_the_editors_is_told_on_its_line_whatever_stands_before(harbour: Path) -> None:
    answered("Their verdict: the boats are welcome, the subsidy is not.", "editors")(harbour)
    put(
        CLAIM,
        ANSWER,
        "Mr Lowe is right about the season, so we counted in August as well. There were three boats",
    )(harbour)
    keys = {problem.key: problem.line for problem in problems_of(harbour)}
    assert keys == {
        "lint.altered_quote": line_of(harbour / CLAIM, "Mr Lowe is right"),
        "lint.answer_by_other": line_of(harbour / CLAIM, '"editors"'),
    }


def test_a_folder_is_known_by_its_name_from_inside(harbour: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(harbour)
    assert problems_of(Path()) == []


def test_a_folder_without_labelled_comments_is_whole(harbour: Path) -> None:
    shutil.rmtree(harbour / "labelled")
    assert problems_of(harbour) == []
