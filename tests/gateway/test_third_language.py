"""A third language is a folder of files: here a German one, of which Discord and the members get every text."""

from __future__ import annotations

import re
import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import discord
import pytest
import pytest_asyncio

from bot.app import load_live
from bot.checks.templates import lint_templates
from bot.encoder import Encoder
from bot.gateway.client import DebateBot
from bot.service import DebateService
from bot.wording import Wording, load_wording, read_wording
from tests.conftest import ROOT
from tests.gateway.conftest import World, world_with
from tests.gateway.lacking import speak
from tests.gateway.test_manners import EMPTY
from tests.gateway.test_members import press
from tests.small import calibrated

MARK = "ß"
"""Stands before every text of the folder that is not German yet: no text without it is from there."""

REAL = {
    "button.context": "Mehr Zusammenhang",
    "button.why": "Warum?",
    "button.dismiss": "Nicht mein Punkt",
    "command.debate": "debatte",
    "command.opinion": "meinung",
    "command.opinion_about": "Sage, ob du einer These zustimmst, und sieh, wie viele es auch tun",
    "opinion.button_agree": "Ich stimme zu",
    "opinion.button_disagree": "Ich stimme nicht zu",
    "error.no_venue": "In diesem Kanal läuft keine Debatte; eröffne eine mit `/debatte open`.",
    "error.not_allowed": "Dieser Befehl ist für die, die hier Nachrichten verwalten dürfen.",
    "message_menu.which_claim": "Welche These ist das?",
}
_TEXT = re.compile(r'^(?P<key>[\w-]+) = (?P<open>"""\n?|")', re.MULTILINE)


def german(folder: Path) -> Path:
    """The wording with a German folder beside the two of ours: a few lines of it are German, the rest is marked."""
    prompts = Path(shutil.copytree(ROOT / "prompts", folder / "prompts"))
    (prompts / "de").mkdir()
    for path in (prompts / "en").glob("*.toml"):
        text = _TEXT.sub(rf"\g<key> = \g<open>{MARK}", path.read_text("utf-8"))
        for key, real in REAL.items():
            file, name = key.split(".")
            if file == path.stem:
                text, count = re.subn(rf'^{name} = ".*"$', f'{name} = "{real}"', text, flags=re.MULTILINE)
                assert count == 1, key
        (prompts / "de" / path.name).write_text(text, "utf-8")
    return prompts


@pytest.fixture
def prompts(tmp_path: Path) -> Path:
    return german(tmp_path)


