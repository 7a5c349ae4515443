"""Discord's own filters: set up once, shown, and nobody else's touched."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import discord
import pytest
import pytest_asyncio

from bot.app import load_live
from bot.debates import load_debate
from bot.encoder import Encoder
from bot.live import LiveDebate
from tests.conftest import WIJKAANPAK
from tests.gateway.conftest import world_with
from tests.gateway.lacking import speak
from tests.gateway.test_moderation import Bench, bench_in
from tests.small import calibrated

RULES = "/auto-moderation/rules"


def with_words(folder: Path) -> None:
    """Gives the small debate a word list of its own."""
    path = folder / "debate.toml"
    path.write_text(f'blocked_words = ["cranehugger*", "landlubber"]\n{path.read_text("utf-8")}', "utf-8")


@pytest_asyncio.fixture
async def bench(light: Encoder, tmp_path: Path) -> AsyncIterator[Bench]:
    """A debate with a word list in its file."""
    (tmp_path / "debates").mkdir()
    live = load_live(calibrated(tmp_path / "debates", light.model_id, with_words), light)
    async with world_with({"harbour": live}, light, tmp_path) as world:
        await world.open(world.channel)
        yield await bench_in(world)


def rules(bench: Bench) -> list[Any]:
    """The rules of the server."""
    return list(bench.world.env.backend.get_guild(bench.world.guild.id).auto_mod_rules.values())


def written(bench: Bench) -> int:
    """How often the bot wrote a rule."""
    return sum(
        request.method in ("POST", "PATCH", "DELETE") and RULES in request.path
        for request in bench.world.env.http_requests
    )


async def set_up(bench: Bench) -> str:
    """What the moderator is told after the press."""
    asked = await bench.given("automod")
    done = await bench.sheriff.click(asked.response, label="Set up what is missing")
    return done.response.content


async def test_nothing_is_set_up_before_a_press_and_all_of_it_after(bench: Bench) -> None:
    asked = await bench.given("automod")
    assert asked.response.content.count("not set up yet") == 4
    assert rules(bench) == []
    await bench.world.restart()
    done = await bench.sheriff.click(asked.response, label="Set up what is missing")
    assert done.response.content.count("is on") == 4
    assert "Set up or brought up to date: 4" in done.response.content
    assert done.response.components == []
    by_type = {rule.trigger_type: rule for rule in rules(bench)}
    assert by_type.keys() == {1, 3, 4, 5}
    assert by_type[1].trigger_metadata["keyword_filter"] == ["cranehugger*", "landlubber"]
    assert by_type[1].name == "Wederhoor: word list (harbour)"
    assert by_type[5].trigger_metadata["mention_total_limit"] == 6
    assert by_type[4].trigger_metadata["presets"] == [2, 3]
    for rule in rules(bench):
        assert rule.enabled
        assert [int(action["type"]) for action in rule.actions] == [1, 2]
        assert len(rule.actions[0]["metadata"]["custom_message"]) <= 150
        assert int(rule.actions[1]["metadata"]["channel_id"]) == bench.office.id
    assert bench.logged() == [f"{bench.sheriff.mention} set up Discord's own filters."]
    posts = [r for r in bench.world.env.http_requests if r.method == "POST" and r.path.endswith(RULES)]
    assert {r.reason for r in posts} == {f"sanne ({bench.sheriff.id}) through /moderation: filters set up"}
    # And Discord applies the list.
    before = len(bench.world.channel.history())
    await bench.world.anna.send(bench.world.channel, "You cranehuggers!")
    assert len(bench.world.channel.history()) == before


def test_the_word_list_of_the_debate_stops_abuse_and_none_of_its_comments() -> None:
    debate = load_debate(WIJKAANPAK)
    words = [word.rstrip("*") for word in debate.blocked_words]
    assert words
    texts = [exemplar.text for claim in debate.claim_set.claims for exemplar in claim.exemplars]
    texts += [comment.text for comment in debate.claim_set.bank]
    texts += [source.text for source in debate.sources.values()]
    assert [text for text in texts if any(word in text.casefold() for word in words)] == []


async def test_a_second_time_changes_nothing(bench: Bench) -> None:
    await set_up(bench)
    before = written(bench)
    again = await bench.given("automod")
    assert again.response.content.count("is on") == 4
    assert again.response.components == []
    assert "set up or brought" not in again.response.content.lower()
    assert written(bench) == before == 4


async def test_an_old_button_pressed_later_changes_nothing(bench: Bench) -> None:
    first, second = [await bench.given("automod") for _ in range(2)]
    await bench.sheriff.click(first.response, label="Set up what is missing")
    done = await bench.sheriff.click(second.response, label="Set up what is missing")
    assert done.response.content.count("is on") == 4
    assert "brought up to date" not in done.response.content
    assert written(bench) == 4
    assert len(bench.logged()) == 1


async def test_rules_of_others_stay_as_they_are(bench: Bench) -> None:
    world = bench.world
    block = [{"type": 1, "metadata": {}}]
    body = {"event_type": 1, "actions": block, "enabled": False}
    for name, kind in (("Our spam", 3), ("Wederhoor: words (harbour)", 1)):
        world.env.backend.create_auto_mod_rule(
            world.guild.id, world.moderator.id, {**body, "name": name, "trigger_type": kind}
        )
    theirs = [(rule.id, rule.name, rule.enabled, rule.trigger_metadata) for rule in rules(bench)]
    told = await set_up(bench)
    assert "spam**: you have one of your own, “Our spam”; I leave it as it is" in told
    assert told.count("is on") == 3
    now = [(rule.id, rule.name, rule.enabled, rule.trigger_metadata) for rule in rules(bench)]
    assert now[:2] == theirs
    assert len(now) == 5


async def test_no_room_for_one_more_word_list_is_told(bench: Bench) -> None:
    world = bench.world
    for number in range(6):
        world.env.backend.create_auto_mod_rule(
            world.guild.id,
            world.moderator.id,
            {"name": f"List {number}", "event_type": 1, "trigger_type": 1, "actions": []},
        )
    told = await set_up(bench)
    assert "word list (harbour)**: there is no room for it" in told
    assert len([rule for rule in rules(bench) if rule.trigger_type == 1]) == 6


async def test_a_changed_word_list_is_brought_up_to_date_and_what_moderators_adjusted_stays(
    bench: Bench, small: LiveDebate, light: Encoder
) -> None:
    world = bench.world
    await set_up(bench)
    (mentions,) = [rule for rule in rules(bench) if rule.trigger_type == 5]
    mentions.trigger_metadata["mention_total_limit"] = 20
    (spam,) = [rule for rule in rules(bench) if rule.trigger_type == 3]
    spam.enabled = False
    debate = replace(small.debate, blocked_words=("landlubber",))
    await world.restart(world.bot_with({"harbour": replace(small, debate=debate)}, light))
    asked = await bench.given("automod")
    assert "the debate's word list has changed" in asked.response.content
    assert "spam**: set up, and switched off by you; I leave it so" in asked.response.content
    assert "Set up or brought up to date: 1" in await set_up(bench)
    (words,) = [rule for rule in rules(bench) if rule.trigger_type == 1]
    assert words.trigger_metadata["keyword_filter"] == ["landlubber"]
    assert mentions.trigger_metadata["mention_total_limit"] == 20
    assert not spam.enabled


async def test_the_permission_is_named_and_a_forged_press_refused(bench: Bench) -> None:
    world = bench.world
    asked = await bench.given("automod")
    watch = world.guild.create_role("Watch", permissions=discord.Permissions(moderate_members=True))
    guard = world.guild.add_member(world.env.create_user("wacht"), roles=[watch])
    assert "Manage Server; nothing was done" in await bench.act("automod", by=guard)
    room: Any = world.bot.get_channel(world.channel.id)
    view = discord.ui.View(timeout=None)
    view.add_item(discord.ui.Button(label="x", custom_id="wederhoor:automod"))
    shown = await room.send("x", view=view)
    await world.anna.click(shown, custom_id="wederhoor:automod")
    assert rules(bench) == []
    world.deny(world.channel, "manage_guild")
    assert "I lack these permissions" in await bench.act("automod")
    refused = await bench.sheriff.click(asked.response, label="Set up what is missing")
    assert "I lack these permissions" in refused.response.content
    assert rules(bench) == []


async def test_the_filters_in_dutch(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    speak("nl", monkeypatch)
    told = await bench.act("automod")
    assert "**Discords eigen filters in deze server**" in told
    assert "- **spam**: nog niet klaargezet" in told
