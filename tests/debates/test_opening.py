"""The posts that open a debate, and where in them a quotation stands."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest

from bot.context import compose_context
from bot.core.claims import Debate
from bot.core.decisions import ReplyKind
from bot.core.source import Kind
from bot.debates import load_debate
from bot.opening import compose_opening, post_for
from bot.replies import ReplyTo, compose_reply
from bot.wording import Wording, load_wording
from tests.debates.conftest import BOTH, HARBOUR, ROOT, WIJKAANPAK, copied, replace

WORDING = load_wording(ROOT / "prompts")


@pytest.fixture(scope="module")
def debate() -> Debate:
    return load_debate(WIJKAANPAK)


def reply_text(debate: Debate, wording: Wording, claim: str, kind: ReplyKind) -> str:
    found = debate.claim_set.by_id[claim]
    quotes = found.answer.quotes if kind is ReplyKind.REBUTTAL else found.quotes
    answer = ReplyTo(claim, kind, found.answer.state, tuple(q.span for q in quotes))
    links = {quote.span: "https://discord.com/channels/1/2/3" for quote in quotes}
    return compose_reply(debate, wording, [answer], links=links).text


@BOTH
def test_every_quotation_has_its_place_in_the_opening(original: Path) -> None:
    debate = load_debate(original)
    posts = compose_opening(debate, WORDING[debate.language])
    quotes = [quote for claim in debate.claim_set.claims for quote in claim.passages]
    assert quotes
    lost = [quote.text for quote in quotes if post_for(posts, quote.span) is None]
    assert lost == []


@BOTH
@pytest.mark.parametrize("locale", ["nl", "en"])
def test_every_post_fits_into_one_message(original: Path, locale: str) -> None:
    posts = compose_opening(load_debate(original), WORDING[locale])
    assert [post.key for post in posts if len(post.rendered.text) > 2000] == []


def test_an_editors_note_that_a_claim_quotes_is_small_print_under_the_interview(debate: Debate) -> None:
    posts = [p.rendered.text for p in compose_opening(debate, WORDING["nl"]) if "-interview-" in p.key]
    assert posts[-1].rstrip().splitlines()[-1] == (
        "-# Het volledige onderzoek is te vinden via www.corpovenista.nl."
    )
    assert "keer bekeken" not in "".join(posts)
    assert "Vereiste velden" not in "".join(posts)


def test_no_page_ends_on_a_question_or_begins_inside_a_theme(debate: Debate) -> None:
    source = debate.sources["interview"]
    for post in compose_opening(debate, WORDING["nl"]):
        if "-interview-" in post.key:
            last = post.rendered.quotes[-1].span
            part = source.part_at(last.start, last.end)
            assert part is not None
            assert part.kind is not Kind.QUESTION
        if post.key.startswith("claims-"):
            assert any(line.startswith("### ") for line in post.rendered.text.strip().splitlines()[:3])


def test_of_passages_from_one_source_the_source_is_named_once(debate: Debate) -> None:
    text = reply_text(debate, WORDING["nl"], "zelf-in-beweging", ReplyKind.QUOTE)
    assert len([line for line in text.splitlines() if line.startswith("> ")]) == 2
    assert text.count("“De prachtwijken gaan er niet komen”, 2010") == 1
    assert text.count("[naar de passage](https://discord.com/channels/1/2/3)") == 2
    assert "\n\n> " in text, "quotations of two speakers stand apart"


def test_words_left_out_between_two_sentences_are_marked(debate: Debate) -> None:
    reply = reply_text(debate, WORDING["nl"], "onderbouwing", ReplyKind.QUOTE)
    lines = [line for line in reply.splitlines() if line.startswith("> ")]
    source = debate.sources["interview"].text
    places = [source.index(line[2:]) for line in lines if line != "> […]"]
    assert places == sorted(places), "in the order in which they were said"
    for before, after in pairwise(lines):
        if "> […]" not in (before, after):
            end = source.index(before[2:]) + len(before) - 2
            assert source[end : source.index(after[2:])].isspace()
    assert "> […]" in lines


def test_sentences_that_follow_one_another_have_no_mark(debate: Debate) -> None:
    assert "[…]" not in reply_text(debate, WORDING["nl"], "zelf-in-beweging", ReplyKind.REBUTTAL)


def test_context_asks_a_question_once(debate: Debate) -> None:
    spans = [quote.span for quote in debate.claim_set.by_id["continuiteit"].quotes]
    text = compose_context(debate, WORDING["nl"], spans).text
    assert text.count("Wat zijn jullie dan aan voorbeelden") == 1
    assert "ergens anders werken" in text


@pytest.mark.parametrize(
    ("claim", "origin"),
    [
        ("rapport-onvindbaar", "**TSS**, in een noot onder het interview"),
        ("zelfde-problemen", "**TSS**, in de inleiding bij het interview"),
        ("kosten-baten", "**Taco Brandsen**, in het interview"),
        (
            "passie-kortstondig",
            "**Jan-Kees Helderman**, in een reactie onder het interview (niet ondertekend; naam afgeleid)",
        ),
    ],
)
def test_a_passage_tells_where_it_stands(debate: Debate, claim: str, origin: str) -> None:
    assert f"— {origin} · " in reply_text(debate, WORDING["nl"], claim, ReplyKind.QUOTE)


@pytest.mark.parametrize(("locale", "unsigned"), [("nl", "Niet ondertekend"), ("en", "Unsigned")])
def test_only_a_reply_without_a_signature_is_said_to_have_none(
    debate: Debate, locale: str, unsigned: str
) -> None:
    signed = compose_opening(load_debate(HARBOUR), WORDING[locale])
    (reply,) = [post.rendered.text for post in signed if "-reply-" in post.key]
    assert unsigned not in reply
    assert "-# Daniel Okafor\n" in reply
    inferred = compose_opening(debate, WORDING[locale])
    first, *others = [post.rendered.text for post in inferred if "-reply-" in post.key]
    assert unsigned in first
    assert not any(unsigned in text for text in others)


@pytest.mark.parametrize("locale", ["nl", "en"])
def test_a_heading_leaves_its_page_room(tmp_path: Path, locale: str) -> None:
    folder = copied(HARBOUR, tmp_path)
    lines = "\n".join(
        f"Line {number} of the reply says that the boats are counted again." for number in range(90)
    )
    words = "The report, with all the counts, is in the town library."
    replace(folder / "sources" / "tideline.txt", words, f"\n{lines}\n{words}")
    posts = [post for post in compose_opening(load_debate(folder), WORDING[locale]) if "-reply-" in post.key]
    assert len(posts) > 2
    assert max(len(post.rendered.text) for post in posts) <= 1900
    assert sum(post.rendered.text.count("Line ") for post in posts) == 90
