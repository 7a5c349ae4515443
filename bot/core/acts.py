"""What moderators do to a member or a channel, by code; their words stand with Discord alone."""

from __future__ import annotations

from enum import StrEnum


class ActKind(StrEnum):
    """What was done."""

    WARNING = "warning"
    TIME_OUT = "time_out"
    LIFTED = "lifted"
    SLOWED = "slowed"
    LOCKED = "locked"
    UNLOCKED = "unlocked"
    PURGED = "purged"
    NOTE = "note"
    AUTOMOD = "automod"


class Ground(StrEnum):
    """Why it was done; none of them says anything of an opinion."""

    INSULT = "insult"
    DISCRIMINATION = "discrimination"
    THREAT = "threat"
    PRIVACY = "privacy"
    FLOODING = "flooding"
    ADVERTISING = "advertising"
    OFF_TOPIC = "off_topic"
    OTHER = "other"


TIME_OUTS = (60, 300, 600, 3600, 86_400, 604_800)
"""How long a time-out lasts, in seconds: Discord's own choices."""

SLOW_MODES = (0, 5, 10, 30, 60, 300, 900, 3600)
"""How long members wait between two messages, in seconds; some of Discord's own choices."""
