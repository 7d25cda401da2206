"""Are quantities and durations read as written, and nothing else read?"""

from __future__ import annotations

import pytest

from analytics.columns import LOCAL_DAY
from registry.quantity import parse_duration_ms, parse_period_ms, parse_quantity


@pytest.mark.parametrize(
    ("text", "length_ms"),
    [("250ms", 250), ("1s", 1000), ("1min", 60_000), ("15 min", 900_000), ("2h", 7_200_000), ("1d", 86_400_000)],
)
def test_durations(text: str, length_ms: int) -> None:
    assert parse_duration_ms(text) == length_ms


def test_one_day_as_a_period_is_a_local_day_and_other_lengths_are_not() -> None:
    assert parse_period_ms("1d") == LOCAL_DAY
    assert parse_period_ms("1 d") == LOCAL_DAY
    assert parse_period_ms("24h") == 86_400_000
    assert parse_period_ms("2d") == 2 * 86_400_000


@pytest.mark.parametrize("text", ["", "0s", "-1s", "1.5h", "1", "min", "1 m", "1week", "1h30min", "１h"])
def test_other_texts_are_no_duration(text: str) -> None:
    with pytest.raises(ValueError, match="whole number above 0"):
        parse_duration_ms(text)


@pytest.mark.parametrize(
    ("text", "dimension", "canonical"),
    [
        ("12000 kW", "power", 12_000.0),
        ("12 MW", "power", 12_000.0),
        ("3.6 GJ/h", "power", 1000.0),
        ("0.5 L/s", "volume_flow", 1.8),
        ("80 mg/L", "concentration", 80_000.0),
        ("1e3 count/h", "count per hour", 1000.0),
    ],
)
def test_quantities(text: str, dimension: str, canonical: float) -> None:
    quantity = parse_quantity(text)
    assert quantity.dimension == dimension
    assert quantity.canonical == pytest.approx(canonical)


@pytest.mark.parametrize(
    "text", ["", "12000", "kW", "12,000 kW", "12000kW", "nan kW", "1e999 kW", "5 parsec", "5 mg/h/h"]
)
def test_other_texts_are_no_quantity(text: str) -> None:
    with pytest.raises(ValueError):
        parse_quantity(text)
