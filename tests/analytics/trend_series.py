"""Published series of trend statistics: written out where they are short, read from the reference data where long."""

from __future__ import annotations

import csv

import numpy as np

from analytics.columns import Float64
from tests.reference import MELBOURNE, reference_file

EPA_QA_G9 = [10.0, 10, 10, 5, 10, 20, 18, 17, 15, 24, 15]
WISCONSIN = [100.0, 50, 85, 75, 50]
SMWR = [3.0, 2, 13, 6, 1, 5, 15, 7, 10, 4, 9, 11, 8, 12, 14, 16]
EPA_14_8 = np.array(  # a month a line, years 1983 to 1985
    [
        [1.99, 2.01, 2.15],
        [2.10, 2.10, 2.17],
        [2.12, 2.17, 2.27],
        [2.12, 2.13, 2.23],
        [2.11, 2.13, 2.24],
        [2.15, 2.18, 2.26],
        [2.19, 2.25, 2.31],
        [2.18, 2.24, 2.32],
        [2.16, 2.22, 2.28],
        [2.08, 2.13, 2.22],
        [2.05, 2.08, 2.19],
        [2.08, 2.16, 2.22],
    ]
).T
"""Table of years by months."""


def trend_file(name: str, *columns: str) -> list[Float64]:
    """Numeric columns of a file of published trend series; skips the test where the reference data are absent."""
    with reference_file(f"trend-tests/{name}").open(encoding="utf-8-sig", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row[columns[0]]]
    return [np.array([float(row[column]) for row in rows]) for column in columns]


def melbourne_months(column: str, first_year: int = 2014, last_year: int = 2018) -> Float64:
    """Monthly means of the recorded days, shape (n_years, 12)."""
    year, month, value = _melbourne(column)
    return np.array(
        [[value[(year == y) & (month == m)].mean() for m in range(1, 13)] for y in range(first_year, last_year + 1)]
    )


def melbourne_years(column: str, first_year: int = 2014, last_year: int = 2018) -> Float64:
    """Annual means of the recorded days."""
    year, _, value = _melbourne(column)
    return np.array([value[year == y].mean() for y in range(first_year, last_year + 1)])


def _melbourne(column: str) -> list[Float64]:
    with reference_file(MELBOURNE).open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    return [np.array([float(row[name]) for row in rows]) for name in ("year", "month", column)]
