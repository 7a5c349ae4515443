"""Expected errors: named, and told in one sentence."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Told:
    """A sentence by the key of its wording and the values it names; a value may be a sentence itself."""

    key: str
    values: dict[str, str | Told] = field(default_factory=dict[str, "str | Told"])


class ExpectedError(Exception):
    """Something that may go wrong in use; `told` leads to the sentence that says what and what to do."""

    @property
    def told(self) -> Told:
        """The sentence for whoever has to act."""
        raise TypeError(type(self).__name__)
