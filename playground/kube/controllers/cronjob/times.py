"""When a schedule fires next. After robfig/cron v3 (spec.go, constantdelay.go), turns of the clocks included.

Moments are whole seconds since 1970. What clocks show is looked for field by field, as there: a time that clocks skip
is skipped with them, and one that they show twice fires twice only where every hour does.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from playground.kube.apiserver.validation.cron_schedule import Schedule
from playground.kube.controllers.cronjob.zones import DAY, Zone, zone

HOUR: Final = 3600
MINUTE: Final = 60
YEARS: Final = 5  # after which nothing more is expected


def next_after(schedule: Schedule, moment: float) -> int | None:
    """Return the first time after a moment; None when there is none within five years."""
    if schedule.every is not None:
        return int(moment) + schedule.every // 1_000_000_000
    return _Search(schedule, zone(schedule.zone or "")).run(int(moment) + 1)


@dataclass(slots=True)
class _Search:
    """A search through what the clocks of a zone show."""

    schedule: Schedule
    zone: Zone
    at: int = 0
    moved: bool = False  # the smaller fields have been set back

    def run(self, start: int) -> int | None:
        """Return the first time that fits, from *start* on."""
        self.at = start
        last = self._shown().year + YEARS
        while self._shown().year <= last:
            if self._month() and self._day() and self._hour() and self._minute() and self._second():
                return self.at
        return None

    def _shown(self) -> datetime:
        return datetime.fromtimestamp(self.at + self.zone.offset(self.at), UTC)

    def _set(self, shown: datetime) -> None:
        self.at = self.zone.moment(int(shown.replace(tzinfo=UTC).timestamp()))

    # Each moves on to the next time whose field fits; False when a larger field changed on the way.

    def _month(self) -> bool:
        while (shown := self._shown()).month not in self.schedule.months:
            if not self.moved:
                shown, self.moved = _midnight(shown).replace(day=1), True
            year, month = divmod(shown.year * 12 + shown.month, 12)
            self._set(shown.replace(year=year, month=month + 1))
            if month == 0:
                return False
        return True

    def _day(self) -> bool:
        while not self._fits_day(shown := self._shown()):
            if not self.moved:
                shown, self.moved = _midnight(shown), True
            self._set(shown + timedelta(seconds=DAY))
            hour = self._shown().hour
            if hour:  # midnight was skipped or came twice
                self.at += (24 - hour) * HOUR if hour > 12 else -hour * HOUR
            if self._shown().day == 1:
                return False
        return True

    def _hour(self) -> bool:
        while (shown := self._shown()).hour not in self.schedule.hours:
            if not self.moved:
                self._set(shown.replace(minute=0, second=0))
                self.moved = True
            self.at += HOUR
            if self._shown().hour == 0:
                return False
        return True

    def _minute(self) -> bool:
        while self._shown().minute not in self.schedule.minutes:
            if not self.moved:
                self.at -= self.at % MINUTE
                self.moved = True
            self.at += MINUTE
            if self._shown().minute == 0:
                return False
        return True

    def _second(self) -> bool:
        second = self._shown().second
        if second == 0:
            return True
        self.moved = True
        self.at += MINUTE - second
        return False

    def _fits_day(self, shown: datetime) -> bool:
        """A day fits by either field, unless one of them is a star: then by both."""
        schedule = self.schedule
        day, weekday = shown.day in schedule.days, shown.isoweekday() % 7 in schedule.weekdays
        return day and weekday if schedule.any_day or schedule.any_weekday else day or weekday


def _midnight(shown: datetime) -> datetime:
    return shown.replace(hour=0, minute=0, second=0)
