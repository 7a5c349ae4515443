"""The architecture is tested, and each rule is shown to fail on a copy that breaks it."""

from __future__ import annotations

import re
import shutil
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.checks.asked import FAMILIES, asked
from bot.checks.templates import lint_templates
from bot.wording import load_wording, read_wording
from tests import architecture
from tests.architecture import Module, modules
from tests.conftest import ROOT

CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
FILES = {path.stem for path in (ROOT / "prompts" / "en").glob("*.toml")}

Rule = Callable[[list[Module]], list[str]]

FOR_THE_MODEL = "Is daar iemand?"
"""The one sentence in the code that is for no people: a model is asked it to see whether it still answers."""


def graph_differs(found: list[Module]) -> list[str]:
    return architecture.disagreements(architecture.drawn(CONTRIBUTING), architecture.imported(found))


def undeclared_families(found: list[Module]) -> list[str]:
    return sorted(asked(FILES, found[0].path.parent).unknown)


def unused_keys(found: list[Module]) -> list[str]:
    uses = asked(FILES, found[0].path.parent)
    return [key for key in sorted(load_wording(ROOT / "prompts")["en"].keys) if not uses.uses(key)]


def missing_keys(found: list[Module]) -> list[str]:
    keys = load_wording(ROOT / "prompts")["en"].keys
    return sorted(asked(FILES, found[0].path.parent).given.keys() - keys)


RULES: dict[str, Rule] = {
    "core imports nothing that reaches outside": architecture.impure_imports,
    "a library is imported only where it is at home": architecture.strayed_imports,
    "the graph in CONTRIBUTING is that of the code": graph_differs,
    "core reads no clock, opens no file and prints nothing": architecture.impure_calls,
    "no sentence for people stands in Python": architecture.sentences,
    "names say what a thing is": architecture.vague_names,
    "keys that are put together are declared": undeclared_families,
    "every template is used": unused_keys,
    "every template that is asked for exists": missing_keys,
}

PLANTS: list[tuple[str, str, str]] = [
    ("core imports nothing that reaches outside", "core/claims.py", "import discord"),
    ("core imports nothing that reaches outside", "core/claims.py", "from bot.wording import Wording"),
    ("core imports nothing that reaches outside", "core/claims.py", "from ..wording import Wording"),
    ("core imports nothing that reaches outside", "core/claims.py", "from bot import wording"),
    ("core imports nothing that reaches outside", "core/source.py", "from pathlib import Path"),
    ("core imports nothing that reaches outside", "core/comments.py", "def f():\n    import os.path"),
    ("core imports nothing that reaches outside", "core/comments.py", "import sqlalchemy as sa"),
    ("a library is imported only where it is at home", "service.py", "import discord"),
    ("a library is imported only where it is at home", "replies.py", "from discord import utils"),
    (
        "a library is imported only where it is at home",
        "cli/checking.py",
        "def f():\n    import discord.utils",
    ),
    ("a library is imported only where it is at home", "live.py", "from sklearn.svm import SVC"),
    ("a library is imported only where it is at home", "service.py", "from sqlalchemy import select"),
    ("a library is imported only where it is at home", "gateway/client.py", "from bot.app import load_live"),
    ("a library is imported only where it is at home", "service.py", "from bot import app"),
    ("the graph in CONTRIBUTING is that of the code", "wording.py", "from bot.replies import show_date"),
    ("the graph in CONTRIBUTING is that of the code", "store/rows.py", "from bot.service import Incoming"),
    ("the graph in CONTRIBUTING is that of the code", "opening.py", "from bot import gateway"),
    ("the graph in CONTRIBUTING is that of the code", "novelty.py", "X = 1"),
    ("core reads no clock, opens no file and prints nothing", "core/decisions.py", "T = datetime.now()"),
    ("core reads no clock, opens no file and prints nothing", "core/source.py", "X = open('x').read()"),
    (
        "core reads no clock, opens no file and prints nothing",
        "core/source.py",
        "def f(p): return p.read_text()",
    ),
    ("core reads no clock, opens no file and prints nothing", "core/source.py", "def f(x): print(x)"),
    (
        "no sentence for people stands in Python",
        "gateway/listener.py",
        "X = 'Dat ging mis, probeer het opnieuw'",
    ),
    ("no sentence for people stands in Python", "replies.py", "def f(n): return f'{n} claims are open.'"),
    ("no sentence for people stands in Python", "cli/terminal.py", "def f(): tell('please try again.')"),
    ("no sentence for people stands in Python", "service.py", "X = {'a': ['No answer was given']}"),
    ("no sentence for people stands in Python", "cli/terminal.py", "print('“{}” bestaat niet'.format(1))"),
    ("no sentence for people stands in Python", "wording.py", "def f(x): return 'Not so' if x else 'x'"),
    ("names say what a thing is", "store/helpers.py", "X = 1"),
    ("names say what a thing is", "service.py", "class VenueManager: ..."),
    ("names say what a thing is", "live.py", "def process_comment(): ..."),
    ("keys that are put together are declared", "service.py", "def f(say, x): return say(f'reply.mood_{x}')"),
    ("every template that is asked for exists", "service.py", "def f(say): return say('reply.farewell')"),
    ("every template that is asked for exists", "replies.py", "T = {1: 'error.no_such_thing'}"),
]
"""A rule, a file, and what put into that file must break it."""


