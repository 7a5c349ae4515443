"""Where the debate stands: the picture and the words tell the figures that are in the database."""

from __future__ import annotations

import io
import re
import sqlite3
import struct
from contextlib import closing
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot import picture
from bot.core.claims import Stance
from bot.live import LiveDebate
from bot.standing import alt_text, as_picture, count, in_words
from bot.store.standing import BroughtUp
from bot.wording import load_wording
from tests.gateway.conftest import ROOT, World
from tests.gateway.lacking import speak
from tests.gateway.test_browsing import LOCALES
from tests.gateway.test_manners import BUYERS, COUNTED, CREWS, EMPTY, GRASS, NOTHING
from tests.gateway.test_members import press
from tests.gateway.test_privacy import last, words
from tests.store.conftest import script

WORDING = load_wording(ROOT / "prompts")
FIGURES = """
    SELECT json_extract(a.value, '$.claim'), json_extract(a.value, '$.stance'), count(*)
    FROM decisions AS d, json_each(d.record, '$.answers') AS a
    LEFT JOIN verdicts AS v ON v.decision_id = d.id AND v.claim_id = json_extract(a.value, '$.claim')
        AND v.kind = 'not_my_point' AND v.value
    WHERE v.id IS NULL GROUP BY 1, 2
"""


def figures(world: World) -> dict[tuple[str, str], int]:
    """What the database holds, asked in another way than the bot does."""
    with closing(sqlite3.connect(world.database)) as raw:
        return {(claim, stance): number for claim, stance, number in raw.execute(FIGURES)}


def told(text: str, live: LiveDebate, locale: str) -> dict[tuple[str, str], int]:
    """The figures that a message tells."""
    found: dict[tuple[str, str], int] = {}
    say = WORDING[locale].say
    for claim in live.debate.claim_set.claims:
        state = say(f"standing.state_{claim.answer.state}")
        after = text.partition(f"- {claim.statement_in(locale)} *({state})*\n")[2].partition("\n")[0]
        for stance in Stance:
            kind = say(f"standing.{stance}", comments=0).removeprefix("0")
            number = re.search(rf"(\d+){re.escape(kind)}", after)
            if number:
                found[claim.id, str(stance)] = int(number[1])
    return found


