"""How do figures become lines that are equal to what the API says?

A figure goes out with its value, its coverage and the shares that were spread or are provisional; what is not known
goes out as `known` = 0 and nothing else (`sinks.schema`).
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from engine.figure import Figure
from sinks.lineprotocol import fields
from sinks.schema import Measurement
from storage import Lines

Key = tuple[str, int]
"""A series and a time: what one line is known by."""


class Rows:
    """Lines under way; of two at one series and time the later counts."""

    def __init__(self) -> None:
        self._found: dict[Key, str] = {}

    def add(self, series: str, time_ms: int, text: str) -> None:
        """One line. [ms UTC]"""
        self._found[series, int(time_ms)] = text

    def withdraw(self, measurement: Measurement, kept: Iterable[Key], text: str | None = None) -> None:
        """What was written and is none any more is said to be not known, or what `text` says."""
        gone = fields(measurement, known=0) if text is None else text
        for key in kept:
            self._found.setdefault(key, gone)

    def __len__(self) -> int:
        return len(self._found)

    def lines(self) -> Lines:
        """All of them, as the store keeps them."""
        return Lines(
            [series for series, _ in self._found],
            np.array([time_ms for _, time_ms in self._found], np.int64),
            list(self._found.values()),
        )


def of_figure(measurement: Measurement, figure: Figure) -> str:
    """The fields of a figure: value and quality, or that it is not known."""
    return of_value(measurement, figure.value, figure.coverage, figure.estimated, figure.provisional)


def of_value(
    measurement: Measurement, value: float | None, coverage: float | None, estimated: float, provisional: float
) -> str:
    """The fields of a value with its quality; NaN is not known."""
    return fields(measurement, value=value, known=1, coverage=coverage, estimated=estimated, provisional=provisional)
