"""Which instant does a time label name?

A label is a wall-clock time in the profile's zone, unless it carries an offset of its own. Two traps are known here:
the file whose 00:00 belongs to the day that ends then, and the hour that summer time repeats or leaves out.
"""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from simulators.replay_profile import TimeFormat

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MS = timedelta(milliseconds=1)


class LabelReader:
    """Reads the labels of one file in the order of its rows.

    A label inside the repeated hour of autumn means the first passing, until the label before it says that the first
    passing is over. Files in time order come out right; nothing better can be known of the others.
    """

    def __init__(self, label: TimeFormat) -> None:
        self._label = label
        self._zone = ZoneInfo(label.zone)
        self._previous_ms: int | None = None

    def read_ms(self, text: str) -> int:
        """The instant of a label.

        Parameters
        ----------
        text : str
            The label's columns, joined by a blank.

        Returns
        -------
        time_ms : int
            [ms UTC]

        Raises
        ------
        ValueError
            If the text has another format, or the zone's clocks never showed that time.
        """
        moment = self._parse(text)
        if self._label.midnight == "closes" and moment.time() == time(0):
            moment += timedelta(days=1)
        time_ms = self._local_ms(moment) if moment.tzinfo is None else _utc_ms(moment)
        self._previous_ms = time_ms
        return time_ms

    def _parse(self, text: str) -> datetime:
        try:
            if self._label.format == "iso":
                return datetime.fromisoformat(text)
            return datetime.strptime(text, self._label.format)  # noqa: DTZ007 (the zone follows)
        except ValueError:
            raise ValueError(f"{text!r} is not a time of the format {self._label.format}") from None

    def _local_ms(self, moment: datetime) -> int:
        first_ms = _utc_ms(moment.replace(tzinfo=self._zone))
        second_ms = _utc_ms(moment.replace(tzinfo=self._zone, fold=1))
        if second_ms > first_ms:  # repeated
            over = self._previous_ms is not None and first_ms <= self._previous_ms < second_ms
            return second_ms if over else first_ms
        if second_ms < first_ms and moment.time() != time(0):
            raise ValueError(
                f"{moment.isoformat(' ')} does not exist in {self._label.zone}; "
                'a logger that ignores summer time has a fixed zone such as "Etc/GMT-1"'
            )
        # Where a day has no 00:00, the offset before the gap makes the label the instant at which the day begins.
        return first_ms


def _utc_ms(moment: datetime) -> int:
    # Through UTC: the difference of two times with the same zone object would be one of wall clocks.
    return (moment.astimezone(UTC) - _EPOCH) // _MS