@pytest.fixture(scope="module")
def code() -> list[Module]:
    return modules(ROOT)


@pytest.mark.parametrize("name", RULES)
def test_the_code_keeps_the_rule(code: list[Module], name: str) -> None:
    assert [fault for fault in RULES[name](code) if FOR_THE_MODEL not in fault] == []


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A folder with the code, to plant something in."""
    shutil.copytree(ROOT / "bot", tmp_path / "bot", ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path


@pytest.mark.parametrize(("name", "file", "planted"), PLANTS)
def test_a_planted_violation_is_found(
    code: list[Module], copy: Path, name: str, file: str, planted: str
) -> None:
    path = copy / "bot" / file
    text = path.read_text("utf-8") if path.exists() else ""
    path.write_text(f"{text}\n\n{planted}\n", "utf-8")
    assert set(RULES[name](modules(copy))) - set(RULES[name](code))


def test_a_template_that_nothing_asks_for_is_found(copy: Path) -> None:
    path = copy / "bot" / "gateway" / "buttons.py"
    path.write_text(path.read_text("utf-8").replace('"button.dismissed"', '"button.why"'), "utf-8")
    assert unused_keys(modules(copy)) == ["button.dismissed"]


def test_an_arrow_that_no_import_follows_is_found(code: list[Module]) -> None:
    drawing = architecture.drawn(CONTRIBUTING)
    drawing["store"].add("wording")
    drawing["attic"] = {"core"}
    assert architecture.disagreements(drawing, architecture.imported(code)) == [
        "attic is drawn and is no part of the code",
        "store ──► wording is drawn and not in the code",
    ]


@pytest.mark.feature("M17")
def test_the_wording_is_whole_in_every_language() -> None:
    assert lint_templates(*read_wording(ROOT / "prompts")) == []


def test_every_declared_family_of_keys_is_asked_for(code: list[Module]) -> None:
    said = "".join(module.path.read_text("utf-8") for module in code if "checks" not in module.name)
    pages = "".join(page.read_text("utf-8") for page in (ROOT / "bot").rglob("templates/*"))
    for begin in FAMILIES:
        assert f'f"{begin}{{' in said or f'"{begin}" ~' in pages, begin


def test_every_dependency_is_explained_and_pinned() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    wanted = [*project["dependencies"], *project["optional-dependencies"]["sandbox"]]
    names = {re.split(r"[\[<>=!~; ]", line, maxsplit=1)[0].lower() for line in wanted}
    table = CONTRIBUTING.partition("Why each dependency")[2].partition("\n## ")[0]
    explained = " ".join(row.split("|")[1] for row in table.splitlines() if row.count("|") >= 3).lower()
    pinned = {
        line.split("==")[0].strip().lower()
        for line in (ROOT / "constraints.txt").read_text("utf-8").splitlines()
        if "==" in line
    }
    assert {name for name in names if name not in explained} == set()
    assert {
        name for name in names if name.replace("_", "-") not in {p.replace("_", "-") for p in pinned}
    } == set()
