"""What does somebody else's spreadsheet program make of a workbook?"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest


def recalculated(content: bytes, folder: Path, cells: list[tuple[str, str]]) -> list[Any]:
    """Values of cells (sheet, address) after all formulas were worked out by the `formulas` package."""
    formulas = pytest.importorskip("formulas", reason="the package formulas is not installed")
    path = folder / "figure.xlsx"
    path.write_bytes(content)
    model = formulas.ExcelModel().loads(str(path)).finish()
    solution = model.calculate()
    return [solution[f"'[figure.xlsx]{sheet.upper()}'!{at}"].value[0, 0] for sheet, at in cells]
