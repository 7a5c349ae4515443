"""What the messages of a debate come to in each language, composed for real: none too long for Discord."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from bot.context import compose_context
from bot.core.claims import Claim, Debate, Quote, Stance
from bot.core.decisions import ReplyKind, as_many_as_fit, words_for
from bot.core.source import digest
from bot.debates import Problem
from bot.opening import Post, claim_lists, compose_opening
from bot.replies import (
    LONGEST_LINK,
    LONGEST_MESSAGE,
    MOST_SEEN,
    ReplyTo,
    compose_reply,
    leads_to,
    seen_length,
)
from bot.toml_lines import Located, Location
from bot.why import compose_why
from bot.wording import Rendered, Wording, WordingError


def lint_messages(folder: Path, debate: Debate, wordings: Mapping[str, Wording]) -> list[Problem]:
    """Everything a sound debate lacks in a language, and every message that would be too long for Discord."""
    lint = _Lint(folder.absolute(), debate)
    if debate.language not in wordings:
        lint.note(
            "debate.toml", ("language",), "no_wording", locale=debate.language, known=", ".join(wordings)
        )
        return lint.problems
    for wording in wordings.values():
        lint.translations(wording.locale)
        try:
            lint.lengths(wording)
        except WordingError as fault:  # a template that only breaks on real values
            path, _, line = fault.where.rpartition(":")
            lint.problems.append(Problem.at(path, int(line), "template_broken", detail=fault.detail))
    return lint.problems


def lint_replies(folder: Path, debate: Debate, wordings: Mapping[str, Wording]) -> list[Problem]:
    """The claims of a sound debate to which the shortest reply shows more than `MOST_SEEN` characters."""
    lint = _Lint(folder.absolute(), debate)
    for wording in wordings.values():
        for claim in debate.claim_set.claims:
            lint.glance(wording, claim)
    return lint.problems


class _Lint:
    def __init__(self, folder: Path, debate: Debate) -> None:
        self._folder = folder
        self._debate = debate
        self.problems: list[Problem] = []
        self._told: set[tuple[str, Location]] = set()

    def note(self, name: str, at: Location, key: str, /, **values: object) -> None:
        """A problem in a file of the debate, at a table or key of it."""
        line = Located((self._folder / name).read_text("utf-8")).line(at)
        self.problems.append(Problem.at(f"{self._folder.name}/{name}", line, key, **values))

    def translations(self, locale: str) -> None:
        """What has no text in that language and would be shown in another."""
        debate = self._debate
        tables: list[tuple[Location, Mapping[str, str]]] = [(("credit",), debate.credit)]
        if debate.interviewees:
            tables.append((("interviewees",), debate.interviewees))
        tables += [(("themes", at, "title"), theme.title) for at, theme in enumerate(debate.themes)]
        tables += [(("questions", at, "text"), q.text) for at, q in enumerate(debate.questions)]
        if debate.poll:
            tables.append((("poll", "question"), debate.poll.question))
            tables += [(("poll", "answers", at), answer) for at, answer in enumerate(debate.poll.answers)]
        for place, texts in tables:
            if locale not in texts:
                name = next(step for step in reversed(place) if isinstance(step, str))
                self.note("debate.toml", place, "untranslated", name=name, locale=locale)
        for claim in debate.claim_set.claims:
            if locale not in (debate.language, *claim.translations):
                self.note(_file(claim), ("statement",), "statement_untranslated", locale=locale)

    def lengths(self, wording: Wording) -> None:
        """Every message that has more characters than Discord takes."""
        claims = self._debate.claim_set.claims
        for claim in claims:
            for message in _messages(self._debate, wording, claim):
                self._measure(wording, message, claim)
        for post in _posts(self._debate, wording):
            longest = max(post.rendered.pieces, key=lambda piece: len(piece.text)).text
            stated = [claim for claim in claims if longest == claim.statement_in(wording.locale)]
            self._measure(wording, post.rendered, next(iter(stated), None))

    def glance(self, wording: Wording, claim: Claim) -> None:
        """The claim when no reply to it, of either kind, is short enough to be read at a glance."""
        for kind, quotes in _words(claim):
            singles = [(quote.span,) for quote in quotes] or [()]
            lengths: dict[int, Rendered] = {}
            for spans in singles:
                answer = ReplyTo(claim.id, kind, claim.answer.state, spans)
                links = dict.fromkeys(leads_to(self._debate, answer), LONGEST_LINK)
                message = compose_reply(self._debate, wording, [answer], links=links)
                lengths[seen_length(message.text)] = message
                if min(lengths) <= MOST_SEEN:
                    break
            else:
                length = min(lengths)
                values = {"claim": claim.id, "length": length, "most": MOST_SEEN}
                self._note_once(
                    _file(claim), _longest_part(claim, lengths[length]), "reply_too_long", **values
                )

    def _measure(self, wording: Wording, message: Rendered, claim: Claim | None = None) -> None:
        if self._fits(wording, message):
            return
        values = {"template": message.key, "length": len(message.text), "most": LONGEST_MESSAGE}
        if claim:
            name, at = _file(claim), _longest_part(claim, message)
            key, values = "message_too_long", {**values, "claim": claim.id}
        else:
            name, at = "debate.toml", ("credit",) if message.key == "opening.welcome" else ()
            key = "post_too_long"
        self._note_once(name, at, key, **values)

    def _note_once(self, name: str, at: Location, key: str, **values: object) -> None:
        # What is too long in one message is so in others.
        if (name, at) not in self._told:
            self._told.add((name, at))
            self.note(name, at, key, **values)

    def _fits(self, wording: Wording, message: Rendered) -> bool:
        """Whether the debate need not be shorter; a template that takes most of the room is noted at once."""
        if len(message.text) <= LONGEST_MESSAGE:
            return True
        own = sum(len(piece.text) for piece in message.pieces if not (piece.quote or piece.value))
        if own <= LONGEST_MESSAGE / 2:
            return False
        file = message.key.split(".")[0]
        longest = max(
            (key for key in wording.keys if key.startswith(f"{file}.")), key=lambda k: len(wording.source(k))
        )
        problem = too_long(wording, longest)
        if problem not in self.problems:
            self.problems.append(problem)
        return True


def too_long(wording: Wording, key: str, most: int = LONGEST_MESSAGE) -> Problem:
    """The problem that a template has more characters than Discord takes."""
    path, _, line = wording.where(key).rpartition(":")
    length = len(wording.source(key))
    return Problem.at(path, int(line), "template_too_long", template=key, length=length, most=most)


def _file(claim: Claim) -> str:
    return f"claims/{claim.id}.toml"


def _longest_part(claim: Claim, message: Rendered) -> Location:
    """What of a claim takes most of the room in a message."""
    parts = {
        claim.statement: ("statement",),
        **{e.text: ("exemplars", i) for i, e in enumerate(claim.exemplars)},
    }
    parts |= {text: ("translations", locale) for locale, text in claim.translations.items()}
    longest = max((piece.text for piece in message.pieces), key=len)
    return parts.get(longest, ("quotes",) if claim.quotes else ("answer",))


def _words(claim: Claim) -> Iterable[tuple[ReplyKind | None, tuple[Quote, ...]]]:
    """What a claim is answered with: to an objection, and to another comment."""
    return dict.fromkeys(words_for(claim, stance, sure=True) for stance in (Stance.DISPUTES, Stance.AGREES))


def _messages(debate: Debate, wording: Wording, claim: Claim) -> Iterator[Rendered]:
    """The longest that a member can get to see of a claim: to an objection, to another comment, and why."""
    for kind, quotes in _words(claim):
        spans = tuple(quote.span for quote in as_many_as_fit(quotes))
        answer = ReplyTo(claim.id, kind, claim.answer.state, spans)
        links = dict.fromkeys(leads_to(debate, answer), LONGEST_LINK)
        yield compose_reply(debate, wording, [answer], links=links)
        yield compose_context(debate, wording, spans)
    longest = max(claim.exemplars, key=lambda exemplar: len(exemplar.text))
    answered = {"claim": claim.id, "score": 0.99, "margin": 0.99, "stance": Stance.DISPUTES}
    nearest = {"claim": claim.id, "nearest": digest(longest.text)}
    yield compose_why(debate, wording, {"answers": [answered], "candidates": [nearest]})


def _posts(debate: Debate, wording: Wording) -> Iterator[Post]:
    """The posts of a text channel, then the claims as a forum has them, a post a theme."""
    yield from compose_opening(debate, wording)
    for theme in debate.themes:
        own = [claim for claim in debate.claim_set.claims if claim.theme == theme.id]
        yield from claim_lists(debate, wording, own)