@pytest.mark.feature("M22", "M23")
@pytest.mark.parametrize(("locale", "discord_locale"), LOCALES)
async def test_the_standing_is_told_in_a_picture_and_in_the_figures_of_the_database(
    harbour: World, small: LiveDebate, locale: str, discord_locale: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    speak(discord_locale, monkeypatch)
    empty = await harbour.anna.slash(harbour.channel, "stand")
    assert words(empty) == WORDING[locale].say("standing.nothing", title=small.debate.title)
    assert last(empty).attachments == []

    for number, text in enumerate((EMPTY, COUNTED, BUYERS, CREWS, GRASS, NOTHING)):
        await harbour.member(f"lid{number}").send(harbour.channel, text)
    script(harbour.database, f"UPDATE decisions SET decided_at = decided_at - {2 * 24 * 3600 * 1000}")
    await harbour.anna.send(harbour.channel, EMPTY)
    before = figures(harbour)
    assert len({claim for claim, _ in before}) >= 3
    # What somebody said was not their point does not count.
    await press(harbour.moderator, harbour.replies()[0], "dismiss")
    wanted = figures(harbour)
    assert sum(wanted.values()) == sum(before.values()) - 1

    drawn: list[picture.Picture] = []
    draw = picture.draw
    monkeypatch.setattr(
        "bot.gateway.standing_commands.draw", lambda shown: (drawn.append(shown), draw(shown))[1]
    )
    answer = await harbour.bram.slash(harbour.channel, "stand")
    text = words(answer)
    assert told(text, small, locale) == wanted
    assert str(sum(wanted.values())) in text.splitlines()[1]
    (shown,) = drawn
    by_label = {bar.label: sum(bar.numbers) for bar in shown.bars}
    assert by_label == {
        claim.statement_in(locale): sum(n for (c, _), n in wanted.items() if c == claim.id)
        for claim in small.debate.claim_set.claims
        if any(c == claim.id for c, _ in wanted)
    }
    assert sum(bar.numbers[0] for bar in shown.over_time) == sum(wanted.values())

    (attachment,) = last(answer).attachments
    data = await attachment.read()
    assert data.startswith(b"\x89PNG")
    assert struct.unpack(">II", data[16:24])[0] > 600
    assert attachment.description
    assert len(attachment.description) <= 1024
    assert str(sum(wanted.values())) in attachment.description


def rows(small: LiveDebate, days: int) -> list[BroughtUp]:
    """Counts spread over so many days."""
    claims = small.debate.claim_set.claims
    start = datetime(2026, 3, 1, 23, 30, tzinfo=UTC)
    return [
        BroughtUp(
            claims[day % len(claims)].id, list(Stance)[day % 4], start + timedelta(days=day), day % 5 + 1
        )
        for day in range(days)
    ]


@pytest.mark.parametrize("days", [1, 14, 15, 98, 400, 4000])
def test_periods_are_few_and_lose_nothing(small: LiveDebate, days: int) -> None:
    given = rows(small, days)
    standing = count(small.debate, given, ZoneInfo("Europe/Amsterdam"))
    assert sum(number for _, number in standing.periods) == sum(row.comments for row in given)
    assert standing.comments == sum(row.comments for row in given)
    assert 1 <= len(standing.periods) <= 14
    assert len({after - before for (before, _), (after, _) in pairwise(standing.periods)}) <= 1
    # Half past eleven in the evening in UTC is the next day in Amsterdam.
    assert standing.periods[0][0].isoformat() == "2026-03-02"


def test_a_claim_that_is_there_no_more_is_left_out(small: LiveDebate) -> None:
    gone = BroughtUp("gone", "disputes", datetime(2026, 3, 1, tzinfo=UTC), 9)
    assert count(small.debate, [gone], ZoneInfo("UTC")).comments == 0


def luminance(colour: str) -> float:
    """Of a colour such as #8a4b08, as WCAG 2.2 reckons it."""
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.feature("M23")
def test_every_colour_can_be_seen_and_none_carries_meaning_alone(small: LiveDebate) -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    for colour in (picture.INK, *picture.COLOURS):
        # Numbers stand in the paper's colour on the bars; WCAG asks 4.5 of text and 3 of shapes.
        assert contrast(colour, picture.PAPER) >= 4.5
    assert len(set(picture.PATTERNS)) == len(picture.COLOURS) == len(set(picture.COLOURS))
    standing = count(small.debate, rows(small, 20), ZoneInfo("UTC"))
    drawn = as_picture(standing, small.debate.title, WORDING["nl"])
    assert all(drawn.parts)
    assert len(drawn.parts) == len(picture.COLOURS)


@pytest.mark.feature("M23")
@pytest.mark.parametrize("locale", ["nl", "en"])
def test_the_text_for_who_cannot_see_it_fits_whatever_was_counted(live_claims: Any, locale: str) -> None:
    debate, given = live_claims
    standing = count(debate, given, ZoneInfo("Europe/Amsterdam"))
    assert len(alt_text(standing, WORDING[locale])) <= 1024
    shown = as_picture(standing, "Kosten $1 en $2", WORDING[locale])
    assert len(shown.bars) == 10
    assert io.BytesIO(picture.draw(shown)).read(4) == b"\x89PNG"
    lines = in_words(standing, debate.title, WORDING[locale])
    assert sum(line.startswith("- ") for line in lines) == 12


@pytest.fixture
def live_claims() -> Any:
    """The large debate, with counts on most of its claims; no model is needed to count."""
    from bot.debates import load_debate
    from tests.conftest import WIJKAANPAK

    debate = load_debate(WIJKAANPAK)
    start = datetime(2026, 3, 1, tzinfo=UTC)
    given = [
        BroughtUp(claim.id, stance, start + timedelta(hours=at), at + 1)
        for at, claim in enumerate(debate.claim_set.claims[1:])
        for stance in Stance
    ]
    return debate, given
