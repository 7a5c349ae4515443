"""Every fault of a debate folder, seeded into a copy, is told once: where it is and what to do."""

from __future__ import annotations

import ast
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.debates import BrokenDebateError, load_debate
from bot.wording import Wording, load_wording
from tests.debates.conftest import HARBOUR, ROOT, exemplar, line_of, problems_of, quote, replace

CLAIM = "claims/empty-quay.toml"
DEBATE = "debate.toml"
SOURCE = "sources/tideline.toml"
TEXT = "sources/tideline.txt"
BANK = "bank.jsonl"
DEV = "labelled/dev.jsonl"
TEST = "labelled/test.jsonl"
ANSWER = "Mr Lowe has a point about the season, so we counted in August as well. There were three boats"
LONG = "The quay was finished on time and it stands empty. " * 12

Change = Callable[[Path], None]


@dataclass(frozen=True)
class Seed:
    """A fault: its message, the file and the words on the line that is told, and what brings it about."""

    key: str
    file: str
    at: str | int
    change: Change
    values: tuple[str, ...] = ()
    nth: int = 0


def put(file: str, old: str, new: str, nth: int = 0) -> Change:
    return lambda folder: replace(folder / file, old, new, nth)


def add(file: str, text: str) -> Change:
    def change(folder: Path) -> None:
        path = folder / file
        path.write_bytes(path.read_bytes() + text.encode("utf-8", "surrogateescape"))

    return change


def remove(pattern: str) -> Change:
    def change(folder: Path) -> None:
        for path in list(folder.glob(pattern)):
            path.unlink()

    return change


def into_folder(file: str) -> Change:
    def change(folder: Path) -> None:
        (folder / file).unlink()
        (folder / file).mkdir()

    return change


def another_source(folder: Path) -> None:
    text = (folder / SOURCE).read_text("utf-8")
    (folder / "sources" / "zweite.toml").write_text(f"# the same id\n{text}", "utf-8")


def not_utf8(file: str, words: str) -> Change:
    def change(folder: Path) -> None:
        path = folder / file
        path.write_bytes(path.read_bytes().replace(words.encode(), b"caf\xe9"))

    return change


def row(id: str, text: str, rest: str) -> str:
    return f'{{"id": "{id}", "text": "{text}", "lang": "en", {rest}}}\n'


def quoted(text: str, speaker: str, **more: str) -> Change:
    """A further quote in the claim, before its answer."""
    extra = "".join(f'{key} = "{value}"\n' for key, value in more.items())
    return put(CLAIM, "[answer]", f"{quote(text, speaker).rstrip()}\n{extra}\n[answer]")


def answered(text: str, speaker: str) -> Change:
    return put(CLAIM, "[[exemplars]]", f"{quote(text, speaker, 'answer.quotes')}[[exemplars]]")


