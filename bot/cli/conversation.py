"""A Discord conversation in the terminal: names for mentions, markup as type, who answers whom."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from rich.console import Console
from rich.text import Text

from bot.wording import Wording

WIDTH = 92
"""Prose on longer lines is hard to read."""

SHOWN_PARAGRAPHS = 6
"""Of a section of the opening so many paragraphs are shown."""

_BLOCK = re.compile(r"(?P<sign>#{1,3}|-#|>|[-*])[^\S\n]+(?P<rest>.*)")
_SECTION = re.compile(r"##?\s")
_AFTER_QUOTE = re.compile(r"^(> .*\n)\n(?!>)", re.MULTILINE)
_INLINE = re.compile(
    r"\*\*(?P<bold>.+?)\*\*|(?<!\w)[*_](?P<italic>[^\s*_].*?)[*_](?!\w)|`(?P<code>[^`]+)`"
    r"|\[(?P<link>[^\]]+)\]\([^)\s]+\)|<@!?(?P<member>\d+)>|<#(?P<channel>\d+)>"
)
_STYLES = {"bold": "bold", "italic": "italic", "code": "cyan", "link": "underline"}
_SIGNS = {"member": "@", "channel": "#"}


@dataclass(frozen=True, slots=True)
class Said:
    """A message as people see it; `buttons` are the labels under it."""

    author: str
    text: str
    buttons: tuple[str, ...] = ()


class Conversation:
    """Prints what is said in a channel; `names` tells whom and what the ids in a text stand for."""

    def __init__(self, console: Console, wording: Wording, names: Mapping[int, str]) -> None:
        self._console = console
        self._wording = wording
        self._names = names

    def heading(self, words: str) -> None:
        """Parts what went before from what follows."""
        self._line(Text(f"── {words} ", "bold cyan"))
        self._console.print()

    def note(self, words: str, margin: int = 0) -> None:
        """What the program says about the conversation."""
        self._wrapped(Text(" " * margin), Text(words, "dim italic"))
        self._console.print()

    def link(self, url: str) -> None:
        """An address on a line of its own, never broken."""
        self._line(Text(url, "underline"))
        self._console.print()

    def opening(self, messages: Sequence[Said]) -> None:
        """The posts that open a debate: the first whole, of each further section how it begins."""
        for number, (author, lines) in enumerate(_sections(messages)):
            shown = lines if number == 0 else _beginning(lines)
            self.comment(Said(author, "\n".join(shown)))
            hidden = len([line for line in lines[len(shown) :] if line.strip()])
            if hidden:
                self.note(self._wording.say("sandbox.more", count=hidden), margin=2)

    def comment(self, said: Said) -> None:
        """What somebody writes in the channel."""
        self._line(Text(said.author, "bold yellow"))
        self._body(said, Text("  "))

    def reply(self, said: Said, to: str, *, alone: bool = False) -> None:
        """What the bot answers to somebody, under their comment; `alone` when nobody else can see it."""
        head = Text("  └ ", "dim") + Text(said.author, "bold green")
        key = "sandbox.whispers" if alone else "sandbox.answers"
        self._line(head + Text(f" {self._wording.say(key, to=to)}", "dim"))
        self._body(said, Text("    "))

    def press(self, who: str, label: str) -> None:
        """Somebody presses a button."""
        self.note(self._wording.say("sandbox.presses", who=who, label=label), margin=4)

    def silence(self, author: str, reason: str) -> None:
        """The bot keeps silent, and why."""
        self._line(
            Text("  └ ", "dim") + Text(self._wording.say("sandbox.silent", who=author, reason=reason), "dim")
        )
        self._console.print()

    def _body(self, said: Said, margin: Text) -> None:
        # The bar sets a quotation apart; in the terminal the empty line after it is not needed as well.
        for line in _AFTER_QUOTE.sub(r"\1", said.text).splitlines():
            block = _BLOCK.fullmatch(line)
            sign, rest = (block["sign"], block["rest"]) if block else ("", line)
            text = self._inline(rest)
            match sign:
                case ">":
                    self._wrapped(margin + Text("▌ ", "green"), text)
                case "-#":
                    text.stylize("dim")
                    self._wrapped(margin, text)
                case "-" | "*":
                    self._wrapped(margin + Text("  "), text, first=margin + Text("• "))
                case "":
                    self._wrapped(margin, text)
                case _:
                    text.stylize("bold")
                    self._wrapped(margin, text)
        if said.buttons:
            shown = Text("  ").join(Text(f" {label} ", "reverse dim") for label in said.buttons)
            self._wrapped(margin, shown)
        self._console.print()

    def _inline(self, line: str) -> Text:
        text = Text()
        cursor = 0
        for found in _INLINE.finditer(line):
            text.append(line[cursor : found.start()])
            cursor = found.end()
            kind = found.lastgroup or ""
            inside = found[kind]
            if kind in _SIGNS:
                text.append(f"{_SIGNS[kind]}{self._names.get(int(inside), inside)}", "bold")
            elif kind == "code":
                text.append(inside, _STYLES[kind])
            else:
                part = self._inline(inside)
                part.stylize(_STYLES[kind])
                text.append_text(part)
        text.append(line[cursor:])
        return text

    def _wrapped(self, margin: Text, text: Text, first: Text | None = None) -> None:
        width = max(20, min(WIDTH, self._console.width) - margin.cell_len)
        for number, line in enumerate(text.wrap(self._console, width) or [Text()]):
            self._line((first if first is not None and number == 0 else margin) + line)

    def _line(self, text: Text) -> None:
        text.rstrip()
        self._console.print(text, soft_wrap=True, highlight=False)


def _sections(messages: Iterable[Said]) -> list[tuple[str, list[str]]]:
    """The lines of messages that belong together: up to the next that begins with a large heading."""
    sections: list[tuple[str, list[str]]] = []
    for message in messages:
        lines = message.text.splitlines()
        if sections and not _SECTION.match(message.text):
            sections[-1][1].extend(["", *lines])
        else:
            sections.append((message.author, lines))
    return sections


def _beginning(lines: Sequence[str]) -> list[str]:
    shown: list[str] = []
    for line in lines:
        if line.strip() and len([line for line in shown if line.strip()]) == SHOWN_PARAGRAPHS:
            break
        shown.append(line)
    while shown and not shown[-1].strip():
        shown.pop()
    return shown
