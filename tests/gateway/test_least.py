"""The least of everything: intents, permissions, pings."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import discord
import pytest

from bot.app import load_live
from bot.encoder import Encoder
from bot.gateway.client import intents
from bot.gateway.permissions import FORUM, FURNISH, MODERATION, POLL, TEXT
from bot.wording import load_wording
from tests.conftest import ROOT
from tests.gateway.conftest import World, world_with
from tests.gateway.test_manners import EMPTY, GRASS, NOTHING
from tests.gateway.test_members import press
from tests.gateway.test_moderation import bench_in
from tests.small import calibrated

LISTED = (ROOT / "docs" / "operators.md").read_text("utf-8")
NEEDED = {*TEXT, *FORUM, FURNISH, POLL}


def table(heading: str) -> dict[str, str]:
    """The rows of a table in the pages for operators: what, and why."""
    rows = LISTED.split(f"| {heading} | why |\n|---|---|\n")[1].split("\n\n")[0]
    return dict(re.findall(r"^\| (.+?) \| (.+?) \|$", rows, re.MULTILINE))


@pytest.mark.feature("O13")
def test_the_intents_are_those_that_are_listed_with_their_reasons() -> None:
    listed = table("intent")
    assert all(len(why) > 10 for why in listed.values())
    names = {name.removesuffix(" (privileged)").replace(" ", "_") for name in listed}
    asked = {name for name, wanted in intents() if wanted}
    # discord.py counts direct messages' part of an intent under its own name.
    assert (
        asked - {"messages", "auto_moderation"}
        == names
        == {
            "guilds",
            "guild_messages",
            "message_content",
            "auto_moderation_execution",
        }
    )


@pytest.mark.feature("O13")
def test_the_permissions_are_those_that_are_listed_with_their_reasons() -> None:
    listed = table("permission")
    assert all(len(why) > 10 for why in listed.values())
    wording = load_wording(ROOT / "prompts")["en"]
    told = {wording.say(f"permission.{name}").split(" (")[0] for name in NEEDED}
    assert set(listed) == told
    number = int(re.findall(r"as a number: (\d+)", LISTED)[0])
    assert discord.Permissions(number) == discord.Permissions(**dict.fromkeys(NEEDED, True))


@pytest.mark.feature("O13")
def test_the_permissions_for_moderation_are_listed_apart_with_the_commands_that_take_them() -> None:
    listed = table("permission, only for `/moderatie`")
    wording = load_wording(ROOT / "prompts")
    assert set(listed) == {wording["en"].say(f"moderation.power_{name}") for name in MODERATION}
    commands = {wording["nl"].say(f"moderation_command.{name}") for name in COMMANDS}
    named = {word for why in listed.values() for word in re.findall("`([a-z-]+)`", why)}
    # The others take nothing but what answering takes.
    assert named == commands - {"waarschuw", "notitie", "dossier"}


COMMANDS = ("warn", "time_out", "lift", "slow", "lock", "unlock", "purge", "note", "dossier", "automod")


@pytest.mark.feature("O13")
async def test_what_is_listed_for_moderation_is_enough(harbour: World) -> None:
    bench = await bench_in(harbour)
    # The library calls two of them by their old names.
    given = {*NEEDED, *MODERATION, "read_messages", "manage_permissions"}
    for room in (harbour.channel, bench.office):
        harbour.deny(room, *(name for name, _ in discord.Permissions.all() if name not in given))
    await harbour.anna.send(harbour.channel, NOTHING)
    anna: dict[str, Any] = {"lid": harbour.anna}
    for command, options, wanted in (
        ("waarschuw", {**anna, "reden": "insult"}, "was warned"),
        ("time-out", {**anna, "duur": 60, "reden": "insult"}, "can only read along"),
        ("opheffen", anna, "can write again"),
        ("traag", {"pauze": 5}, "Waiting time"),
        ("slot", {}, "is closed"),
        ("open", {}, "is open again"),
        ("wis", {**anna, "aantal": 1}, "wrote 1 message"),
        ("notitie", {**anna, "tekst": "hm"}, "is in the moderators' channel"),
        ("dossier", anna, "warning"),
        ("automod", {}, "not set up yet"),
    ):
        result = await bench.given(command, **options)
        assert wanted in result.response.content, command
        for label in ("Delete 1 message", "Set up what is missing"):
            if label in str(result.response.components):
                done = await bench.sheriff.click(result.response, label=label)
                assert "Discord refused" not in done.response.content
    assert len(bench.logged()) == 9


@pytest.mark.feature("O13")
async def test_what_is_listed_is_enough(harbour_world: World) -> None:
    for channel in (harbour_world.channel, harbour_world.guild.create_text_channel("nog-een")):
        # simcord still asks for the permission that pinned until 2026; the library calls one by its old name.
        given = {*NEEDED, "read_messages", "manage_messages"}
        harbour_world.deny(channel, *(name for name, _ in discord.Permissions.all() if name not in given))
        assert "is open" in await harbour_world.open(channel)
        comment = await harbour_world.member(f"lid{channel.id}").send(channel, EMPTY)
        assert len(harbour_world.replies(channel)) == 1
        await harbour_world.moderator.delete(comment)
        assert harbour_world.replies(channel) == []


def ping_everybody(folder: Path) -> None:
    """Lets an interviewee name everybody, a role and somebody by their ids."""
    said = "We did not study the eelgrass."
    for path in (folder / "sources" / "tideline.txt", folder / "claims" / "eelgrass.toml"):
        text = path.read_text("utf-8")
        assert said in text
        path.write_text(text.replace(said, f"{said[:-1]}, @everyone @here <@111> <@&222>."), "utf-8")


@pytest.mark.feature("O14")
async def test_nobody_is_pinged_whatever_is_quoted(light: Encoder, tmp_path: Path) -> None:
    (tmp_path / "debates").mkdir()
    live = load_live(calibrated(tmp_path / "debates", light.model_id, ping_everybody), light)
    async with world_with({"harbour": live}, light, tmp_path) as world:
        await world.open(world.channel)
        forum = world.guild.create_forum_channel("haven")
        await world.open(forum)
        comment = await world.anna.send(world.channel, GRASS)
        (reply,) = world.replies()
        assert "@everyone @here <@111> <@&222>" in reply.content
        await world.bram.send(world.channel, f"<@{world.env.bot.user.id}> {NOTHING}")
        for action in ("why", "context", "dismiss"):
            await press(world.anna, reply, action)
        await world.told("status")
        await world.bram.context_menu(world.channel, "Welke stelling is dit?", comment)

        texts = list(sent_texts(world))
        assert len(texts) > 12
        for body in texts:
            allowed = body.get("allowed_mentions")
            assert allowed is not None, body
            assert allowed["parse"] == []
            assert not allowed.get("users")
            assert not allowed.get("roles")
            assert not allowed.get("replied_user")
        for messages in world.env.backend.messages.values():
            for message in messages.values():
                if message.author_id == world.env.backend.bot_user.id:
                    assert not message.ping_user_ids
                    assert not message.ping_role_ids
                    assert not message.mention_everyone


def sent_texts(world: World) -> Any:
    """Every body with a text in it that the bot sent, wherever it stands in the request."""
    for request in world.env.http_requests:
        body = request.json or {}
        if isinstance(body, dict):
            for part in (body, body.get("data"), body.get("message")):
                if isinstance(part, dict) and part.get("content"):
                    yield part