OFF = '"topic": "off"'
ON = '"topic": "on", "claims": ["{}"], "stance": "agrees"'
SEEDS = {
    # keys and values
    "unknown key": Seed(
        "unknown_key", CLAIM, "colour", put(CLAIM, "theme =", 'colour = "red"\ntheme ='), ("colour", "theme")
    ),
    "unknown key in a quote": Seed(
        "unknown_key", CLAIM, "page = ", quoted("They left the river mouth.", "okafor", page="3"), ("page",)
    ),
    "unknown key in a row": Seed(
        "unknown_key", BANK, "weather", add(BANK, '{"text": "x", "lang": "en", "near": true, "weather": 1}\n')
    ),
    "misspelt key": Seed(
        "unknown_key_near",
        CLAIM,
        "statment",
        put(CLAIM, "statement =", "statment ="),
        ("statment", "statement"),
    ),
    "misspelt key of a part": Seed(
        "unknown_key_near",
        SOURCE,
        "infered",
        put(SOURCE, "number = 2", "number = 2\ninfered = true"),
        ("inferred",),
    ),
    "misspelt key of an answer": Seed(
        "unknown_key_near", CLAIM, "stat =", put(CLAIM, "state =", "stat ="), ("state",)
    ),
    "missing key": Seed("missing_key", CLAIM, 1, put(CLAIM, 'theme = "harbour"', ""), ("theme",)),
    "missing key of an exemplar": Seed(
        "missing_key", CLAIM, "[[exemplars]]", put(CLAIM, 'lang = "nl"\n', ""), ("lang",), nth=2
    ),
    "missing key of a row": Seed(
        "missing_key", BANK, "Hello", add(BANK, '{"text": "Hello", "lang": "en"}\n'), ("near",)
    ),
    "missing title of a theme": Seed(
        "missing_key",
        DEBATE,
        "[[themes]]",
        put(DEBATE, '\n[themes.title]\nen = "The study itself"\nnl = "Het onderzoek zelf"\n', ""),
        ("title",),
        nth=1,
    ),
    "wrong value": Seed(
        "wrong_value", CLAIM, '"objections"', put(CLAIM, '"objection"', '"objections"', 2), ("kind",)
    ),
    "wrong name in a table": Seed("wrong_value", CLAIM, "dutch =", put(CLAIM, "nl =", "dutch ="), ("dutch",)),
    "wrong title of a theme": Seed(
        "wrong_value",
        DEBATE,
        "english =",
        put(DEBATE, 'en = "The study', 'english = "The study'),
        ("english",),
    ),
    "wrong type": Seed(
        "wrong_value", SOURCE, "number =", put(SOURCE, "number = 3", 'number = "three"'), ("number",), nth=2
    ),
    "wrong date": Seed(
        "wrong_value", SOURCE, "published", put(SOURCE, "2021-05", "May 2021"), ("published",)
    ),
    "empty text": Seed(
        "wrong_value", BANK, '"  "', add(BANK, '{"text": "  ", "lang": "en", "near": true}\n'), ("text",)
    ),
    "path in an id": Seed("wrong_value", CLAIM, 'id = "', put(CLAIM, '"empty-quay"', '"../quay"'), ("id",)),
    # files
    "no debate": Seed("missing_file", DEBATE, 1, remove(DEBATE)),
    "no bank": Seed("missing_file", BANK, 1, remove(BANK)),
    "no text": Seed("missing_file", TEXT, 1, remove(TEXT)),
    "folder for a file": Seed("unreadable_file", BANK, 1, into_folder(BANK)),
    "folder for a claim": Seed("unreadable_file", CLAIM, 1, into_folder(CLAIM)),
    "claim in Latin-1": Seed("not_utf8", CLAIM, "caf", not_utf8(CLAIM, "herring")),
    "text in Latin-1": Seed("not_utf8", TEXT, "caf", not_utf8(TEXT, "forty")),
    "rows in Latin-1": Seed("not_utf8", BANK, "caf", not_utf8(BANK, "swimming pool")),
    "broken claim": Seed("not_toml", CLAIM, "[[quotes", put(CLAIM, "[[quotes]]", "[[quotes")),
    "broken source": Seed("not_toml", SOURCE, "medium", put(SOURCE, 'Tideline"', "Tideline")),
    "broken debate": Seed("not_toml", DEBATE, "name = R", put(DEBATE, '"Ruth Morgan"', "Ruth Morgan")),
    "open string at the end": Seed("not_toml", CLAIM, 'text = """', add(CLAIM, 'text = """'), nth=0),
    "broken row": Seed("not_json", BANK, "ferry", put(BANK, 'back.", ', 'back." ')),
    "row that is a list": Seed("not_json", TEST, '["t9"]', add(TEST, '["t9"]\n')),
    "other folder": Seed(
        "folder_name", DEBATE, 'id = "harbor"', put(DEBATE, '"harbour"', '"harbor"'), ("harbor", "harbour")
    ),
    "other file": Seed(
        "file_name", CLAIM, 'id = "full', put(CLAIM, "empty-quay", "full-quay"), ("full-quay", "empty-quay")
    ),
    "no sources": Seed("no_sources", DEBATE, 1, remove("sources/*.toml")),
    "no claims": Seed("no_claims", DEBATE, 1, remove("claims/*.toml")),
    # ids that lead nowhere, ids that lead to two
    "speaker of a part": Seed(
        "no_speaker", SOURCE, '"okofor"', put(SOURCE, '"okafor"', '"okofor"', 1), ("okofor",)
    ),
    "speaker of a quote": Seed(
        "no_speaker", CLAIM, '"morgen"', put(CLAIM, '"morgan"', '"morgen"'), ("morgen",)
    ),
    "theme": Seed("no_theme", CLAIM, "theme =", put(CLAIM, '"harbour"', '"haven"'), ("haven",)),
    "source": Seed("no_source", CLAIM, "source =", put(CLAIM, '"tideline"', '"timeline"'), ("timeline",)),
    "claim of a label": Seed(
        "no_claim", DEV, "empty-key", put(DEV, '["empty-quay"]', '["empty-key"]'), ("empty-key",)
    ),
    "claim of a second choice": Seed(
        "no_claim", DEV, "buyer5", put(DEV, '"no-buyers"]', '"buyer5"]'), ("buyer5",)
    ),
    "claim of a point": Seed(
        "no_claim", DEV, "deckhand5", put(DEV, '[{"claims": ["empty-quay"]', '[{"claims": ["deckhand5"]')
    ),
    "two speakers": Seed(
        "id_twice",
        DEBATE,
        'id = "anna"',
        put(
            DEBATE,
            "[[themes]]",
            '[[speakers]]\nid = "anna"\nname = "Anna"\nrole = "interviewee"\n\n[[themes]]',
        ),
        ("anna", "harbour/debate.toml:"),
        nth=1,
    ),
    "two themes": Seed(
        "id_twice",
        DEBATE,
        'id = "study"',
        add(DEBATE, '\n[[themes]]\nid = "study"\ntitle = { en = "Studies" }\n'),
        ("study",),
        nth=1,
    ),
    "two sources": Seed(
        "id_twice", "sources/zweite.toml", "id =", another_source, ("tideline", f"harbour/{SOURCE}:3"), nth=0
    ),
    "two labels of one id": Seed(
        "id_twice", TEST, "Hello", add(TEST, row("d7", "Hello", OFF)), ("d7", f"harbour/{DEV}:7")
    ),
    # parts
    "first words of a part": Seed(
        "part_opens",
        SOURCE,
        "The wharf",
        put(SOURCE, "No. The quay", "No. The wharf"),
        ("No. The wharf", "tideline.txt"),
    ),
    "first words of the first part": Seed(
        "part_opens", SOURCE, "The crane ", put(SOURCE, "The cranes", "The crane ", 1), ("The crane ",)
    ),
    "last words of a part": Seed(
        "part_closes",
        SOURCE,
        "their cash",
        put(SOURCE, "land their catch", "land their cash"),
        ("land their cash here.", "No. The quay"),
    ),
    "last words of the last part": Seed(
        "part_closes", SOURCE, "village library", put(SOURCE, "town library", "village library")
    ),
    "words left out": Seed(
        "loose_words",
        SOURCE,
        "[[parts]]",
        put(SOURCE, 'closes = "land their catch here."', 'closes = "on time and it stands empty."'),
        ("Eleven boats were promised, and two of them land their catch",),
        nth=4,
    ),
    "a part left out": Seed(
        "loose_words",
        SOURCE,
        "[[parts]]",
        put(
            SOURCE,
            '[[parts]]\nkind = "question"\nspeaker = "quist"\nopens = "So the money"\ncloses = "into the water?"\n\n',
            "",
        ),
        ("So the money was thrown into the water?",),
        nth=5,
    ),
    "words after the last part": Seed(
        "loose_words",
        SOURCE,
        "[[parts]]",
        add(TEXT, "\nMore letters next week.\n"),
        ("More letters next week.",),
        nth=17,
    ),
    "the other's words": Seed(
        "label_of_other",
        SOURCE,
        "speaker = ",
        put(SOURCE, 'speaker = "morgan"\nopens = "Start', 'speaker = "okafor"\nopens = "Start'),
        ("MORGAN", "Daniel Okafor"),
        nth=9,
    ),
    # answers
    "answer though none": Seed(
        "answer_none_with_quotes", CLAIM, "[answer]", put(CLAIM, '"answered"', '"none"')
    ),
    "no answer though answered": Seed(
        "answer_empty",
        "claims/deckhands.toml",
        "[answer]",
        put("claims/deckhands.toml", '"none"', '"answered"'),
        ("answered",),
    ),
    "no answer though declined": Seed(
        "answer_empty",
        "claims/deckhands.toml",
        "[answer]",
        put("claims/deckhands.toml", '"none"', '"declined"'),
        ("declined",),
    ),
    "answer by the editors": Seed(
        "answer_by_other",
        CLAIM,
        '"editors"',
        answered("Their verdict: the boats are welcome, the subsidy is not.", "editors"),
        ("The Tideline",),
    ),
    # quotes
    "too long": Seed("quote_too_long", CLAIM, LONG, quoted(LONG, "morgan"), (str(len(LONG)), "600")),
    "half a sentence": Seed(
        "quote_cut_short", CLAIM, '"The ice house', quoted("The ice house is a good thing,", "okafor")
    ),
    "without its first word": Seed(
        "quote_cut_short",
        CLAIM,
        '"a port',
        quoted("a port lives on buyers, and nobody asked the buyers.", "okafor"),
    ),
    "without its full stop": Seed(
        "quote_cut_short",
        CLAIM,
        '"They left',
        quoted("They left the river mouth because it silted up, not because of a grant", "okafor"),
    ),
    "two turns in one": Seed(
        "quote_crosses",
        CLAIM,
        '"nobody asked',
        quoted("nobody asked the buyers.\nMORGAN: The auction is forty miles away.", "okafor"),
    ),
    "a reader": Seed(
        "not_quotable", CLAIM, '"Count again', quoted("Count again in August.", "lowe"), ("P. Lowe", "reader")
    ),
    "a reader as an answer": Seed(
        "not_quotable",
        CLAIM,
        '"Count again',
        answered("Count again in August.", "lowe"),
        ("P. Lowe", "reader"),
    ),
    "the interviewer": Seed(
        "not_quotable",
        CLAIM,
        '"So the money',
        quoted("So the money was thrown into the water?", "quist"),
        ("Lena Quist", "interviewer"),
    ),
    "another's words": Seed(
        "misattributed",
        CLAIM,
        '"Start with',
        quoted("Start with one boat and one buyer.", "okafor"),
        ("Daniel Okafor", "Ruth Morgan"),
    ),
    "the interviewer's words": Seed(
        "misattributed",
        CLAIM,
        "Start small",
        quoted('"Start small" is easily said.', "morgan"),
        ("Ruth Morgan", "Lena Quist"),
    ),
    "another word": Seed(
        "altered_quote",
        CLAIM,
        "the tide",
        quoted("If the tide works, you add a second.", "morgan"),
        ("Ruth Morgan", "If that works, you add a second."),
    ),
    "two sentences altered over a line": Seed(
        "altered_quote",
        CLAIM,
        "Letter (3)",
        quoted("Letter (3)\n\n[1] Anna, on 4 May:", "editors"),
        ("The Tideline",),
    ),
    "invented": Seed(
        "unknown_quote",
        CLAIM,
        "dolphins",
        quoted("Bring in dolphins!", "morgan"),
        ("Bring in dolphins!", "Ruth Morgan"),
    ),
    # texts that may stand only once
    "in an exemplar too": Seed(
        "labelled_exemplar",
        TEST,
        "Suits",
        add(TEST, row("t9", "Suits talking to suits - as usual!", ON.format("deckhands"))),
        ("harbour/claims/deckhands.toml:",),
    ),
    "in the bank too": Seed(
        "labelled_exemplar",
        TEST,
        "t9",
        add(TEST, row("t9", "Good morning, all.", OFF)),
        (f"harbour/{BANK}:6",),
    ),
    "labelled twice": Seed(
        "labelled_twice",
        DEV,
        "d9",
        add(DEV, row("d9", "is the old crane still for sale", OFF)),
        (f"harbour/{DEV}:7",),
    ),
    "labelled for both": Seed(
        "labelled_twice",
        TEST,
        "t9",
        add(TEST, row("t9", "Is the old crane still for sale?", OFF)),
        (f"harbour/{DEV}:7",),
    ),
    "on without a claim": Seed(
        "label_contradicts", TEST, "t9", add(TEST, row("t9", "Hello", '"topic": "on"'))
    ),
    "off with a claim": Seed(
        "label_contradicts",
        TEST,
        "t9",
        add(TEST, row("t9", "Hello", ON.format("deckhands").replace('"on"', '"off"'))),
    ),
    "a claim without a stance": Seed(
        "label_contradicts",
        TEST,
        "t9",
        add(TEST, row("t9", "Hello", '"topic": "on", "claims": ["deckhands"]')),
    ),
    "the same exemplar": Seed(
        "duplicate",
        CLAIM,
        "Boats",
        add(CLAIM, "\n" + exemplar("question", "How many Boats land there, on an ordinary day??")),
        ("harbour/claims/empty-quay.toml:",),
    ),
    "the same row": Seed(
        "duplicate",
        BANK,
        '"😂"',
        add(BANK, '{"text": "😂", "lang": "en", "near": false}\n'),
        (f"harbour/{BANK}:7",),
        nth=1,
    ),
    "two kinds": Seed(
        "contradictory",
        CLAIM,
        "How many boats",
        add(CLAIM, "\n" + exemplar("objection", "How many boats land there on an ordinary day?")),
        nth=1,
    ),
    "like itself and not": Seed(
        "contradictory",
        CLAIM,
        "How many boats",
        add(CLAIM, "\n" + exemplar("near_miss", "How many boats land there on an ordinary day?")),
        nth=1,
    ),
    "two claims": Seed(
        "contradictory",
        CLAIM,
        "Suits",
        add(CLAIM, "\n" + exemplar("objection", "Suits talking to suits, as usual")),
        ("harbour/claims/deckhands.toml:",),
    ),
    "a claim and none": Seed(
        "contradictory",
        BANK,
        "Suits",
        add(BANK, '{"text": "Suits talking to suits, as usual", "lang": "en", "near": true}\n'),
    ),
}


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
    assert raised == {seed.key for seed in SEEDS.values()}


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
