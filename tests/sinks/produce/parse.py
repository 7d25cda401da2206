"""Lines read back: by series and time, the fields as numbers."""

from __future__ import annotations

import re

from storage import Lines

_FIELD = re.compile(r'([a-z_0-9]+)=("(?:[^"\\]|\\.)*"|[^,]+)')

Fields = dict[str, float | str]


def fields_of(text: str) -> Fields:
    return {name: value[1:-1] if value.startswith('"') else float(value) for name, value in _FIELD.findall(text)}


def told(lines: Lines) -> dict[tuple[str, int], Fields]:
    """Every line by series and time."""
    rows = zip(lines.series, lines.time_ms.tolist(), lines.fields, strict=True)
    return {(series, time_ms): fields_of(text) for series, time_ms, text in rows}
