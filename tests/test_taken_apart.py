"""Whatever the bot can say is template, verbatim source and plain value: all claims, all languages."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import replace

import pytest

from bot.context import compose_context
from bot.core.claims import AnswerState, Debate, Stance
from bot.core.decisions import ReplyKind, as_many_as_fit, words_for
from bot.core.source import Kind, digest
from bot.debates import load_debate
from bot.opening import claim_lists, compose_opening
from bot.replies import (
    LONGEST_ID,
    LONGEST_LINK,
    ReplyTo,
    compose_reply,
    fitting,
)
from bot.why import compose_why
from bot.wording import Rendered, Wording, load_wording
from tests.conftest import ROOT
from tests.debates.conftest import HARBOUR, WIJKAANPAK
from tests.taken_apart import NotTakenApartError, Origin, TakingApart

WORDINGS = load_wording(ROOT / "prompts")


@pytest.fixture(scope="module", params=[WIJKAANPAK, HARBOUR], ids=lambda folder: folder.name)
def debate(request: pytest.FixtureRequest) -> Debate:
    return load_debate(request.param)


@pytest.fixture(scope="module", params=sorted(WORDINGS))
def wording(request: pytest.FixtureRequest) -> Wording:
    return WORDINGS[request.param]


@pytest.fixture(scope="module")
def taking(debate: Debate, wording: Wording) -> TakingApart:
    return TakingApart(debate, wording)


def answers(debate: Debate) -> Iterator[ReplyTo]:
    """Everything that can be answered to one point of a comment."""
    for claim in debate.claim_set.claims:
        for kind, quotes in dict.fromkeys(words_for(claim, stance, sure=True) for stance in Stance):
            spans = tuple(quote.span for quote in as_many_as_fit(quotes))
            yield ReplyTo(claim.id, kind, claim.answer.state, spans)


def reply(debate: Debate, wording: Wording, *points: ReplyTo, linked: bool = True) -> Rendered:
    links = {span: LONGEST_LINK for point in points for span in point.spans if linked}
    return compose_reply(debate, wording, points, links=links)


def statements(debate: Debate, wording: Wording) -> set[str]:
    return {claim.statement_in(wording.locale) for claim in debate.claim_set.claims}


@pytest.mark.feature("M12")
@pytest.mark.parametrize("linked", [True, False])
def test_every_reply_to_one_point(
    debate: Debate, wording: Wording, taking: TakingApart, linked: bool
) -> None:
    kinds: set[tuple[ReplyKind | None, AnswerState]] = set()
    for answer in answers(debate):
        stretches = taking.prove(reply(debate, wording, answer, linked=linked))
        kinds.add((answer.kind, answer.answer_state))
        said = {text for origin, text in stretches if origin is Origin.SOURCE}
        ours = {text for origin, text in stretches if origin is Origin.OURS}
        assert bool(said) == bool(answer.spans)
        assert ours == {debate.claim_set.by_id[answer.claim].statement_in(wording.locale)}
    assert {kind for kind, _ in kinds} == {ReplyKind.REBUTTAL, ReplyKind.QUOTE, None}
    assert (ReplyKind.REBUTTAL, AnswerState.DECLINED) in kinds
    assert (ReplyKind.REBUTTAL, AnswerState.ANSWERED) in kinds


@pytest.mark.feature("M12")
def test_every_reply_to_several_points(debate: Debate, wording: Wording, taking: TakingApart) -> None:
    found = list(answers(debate))
    pairs = itertools.islice(itertools.combinations(found, 3), 0, None, max(1, len(found) ** 2 // 40))
    for points in pairs:
        kept = fitting(debate, wording, points)
        stretches = taking.prove(reply(debate, wording, *kept))
        # Between several passages our summaries are left out; without a passage it is all there is to show.
        assert {text for origin, text in stretches if origin is Origin.OURS} == {
            debate.claim_set.by_id[point.claim].statement_in(wording.locale)
            for point in kept
            if len(kept) == 1 or not point.spans
        }


@pytest.mark.feature("M12")
def test_every_context(debate: Debate, wording: Wording, taking: TakingApart) -> None:
    for answer in answers(debate):
        if answer.spans:
            stretches = taking.prove(compose_context(debate, wording, answer.spans))
            assert {origin for origin, _ in stretches} <= {Origin.SOURCE, Origin.TEMPLATE, Origin.VALUE}
            assert any(origin is Origin.SOURCE for origin, _ in stretches)


@pytest.mark.feature("M10")
def test_every_why(debate: Debate, wording: Wording, taking: TakingApart) -> None:
    for claim in debate.claim_set.claims:
        for at, exemplar in enumerate(claim.exemplars[::5]):
            stance = list(Stance)[at % len(Stance)]
            share = (at % 10) / 10 + 0.05
            point = {"claim": claim.id, "score": share, "margin": share / 2, "stance": stance}
            nearest = {"claim": claim.id, "nearest": digest(exemplar.text)}
            why = compose_why(debate, wording, {"answers": [point], "candidates": [nearest]})
            stretches = taking.prove(why)
            assert {text for origin, text in stretches if origin is Origin.OURS} == {
                claim.statement_in(wording.locale),
                exemplar.text,
            }


@pytest.mark.feature("M12")
def test_every_post_of_an_opening(debate: Debate, wording: Wording, taking: TakingApart) -> None:
    posts = compose_opening(debate, wording)
    stretches = [stretch for post in posts for stretch in taking.prove(post.rendered)]
    said = {quote.text for post in posts for quote in post.rendered.quotes}
    shown = {Kind.HEADING, Kind.STANDFIRST, Kind.QUESTION, Kind.TURN, Kind.REPLY}
    for source in debate.sources.values():
        for part in source.parts:
            words = source.text[part.start : part.end].split("\n")[0][:40]
            if part.kind in shown:
                assert any(words in text or text in words for text in said), words
            elif part.kind is Kind.COMMENT:
                assert not any(words in text for text in said), words
    assert statements(debate, wording) <= {text for origin, text in stretches if origin is Origin.OURS}


def test_every_post_of_a_theme(debate: Debate, wording: Wording, taking: TakingApart) -> None:
    for theme in debate.themes:
        own = [claim for claim in debate.claim_set.claims if claim.theme == theme.id]
        for post in claim_lists(debate, wording, own):
            stretches = taking.prove(post.rendered)
            assert not any(origin is Origin.SOURCE for origin, _ in stretches)


def test_nothing_found(wording: Wording, taking: TakingApart) -> None:
    stretches = taking.prove(wording.render("reply.nothing_found", addressee=f"<@{LONGEST_ID}>"))
    assert {origin for origin, _ in stretches} == {Origin.TEMPLATE, Origin.VALUE}


# -- the proof can fail


@pytest.fixture
def quoted(debate: Debate) -> ReplyTo:
    return next(answer for answer in answers(debate) if answer.spans)


def test_a_word_too_many_is_found(
    debate: Debate, wording: Wording, taking: TakingApart, quoted: ReplyTo
) -> None:
    text = reply(debate, wording, quoted).text
    assert taking.apart(text)
    for at in [found.start() for found in re.finditer(r" ", text)]:
        if text[:at].count("https://") == text[:at].count(")"):
            with pytest.raises(NotTakenApartError):
                taking.apart(f"{text[:at]} weliswaar{text[at:]}")


def test_an_altered_letter_is_found(
    debate: Debate, wording: Wording, taking: TakingApart, quoted: ReplyTo
) -> None:
    rendered = reply(debate, wording, quoted)
    words = rendered.quotes[0].text
    for at, letter in enumerate(words):
        if letter.isalpha():
            altered = f"{words[:at]}{'x' if letter != 'x' else 'y'}{words[at + 1 :]}"
            with pytest.raises(NotTakenApartError):
                taking.apart(rendered.text.replace(words, altered, 1))


def test_half_a_sentence_is_found(
    debate: Debate, wording: Wording, taking: TakingApart, quoted: ReplyTo
) -> None:
    rendered = reply(debate, wording, quoted)
    words = rendered.quotes[0].text
    for half in (words[: words.rindex(" ")], words[words.index(" ") + 1 :]):
        with pytest.raises(NotTakenApartError):
            taking.apart(rendered.text.replace(words, half, 1))


def test_our_own_words_as_a_quotation_are_found(
    debate: Debate, wording: Wording, taking: TakingApart, quoted: ReplyTo
) -> None:
    claim = debate.claim_set.by_id[quoted.claim]
    rendered = reply(debate, wording, quoted)
    for ours in (claim.statement_in(wording.locale), claim.exemplars[0].text):
        with pytest.raises(NotTakenApartError):
            taking.apart(rendered.text.replace(rendered.quotes[0].text, ours, 1))


def test_a_reader_as_a_quotation_is_found(debate: Debate, taking: TakingApart) -> None:
    source = next(iter(debate.sources.values()))
    reader = next(part for part in source.parts if part.kind is Kind.COMMENT)
    words = source.text[reader.start : reader.end].split("\n")[0]
    with pytest.raises(NotTakenApartError):
        taking.apart(f"> {words}")


def test_a_value_that_passes_for_a_quotation_is_found(
    debate: Debate, wording: Wording, taking: TakingApart, quoted: ReplyTo
) -> None:
    rendered = reply(debate, wording, quoted)
    pieces = tuple(replace(piece, quote=None, value=True) for piece in rendered.pieces)
    with pytest.raises(AssertionError):
        taking.prove(replace(rendered, pieces=pieces))
