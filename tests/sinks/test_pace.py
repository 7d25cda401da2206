"""Once a minute of product time, and what fails is tried again."""

from __future__ import annotations

import logging
import threading

import pytest

from sinks import pace
from sinks.pace import Pace


class Clock:
    """A minute later each time it is asked."""

    def __init__(self) -> None:
        self.minutes = 0

    def now_ms(self) -> int:
        self.minutes += 1
        return self.minutes * pace.EVERY_MS


def test_what_fails_is_told_once_and_tried_again(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(pace, "LEAST_S", 0.0)
    monkeypatch.setattr(pace, "LOOK_S", 0.001)
    errors, done, said = [0], threading.Event(), list[str]()

    def work() -> None:
        errors[0] += 1
        if errors[0] < 4:
            raise ValueError("no")
        said.append(runner.last_error)
        if errors[0] == 6:
            done.set()

    runner = Pace("lines", Clock().now_ms, work)
    with caplog.at_level(logging.WARNING):
        runner.start()
        assert done.wait(20)
        runner.stop()
    assert [record.getMessage() for record in caplog.records] == ["lines failed, tried again: no", "lines works again"]
    assert said[0] == "ValueError: no"
    assert (said[1], runner.last_error) == ("", "")


def test_a_minute_is_done_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pace, "LEAST_S", 0.0)
    monkeypatch.setattr(pace, "LOOK_S", 0.001)
    looks, calls, enough = [0], [0], threading.Event()

    def now_ms() -> int:
        looks[0] += 1
        if looks[0] > 50:
            enough.set()
        return 5 * pace.EVERY_MS + looks[0]

    def work() -> None:
        calls[0] += 1

    runner = Pace("lines", now_ms, work)
    runner.start()
    assert enough.wait(20)
    runner.stop()
    assert calls == [1]
