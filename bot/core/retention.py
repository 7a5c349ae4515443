"""How long the bot remembers what, by kind; what is counted stays counted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import timedelta


@dataclass(frozen=True)
class Retention:
    """Whole days: rows of the inbox, whom a decision was about, who pressed what, who changed what, the links
    from a reply to its comment."""

    inbox: int = 14
    authors: int = 30
    verdicts: int = 90
    audit: int = 365
    replies: int = 730

    @property
    def periods(self) -> Mapping[str, timedelta]:
        """The same as periods, by kind."""
        return {kind: timedelta(days=days) for kind, days in asdict(self).items()}
