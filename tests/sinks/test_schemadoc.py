"""The pages about InfluxDB name what is written, and nothing else."""

from __future__ import annotations

import re
from pathlib import Path

from sinks.schema import MEASUREMENTS
from sinks.schemadoc import tables

DOCS = Path(__file__).resolve().parents[2] / "docs"


def test_the_page_holds_the_tables_of_the_schema() -> None:
    text = (DOCS / "influxdb.md").read_text(encoding="utf-8")
    assert text.endswith(tables() + "\n"), "write them anew: python -m sinks.schemadoc"


def test_the_chinese_page_names_the_same() -> None:
    text = (DOCS / "influxdb.zh.md").read_text(encoding="utf-8")
    parts = re.split(r"^### `(\w+)`.*$", text, flags=re.MULTILINE)[1:]
    told = dict(zip(parts[::2], parts[1::2], strict=True))
    assert list(told) == [one.name for one in MEASUREMENTS]
    for one in MEASUREMENTS:
        rows = re.findall(r"^\| `(\w+)` \| (标签|字段) \| \S", told[one.name], flags=re.MULTILINE)
        wanted = [(name, "标签") for name in one.tags] + [(name, "字段") for name in one.fields]
        assert rows == wanted, one.name


def test_the_pages_about_alerts_name_every_state_of_a_notice() -> None:
    states = {"exceeded", "ended", "withdrawn", "running", "not_exceeded", "warning"}
    states |= {"failing", "lost", "silent", "stopped", "behind", "works"}
    for name in ("alerts.md", "alerts.zh.md"):
        text = (DOCS / name).read_text(encoding="utf-8")
        assert states <= set(re.findall(r"`(\w+)`", text)), name
