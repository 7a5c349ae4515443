"""placeholder"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Vectors:
    by_voter: dict