@pytest_asyncio.fixture
async def hafen(
    light: Encoder, prompts: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[World]:
    """The small debate, opened by a bot that speaks German too, among members whose Discord is German."""
    (tmp_path / "debates").mkdir()
    live = load_live(calibrated(tmp_path / "debates", light.model_id), light)
    async with world_with({"harbour": live}, light, tmp_path) as world:
        wording = load_wording(prompts)
        service = DebateService(world.store, light, {"harbour": live}, wording, discord.utils.utcnow)
        await world.restart(DebateBot(service, discord.utils.utcnow, shard_count=1))
        speak("de", monkeypatch)
        yield world


def is_german(text: str) -> bool:
    """Whether a text begins as those of the folder do, mark-up aside."""
    bare = text.lstrip("*-#> \n_")
    return bare.startswith((MARK, *REAL.values()))


@pytest.mark.feature("M17")
def test_the_folder_is_whole_and_the_check_says_so(prompts: Path) -> None:
    assert lint_templates(*read_wording(prompts)) == []
    wordings = load_wording(prompts)
    assert wordings["de"].keys == wordings["en"].keys
    assert {key for key in wordings["de"].keys if not is_german(wordings["de"].source(key))} == set()


@pytest.mark.parametrize("key", ["command.opinion", "button.why", "error.no_venue"])
def test_a_text_that_is_missing_from_the_folder_is_named(prompts: Path, key: str) -> None:
    file, name = key.split(".")
    path = prompts / "de" / f"{file}.toml"
    path.write_text(re.sub(rf'^{name} = ".*"\n', "", path.read_text("utf-8"), flags=re.MULTILINE), "utf-8")
    told = [
        (problem.path, dict(problem.values)["template"]) for problem in lint_templates(*read_wording(prompts))
    ]
    assert told == [(f"prompts/de/{file}.toml", key)]


def named(payload: Any) -> Iterator[tuple[str, dict[str, str]]]:
    """Every name and description in a command that Discord was given, with its translations."""
    for field in ("name", "description"):
        # A value that stands for itself, such as a debate's title, has no translations.
        if payload.get(field):
            yield payload[field], payload.get(f"{field}_localizations") or {}
    for below in (*payload.get("options", ()), *payload.get("choices", ())):
        yield from named(below)


@pytest.mark.feature("M17")
async def test_discord_is_given_every_command_option_and_choice_in_german(hafen: World) -> None:
    (sent,) = hafen.sent("PUT", "/commands")[-1:]
    texts = [text for command in sent.json for text in named(command)]
    assert len(texts) > 40
    titles = {live.debate.title for live in hafen.bot.service.debates.values()}
    for text, translations in texts:
        if text not in titles:
            assert is_german(translations.get("de", "")), text
            assert translations.get("en-GB"), text
    names = {command["name"]: command.get("name_localizations", {}).get("de") for command in sent.json}
    assert names["mening"] == "meinung"
    assert names["debat"] == "debatte"
    assert names["Welke stelling is dit?"] == "Welche These ist das?"


def shown(result: Any) -> Iterator[str]:
    """What somebody is told by an answer: its text, and what stands on its buttons."""
    for message in (result.response, *result.followups):
        if message is not None:
            yield message.content
            for row in message.components:
                yield from (button["label"] for button in row["components"])


@pytest.mark.feature("M17")
async def test_a_german_member_is_told_everything_in_german(hafen: World) -> None:
    room, anna = hafen.channel, hafen.anna
    assert is_german((await anna.slash(room, "mening", stelling="empty-quay")).response.content)
    assert (await anna.slash(room, "mening", stelling="x")).response.content == REAL["error.no_venue"]
    assert is_german(await hafen.open(room))
    results = [
        await anna.slash(room, "mening", stelling="empty-quay"),
        await anna.slash(room, "mening", stelling="empty-quay", oordeel="agree"),
        await anna.slash(room, "mening", stelling="empty-quay", oordeel="changed"),
        await anna.slash(room, "mening", stelling="empty-quay"),
        await anna.slash(room, "mening", stelling="no-such-claim"),
        await anna.slash(room, "volg", stelling="deckhands"),
        await anna.slash(room, "volg"),
        await hafen.moderator.slash(room, "debat status"),
        await hafen.moderator.slash(room, "debat manieren"),
        await hafen.moderator.slash(room, "debat pauze"),
        await hafen.moderator.slash(room, "debat hervat"),
    ]
    comment = await anna.send(room, EMPTY)
    results.append(await anna.context_menu(room, "Welke stelling is dit?", comment))
    (reply,) = hafen.replies()
    for action in ("why", "context"):
        results.append(await press(hafen.bram, reply, action))
    results.append(await press(hafen.bram, reply, "dismiss"))
    results.append(await press(anna, reply, "dismiss"))
    results.append(await hafen.forge(anna, "debat", "sluit"))
    for result in results:
        assert result.ephemeral
        assert [text for text in shown(result) if not is_german(text)] == []
    assert results[-1].response.content == REAL["error.not_allowed"]
    labels = list(shown(results[0]))[1:]
    assert labels[:2] == [REAL["opinion.button_agree"], REAL["opinion.button_disagree"]]


@pytest.mark.feature("M17")
async def test_a_language_of_discord_that_has_no_folder_gets_english(
    hafen: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    speak("fr", monkeypatch)
    told = await hafen.anna.slash(hafen.channel, "volg")
    assert told.response.content.startswith("There is no debate in this channel")


def in_german(folder: Path) -> None:
    """Makes the small debate one that is held in German."""
    path = folder / "debate.toml"
    path.write_text(path.read_text("utf-8").replace('language = "en"', 'language = "de"'), "utf-8")


@pytest.mark.feature("M17")
async def test_a_debate_may_be_held_in_german(light: Encoder, prompts: Path, tmp_path: Path) -> None:
    (tmp_path / "debates").mkdir()
    live = load_live(calibrated(tmp_path / "debates", light.model_id, in_german), light)
    async with world_with({"harbour": live}, light, tmp_path) as world:
        wording: dict[str, Wording] = load_wording(prompts)
        service = DebateService(world.store, light, {"harbour": live}, wording, discord.utils.utcnow)
        await world.restart(DebateBot(service, discord.utils.utcnow, shard_count=1))
        await world.open(world.channel)
        posts = world.channel.history()
        assert len(posts) > 2
        assert is_german(posts[0].content)
