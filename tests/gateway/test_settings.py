"""The form of the house rules: every one shown, changed, written down with old and new, and put back."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from simcord.actors import _dispatch_actor_interaction
from simcord.enums import InteractionType

from bot.core.bars import Measured
from bot.core.decisions import Outcome
from bot.core.house_rules import Caution, HouseRules, Mode
from bot.core.rule_shapes import RuleKind, rule_shapes
from bot.encoder import Encoder
from bot.gateway.settings_form import FORM
from bot.live import LiveDebate
from bot.store import VenueState
from bot.venues import rules_of
from tests.gateway.conftest import World
from tests.gateway.lacking import speak
from tests.gateway.test_manners import COUNTED, EMPTY

NAMES = list(HouseRules.model_fields)


async def rules(world: World) -> HouseRules:
    """The rules of the debate in the usual channel, as they are stored."""
    venue = await world.store.venue_of(world.channel.id)
    assert venue is not None
    return rules_of(venue)


async def show(world: World, by: Any = None, room: Any = None) -> Any:
    """The settings as a moderator sees them."""
    return await (by or world.moderator).slash(room or world.channel, "debat instellingen")


async def fill_in(world: World, room: Any = None, **values: Any) -> Any:
    """What a moderator is told who chooses those rules and fills in these values."""
    shown = await show(world, room=room)
    form = await world.moderator.select(shown.response, list(values), custom_id="wederhoor:rules:0")
    told = await world.moderator.submit_modal(form, values)
    assert told.ephemeral
    return told


@pytest.mark.parametrize(
    ("locale", "words"),
    [
        (
            "nl",
            [
                "Instellingen van",
                "Hoe zeker ik moet zijn: **in balans**",
                "Rust per stelling: **20 min.**",
                "De nacht begint om: **22:00**",
                "Kanaal van de moderatoren: **geen**",
                "Dag van het weekoverzicht: **maandag**",
            ],
        ),
        (
            "en-GB",
            [
                "Settings of",
                "How sure I must be: **balanced**",
                "Rest per claim: **20 min.**",
                "Night begins at: **22:00**",
                "The moderators' channel: **none**",
                "Day of the weekly digest: **Monday**",
            ],
        ),
    ],
)
async def test_every_rule_is_shown_in_words_in_the_moderators_language(
    harbour: World, monkeypatch: pytest.MonkeyPatch, locale: str, words: list[str]
) -> None:
    speak(locale, monkeypatch)
    shown = await show(harbour)
    assert shown.ephemeral
    for wanted in words:
        assert wanted in shown.response.content, shown.response.content
    assert "0.8" not in shown.response.content  # where the bot speaks is said in words, never as a number
    assert len(shown.response.content) <= 2000
    wording = harbour.bot.service.wording[locale[:2]]
    (row,) = shown.response.components
    offered = {option["value"]: option for option in row["components"][0]["options"]}
    assert set(offered) == set(NAMES) - {"only_tags", "not_tags"}
    for shape in rule_shapes():
        assert len(wording.say(f"settings.name_{shape.name}")) <= 45
        for code in shape.choices:
            assert len(wording.say(f"settings.choice_{code}")) <= 100


@pytest.mark.feature("D11")
async def test_a_change_is_written_down_with_old_and_new_and_can_be_put_back(harbour: World) -> None:
    told = await fill_in(harbour, hourly_cap="6", claim_cooldown="90", caution=["quiet"])
    assert "Answers an hour in a channel, at most: 12 → **6**" in told.response.content
    assert "Rest per claim: 20 min. → **90 min.**" in told.response.content
    assert "How sure I must be: balanced → **rather silent**" in told.response.content
    assert (await rules(harbour)).stored() == {"caution": "quiet", "hourly_cap": 6, "claim_cooldown": 5400}
    await fill_in(harbour, hourly_cap="7")

    await harbour.restart()
    trail = await harbour.moderator.slash(harbour.channel, "debat wijzigingen")
    assert trail.ephemeral
    lines = trail.response.content.splitlines()
    assert lines[1].startswith("1. ")
    assert f"<@{harbour.moderator.id}>" in lines[1]
    assert "Answers an hour in a channel, at most: 6 → **7**" in lines[2]
    assert "Answers an hour in a channel, at most: 12 → **6**" in trail.response.content
    assert "The debate was opened here." in lines[-1]

    # The older change is undone: what it changed, and that alone, is as it was.
    undone = await harbour.moderator.click(trail.response, label="Undo 2")
    assert "Answers an hour in a channel, at most: 7 → **12**" in undone.response.content
    assert await rules(harbour) == HouseRules()
    again = await harbour.moderator.click(trail.response, label="Undo 2")
    assert "nothing has changed" in again.response.content
    newest = await harbour.moderator.slash(harbour.channel, "debat wijzigingen")
    assert "rather silent → **balanced**" in newest.response.content.split("2. ")[0]
    # An undo is a change too.
    await harbour.moderator.click(newest.response, label="Undo 1")
    assert (await rules(harbour)).stored() == {"caution": "quiet", "hourly_cap": 7, "claim_cooldown": 5400}


async def test_the_change_itself_offers_to_be_undone(harbour: World) -> None:
    told = await fill_in(harbour, mode=["suggest"])
    assert (await rules(harbour)).mode is Mode.SUGGEST
    await harbour.moderator.click(told.response, label="Undo")
    assert (await rules(harbour)).mode is Mode.AUTOMATIC


@pytest.mark.feature("D11")
async def test_a_pause_stands_in_the_trail_and_can_be_undone(harbour: World) -> None:
    await harbour.told("pauze")
    trail = await harbour.moderator.slash(harbour.channel, "debat wijzigingen")
    assert "The debate: open → **paused**" in trail.response.content
    undone = await harbour.moderator.click(trail.response, label="Undo 1")
    assert "is open" in undone.response.content
    venue = await harbour.store.venue_of(harbour.channel.id)
    assert venue is not None
    assert venue.state is VenueState.OPEN


async def test_the_trail_has_pages(harbour: World) -> None:
    for count in range(1, 12):
        await harbour.told("manieren", woorden=count)
    trail = await harbour.moderator.slash(harbour.channel, "debat wijzigingen")
    assert "10 → **11**" in trail.response.content
    older = await harbour.moderator.click(trail.response, label="Older")
    message = older.edited_message if hasattr(older, "edited_message") else older.response
    assert "6. " in message.content
    assert "5 → **6**" in message.content


@pytest.mark.parametrize(
    ("locale", "given", "told"),
    [
        ("nl", {"hourly_cap": "veel"}, "hoort een heel getal van 0 tot en met 100, en niet “veel”"),
        ("nl", {"hourly_cap": "101"}, "tot en met 100"),
        ("nl", {"hourly_cap": "-1"}, "niet “-1”"),
        ("nl", {"hourly_cap": "1,5"}, "een heel getal"),
        ("nl", {"claim_cooldown": "10081"}, "van 0 tot en met 10.080"),
        ("nl", {"night_from": "24"}, "van 0 tot en met 23"),
        ("nl", {"hourly_cap": "infinity"}, "een heel getal"),
        ("nl", {"hourly_cap": "1e99"}, "een heel getal"),
        ("en-US", {"hourly_cap": "12.0.1"}, "takes a whole number from 0 to 100, not “12.0.1”"),
    ],
)
async def test_a_wrong_value_is_told_and_nothing_is_changed(
    harbour: World, monkeypatch: pytest.MonkeyPatch, locale: str, given: dict[str, str], told: str
) -> None:
    speak(locale, monkeypatch)
    answer = await fill_in(harbour, min_words="9", **given)
    assert told in answer.response.content
    assert await rules(harbour) == HouseRules()


async def test_numbers_are_typed_as_one_writes_them(harbour: World, monkeypatch: pytest.MonkeyPatch) -> None:
    speak("nl", monkeypatch)
    await fill_in(harbour, member_cooldown="1,5", night_from="23:00", digest_hour=" 7 ")
    set_ = await rules(harbour)
    assert (set_.member_cooldown, set_.night_from, set_.digest_hour) == (90, 23, 7)
    told = await fill_in(harbour, claim_cooldown="10.080")
    assert "Rust per stelling: 20 min. → **168 uur**" in told.response.content
    shown = await show(harbour)
    assert "Rust per lid: **1,5 min.**" in shown.response.content
    form = await harbour.moderator.select(shown.response, ["member_cooldown"], custom_id="wederhoor:rules:0")
    (label,) = form.modal["components"]
    assert label["component"]["value"] == "1,5"


async def test_channels_and_roles_are_chosen_from_those_of_the_server(harbour: World) -> None:
    office = harbour.guild.create_text_channel("kantoor")
    pupils = harbour.guild.create_role("Leerlingen")
    told = await fill_in(harbour, office=[office], not_roles=[pupils])
    assert f"none → **<#{office.id}>**" in told.response.content
    assert f"none → **<@&{pupils.id}>**" in told.response.content
    set_ = await rules(harbour)
    assert (set_.office, set_.not_roles) == (office.id, (pupils.id,))
    assert await harbour.bot.office.post(harbour.bot.service.venues.all()[0], "x") is not None
    # Emptied, there is none again.
    await fill_in(harbour, office=[], not_roles=[])
    assert await rules(harbour) == HouseRules()


async def test_a_channel_where_the_bot_may_not_write_is_refused(harbour: World) -> None:
    office = harbour.guild.create_text_channel("kantoor")
    harbour.deny(office, "send_messages")
    told = await fill_in(harbour, office=[office], hourly_cap="3")
    assert f"In <#{office.id}> I lack these permissions: Send Messages" in told.response.content
    assert await rules(harbour) == HouseRules()


async def test_the_form_is_for_moderators_alone(harbour: World, caplog: pytest.LogCaptureFixture) -> None:
    shown = await show(harbour)
    form = await harbour.moderator.select(shown.response, ["hourly_cap"], custom_id="wederhoor:rules:0")
    assert form.modal is not None
    assert "debat instellingen" not in harbour.anna.available_commands(harbour.channel)
    text = {"type": 4, "custom_id": "hourly_cap", "value": "0"}
    forged = {"custom_id": FORM, "components": [{"type": 18, "component": text}]}
    refused: Any = await _dispatch_actor_interaction(
        harbour.anna, InteractionType.MODAL_SUBMIT, harbour.channel, forged
    )
    assert "for those who may manage messages" in refused.response.content
    assert await rules(harbour) == HouseRules()
    assert any("refused" in record.message for record in caplog.records)


async def test_a_form_is_taken_after_a_restart(harbour: World) -> None:
    shown = await show(harbour)
    form = await harbour.moderator.select(shown.response, ["hourly_cap"], custom_id="wederhoor:rules:0")
    await harbour.restart()
    told = await harbour.moderator.submit_modal(form, {"hourly_cap": "4"})
    assert "12 → **4**" in told.response.content
    assert (await rules(harbour)).hourly_cap == 4


async def test_outside_a_debate_the_settings_say_so(harbour: World) -> None:
    other = harbour.guild.create_text_channel("elders")
    for command in ("instellingen", "wijzigingen"):
        told = await harbour.moderator.slash(other, f"debat {command}")
        assert "no debate in this channel" in told.response.content


async def test_the_words_for_caution_choose_the_point_at_which_the_bot_speaks(
    harbour: World, small: LiveDebate, light: Encoder
) -> None:
    usual = small.calibration
    assert usual is not None
    assert "calibrated at one point only" in (await show(harbour)).response.content
    stricter = Measured(0.98, 1.0, 0.1, 0.0, replace(usual.point, reply=1.01))
    looser = Measured(0.9, 0.9, 0.9, 0.0, replace(usual.point, reply=0.5, margin=0.0))
    graded = replace(usual, others={Caution.QUIET: stricter, Caution.TALKATIVE: looser})
    await harbour.restart(harbour.bot_with({"harbour": replace(small, calibration=graded)}, light))
    assert "calibrated at one point only" not in (await show(harbour)).response.content
    await fill_in(harbour, member_cooldown="0", claim_cooldown="0")
    found: dict[str, Outcome] = {}
    for caution in ("quiet", "balanced", "talkative"):
        await fill_in(harbour, caution=[caution])
        for text in (EMPTY, COUNTED):
            comment = await harbour.anna.send(harbour.channel, text)
            decision = await harbour.store.decision_of(comment.id)
            assert decision is not None
            found[f"{caution} {text[:5]}"] = decision.outcome
    assert set(found.values()) == {Outcome.SUGGEST, Outcome.REPLY}
    assert {outcome for key, outcome in found.items() if key.startswith("quiet")} == {Outcome.SUGGEST}
    assert {outcome for key, outcome in found.items() if not key.startswith("quiet")} == {Outcome.REPLY}


def test_every_kind_of_rule_is_among_them() -> None:
    kinds = {shape.kind for shape in rule_shapes()}
    assert kinds >= set(RuleKind) - {RuleKind.HOURS}
    assert Caution.QUIET in Caution
