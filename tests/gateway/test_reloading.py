"""A debate folder that is changed under the running bot: live whole, or not at all."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from bot.app import load_live
from bot.core.vectors import Vectors
from bot.encoder import Encoder
from bot.reloading import Watched
from bot.store import Outcome
from tests.debates.conftest import exemplar, line_of, replace
from tests.gateway.conftest import World, world_with
from tests.gateway.test_manners import BUYERS, EMPTY
from tests.small import calibrate, calibrated

CLAIM = "claims/empty-quay.toml"
OLD = "The new quay stands empty"
NEW = "The quay by the lighthouse stands empty"
LOOK = 61
"""Seconds after which the folder was looked at once more."""


class Interrupted:
    """The encoder of the bot; something happens just once while it is at a text."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self.meanwhile: Callable[[], Any] | None = None

    def __getattr__(self, name: str) -> Any:
        return getattr(self._encoder, name)

    async def encode(self, texts: Iterable[str]) -> Vectors:
        vectors = await self._encoder.encode(texts)
        if self.meanwhile:
            act, self.meanwhile = self.meanwhile, None
            await act()
        return vectors


@dataclass
class Quay:
    """The small debate in a folder of its own, opened."""

    world: World
    folder: Path
    encoder: Interrupted
    caplog: pytest.LogCaptureFixture

    async def reload(self) -> str:
        """What the moderator is told, and nobody else, on the command."""
        result = await self.world.moderator.slash(self.world.channel, "debat herlaad")
        assert result.ephemeral
        return result.response.content

    async def look(self) -> None:
        """Lets the folder be looked at."""
        await self.world.env.advance_time(LOOK)

    async def reason(self, text: str) -> tuple[Outcome, str | None]:
        """What the bot makes of a comment of somebody new; whoever it answers it answers once."""
        member = self.world.member(f"lid{len(self.world.env.http_requests)}")
        comment = await member.send(self.world.channel, text)
        decision = await self.world.store.decision_of(comment.id)
        assert decision is not None
        to = [r.reference.message_id for r in self.world.replies() if r.reference]
        assert to.count(comment.id) == (decision.outcome is Outcome.REPLY)
        return decision.outcome, decision.reason

    @property
    def hash(self) -> str:
        """The claim set that is live."""
        return self.world.bot.service.debates["harbour"].debate.claim_set.hash

    def logged(self, words: str) -> list[str]:
        """The lines of the log with those words."""
        return [r.getMessage() for r in self.caplog.records if words in r.getMessage()]


