"""However much there is to say, a message holds no more than Discord takes, and always something."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from pathlib import Path

import pytest

from bot.context import compose_context
from bot.core.claims import Debate, Stance
from bot.core.decisions import ReplyKind, as_many_as_fit, words_for
from bot.core.source import digest
from bot.debates import load_debate
from bot.replies import (
    LONGEST_LINK,
    LONGEST_MESSAGE,
    ReplyTo,
    compose_reply,
    fitting,
    leads_to,
)
from bot.why import compose_why
from bot.wording import Wording, load_wording
from tests.checks.conftest import PROMPTS
from tests.debates.conftest import HARBOUR, WIJKAANPAK, copied, only_claim, quote, replace

WORDINGS = load_wording(PROMPTS)
SENTENCES = [f"Sentence number {number} of a long answer says a little more." for number in range(1, 80)]


@pytest.fixture(params=["nl", "en"])
def wording(request: pytest.FixtureRequest) -> Wording:
    return WORDINGS[request.param]


@pytest.fixture(params=[WIJKAANPAK, HARBOUR], ids=lambda folder: folder.name)
def debate(request: pytest.FixtureRequest) -> Debate:
    return load_debate(request.param)


def passages_of(debate: Debate) -> list[ReplyTo]:
    """Every claim's quotes, as much as may be shown of it."""
    answers: list[ReplyTo] = []
    for claim in debate.claim_set.claims:
        kind, quotes = words_for(claim, Stance.AGREES, sure=True)
        spans = tuple(quote.span for quote in as_many_as_fit(quotes))
        answers.append(ReplyTo(claim.id, kind, claim.answer.state, spans))
    return answers


@pytest.mark.feature("M13")
def test_no_reply_to_one_point_takes_more_of_a_screen_than_600_characters(
    debate: Debate, wording: Wording
) -> None:
    kinds: set[ReplyKind | None] = set()
    for claim in debate.claim_set.claims:
        for kind, quotes in dict.fromkeys(words_for(claim, stance, sure=True) for stance in Stance):
            spans = tuple(quote.span for quote in as_many_as_fit(quotes))
            (answer,) = fitting(debate, wording, [ReplyTo(claim.id, kind, claim.answer.state, spans)])
            assert bool(answer.spans) == bool(quotes)
            assert set(answer.spans) <= {quote.span for quote in quotes}
            assert seen(debate, wording, [answer]) <= 600, claim.id
            kinds.add(kind)
    assert kinds == {ReplyKind.REBUTTAL, ReplyKind.QUOTE, None}


def seen(debate: Debate, wording: Wording, answers: Sequence[ReplyTo]) -> int:
    """The characters that a reader gets to see, counted on their own: what a link leads to is not shown."""
    links = {span: LONGEST_LINK for answer in answers for span in leads_to(debate, answer)}
    text = compose_reply(debate, wording, answers, links=links).text
    assert len(text) <= LONGEST_MESSAGE
    lines = [line.removeprefix("> ").removeprefix("-# ").replace("**", "") for line in text.split("\n")]
    shown = "\n".join(lines).replace(f"]({LONGEST_LINK})", "")
    assert "https" not in shown
    return len(shown) - text.count(f"]({LONGEST_LINK})")


@pytest.mark.feature("M13")
def test_a_reply_to_several_points_gives_each_its_words_and_no_more_than_600_characters_of_them(
    debate: Debate, wording: Wording
) -> None:
    answers = sorted(passages_of(debate), key=lambda answer: -len(answer.spans))
    answers = answers[:4] + answers[-2:] if len(answers) > 6 else answers
    kept_all: set[int] = set()
    for points in itertools.permutations(answers, 3):
        kept = fitting(debate, wording, points)
        kept_all.add(len(kept))
        assert kept[0].claim == points[0].claim
        order = [point.claim for point in points]
        assert [answer.claim for answer in kept] == [
            claim for claim in order if claim in {k.claim for k in kept}
        ]
        assert all(answer.spans for answer in kept if debate.claim_set.by_id[answer.claim].quotes)
        spans = [span for answer in kept for span in answer.spans]
        assert len(spans) == len(set(spans))
        quoted = sum(len(debate.quote(span).text) for span in spans)
        assert quoted <= 600
        if any(len(answer.spans) > 1 for answer in kept):
            assert seen(debate, wording, kept) <= 600
        for missed in (point for point in points if point.claim not in {k.claim for k in kept}):
            words = debate.claim_set.by_id[missed.claim].passages
            unsaid = [len(quote.text) for quote in words if quote.span not in spans]
            assert not unsaid or quoted + min(unsaid) > 600
    assert max(kept_all) > 2


def test_a_passage_that_is_longer_by_itself_stays_whole(tmp_path: Path) -> None:
    folder = copied(HARBOUR, tmp_path)
    long = f"Start with one boat {'and then with one more ' * 20}and one buyer."
    replace(folder / "sources" / "tideline.txt", "Start with one boat and one buyer.", long)
    replace(folder / "sources" / "tideline.toml", "Start with one boat", "Start with one boat")
    debate = load_debate(
        only_claim(
            folder, quote(long, "morgan") + quote(f"{long} If that works, you add a second.", "morgan")
        )
    )
    (answer,) = fitting(debate, WORDINGS["en"], passages_of(debate))
    assert [debate.quote(span).text for span in answer.spans] == [long]
    assert seen(debate, WORDINGS["en"], [answer]) > 600


def test_why_three_points_were_answered_fits_one_message(debate: Debate, wording: Wording) -> None:
    claims = debate.claim_set.claims
    longest = {claim.id: max(claim.exemplars, key=lambda exemplar: len(exemplar.text)) for claim in claims}
    first, *_ = chosen = sorted(claims, key=lambda claim: -len(longest[claim.id].text))[:3]
    record = {
        "answers": [{"claim": c.id, "score": 0.99, "margin": 0.99, "stance": "disputes"} for c in chosen],
        "candidates": [{"claim": c.id, "nearest": digest(longest[c.id].text)} for c in chosen],
    }
    text = compose_why(debate, wording, record).text
    assert len(text) <= LONGEST_MESSAGE
    assert longest[first.id].text in text


@pytest.mark.parametrize("at", [0, 40, 78])
def test_the_context_of_a_quote_in_a_long_turn_is_what_stands_around_it(
    tmp_path: Path, wording: Wording, at: int
) -> None:
    folder = copied(HARBOUR, tmp_path)
    first = "Start with one boat and one buyer."
    last = "It is dull, and that is why nobody wants to pay for it."
    turn = f"{first} If that works, you add a second. {last}"
    said = " ".join((first, *SENTENCES, last))
    replace(folder / "sources" / "tideline.txt", turn, said)
    debate = load_debate(only_claim(folder, quote(SENTENCES[at], "morgan")))
    (claim,) = debate.claim_set.claims
    context = compose_context(debate, wording, [claim.quotes[0].span])
    (words,) = context.quotes
    assert len(said) > 2 * LONGEST_MESSAGE
    assert LONGEST_MESSAGE / 3 < len(context.text) <= LONGEST_MESSAGE
    assert SENTENCES[at] in words.text
    assert words.text in said
    assert words.text[0].isupper()
    assert words.text.endswith(".")
