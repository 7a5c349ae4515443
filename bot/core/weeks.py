"""When a week ends for whoever gets a digest of it."""

from __future__ import annotations

from datetime import datetime, timedelta


def last_moment(here: datetime, weekday: int, hour: int) -> datetime:
    """The latest such hour on such a day of the week (0 is Monday) that is not after `here`, in its time zone."""
    moment = here.replace(hour=hour, minute=0, second=0, microsecond=0)
    moment -= timedelta(days=(here.weekday() - weekday) % 7)
    return moment if moment <= here else moment - timedelta(days=7)
