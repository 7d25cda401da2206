"""Instants as tests name them."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo


def ms(text: str) -> int:
    """UTC milliseconds of a local time of Shanghai, ``2018-09-01`` or ``2018-09-01 10:15``."""
    return int(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Asia/Shanghai")).timestamp() * 1000)
