"""The sandbox as a newcomer meets it: the demonstration in the terminal, then the page."""

from __future__ import annotations

import json
import re
import shutil
import signal
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bot.cli.stopping import STOPS
from bot.debates import read_debate
from tests.debates.conftest import HARBOUR, WIJKAANPAK
from tests.sandbox.conftest import PATIENCE, Command

Start = Callable[..., Command]


@pytest.fixture
def harbour(tmp_path: Path) -> Path:
    """A folder with only the small second debate, which is soon encoded."""
    shutil.copytree(HARBOUR, tmp_path / "debates" / HARBOUR.name)
    return tmp_path / "debates"


def after(said: str, words: str) -> str:
    """What follows these words, up to the next member."""
    follows = said.split(words, 1)[1].splitlines()
    ends = next((n for n, line in enumerate(follows[1:], 1) if line[:1].strip()), len(follows))
    return "\n".join(follows[:ends])


@pytest.fixture(scope="module")
def demonstration(live: object, vectors: Path, tmp_path_factory: pytest.TempPathFactory) -> Command:
    """`wederhoor run --once`, ended; the vectors that the other tests encoded are there already."""
    folder = tmp_path_factory.mktemp("demonstration")
    (folder / "cache").symlink_to(vectors, target_is_directory=True)
    environment = {"WEDERHOOR_STATE": str(folder), "WEDERHOOR_LANGUAGE": "nl"}
    command = Command(folder, ("run", "--once"), environment)
    command.end()
    return command


def test_the_demonstration_ends_well_and_says_nothing_stray(demonstration: Command) -> None:
    assert demonstration.process.returncode == 0, demonstration.err
    assert demonstration.err == "Geen DISCORD_TOKEN: dit is een nagebootst Discord op deze machine.\n"


@pytest.mark.parametrize(
    ("comment", "shown"),
    [
        # Several points in one comment: each gets its answer.
        (
            "lezer 1\n  De heren Brandsen",
            [
                "Wederhoor antwoordt lezer 1",
                "▌ Inmiddels is het onderzoek",
                "▌ Wij hebben inderdaad",
                "▌ En als je zo",
            ],
        ),
        (
            "lezer 2\n  Jammer dat het volledige",
            ["Onbeantwoord in het artikel", "WijkAlliantie", "▌ Inmiddels is het onderzoek"],
        ),
        ("Mijn buurvrouw zit depressief", ["Antwoord van de onderzoekers", "▌ Natuurlijk zijn daar grenzen"]),
        ("drie verschillende wijkcoaches", ["Uit het artikel", "▌ Achter de voordeur", "— Taco Brandsen"]),
        ("Bij ons in Deventer", ["hierover doen zij geen uitspraak", "▌ Wij hebben inderdaad een andere"]),
        ("Bewonersclubs zoals de onze", ["Hier gaan de onderzoekers in het artikel niet op in."]),
        (
            "Where can I find the full report?",
            ["From the article", "▌ Het volledige onderzoek", "Not my point"],
        ),
        ("Iemand nog naar de wedstrijd", ["Wederhoor zwijgt: geen stelling gaat hierover"]),
        ("De huur gaat bij ons weer", ["Wederhoor zwijgt: geen stelling gaat hierover"]),
    ],
    ids=lambda value: value[:24] if isinstance(value, str) else "",
)
def test_a_newcomer_sees_each_kind_of_answer_and_the_silences(
    demonstration: Command, comment: str, shown: list[str]
) -> None:
    answer = after(demonstration.out, comment)
    assert [words for words in shown if words not in answer] == []


def test_a_newcomer_sees_what_the_buttons_tell(demonstration: Command) -> None:
    why = after(demonstration.out, "Sanne drukt op “Waarom?”")
    assert "Wederhoor laat alleen Sanne zien" in why
    assert "Deze reactie lijkt op de stelling: Als mensen zelf niet in beweging komen" in why
    context = after(demonstration.out, "Joost drukt op “Meer context”")
    assert "Wat zijn jullie dan aan voorbeelden in die wijken tegengekomen?" in context


def test_no_id_and_no_markup_reach_the_terminal(demonstration: Command) -> None:
    said = demonstration.out
    assert re.findall(r"<[@#][!&]?\d+>|\d{17,}", said) == []
    assert re.findall(r"\*\*|^\s*(?:-#|#+|>) ", said, re.MULTILINE) == []
    assert "TestBot" not in said


def test_the_opening_is_abbreviated_and_says_so(demonstration: Command) -> None:
    opening = demonstration.out.split("── Wat lezers")[0]
    assert "Wat ik doe." in opening
    assert "De stellingen" in opening
    assert re.search(r"… en nog \d+ alinea’s", opening)
    assert len(opening.splitlines()) < 80


