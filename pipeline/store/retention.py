"""Which snapshots to keep: the newest ones, then one a day, then one a week."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, Protocol, TypeVar

Reason = Literal["latest", "last", "daily", "weekly", "young"]


class Dated(Protocol):
    """What has been made at a time."""

    @property
    def created_at(self) -> datetime:
        """When, UTC."""
        ...


_Dated = TypeVar("_Dated", bound=Dated)


@dataclass(frozen=True)
class Retention:
    """How many snapshots to keep. The latest is always kept.

    Days and weeks (ISO, UTC) without a snapshot are not counted, so that a pause of the runs costs nothing.

    Attributes:
        last: this many of the newest.
        daily: the newest one of each of this many days.
        weekly: the newest one of each of this many weeks.
        grace: a snapshot that was the latest within this time is kept, for whoever still reads it.
    """

    # Every run of a week that runs twice a day; a month of days; a year of weeks.
    last: int = 14
    daily: int = 30
    weekly: int = 52
    grace: timedelta = timedelta(hours=1)

    def kept(self, snapshots: Sequence[_Dated], now: datetime) -> dict[int, Reason]:
        """Position of each snapshot to keep → why.

        Args:
            snapshots: oldest first.
            now: the time, UTC.
        """
        found: dict[int, Reason] = {}
        newest_first = range(len(snapshots) - 1, -1, -1)
        for position in newest_first[: self.last]:
            found.setdefault(position, "last")
        periods: tuple[tuple[Reason, int, Callable[[datetime], Hashable]], ...] = (
            ("daily", self.daily, datetime.date),
            ("weekly", self.weekly, lambda at: at.isocalendar()[:2]),
        )
        for reason, wanted, period_of in periods:
            met: set[Hashable] = set()
            for position in newest_first:
                period = period_of(snapshots[position].created_at)
                if period not in met and len(met) < wanted:
                    met.add(period)
                    found.setdefault(position, reason)
        for position in newest_first[1:]:
            if snapshots[position + 1].created_at > now - self.grace:
                found.setdefault(position, "young")
        if snapshots:
            found[len(snapshots) - 1] = "latest"
        return found
