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

BOGRA = """
32 20 25 189 240 193 379 278 301 0 0 82
0 4 - - 121 234 360 262 120 30 11 1
7 3 31 31 355 102 248 274 308 - 5 26
11 16 6 48 388 539 431 272 404 186 0 2
0 4 1 54 272 459 235 164 365 135 2 -
- 4 0 128 210 163 446 225 462 467 19 13
0 3 17 132 178 338 525 623 145 31 19 3
0 29 25 87 259 756 486 180 292 43 92 1
0 16 2 0 130 253 594 111 273 30 0 4
0 27 24 41 292 378 499 265 320 227 4 0
4 14 8 48 416 240 404 207 733 105 0 112
0 14 0 30 140 202 289 159 424 106 3 0
65 3 14 58 268 466 432 266 240 95 1 0
10 26 4 114 94 289 173 208 263 156 5 0
16 16 14 0 111 475 534 432 471 117 70 1
3 28 7 401 184 283 338 171 335 176 0 0
10 11 9 140 102 208 298 245 220 29 2 27
10 13 26 84 143 367 749 563 283 353 10 0
0 0 0 9 246 265 343 429 168 133 17 0
18 35 76 158 272 250 190 289 466 84 0 0
0 0 0 22 217 299 185 115 344 203 8 -
- 0 5 284 123 254 476 496 326 27 20 0
4 53 72 113 214 364 219 220 156 264 0 13
0 0 45 90 137 638 529 261 206 251 0 0
5 9 58 72 138 130 471 328 356 523 0 1
0 0 12 143 193 184 192 138 174 69 1 0
0 18 25 28 92 732 320 256 302 131 15 0
27 0 22 20 213 393 474 374 109 159 0 0
0 3 3 49 205 128 194 570 169 89 0 0
0 0 0 26 185 286 92 225 244 190 3 20
"""
"""Monthly rainfall of Bogra (Bangladesh) in mm, a year a line from 1981 to 2010, seven months missing: the series on
which pyMannKendall (Hussain and Mahmud 2019) states its results."""


def bogra() -> Float64:
    """The rainfall of Bogra in order of time, shape (360,), NaN where missing. [mm]"""
    return np.array([np.nan if word == "-" else float(word) for word in BOGRA.split()])


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
