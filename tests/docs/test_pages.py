"""What the pages for people say is true of the program."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import unquote

import pytest

from bot.settings import PREFIX, Settings
from bot.store.tables import metadata
from bot.wording import load_wording

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted(DOCS.glob("*.md"))]
WORDING = load_wording(ROOT / "prompts")


def names_of_commands() -> dict[str, set[str]]:
    """The English names of every Dutch command; a name may be that of two, and of an option too."""
    found: dict[str, set[str]] = {}
    for file, group in (("command", "debate"), ("moderation_command", "group")):
        for key in WORDING["nl"].keys:
            if key.startswith(f"{file}.") and f"{key}_about" in WORDING["nl"].keys:
                nl, en = (WORDING[locale].say(key) for locale in ("nl", "en"))
                root_nl, root_en = (WORDING[locale].say(f"{file}.{group}") for locale in ("nl", "en"))
                found.setdefault(f"{root_nl} {nl}", set()).add(f"{root_en} {en}")
                found.setdefault(nl, set()).add(en)
    return found


COMMANDS = names_of_commands()


def names_of_settings() -> set[str]:
    return {
        "DISCORD_TOKEN" if name == "discord_token" else f"{PREFIX}{name.upper()}"
        for name in Settings.model_fields
    }


def test_the_example_lists_every_setting_with_a_line_about_it() -> None:
    lines = (ROOT / ".env.example").read_text("utf-8").splitlines()
    listed = {found[1]: number for number, line in enumerate(lines) if (found := re.match(r"# (\w+)=", line))}
    assert set(listed) == names_of_settings()
    assert all(re.match(r"# .+\.$", lines[number - 1]) for number in listed.values())


def test_the_example_changes_nothing_when_it_is_copied(tmp_path: Path) -> None:
    example = (ROOT / ".env.example").read_text("utf-8")
    assert [line for line in example.splitlines() if line and not line.startswith("#")] == []
    for name, value in re.findall(r"^# WEDERHOOR_(\w+)=(\S+)$", example, re.MULTILINE):
        default = Settings.model_fields[name.lower()].get_default(call_default_factory=True)
        assert Path(str(default)).name == value


def test_operators_find_every_setting() -> None:
    page = (DOCS / "operators.md").read_text("utf-8")
    assert set(re.findall(r"^\| `((?:WEDERHOOR|DISCORD)_\w+)`", page, re.MULTILINE)) == names_of_settings()


def test_operators_find_every_table_that_is_kept() -> None:
    page = (DOCS / "operators.md").read_text("utf-8")
    told = set(re.findall(r"`(\w+)`", "".join(re.findall(r"^\| `\w+`(?:, `\w+`)* \|", page, re.MULTILINE))))
    assert {table.name for table in metadata.sorted_tables} - told == set()


@pytest.mark.parametrize("locale", ["nl", "en"])
def test_members_and_moderators_find_every_button_and_command(locale: str) -> None:
    say = WORDING[locale].say
    members = (DOCS / "members.md").read_text("utf-8")
    for action in (
        *("context", "why", "helpful", "unhelpful", "dismiss"),
        *("passage", "translate", "keep", "contest", "none"),
    ):
        assert say(f"button.{action}") in members
    moderators = (DOCS / "moderators.md").read_text("utf-8")
    for command in ("open", "status", "pause", "resume", "close"):
        assert f"`/{say('command.debate')} {say(f'command.{command}')}`" in moderators


@pytest.mark.parametrize("page", ["members.md", "moderators.md"])
def test_a_command_is_named_in_both_languages_wherever_it_is_named(page: str) -> None:
    lines = (DOCS / page).read_text("utf-8").splitlines()
    named = [(line, name) for line in lines for name in re.findall(r"`/([a-z-]+(?: [a-z-]+)?)`", line)]
    dutch = [(line, name) for line, name in named if name in COMMANDS]
    assert len(dutch) > 10
    assert [name for line, name in dutch if not any(f"`/{it}`" in line for it in COMMANDS[name])] == []
    known = {name for names in COMMANDS.values() for name in names} | COMMANDS.keys()
    assert {name for _, name in named} - known == set()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_leads_somewhere(page: Path) -> None:
    text = page.read_text("utf-8")
    for target in re.findall(r"\]\(((?!https?:)[^)]+)\)", text):
        path, _, anchor = unquote(target).partition("#")
        linked = page.parent / path if path else page
        assert linked.exists(), target
        if anchor:
            headings = re.findall(r"^#+ (.+)$", linked.read_text("utf-8"), re.MULTILINE)
            assert anchor in {re.sub(r"[^\w -]", "", h).lower().replace(" ", "-") for h in headings}, target


def test_the_picture_is_small_enough_for_a_page() -> None:
    picture = DOCS / "images" / "debate.png"
    assert picture.stat().st_size < 300_000
    assert picture.read_bytes().startswith(b"\x89PNG")
