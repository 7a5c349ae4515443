"""What moderators set for one debate, parsed once; a venue stores only what differs from the defaults."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from bot.core.etiquette import Etiquette


class Mode(StrEnum):
    """What the bot does by itself with a comment that it has an answer to."""

    OFF = "off"
    REQUEST = "request"
    SUGGEST = "suggest"
    AUTOMATIC = "automatic"


class Caution(StrEnum):
    """How sure the bot must be, in words; the calibration holds an operating point for each."""

    QUIET = "quiet"
    BALANCED = "balanced"
    TALKATIVE = "talkative"


class Places(StrEnum):
    """Where in a debate's channel the bot takes part."""

    EVERYWHERE = "everywhere"
    CHANNEL = "channel"
    THREADS = "threads"


class DigestDay(StrEnum):
    """On which day moderators get the digest of the week."""

    NEVER = "never"
    MONDAY = "monday"
    TUESDAY = "tuesday"
    WEDNESDAY = "wednesday"
    THURSDAY = "thursday"
    FRIDAY = "friday"
    SATURDAY = "saturday"
    SUNDAY = "sunday"


class Unit(StrEnum):
    """What a number of the rules counts or names, for whoever shows it and asks for another."""

    SECONDS = "seconds"
    HOURS = "hours"
    HOUR_OF_DAY = "hour_of_day"
    CHANNEL = "channel"
    ROLES = "roles"
    TAGS = "tags"


Seconds = Annotated[int, Field(ge=0, le=7 * 24 * 3600), Unit.SECONDS]
Hours = Annotated[int, Field(ge=0, le=7 * 24), Unit.HOURS]
Many = Annotated[int, Field(ge=0, le=1000)]
HourOfDay = Annotated[int, Field(ge=0, le=23), Unit.HOUR_OF_DAY]
ChannelId = Annotated[int, Field(ge=0), Unit.CHANNEL]
Ids = Annotated[tuple[Annotated[int, Field(ge=1)], ...], Field(max_length=25)]
RoleIds = Annotated[Ids, Unit.ROLES]
TagIds = Annotated[Ids, Unit.TAGS]


class HouseRules(BaseModel):
    """The settings of one debate in one channel; every value is a code or a whole number.

    Raises pydantic's `ValidationError` for an unknown name or a value out of range.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    mode: Mode = Mode.AUTOMATIC
    caution: Caution = Caution.BALANCED
    min_words: Annotated[int, Field(ge=0, le=50)] = 5
    claim_cooldown: Seconds = 20 * 60
    member_cooldown: Seconds = 2 * 60
    hourly_cap: Annotated[int, Field(ge=0, le=100)] = 12
    server_cap: Annotated[int, Field(ge=0, le=1000)] = 60
    """So many replies an hour are given at most in all debates of the server together."""

    office: ChannelId = 0
    """The id of the moderators' channel; 0 for none."""

    heat_messages: Many = 60
    heat_replies: Many = 12
    heat_hits: Many = 3
    """So many in ten minutes in one channel make it warm: messages, replies between the same two members, messages
    held back by Discord's filters; 0 for never. Moderators are told in their channel, if they chose one."""

    point_back: bool = False
    """Whether a claim that comes up again within its cool-down gets a silent line with a link to the answer."""

    old_after_months: Annotated[int, Field(ge=0, le=1200)] = 0
    """Words published longer ago than this are only suggested; 0 for never."""

    verdicts_heard: Annotated[int, Field(ge=0, le=1000)] = 5
    """With so many verdicts, more of them against a claim than for it, it is only suggested; 0 for never."""

    human_hours: Hours = 2
    """So long the bot is quiet where a moderator answered a member; 0 for not at all."""

    reminder_hours: Hours = 24
    """Moderators are reminded once a day of a suggestion that has waited so long; 0 for never."""

    night_from: HourOfDay = 22
    night_until: HourOfDay = 8
    """Between these hours, in the debate's time zone, the bot starts nothing by itself."""

    quiet_hours: Hours = 24
    """After so many hours in which nobody wrote, the bot asks a question by day; 0 for never."""

    poll_hours: Hours = 72
    """So long members can vote in the debate's poll at its opening and at its close; 0 for no poll."""
    places: Places = Places.EVERYWHERE
    only_roles: RoleIds = ()
    """With any, only members who have one of these roles are read."""

    not_roles: RoleIds = ()
    only_tags: TagIds = ()
    """With any, only forum posts that carry one of these tags are read."""

    not_tags: TagIds = ()
    digest_day: DigestDay = DigestDay.MONDAY
    digest_hour: HourOfDay = 9

    @property
    def etiquette(self) -> Etiquette:
        """How often the bot may speak unasked."""
        return Etiquette(
            min_words=self.min_words,
            claim_cooldown=timedelta(seconds=self.claim_cooldown),
            member_cooldown=timedelta(seconds=self.member_cooldown),
            hourly_cap=self.hourly_cap,
            server_cap=self.server_cap,
        )

    def with_changes(self, changes: Mapping[str, object]) -> HouseRules:
        """The rules with those values instead."""
        return HouseRules.model_validate({**self.stored(), **changes})

    def stored(self) -> dict[str, object]:
        """What differs from the defaults, as codes and numbers."""
        return self.model_dump(mode="json", exclude_defaults=True)

    def is_night(self, hour: int) -> bool:
        """Whether that hour of the debate's day belongs to the night."""
        if self.night_from <= self.night_until:
            return self.night_from <= hour < self.night_until
        return hour >= self.night_from or hour < self.night_until
