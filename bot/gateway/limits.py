"""How much Discord takes of what is chosen from, and a text cut to fit."""

from __future__ import annotations

MOST_CHOICES = 25
"""Choices offered while one types, and options of a menu."""

LONGEST_CHOICE = 100
"""Characters of one of those."""


def clipped(text: str, most: int = LONGEST_CHOICE) -> str:
    """The text, or its beginning with a sign that there is more."""
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"
