"""Counts as a picture: numbers stand on the bars, and patterns tell apart what colours do."""

from __future__ import annotations

import io
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.axes import Axes

PAPER, INK = "#ffffff", "#1b1b1b"
COLOURS = ("#8a4b08", "#0b5a7d", "#5c4a78", "#5f5f5f")
"""One a part, each dark enough to be seen on the paper and to carry numbers in its colour."""

PATTERNS = ("", "////", "....", "xxxx")

_WIDTH, _ROW, _REST, _TIME = 9.0, 0.62, 1.5, 1.9
"""Inches: of the picture, of a bar, of what stands around the bars, of the panel over time."""

_LABEL, _LINES = 46, 2
"""A label takes so many characters a line and so many lines."""


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar with its label and a note under it; its numbers are those of the parts, in order."""

    label: str
    numbers: tuple[int, ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Picture:
    """What is drawn: bars of parts, and one bar a period below."""

    title: str
    parts: tuple[str, ...]
    bars: tuple[Bar, ...]
    axis: str
    over_time: tuple[Bar, ...]
    over_time_title: str


def draw(picture: Picture) -> bytes:
    """The picture as a PNG; takes a second and more, so not on the loop."""
    # It takes a second to import and most starts of the bot never need it.
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    bars = _ROW * len(picture.bars) + _REST
    figure = Figure(figsize=(_WIDTH, bars + _TIME), facecolor=PAPER, layout="constrained")
    FigureCanvasAgg(figure)
    upper, lower = figure.subplots(2, 1, height_ratios=[bars, _TIME])
    figure.suptitle(_wrapped(picture.title, 80), color=INK, fontsize=13)
    _draw_bars(upper, picture)
    _draw_time(lower, picture)
    written = io.BytesIO()
    figure.savefig(written, format="png", dpi=110)
    return written.getvalue()


def _draw_bars(axes: Axes, picture: Picture) -> None:
    places = range(len(picture.bars))
    reached = [0] * len(picture.bars)
    for at, part in enumerate(picture.parts):
        numbers = [bar.numbers[at] for bar in picture.bars]
        if not any(numbers):
            continue
        drawn = axes.barh(
            places, numbers, left=reached, color=COLOURS[at], edgecolor=PAPER, hatch=PATTERNS[at], label=part
        )
        _number(axes, drawn, numbers, COLOURS[at])
        reached = [before + number for before, number in zip(reached, numbers, strict=True)]
    axes.set_yticks(places, [f"{_wrapped(bar.label, _LABEL)}\n({bar.note})" for bar in picture.bars])
    axes.invert_yaxis()
    axes.set_xlabel(picture.axis, color=INK)
    axes.legend(
        loc="lower right", bbox_to_anchor=(1, 1), ncols=len(picture.parts), frameon=False, labelcolor=INK
    )
    _plain(axes, max(reached, default=1))


def _draw_time(axes: Axes, picture: Picture) -> None:
    numbers = [bar.numbers[0] for bar in picture.over_time]
    drawn = axes.bar(range(len(numbers)), numbers, color=INK, width=0.6)
    _number(axes, drawn, numbers, INK)
    axes.set_xticks(range(len(numbers)), [bar.label for bar in picture.over_time])
    axes.set_xlim(-0.7, max(len(numbers) - 0.3, 3.7))
    axes.set_title(picture.over_time_title, color=INK, fontsize=10, loc="left")
    axes.set_yticks([])
    axes.tick_params(colors=INK, labelsize=8)
    axes.spines[["top", "right", "left"]].set_visible(False)


def _number(axes: Axes, drawn: Any, numbers: Sequence[int], colour: str) -> None:
    # On a ground of the bar's own colour, so that no pattern runs through the figure.
    shown = [str(number) if number else "" for number in numbers]
    for label, number in zip(
        axes.bar_label(drawn, shown, label_type="center", color=PAPER, fontsize=9, fontweight="bold"),
        numbers,
        strict=True,
    ):
        if number:
            label.set_bbox({"facecolor": colour, "edgecolor": "none", "pad": 1.5})


def _plain(axes: Axes, most: int) -> None:
    axes.tick_params(colors=INK, labelsize=8.5)
    axes.set_xticks(range(0, most + 1, max(1, -(-most // 10))))
    axes.set_xlim(0, most)
    axes.spines[["top", "right"]].set_visible(False)


def _wrapped(text: str, width: int) -> str:
    # A dollar sign would begin a formula.
    return "\n".join(textwrap.wrap(text, width, max_lines=_LINES, placeholder=" …")).replace("$", r"\$")
