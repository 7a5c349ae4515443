"""The posts that open a debate: what this is, the article in readable pages, the list of claims."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from bot.core.claims import Claim, Debate, Quote
from bot.core.source import Kind, Part, Source, Span, sentence_spans
from bot.replies import interviewees, show_date
from bot.wording import Rendered, Wording

LONGEST_POST = 1900
"""Discord takes 2,000 characters."""

_LINES = {
    Kind.HEADING: "opening.heading",
    Kind.STANDFIRST: "opening.standfirst",
    Kind.QUESTION: "opening.question",
    Kind.TURN: "opening.turn",
    Kind.REPLY: "opening.paragraph",
    Kind.NOTE: "opening.note",
}


@dataclass(frozen=True, slots=True)
class Post:
    """One message of the opening."""

    key: str
    rendered: Rendered
    pinned: bool = False

    def holds(self, span: Span) -> bool:
        """Whether the words of a span stand in this post."""
        return any(
            quote.span.source == span.source and quote.span.start <= span.start and span.end <= quote.span.end
            for quote in self.rendered.quotes
        )


def compose_opening(debate: Debate, wording: Wording) -> tuple[Post, ...]:
    """The opening of a text channel, in the order of posting."""
    return (welcome(debate, wording), *article(debate, wording), *claim_lists(debate, wording))


def welcome(debate: Debate, wording: Wording) -> Post:
    """What this channel is and how the bot behaves."""
    source = next(iter(debate.sources.values()))
    rendered = wording.render(
        "opening.welcome",
        title=debate.title,
        credit=debate.credit.get(wording.locale) or next(iter(debate.credit.values())),
        date=show_date(source.published, wording.locale),
    )
    return Post("welcome", rendered, pinned=True)


def article(debate: Debate, wording: Wording) -> Iterable[Post]:
    """The interview, then what an interviewee wrote under it, in pages that break between parts."""
    quoted = [quote.span for claim in debate.claim_set.claims for quote in claim.passages]
    for source in debate.sources.values():
        interview = [p for p in source.parts if p.kind in _LINES and p.kind is not Kind.REPLY]
        interview = [p for p in interview if p.kind is not Kind.NOTE or _is_quoted(source, p, quoted)]
        replies = [p for p in source.parts if p.kind is Kind.REPLY]
        for name, heading, parts in (
            ("interview", "opening.interview_page", interview),
            ("reply", "opening.reply_page", replies),
        ):
            if not parts:
                continue
            groups = _with_questions((p, list(_lines(debate, wording, source, p))) for p in parts)
            values: dict[str, Any] = {
                "speaker": debate.speakers[parts[0].speaker].name,
                "inferred": parts[0].inferred,
                "they": interviewees(debate, wording),
            }
            bare = wording.render(heading, lines=[], first=True, **values)
            for number, page in enumerate(_pages(groups, len(bare.text)), 1):
                rendered = wording.render(heading, lines=page, first=number == 1, **values)
                yield Post(f"{source.id}-{name}-{number}", rendered)


def claim_lists(debate: Debate, wording: Wording, only: Sequence[Claim] | None = None) -> Iterable[Post]:
    """The claims, all or only these, under their themes, as our summaries."""
    claims = debate.claim_set.claims if only is None else only
    groups: list[list[Rendered]] = []
    for theme in debate.themes:
        own = [claim for claim in claims if claim.theme == theme.id]
        if not own:
            continue
        title = theme.title.get(wording.locale) or next(iter(theme.title.values()))
        heading = wording.render("opening.theme", emoji=theme.emoji, title=title)
        lines = [wording.render("opening.claim", statement=c.statement_in(wording.locale)) for c in own]
        groups.append([heading, *lines])
    bare = wording.render("opening.claims_page", lines=[], first=True)
    for number, page in enumerate(_pages(groups, len(bare.text)), 1):
        rendered = wording.render("opening.claims_page", lines=page, first=number == 1)
        yield Post(f"claims-{number}", rendered, pinned=number == 1)


def post_for(posts: Iterable[Post], span: Span) -> str | None:
    """The key of the post in which a span stands."""
    return next((post.key for post in posts if post.holds(span)), None)


def _is_quoted(source: Source, part: Part, spans: Iterable[Span]) -> bool:
    # A web page's notes also count views and label forms; readers need only those that replies lead to.
    return any(s.source == source.id and part.start <= s.start and s.end <= part.end for s in spans)


def _lines(debate: Debate, wording: Wording, source: Source, part: Part) -> Iterable[Rendered]:
    for quote in _paragraphs(source, part):
        yield wording.render(_LINES[part.kind], words=quote, speaker=debate.speakers[part.speaker].name)


def _paragraphs(source: Source, part: Part) -> Iterable[Quote]:
    """The part's words paragraph by paragraph, a long one cut between sentences."""
    cursor = part.start
    for paragraph in source.text[part.start : part.end].split("\n"):
        start, end = cursor, cursor + len(paragraph)
        cursor = end + 1
        for first, last in _chunks(source.text[start:end]):
            span = source.span(start + first, start + last)
            yield Quote(span, source.text[span.start : span.end], part.speaker, part)


def _chunks(text: str) -> Iterable[tuple[int, int]]:
    begin: int | None = None
    end = 0
    for first, last in sentence_spans(text):
        if begin is None:
            begin = first
        elif last - begin > LONGEST_POST // 2:
            yield begin, end
            begin = first
        end = last
    if begin is not None:
        yield begin, end


def _with_questions(parts: Iterable[tuple[Part, list[Rendered]]]) -> Iterable[list[Rendered]]:
    """The lines in groups that a page should not break: a question stays with what is said to it."""
    held: list[Rendered] = []
    for part, lines in parts:
        held += lines
        if part.kind is not Kind.QUESTION:
            # Of a long part the paragraphs after the first may go to another page.
            first = len(held) - len(lines) + 1
            yield held[:first]
            yield from ([line] for line in held[first:])
            held = []
    if held:
        yield held


def _pages(groups: Iterable[Sequence[Rendered]], heading: int) -> Iterable[list[Rendered]]:
    """Pages that break between groups, and inside one only when it is longer than a page.

    The first has less room, by the length of its heading.
    """
    page: list[Rendered] = []
    room = LONGEST_POST - heading
    for group in groups:
        if page and sum(len(line.text) + 2 for line in group) > room:
            yield page
            page, room = [], LONGEST_POST
        for line in group:
            if page and len(line.text) + 2 > room:
                yield page
                page, room = [], LONGEST_POST
            page.append(line)
            room -= len(line.text) + 2
    if page:
        yield page
