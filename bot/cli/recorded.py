"""`wederhoor suggest --recorded`: what the bot's own decisions and people's verdicts on them say the claims lack."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

from bot.app_folders import debate_folder
from bot.cli.terminal import default_wording, tell
from bot.core.claims import Claim, ExemplarKind
from bot.core.decisions import TIE_GAP
from bot.core.lessons import Lesson, Lessons, Recorded, drawn_by, kinds_asked_for, lessons
from bot.debates import load_debate
from bot.links import message_link
from bot.settings import Settings, SettingsError
from bot.store.recorded import read_recorded
from bot.wording import Wording


def suggest_from_record(
    settings: Settings, debate_id: str | None, database: Path | None, *, links: int, present: bool
) -> None:
    """Prints a paragraph for each claim, or two, that a lesson is about; loads no model and reads no comment."""
    folder = debate_folder(settings, debate_id)
    debate = load_debate(folder)
    path = database or settings.database
    if not path.is_file():
        raise SettingsError("recorded.no_database", path=str(path))
    recorded = read_recorded(path, debate.id)
    now = [row for row in recorded if row.claim_set == debate.claim_set.hash]
    found = lessons(now if present else recorded, debate.claim_set.by_id)
    wording = default_wording()
    shown = _Paragraphs(wording, folder, debate.claim_set.by_id, links)
    for each in found:
        print("\n    ".join(shown.of(each)), end="\n\n")
    taught = len({id(row) for each in found for row in each.rows})
    counted = {"decisions": len(recorded), "present": len(now), "taught": taught}
    tell(wording.say("recorded.told", debate=debate.id, path=path, **counted))


class _Paragraphs:
    """A lesson in lines: what happened, which exemplars to write and where, and the way to the comments."""

    def __init__(self, wording: Wording, folder: Path, claims: dict[str, Claim], links: int) -> None:
        self._say = wording.say
        self._folder = folder
        self._claims = claims
        self._links = links

    def of(self, each: Lessons) -> list[str]:
        advice = {
            Lesson.CORRECTED: self._corrected,
            Lesson.REFUSED: self._refused,
            Lesson.CONFUSED: self._confused,
            Lesson.SHORT: self._short,
            Lesson.UNKNOWN: self._unknown,
        }
        return [*advice[each.lesson](*each.claims, rows=each.rows), *self._comments(each.rows)]

    def _corrected(self, was: str, is_: str, *, rows: Sequence[Recorded]) -> list[str]:
        told = self._say("recorded.corrected", was=was, is_=is_, size=len(rows), kinds=self._kinds(rows))
        lines = [told, *self._write(is_, _most(rows)), *self._write(was, ExemplarKind.NEAR_MISS)]
        return lines + self._drawn(was, rows)

    def _refused(self, claim: str, *, rows: Sequence[Recorded]) -> list[str]:
        presses = [
            said.by_moderator
            for row in rows
            for said in row.said
            if (said.claim, said.kind, said.value) == (claim, "not_my_point", True)
        ]
        told = self._say(
            "recorded.refused",
            claim=claim,
            size=len(rows),
            dismiss=self._say("button.dismiss"),
            members=presses.count(False),
            moderators=presses.count(True),
            rejected=sum(claim in row.unfitting for row in rows),
        )
        return [told, *self._write(claim, ExemplarKind.NEAR_MISS), *self._drawn(claim, rows)]

    def _confused(self, a: str, b: str, *, rows: Sequence[Recorded]) -> list[str]:
        first = Counter(row.likely[0].claim for row in rows)
        meant = Counter(claim for row in rows for claim in row.meant)
        told = self._say(
            "recorded.confused",
            a=a,
            b=b,
            size=len(rows),
            gap=f"{TIE_GAP:.2f}",
            first_a=first[a],
            first_b=first[b],
            meant_a=meant[a],
            meant_b=meant[b],
        )
        return [told, *self._write(a, _most(rows)), *self._write(b, _most(rows))]

    def _short(self, claim: str, *, rows: Sequence[Recorded]) -> list[str]:
        scores = [f"{likely.score:.2f}" for row in rows for likely in row.likely if likely.claim == claim]
        told = self._say(
            "recorded.short",
            claim=claim,
            size=len(rows),
            scores=sorted({min(scores), max(scores)}) if scores else ["–"],
            kinds=self._kinds(rows),
            fitting=sum(claim in row.meant for row in rows),
        )
        return [told, *self._write(claim, _most(rows))]

    def _unknown(self, *, rows: Sequence[Recorded]) -> list[str]:
        return [self._say("recorded.unknown", size=len(rows))]

    def _kinds(self, rows: Iterable[Recorded]) -> str:
        asked = kinds_asked_for(rows).most_common()
        kinds = [self._say(f"recorded.kind_{kind}", count=count) for kind, count in asked]
        return self._say("recorded.kinds", kinds=kinds) if kinds else ""

    def _write(self, claim: str, kind: ExemplarKind | None) -> list[str]:
        """Which exemplars there are, and the command that adds one; without a kind the reader chooses it."""
        counted = Counter(exemplar.kind for exemplar in self._claims[claim].exemplars)
        kinds = [self._say(f"recorded.stock_{each}", count=counted[each]) for each in ExemplarKind]
        where = self._folder / "claims" / f"{claim}.toml"
        command = f'wederhoor exemplar {claim} "…" --kind {kind or "…"} --debate {self._folder.name}'
        return [self._say("recorded.stock", where=where, kinds=kinds), command]

    def _drawn(self, claim: str, rows: Sequence[Recorded]) -> list[str]:
        drawn = drawn_by(rows, self._claims[claim])
        return [self._say("recorded.drawn", text=drawn[0], count=drawn[1])] if drawn else []

    def _comments(self, rows: Sequence[Recorded]) -> list[str]:
        """The way to each comment, the newest first, as many as were asked for."""
        linked = [(row, row.place) for row in reversed(rows) if row.place is not None]
        lines = [
            self._say(
                "recorded.comment",
                link=message_link(*place),
                score=f"{row.likely[0].score:.2f}" if row.likely else "–",
                stance=self._say(f"report.stance_{row.stance}"),
            )
            for row, place in linked[: self._links]
        ]
        if left := len(linked) - len(lines):
            lines.append(self._say("recorded.more", count=left, all=len(linked)))
        if gone := len(rows) - len(linked):
            lines.append(self._say("recorded.unlinked", count=gone))
        return lines


def _most(rows: Iterable[Recorded]) -> ExemplarKind | None:
    """The kind that most of the comments ask for; None when their stance is unclear."""
    asked = kinds_asked_for(rows).most_common(1)
    return asked[0][0] if asked else None
