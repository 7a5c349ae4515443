"""What was really sent to Discord is template, verbatim source and plain value, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from bot.core.claims import ExemplarKind
from bot.wording import load_wording
from tests.conftest import ROOT
from tests.gateway.conftest import World
from tests.taken_apart import NotTakenApartError, Origin, TakingApart

READ = ("content", "label", "topic")
"""What of a request people read; names of channels and threads come from the debate as they are."""

WORDINGS = load_wording(ROOT / "prompts")


def texts(sent: Any) -> Iterator[str]:
    """Every text for people in a request, however deep it stands."""
    if isinstance(sent, dict):
        for name, value in sent.items():
            if name in READ and isinstance(value, str) and value:
                yield value
            else:
                yield from texts(value)
    elif isinstance(sent, list):
        for value in sent:
            yield from texts(value)


def said(world: World) -> list[str]:
    """Every text that the bot sent, in order; names of commands are not said to anybody in particular."""
    requests = [request for request in world.env.http_requests if "/commands" not in request.path]
    return [text for request in requests for text in texts(request.json)]


@pytest.fixture
def takings(live: Any) -> list[TakingApart]:
    """What a text may be made of, in each language."""
    return [TakingApart(live.debate, wording, (live.model,)) for wording in WORDINGS.values()]


def take_apart(takings: list[TakingApart], text: str) -> set[Origin]:
    """The origins of a text, in the language in which it can be taken apart."""
    faults: list[str] = []
    for taking in takings:
        try:
            return {origin for origin, _ in taking.apart(text)}
        except NotTakenApartError as fault:
            faults.append(str(fault))
    raise NotTakenApartError("\n".join(faults))


@pytest.mark.feature("M12")
async def test_whatever_was_sent_can_be_taken_apart(
    world: World, live: Any, takings: list[TakingApart]
) -> None:
    await world.moderator.slash(world.channel, "debat open", debat="wijkaanpak")
    # No member has to wait, so that none of the texts is held back.
    await world.moderator.slash(world.channel, "debat manieren", stelling=0, lid=0, uur=100)
    which = WORDINGS["nl"].say("message_menu.which_claim")
    kinds: set[tuple[str, str | None]] = set()
    for at, claim in enumerate(live.debate.claim_set.claims):
        objections = [e.text for e in claim.exemplars if e.kind is ExemplarKind.OBJECTION]
        # A long comment makes several points; most may be short, because each takes the model its time.
        chosen = (
            max(objections, key=len) if at % 4 == 0 else min((t for t in objections if len(t) > 70), key=len)
        )
        comment = await world.anna.send(world.channel, chosen)
        decision = await world.store.decision_of(comment.id)
        assert decision is not None
        kinds |= {(decision.outcome, answer["kind"]) for answer in decision.record["answers"]}
        if at % 8 == 0:
            asked = await world.bram.context_menu(world.channel, which, comment)
            assert asked.ephemeral
    agreeing = next(c for c in live.debate.claim_set.claims if c.answer.quotes and c.quotes)
    text = next(e.text for e in agreeing.exemplars if e.kind is ExemplarKind.AGREEMENT and len(e.text) > 70)
    await world.anna.send(world.channel, text)
    assert {("reply", "rebuttal"), ("reply", "quote"), ("reply", None)} <= kinds
    replies = world.replies()
    assert len(replies) > len(live.debate.claim_set.claims) * 2 / 3
    for reply in replies:
        for button in [button for row in reply.components for button in row.children][:-1]:
            await world.bram.click(reply, label=button.label)
    refused = [button for row in replies[0].components for button in row.children][-1]
    await world.bram.click(replies[0], label=refused.label)
    await world.anna.click(replies[0], label=refused.label)
    await world.anna.send(world.channel, f"<@{world.bot.user.id}> hoe laat begint de wedstrijd vanavond?")
    for command in ("status", "pauze", "status", "hervat", "sluit"):
        await world.moderator.slash(world.channel, f"debat {command}")
    elsewhere = world.guild.create_text_channel("elders")
    await world.moderator.slash(elsewhere, "debat status")

    sent = said(world)
    found = [take_apart(takings, text) for text in sent]
    assert len(sent) > 3 * len(live.debate.claim_set.claims)
    assert set().union(*found) == set(Origin)


@pytest.mark.feature("M12")
async def test_a_forum_can_be_taken_apart(world: World, live: Any, takings: list[TakingApart]) -> None:
    forum = world.guild.create_forum_channel("stellingen")
    await world.moderator.slash(forum, "debat open", debat="wijkaanpak")
    sent = said(world)
    assert len(sent) > len(live.debate.themes)
    for text in sent:
        take_apart(takings, text)


@pytest.mark.feature("M12")
async def test_a_word_that_the_bot_adds_is_found(
    world: World, live: Any, takings: list[TakingApart], monkeypatch: pytest.MonkeyPatch
) -> None:
    send = world.bot.delivery._send

    async def embellish(row: Any, channel: Any, content: Any, *rest: Any) -> Any:
        return await send(row, channel, f"{content}\nZo is het maar net.", *rest)

    await world.moderator.slash(world.channel, "debat open", debat="wijkaanpak")
    monkeypatch.setattr(world.bot.delivery, "_send", embellish)
    claim = live.debate.claim_set.claims[0]
    await world.anna.send(world.channel, next(e.text for e in claim.exemplars if len(e.text) > 60))
    (reply,) = world.replies()
    with pytest.raises(NotTakenApartError, match="Zo is het maar net"):
        take_apart(takings, reply.content)
