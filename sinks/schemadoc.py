"""How does the schema look on a page?

``python -m sinks.schemadoc`` writes the tables of `docs/influxdb.md`; a test compares the page with them.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable

from sinks.schema import MEASUREMENTS, Measurement


def tables(measurements: Iterable[Measurement] = MEASUREMENTS) -> str:
    """A table for each measurement, in Markdown."""
    return "\n\n".join(_table(one) for one in measurements)


def _table(one: Measurement) -> str:
    rows = [f"| `{name}` | tag | {_plain(text)} |" for name, text in one.tags.items()]
    rows += [f"| `{name}` | field | {_plain(text)} |" for name, text in one.fields.items()]
    head = f"### `{one.name}`\n\nTime: {one.time}.\n\n| name | is a | meaning |\n|---|---|---|"
    return "\n".join([head, *rows])


def _plain(text: str) -> str:
    """In a cell a bar would end it."""
    return text.replace("|", "\\|")


if __name__ == "__main__":
    sys.stdout.write(tables() + "\n")
