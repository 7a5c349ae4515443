"""What a member reads who browses: the claims page by page, one claim whole, passages that were searched."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bot.core.claims import AnswerState, Claim, Debate, Quote
from bot.core.decisions import as_many_as_fit
from bot.core.source import Span
from bot.replies import LONGEST_MESSAGE, interviewees, show_date
from bot.wording import Rendered, Wording

ALL, OPEN, THEME = "all", "open", "theme"
"""What is listed: every claim, those to which the source holds no answer, or those of the theme so numbered."""

MOST_ON_PAGE = 10
LONGEST_PAGE = 1800

Links = Mapping[Span, str]


@dataclass(frozen=True, slots=True)
class Listing:
    """One page of claims."""

    text: str
    claims: tuple[Claim, ...]
    page: int
    pages: int


def scopes(debate: Debate, wording: Wording) -> list[tuple[str, str]]:
    """What can be listed, each with its name."""
    themes = [(f"{THEME}{at}", _title(theme.title, wording)) for at, theme in enumerate(debate.themes)]
    return [(ALL, wording.say("browse.all")), (OPEN, wording.say("browse.open")), *themes]


def compose_list(debate: Debate, wording: Wording, scope: str, page: int) -> Listing:
    """A page of the claims; one past the last is the last. Raises `LookupError` for an unknown scope."""
    title = dict(scopes(debate, wording))[scope]
    pages = list(_pages(wording, _listed(debate, scope), marked=scope != OPEN)) or [[]]
    at = min(page, len(pages) - 1)
    lines = [line for _, line in pages[at]]
    text = wording.say(
        "browse.claims", title=title, lines=lines, page=at + 1, pages=len(pages), only_open=scope == OPEN
    )
    return Listing(text, tuple(claim for claim, _ in pages[at]), at, len(pages))


def _listed(debate: Debate, scope: str) -> list[Claim]:
    if scope.startswith(THEME):
        wanted = {debate.themes[int(scope.removeprefix(THEME))].id}
    else:
        wanted = {theme.id for theme in debate.themes}
    order = {theme.id: at for at, theme in enumerate(debate.themes)}
    claims = [claim for claim in debate.claim_set.claims if claim.theme in wanted]
    if scope == OPEN:
        claims = [claim for claim in claims if claim.answer.state is AnswerState.NONE]
    return sorted(claims, key=lambda claim: order[claim.theme])


def _pages(
    wording: Wording, claims: Iterable[Claim], *, marked: bool
) -> Iterable[list[tuple[Claim, Rendered]]]:
    page: list[tuple[Claim, Rendered]] = []
    length = 0
    for number, claim in enumerate(claims, 1):
        unanswered = marked and claim.answer.state is AnswerState.NONE
        line = wording.render(
            "browse.line", number=number, statement=claim.statement_in(wording.locale), unanswered=unanswered
        )
        if page and (len(page) == MOST_ON_PAGE or length + len(line.text) > LONGEST_PAGE):
            yield page
            page, length = [], 0
        page.append((claim, line))
        length += len(line.text) + 1
    if page:
        yield page


def compose_claim(debate: Debate, wording: Wording, claim: Claim, links: Links) -> Rendered:
    """A claim with what was said of it, what was answered to it, and where that stands."""
    answers = list(as_many_as_fit(claim.answer.quotes))
    quotes = [q for q in as_many_as_fit(claim.quotes) if not any(_inside(q, a) for a in answers)]
    theme = next(theme for theme in debate.themes if theme.id == claim.theme)
    while True:
        shown = wording.render(
            "browse.claim",
            statement=claim.statement_in(wording.locale),
            theme=_title(theme.title, wording),
            state=wording.say(f"browse.state_{claim.answer.state}", they=interviewees(debate, wording)),
            quotes=[_passage(debate, wording, quote, links) for quote in quotes],
            answers=[_passage(debate, wording, quote, links) for quote in answers],
        )
        if len(shown.text) <= LONGEST_MESSAGE or len(quotes) + len(answers) < 2:
            return shown
        (quotes if len(quotes) > 1 or not answers else answers).pop()


def compose_found(
    debate: Debate, wording: Wording, quotes: Sequence[Quote], links: Links, *, by_words: bool
) -> Rendered:
    """Passages that were searched, each with the claim it belongs to, as many as one message holds."""
    found = [
        wording.render(
            "browse.found_passage",
            passage=_passage(debate, wording, quote, links),
            statement=[c.statement_in(wording.locale) for c in _claims_of(debate, quote)][:1],
        )
        for quote in quotes
    ]
    while True:
        shown = wording.render("browse.found", passages=found, by_words=by_words)
        if len(shown.text) <= LONGEST_MESSAGE or len(found) < 2:
            return shown
        found.pop()


def spans_of(claim: Claim) -> list[Span]:
    """Where everything stands that a claim can be shown with."""
    return [quote.span for quote in claim.passages]


def _claims_of(debate: Debate, quote: Quote) -> list[Claim]:
    return [c for c in debate.claim_set.claims if any(_inside(quote, other) for other in c.passages)]


def _inside(quote: Quote, other: Quote) -> bool:
    one, two = quote.span, other.span
    return one.source == two.source and two.start <= one.start and one.end <= two.end


def _passage(debate: Debate, wording: Wording, quote: Quote, links: Links) -> Rendered:
    link = links.get(quote.span, "")
    return wording.render(
        "browse.passage",
        words=quote,
        speaker=debate.speaker_name(quote),
        inferred=quote.part.inferred,
        date=show_date(debate.sources[quote.span.source].published, wording.locale),
        linked=bool(link),
        link=link,
    )


def _title(titles: Mapping[str, str], wording: Wording) -> str:
    return titles.get(wording.locale) or next(iter(titles.values()))