def test_on_the_page_one_writes_on_and_the_terminal_tells_until_ctrl_c(command: Start, harbour: Path) -> None:
    temporary = harbour.parent / "temporary"
    temporary.mkdir()
    running = command("run", TMPDIR=str(temporary), WEDERHOOR_DEBATES=str(harbour), WEDERHOOR_MODEL="light")
    said = running.wait_for("Stoppen: Ctrl-C.")
    page = page_of(said)
    assert {"Mieke", "Anna"} <= page.viewers
    page.write("Is there anybody who knows when the ferry leaves?")
    told = running.wait_for("when the ferry leaves?")
    assert "Mieke\n  Is there anybody who knows when the ferry leaves?" in told
    running.wait_for("zwijgt: niet geijkt voor dit model en deze stellingen; draai `wederhoor calibrate`\n\n")
    page_of(said).end()
    office = running.wait_for("ga je terug naar het debat").split(
        "Het kanaal van de moderatoren, #moderatoren"
    )[1]
    assert page_of(office).viewers == {"Mieke"}
    running.process.send_signal(STOPS[0])  # Ctrl-C, unless a shell lets its children ignore that
    assert running.end() == 0
    assert list(temporary.glob("wederhoor-*")) == [], "the database is thrown away"
    assert "Traceback" not in running.err
    assert len(running.err.splitlines()) == 2


@pytest.mark.parametrize(
    "stop", [stop for stop in STOPS if stop is not signal.SIGINT], ids=lambda stop: stop.name
)
def test_stopping_while_the_sentences_are_encoded_is_quiet(command: Start, stop: signal.Signals) -> None:
    running = command("run", "--once", WEDERHOOR_MODEL="light")
    running.wait_for("teksten worden gecodeerd", beside=True)
    running.process.send_signal(stop)
    assert running.end() == 0
    assert len(running.err.splitlines()) == 2
    assert running.out == ""


def test_a_faulty_line_of_the_demonstration_is_told_with_its_place(tmp_path: Path) -> None:
    folder = tmp_path / HARBOUR.name
    shutil.copytree(HARBOUR, folder)
    rows = ['{"name": "Tom", "text": "The quay is empty."}', '{"name": "Tom", "tekst": "x"}', '{"name": "To']
    (folder / "demonstration.jsonl").write_text("\n".join(rows), "utf-8")
    _, problems = read_debate(folder)
    assert [(problem.where, problem.key) for problem in problems] == [
        ("harbour/demonstration.jsonl:2", "lint.unknown_key_near"),
        ("harbour/demonstration.jsonl:3", "lint.not_json"),
    ]


def test_no_comment_of_the_demonstration_was_learnt_from() -> None:
    rows = (WIJKAANPAK / "demonstration.jsonl").read_text("utf-8").splitlines()
    debate, _ = read_debate(WIJKAANPAK)
    assert debate is not None
    exemplars = {e.text for claim in debate.claim_set.claims for e in claim.exemplars}
    known = exemplars | {row.text for row in debate.claim_set.bank}
    assert known.isdisjoint(json.loads(row)["text"] for row in rows)


def page_of(said: str) -> _Page:
    """The page whose address stands in what the terminal said."""
    url = re.search(r"^(http://127\.0\.0\.1:\d+/)#(\S+)$", said, re.MULTILINE)
    assert url, said
    return _Page(url[1], url[2])


class _Page:
    """The page as its own script uses it, over HTTP."""

    def __init__(self, origin: str, capability: str) -> None:
        self._origin = origin
        self._headers = {"X-Simcord-Capability": capability, "Content-Type": "application/json"}
        with urllib.request.urlopen(origin, timeout=30) as front:
            assert b"channel-composer" in front.read()
        self._state = self._post("api/pages", {})
        self._headers["X-Simcord-Context"] = self._state["context"]["id"]

    @property
    def viewers(self) -> set[str]:
        """As whom one can write."""
        return {viewer["name"] for viewer in self._state["viewers"]}

    def write(self, text: str) -> None:
        """Sends a message as the one who is viewing."""
        result = self._act(kind="send_message", content=text)
        assert result["settlement"] == "settled", result

    def end(self) -> None:
        """Ends the session of the page, as soon as the clock has stopped jumping."""
        until = time.monotonic() + PATIENCE
        while True:
            try:
                self._act(kind="close")
            except urllib.error.HTTPError:
                assert time.monotonic() < until
                time.sleep(0.5)
            else:
                return

    def _act(self, **action: str) -> Any:
        body = {
            "protocol_version": 3,
            "sequence": 1,
            "request_id": "r1",
            "generation": self._state["context"]["generation"],
            "bot_generation": self._state["botGeneration"],
            "published_revision": self._state["publishedRevision"],
            **action,
        }
        return self._post("api/action", body)

    def _post(self, path: str, body: dict[str, Any]) -> Any:
        request = urllib.request.Request(
            self._origin + path, json.dumps(body).encode(), self._headers, method="POST"
        )
        with urllib.request.urlopen(request, timeout=60) as response:
            return json.loads(response.read())
