"""Do forecasts keep what they promise on plants nobody tuned them on, and are they quick enough for a fleet?

`python -m tests.bench --only forecast`; the table of docs/targets.md is `python -m tests.bench.forecasts`.
"""

from __future__ import annotations

import time
from collections.abc import Iterator

import numpy as np

from analytics.forecast import LEVEL, forecast
from simulators.reliability import Outcomes, calibration_error, outcomes, reliability
from tests.bench.report import Result, at_least, at_most

PLANTS, SEED = 200, 77
"""Three plant-years a plant; the method's constants were chosen on seed 1."""

SERIES, MONTHS = 72_000, 60
JANUARY_2015 = 45 * 12


def measure() -> Iterator[Result]:
    found = outcomes(PLANTS, SEED)
    yield at_least("forecast: simulated plant-years, held out", found.plant_years, "plant-years", 200)
    yield at_least("forecast: intervals of 80 % that held the truth", 100.0 * found.covered, "%", 76.0)
    yield at_most("forecast: the same, from above", 100.0 * found.covered, "%", 84.0)
    error = calibration_error(reliability(found))
    yield at_most("forecast: stated against observed probability", 100.0 * error, "%", 3.0)
    yield at_most("forecast: 72 000 series of 60 months", _seconds(), "s", 0.5)


def _seconds() -> float:
    """One core's time for a fleet of 6 000 plants with twelve indicators, the target year wholly ahead."""
    rng = np.random.default_rng(1)
    value = 100.0 + 20.0 * rng.random((SERIES, MONTHS))
    amount = value * np.exp(0.05 * rng.normal(size=value.shape))
    forecast(amount[:1000], value[:1000], JANUARY_2015, 2020)  # matrices of these months are kept
    took = []
    for _ in range(3):  # the best of three: what else the machine does is not ours
        began = time.process_time()
        forecast(amount, value, JANUARY_2015, 2020, threshold=1.0)
        took.append(time.process_time() - began)
    return min(took)


def table(found: Outcomes) -> str:
    """The tables of the page, as Markdown."""
    lines = [f"{found.plant_years} plant-years, {len(found.name)} forecasts: {_percent(found.covered)} inside.", ""]
    lines += ["| indicator | forecasts | inside 80 % | width |", "|---|---|---|---|"]
    for name in np.unique(found.name).tolist():
        lines.append(_row(f"`{name}`", found.where(found.name == name)))
    lines += ["", "| months ahead | forecasts | inside 80 % | width |", "|---|---|---|---|"]
    for months in np.unique(found.ahead).tolist():
        lines.append(_row(str(months), found.where(found.ahead == months)))
    lines += ["", "| stated | forecasts | mean stated | came true |", "|---|---|---|---|"]
    for one in reliability(found):
        stated = f"{100 * one.low:.0f}–{100 * one.high:.0f} %"
        lines.append(f"| {stated} | {one.count} | {_percent(one.stated)} | {_percent(one.observed)} |")
    return "\n".join(lines)


def _row(what: str, found: Outcomes) -> str:
    return f"| {what} | {len(found.name)} | {_percent(found.covered)} | {_percent(float(np.median(found.width)))} |"


def _percent(share: float) -> str:
    return f"{100.0 * share:.1f} %"


if __name__ == "__main__":
    assert LEVEL == 0.8
    print(table(outcomes(PLANTS, SEED)))
