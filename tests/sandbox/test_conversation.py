"""A Discord conversation as the terminal shows it."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from rich.console import Console

from bot.cli.conversation import WIDTH, Conversation, Said
from bot.wording import load_wording

PROMPTS = Path(__file__).resolve().parents[2] / "prompts"
NAMES = {11: "Fatima", 12: "wijkaanpak"}


class Terminal:
    """A terminal of so many columns that keeps what is printed."""

    def __init__(self, columns: int = 80, *, coloured: bool = False) -> None:
        self._file = io.StringIO()
        colours = "standard" if coloured else None
        console = Console(file=self._file, width=columns, force_terminal=coloured, color_system=colours)
        self.conversation = Conversation(console, load_wording(PROMPTS)["nl"], NAMES)

    @property
    def text(self) -> str:
        return self._file.getvalue()

    @property
    def lines(self) -> list[str]:
        return self.text.splitlines()


@pytest.mark.parametrize(
    ("markup", "shown"),
    [
        ("Voor <@11> en <@!11> in <#12>", "Voor @Fatima en @Fatima in #wijkaanpak"),
        ("Wie is <@99>?", "Wie is @99?"),
        ("— **Taco Brandsen**, *echt* waar", "— Taco Brandsen, echt waar"),
        ("**Taco Brandsen: *tien* jaar!**", "Taco Brandsen: tien jaar!"),
        ("[naar de passage](https://discord.com/channels/1/2/3)", "naar de passage"),
        ("typ `/debat hervat`", "typ /debat hervat"),
        ("## De stellingen", "De stellingen"),
        ("-# kleine letters", "kleine letters"),
        ("- een stelling", "• een stelling"),
        ("> Zo gaat het.", "▌ Zo gaat het."),
        # What only looks like markup stays as it is.
        ("2 * 3 * 4 en een_naam_met streepjes", "2 * 3 * 4 en een_naam_met streepjes"),
        ("#hashtag en -5 graden", "#hashtag en -5 graden"),
        ("[/bold] [red]rood[/red]", "[/bold] [red]rood[/red]"),
    ],
)
def test_markup_is_shown_and_not_printed(markup: str, shown: str) -> None:
    terminal = Terminal()
    terminal.conversation.comment(Said("Joost", markup))
    assert terminal.lines[:2] == ["Joost", f"  {shown}"]


def test_bold_is_bold_on_a_terminal() -> None:
    terminal = Terminal(coloured=True)
    terminal.conversation.comment(Said("Joost", "dit is **vet**"))
    assert "\x1b[1mvet\x1b[0m" in terminal.text


def test_a_reply_tells_to_whom_and_which_buttons_it_has() -> None:
    terminal = Terminal()
    terminal.conversation.reply(
        Said("Wederhoor", "> Tien jaar!\n\n— **Omar**\n\n> Ja.", ("Waarom?", "Niet raak")), "Fatima"
    )
    assert terminal.lines == [
        "  └ Wederhoor antwoordt Fatima",
        "    ▌ Tien jaar!",
        "    — Omar",
        "",
        "    ▌ Ja.",
        "     Waarom?    Niet raak",
        "",
    ]


def test_a_long_quotation_keeps_its_bar_and_the_width() -> None:
    terminal = Terminal(columns=200)
    terminal.conversation.reply(Said("Wederhoor", f"> {'woord ' * 60}"), "Fatima")
    body = terminal.lines[1:-1]
    assert len(body) > 3
    assert all(line.startswith("    ▌ ") and len(line) <= WIDTH for line in body)


@pytest.mark.parametrize("columns", [24, 40, 80])
def test_nothing_is_wider_than_the_terminal(columns: int) -> None:
    terminal = Terminal(columns)
    text = "> " + "Natuurlijk zijn daar grenzen aan. " * 5 + "\n- " + "nog een punt " * 9
    terminal.conversation.comment(Said("Joost", text))
    assert all(len(line) <= columns for line in terminal.lines)


def test_silence_has_its_reason() -> None:
    terminal = Terminal()
    terminal.conversation.silence("Wederhoor", "te kort")
    assert terminal.lines[0] == "  └ Wederhoor zwijgt: te kort"


def test_of_a_long_opening_the_explanation_is_whole_and_each_section_begins() -> None:
    welcome = "## Welkom\n" + "\n".join(f"uitleg {n}" for n in range(20))
    article = "## Het interview\n\n" + "\n\n".join(f"alinea {n}" for n in range(9))
    further = "\n\n".join(f"vervolg {n}" for n in range(4))
    claims = "## De stellingen\n- een\n- twee"
    terminal = Terminal()
    terminal.conversation.opening([Said("Wederhoor", text) for text in (welcome, article, further, claims)])
    assert all(f"  uitleg {n}" in terminal.lines for n in range(20))
    assert "  alinea 4" in terminal.lines
    assert "alinea 5" not in terminal.text
    assert "vervolg" not in terminal.text
    assert "  … en nog 8 alinea’s" in terminal.lines
    assert terminal.lines[-3:-1] == ["  • een", "  • twee"]
