"""Pauses grow, end growing, differ, and are what the server asks for."""

from __future__ import annotations

import pytest

from sinks.patience import Patience


@pytest.mark.parametrize(("tries", "least", "most"), [(1, 0.5, 1.0), (2, 1.0, 2.0), (6, 16.0, 32.0), (7, 30.0, 60.0)])
def test_a_pause_doubles_up_to_a_minute(tries: int, least: float, most: float) -> None:
    pauses = [Patience().pause_s(tries, None) for _ in range(50)]
    assert least <= min(pauses) < max(pauses) <= most


def test_a_week_of_tries_is_no_longer_pause() -> None:
    assert Patience().pause_s(10_080, None) <= 60.0


def test_a_server_that_asks_for_more_gets_it() -> None:
    assert Patience().pause_s(1, 120.0) == 120.0
    assert Patience().pause_s(1, 0.0) >= 0.5
