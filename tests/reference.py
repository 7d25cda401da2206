"""Data that other people measured, which lie beside the repository and not in it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[1]

MELBOURNE = "melbourne-etp/Data-Melbourne_F.csv"
STEEL = "steel-industry-kr/Steel_industry_data.csv.gz"
COSSMIC = "cossmic-industrial/cossmic_industrial3_60min_2017-02-01.csv"

_DATA = ROOT.parent / "shared" / "data"


def reference_file(name: str) -> Path:
    """Path of a reference file; skips the test, with the reason, where it is absent."""
    path = _DATA / name
    if not path.exists():
        pytest.skip(f"the reference data are not beside the repository: no ../shared/data/{name}")
    return path


def published_figures(data_set: str) -> dict[str, Any]:
    """The figures of one data set as others computed them."""
    found: dict[str, Any] = json.loads(reference_file("figures.json").read_text(encoding="utf-8"))[data_set]
    return found
