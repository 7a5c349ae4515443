"""The overview of the queue, and what a moderator puts forward from it."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import Any

import pytest
from simcord.actors import _component_interaction

from bot.core.decisions import Outcome
from bot.store.rows import SuggestionState
from tests.commands.conftest import run_apart
from tests.gateway.conftest import World
from tests.gateway.queue_room import UNSURE, QueueRoom, components, custom_ids, texts, told, with_office
from tests.gateway.test_queue import forge, walk
from tests.store.conftest import script

DAY = 24 * 3600


async def overview(world: World, locale: str = "en-GB") -> Any:
    def speak(event: str, payload: Any) -> None:
        if event == "INTERACTION_CREATE":
            payload["locale"] = locale

    world.env.backend.subscribers.insert(0, speak)
    result = await world.moderator.slash(world.channel, "debat wachtrij")
    assert result.ephemeral
    (shown,) = result.followups or [result.response]
    return shown


async def test_without_a_channel_for_moderators_all_can_be_done_from_the_overview(harbour: World) -> None:
    assert texts(await overview(harbour)) == ["Nothing is waiting for a decision."]
    comment = await harbour.anna.send(harbour.channel, UNSURE)
    shown = await overview(harbour)
    head, line = texts(shown)
    assert head.startswith("**Waiting for a decision: 1**")
    # What the member wrote is read from Discord and shown to the moderator alone.
    assert f"> {UNSURE}" in line
    assert f"/{comment.id})" in line
    assert "Claim: The new quay stands empty" in line
    (button,) = [i for i in custom_ids(shown) if ":open:" in i]
    opened = await harbour.moderator.click(shown, custom_id=button)
    (item,) = opened.followups or [opened.response]
    assert item.ephemeral
    assert f"> {UNSURE}" in texts(item)[0]
    (accept,) = [i for i in custom_ids(item) if ":accept:" in i]
    await harbour.moderator.click(item, custom_id=accept)
    (reply,) = harbour.replies()
    assert reply.content == texts(item)[1]
    # Whoever presses in a copy that was opened before hears who was first.
    again = await harbour.moderator.click(item, custom_id=accept)
    assert f"approved by <@{harbour.moderator.id}>" in told(again)
    assert len(harbour.replies()) == 1
    assert texts(await overview(harbour)) == ["Nothing is waiting for a decision."]


async def test_the_overview_has_pages_and_tells_the_age(harbour: World) -> None:
    comments = [await harbour.member(f"lid{n}").send(harbour.channel, UNSURE) for n in range(7)]
    shown = await overview(harbour)
    assert "page 1 of 2" in texts(shown)[0]
    assert [f"/{c.id})" in line for c, line in zip(comments, texts(shown)[1:], strict=False)] == [True] * 5
    assert all("<t:" in line and ":R>" in line for line in texts(shown)[1:])
    (back, on) = [c for c in components(shown) if ":page:" in str(c.get("custom_id"))]
    assert (back["disabled"], on.get("disabled", False)) == (True, False)
    await harbour.restart()
    turned = await harbour.moderator.click(shown, custom_id=on["custom_id"])
    assert turned.acknowledged
    shown = shown.__class__(harbour.env, harbour.env.backend.get_message(shown.channel_id, shown.id))
    assert "page 2 of 2" in texts(shown)[0]
    assert [f"/{c.id})" in line for c, line in zip(comments[5:], texts(shown)[1:], strict=True)] == [True] * 2
    # A comment that was deleted while nobody looked is gone from the queue as soon as somebody does.
    harbour.env.backend.messages[harbour.channel.id].pop(comments[0].id)
    assert "Waiting for a decision: 6" in texts(await overview(harbour))[0]


async def test_old_ones_are_rejected_together(harbour: World) -> None:
    room = await with_office(harbour, reminder_hours=0)
    old = [await harbour.member(f"lid{n}").send(harbour.channel, UNSURE) for n in range(3)]
    await harbour.env.advance_time(1.5 * DAY)
    new = await harbour.anna.send(harbour.channel, UNSURE)
    shown = await overview(harbour)
    (menu,) = [c for c in components(shown) if c.get("type") == 3]
    assert [option["label"] for option in menu["options"]] == ["Older than a day (3)"]
    await harbour.moderator.select(shown, ["1"], custom_id=menu["custom_id"])
    assert [s.message_id for s in await room.waiting()] == [new.id]
    for comment in old:
        suggestion = await room.suggestion(comment)
        assert (suggestion.state, suggestion.confirmed_by) == (SuggestionState.REJECTED, harbour.moderator.id)
    assert [texts(m)[0].startswith("**Rejected**") for m in room.items()] == [True] * 3 + [False]


async def test_the_overview_is_in_the_moderators_own_language(harbour: World) -> None:
    await harbour.anna.send(harbour.channel, UNSURE)
    shown = await overview(harbour, "nl")
    assert texts(shown)[0].startswith("**Wacht op een oordeel: 1**")
    assert "ik twijfel of het hierover gaat" in texts(shown)[1]


@pytest.mark.feature("D9")
async def test_a_member_who_forges_a_press_on_the_overview_is_refused_and_logged(
    harbour: World, caplog: pytest.LogCaptureFixture
) -> None:
    room = await with_office(harbour, reminder_hours=0)
    for number in range(6):
        await harbour.member(f"lid{number}").send(harbour.channel, UNSURE)
    script(harbour.database, f"UPDATE decisions SET decided_at = decided_at - {2 * DAY * 1000}")
    before = await room.waiting()
    shown = await overview(harbour)
    # One press of every kind: to open one, to turn the page, to reject the old ones together.
    presses = {custom_id.split(":")[2]: custom_id for custom_id in custom_ids(shown)}
    assert presses.keys() == {"open", "page", "old"}
    for action, custom_id in presses.items():
        stored = harbour.env.backend.get_message(shown.channel_id, shown.id)
        data: dict[str, Any] = {"custom_id": custom_id, "component_type": 2}
        if action == "old":
            data |= {"component_type": 3, "values": ["1"]}
        caplog.clear()
        answer = await _component_interaction(harbour.anna, stored, data)
        assert told(answer) == "This command is for those who may manage messages here."
        refusals = [r.getMessage() for r in caplog.records if "refused" in r.getMessage()]
        assert refusals == [f"press {custom_id} refused to {harbour.anna.id}"]
    assert await room.waiting() == before
    assert len(before) == 6


async def put_forward(room: QueueRoom, words: str, kind: str) -> str:
    opened = await room.press("words")
    assert opened.modal is not None
    assert not room.world.bot._connection._view_store._modals
    fields = {c["custom_id"]: c for c in walk(opened.modal) if c.get("custom_id")}
    (field,) = [name for name in fields if name != "kind"]
    return told(await room.world.moderator.submit_modal(opened, {"kind": [kind], field: words}))


@pytest.mark.feature("T13")
@pytest.mark.parametrize("restart", [False, True])
async def test_a_miss_becomes_a_labelled_row_in_the_claim_file(
    harbour: World, small_folder: Path, tmp_path: Path, restart: bool
) -> None:
    room = await with_office(harbour)
    await harbour.anna.send(harbour.channel, UNSURE)
    await room.choose("deckhands")
    if restart:
        await harbour.restart()
    said = await put_forward(room, "Half of the crews   were never asked.", "objection")
    assert "harbour.jsonl" in said
    file = harbour.database.parent / "proposals" / "harbour.jsonl"
    (line,) = file.read_text("utf-8").splitlines()
    assert json.loads(line) == {
        "claim": "deckhands",
        "kind": "objection",
        "lang": "en",
        "text": "Half of the crews were never asked.",
    }
    debates = tmp_path / "debates"
    shutil.copytree(small_folder, debates / "harbour")
    settings = {
        "WEDERHOOR_DEBATES": str(debates),
        "WEDERHOOR_STATE": str(tmp_path),
        "WEDERHOOR_LANGUAGE": "en",
    }
    for words in (["exemplar", "--from", str(file)], ["check"]):
        ran = run_apart(words, b"", {**os.environ, **settings}, ["-m", "bot"])
        assert ran.code == 0, ran.err
    written = (debates / "harbour" / "claims" / "deckhands.toml").read_text("utf-8")
    assert 'kind = "objection"\nlang = "en"\ntext = "Half of the crews were never asked."' in written


async def test_no_words_are_kept_of_who_may_not_moderate(harbour: World) -> None:
    room = await with_office(harbour)
    comment = await harbour.anna.send(harbour.channel, UNSURE)
    suggestion = await room.suggestion(comment)
    refused = await forge(room, suggestion.decision_id, "words", by=harbour.anna)
    assert "may manage messages" in told(refused)
    assert "Nothing was kept" in await put_forward(room, "   ", "question")
    assert not (harbour.database.parent / "proposals").exists()
    decision = await harbour.store.decision_of(comment.id)
    assert decision is not None
    assert decision.outcome is Outcome.SUGGEST
