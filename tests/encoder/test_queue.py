"""The encoder's thread: neighbours share a batch, the loop goes on, and nothing is lost at the end."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from bot.encoder import Encoder
from bot.encoder.voters import Voters
from tests.encoder.conftest import Gate, same


async def reached(gate: Gate) -> None:
    """Waits until the model has been asked, without holding up the loop."""
    assert await asyncio.to_thread(gate.reached.wait, 60)


@pytest.mark.feature("O15")
async def test_the_loop_goes_on_while_the_model_is_busy(gated: Encoder, gate: Gate) -> None:
    waiting = asyncio.create_task(gated.encode(["Het geld is op."]))
    await reached(gate)
    turns = 0
    for _ in range(50):
        await asyncio.sleep(0)
        turns += not waiting.done()
    assert turns == 50
    gate.open.set()
    assert (await waiting).by_voter["light"].shape == (1, 512)


async def test_neighbours_share_a_batch_and_get_their_own_rows(gated: Encoder, gate: Gate) -> None:
    first = asyncio.create_task(gated.encode(["de eerste"]))
    await reached(gate)
    wanted = [["a b", "c d"], ["e f"], [], ["g h", "i j", "k l"]]
    others = [asyncio.create_task(gated.encode(texts)) for texts in wanted]
    await asyncio.sleep(0)
    gate.open.set()
    await first
    found = await asyncio.gather(*others)
    assert gate.batches == [["de eerste"], ["a b", "c d", "e f", "g h", "i j", "k l"]]
    for texts, vectors in zip(wanted, found, strict=True):
        assert vectors.by_voter["light"].shape == (len(texts), 512)
        if texts:
            assert same(vectors, gated.encode_now(texts), 1e-5)
    assert gated.encoded == 1 + 6 + 6


async def test_a_batch_has_an_end(gated: Encoder, gate: Gate) -> None:
    first = asyncio.create_task(gated.encode(["de eerste"]))
    await reached(gate)
    others = [asyncio.create_task(gated.encode([f"reactie nummer {n}"])) for n in range(100)]
    await asyncio.sleep(0)
    gate.open.set()
    await asyncio.gather(first, *others)
    assert [len(batch) for batch in gate.batches] == [1, 32, 32, 32, 4]


async def test_a_failing_model_fails_its_batch_and_no_other(gated: Encoder, gate: Gate) -> None:
    gate.fault = RuntimeError("out of memory")
    gate.open.set()
    with pytest.raises(RuntimeError, match="out of memory"):
        await gated.encode(["één"])
    gate.fault = None
    assert (await gated.encode(["twee"])).by_voter["light"].shape == (1, 512)


async def test_who_gave_up_waiting_does_not_stop_the_others(gated: Encoder, gate: Gate) -> None:
    first = asyncio.create_task(gated.encode(["de eerste"]))
    await reached(gate)
    given_up, patient = (asyncio.create_task(gated.encode([text])) for text in ("weg", "blijft"))
    await asyncio.sleep(0)
    given_up.cancel()
    gate.open.set()
    await asyncio.gather(first, patient)
    assert given_up.cancelled()


async def test_closing_finishes_what_waits_and_takes_nothing_more(
    light: Voters, gate: Gate, tmp_path: Path
) -> None:
    encoder = Encoder(Voters(light.model_id, (gate,)), tmp_path)
    waiting = [asyncio.create_task(encoder.encode([text])) for text in ("één", "twee", "drie")]
    await reached(gate)
    closing = asyncio.create_task(asyncio.to_thread(encoder.close))
    await asyncio.sleep(0.05)
    assert not closing.done()
    gate.open.set()
    for vectors in await asyncio.gather(*waiting):
        assert vectors.by_voter["light"].shape == (1, 512)
    await closing
    with pytest.raises(RuntimeError, match="closed"):
        await encoder.encode(["te laat"])
    encoder.close()


async def test_a_loop_that_is_gone_does_no_harm(gated: Encoder, gate: Gate) -> None:
    def give_up() -> None:
        async def ask() -> None:
            await asyncio.wait_for(gated.encode(["nooit opgehaald"]), 0.05)

        with pytest.raises(TimeoutError):
            asyncio.run(ask())

    await asyncio.to_thread(give_up)
    gate.open.set()
    assert (await gated.encode(["wel opgehaald"])).by_voter["light"].shape == (1, 512)