@asynccontextmanager
async def opened(light: Encoder, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> AsyncIterator[Quay]:
    folder = calibrated(tmp_path, light.model_id)
    watched = Watched.now({"harbour": folder})
    encoder = Interrupted(light)
    debates = {"harbour": load_live(folder, light)}
    async with world_with(debates, encoder, tmp_path, watched) as world:
        await world.open(world.channel)
        await world.told("manieren", stelling=0, lid=0, uur=100)
        caplog.set_level("INFO")
        yield Quay(world, folder, encoder, caplog)


@pytest_asyncio.fixture
async def quay(light: Encoder, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> AsyncIterator[Quay]:
    async with opened(light, tmp_path, caplog) as quay:
        yield quay


ANSWERED = (Outcome.REPLY, None)
by_both = pytest.mark.parametrize("by", ["command", "watcher"])


@pytest.mark.feature("T16")
@by_both
async def test_a_sound_change_goes_live(quay: Quay, by: str) -> None:
    assert await quay.reason(EMPTY) == ANSWERED
    assert OLD in quay.world.replies()[-1].content
    replace(quay.folder / CLAIM, OLD, NEW)
    if by == "command":
        told = await quay.reload()
        assert "is reloaded: 4 claims" in told
        assert "calibrate" not in told
    else:
        await quay.look()
    assert await quay.reason(EMPTY) == ANSWERED
    assert NEW in quay.world.replies()[-1].content
    # Once, and a folder that nobody touched is not loaded again.
    await quay.look()
    await quay.look()
    assert len(quay.logged("debate harbour reloaded with 4 claims")) == 1


@pytest.mark.feature("T16")
@by_both
async def test_a_broken_file_leaves_the_old_debate_live_and_its_line_is_told(quay: Quay, by: str) -> None:
    path = quay.folder / CLAIM
    whole = path.read_bytes()
    before = quay.world.bot.service.debates["harbour"]
    replace(path, OLD, NEW)
    replace(path, 'kind = "agreement"', 'kind = "applause"')
    where = f"harbour/{CLAIM}:{line_of(path, 'applause')}: "
    if by == "command":
        told = await quay.reload()
        assert told.startswith("Not reloaded; what was live stays live. ")
        assert where in told
        assert "“kind”" in told
    await quay.look()
    await quay.look()
    assert quay.world.bot.service.debates["harbour"] is before
    assert await quay.reason(EMPTY) == ANSWERED
    assert OLD in quay.world.replies()[-1].content
    (line,) = quay.logged("not reloaded")
    assert where in line
    (alarm,) = [line for line in (await quay.world.told("status")).splitlines() if where in line]
    assert "could not be loaded since 1 January 2026" in alarm
    # Mended, it is as if nothing had been.
    path.write_bytes(whole.replace(OLD.encode(), NEW.encode()))
    await quay.look()
    assert await quay.reason(EMPTY) == ANSWERED
    assert NEW in quay.world.replies()[-1].content
    assert "could not be loaded" not in await quay.world.told("status")


@pytest.mark.feature("T16")
@by_both
async def test_a_debate_that_could_not_be_said_leaves_the_old_one_live(quay: Quay, by: str) -> None:
    replace(quay.folder / CLAIM, OLD, NEW)
    replace(quay.folder / "debate.toml", 'language = "en"', 'language = "fr"')
    if by == "command":
        assert "there is no wording in “fr”" in await quay.reload()
    await quay.look()
    assert "harbour/debate.toml:3: there is no wording in “fr”" in await quay.world.told("status")
    assert await quay.reason(EMPTY) == ANSWERED
    assert OLD in quay.world.replies()[-1].content


@pytest.mark.feature("T16")
async def test_a_folder_that_is_gone_leaves_the_old_debate_live(quay: Quay) -> None:
    shutil.rmtree(quay.folder)
    assert "harbour/debate.toml:1: this file is missing" in await quay.reload()
    assert await quay.reason(EMPTY) == ANSWERED


@pytest.mark.feature("T16")
@by_both
async def test_other_claims_than_were_calibrated_on_mean_silence_which_is_said(
    quay: Quay, light: Encoder, by: str
) -> None:
    before = quay.hash
    path = quay.folder / CLAIM
    path.write_text(
        f"{path.read_text('utf-8')}\n{exemplar('objection', 'Gulls is all I ever see.')}", "utf-8"
    )
    if by == "command":
        assert "**Not calibrated for these claims: I keep silent" in await quay.reload()
    else:
        await quay.look()
    assert quay.hash != before
    assert await quay.reason(EMPTY) == (Outcome.ABSTAIN, "not_calibrated")
    assert quay.logged("debate harbour is not calibrated (other_claim_set): silent")
    assert "Not calibrated for this model and these claims" in await quay.world.told("status")
    calibrate(quay.folder, light.model_id)
    await quay.look()
    assert await quay.reason(EMPTY) == ANSWERED


@pytest.mark.feature("T16")
async def test_a_comment_under_way_during_the_swap_is_answered_once_by_the_new_state(quay: Quay) -> None:
    async def swap() -> None:
        replace(quay.folder / CLAIM, OLD, NEW)
        await quay.world.bot.reloading.reload("harbour")

    quay.encoder.meanwhile = swap
    assert await quay.reason(EMPTY) == ANSWERED
    assert quay.encoder.meanwhile is None
    assert len(quay.world.replies()) == 1
    assert NEW in quay.world.replies()[0].content
    assert (await quay.world.store.counts()).outcomes == {Outcome.REPLY: 1}


@pytest.mark.feature("T16")
async def test_a_comment_under_way_is_not_answered_with_a_claim_that_the_swap_took_out(
    quay: Quay, light: Encoder
) -> None:
    async def swap() -> None:
        (quay.folder / CLAIM).unlink()
        shutil.rmtree(quay.folder / "labelled")
        calibrate(quay.folder, light.model_id)
        await quay.world.bot.reloading.reload("harbour")

    quay.encoder.meanwhile = swap
    outcome, _ = await quay.reason(EMPTY)
    assert len(quay.world.bot.service.debates["harbour"].debate.claim_set.claims) == 3
    assert outcome is not Outcome.REPLY
    assert (await quay.world.store.counts()).outbox == {}
    # The others are answered as ever.
    assert await quay.reason(BUYERS) == ANSWERED


async def test_a_folder_that_changes_while_it_is_read_is_read_again(quay: Quay) -> None:
    path = quay.folder / CLAIM
    path.write_text(f"{path.read_text('utf-8')}\n{exemplar('objection', 'Seals, mostly seals.')}", "utf-8")
    before = quay.hash

    async def save() -> None:
        path.write_text(f"{path.read_text('utf-8')}\n{exemplar('objection', 'And a heron.')}", "utf-8")

    reloading = quay.world.bot.reloading
    load = reloading._load

    async def slowly(folder: Path) -> Any:
        live = await load(folder)
        if quay.encoder.meanwhile:
            act, quay.encoder.meanwhile = quay.encoder.meanwhile, None
            await act()
        return live

    reloading._load = slowly
    quay.encoder.meanwhile = save
    assert "The folder changed while I was reading it" in await quay.reload()
    assert quay.hash == before
    await quay.look()
    texts = [e.text for e in quay.world.bot.service.debates["harbour"].debate.claim_set.claims[2].exemplars]
    assert texts[-2:] == ["Seals, mostly seals.", "And a heron."]


async def test_a_model_that_fails_leaves_the_old_debate_live_and_is_tried_again(
    quay: Quay, light: Encoder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(light, "cache", tmp_path / "cache")  # whatever an earlier run encoded is not there
    path = quay.folder / CLAIM
    path.write_text(f"{path.read_text('utf-8')}\n{exemplar('objection', 'Mist and cormorants.')}", "utf-8")
    calibrate(quay.folder, light.model_id)
    before = quay.hash

    async def fail(texts: Iterable[str]) -> Vectors:
        raise RuntimeError("out of memory")

    with monkeypatch.context() as patch:
        patch.setattr(light, "encode", fail)
        assert "Something unexpected went wrong" in await quay.reload()
        await quay.look()
        assert len(quay.logged("not reloaded")) == 1
        assert "Something unexpected went wrong" in await quay.world.told("status")
    assert quay.hash == before
    await quay.look()
    assert quay.hash != before
    assert await quay.reason(EMPTY) == ANSWERED


async def test_only_a_moderator_may_reload_and_only_where_a_debate_is(quay: Quay) -> None:
    replace(quay.folder / CLAIM, OLD, NEW)
    refused = await quay.world.forge(quay.world.anna, "debat", "herlaad")
    assert refused.response.content == "This command is for those who may manage messages here."
    assert not quay.logged("reloaded with")
    elsewhere = quay.world.guild.create_text_channel("elders")
    result = await quay.world.moderator.slash(elsewhere, "debat herlaad")
    assert "no debate" in result.response.content
    assert not quay.logged("reloaded with")
