"""Is there a place for the journal, and for how long?"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

from registry import Registry
from taihu.doctor.finding import Finding, State, Words
from taihu.doctor.web import NoAnswer, ask
from taihu.settings import Settings
from taihu.urlfile import read_url

AREA = "data"

READING_BYTES = 20
"""A reading on disk: 8 in the journal (docs/design.md, 7), and with caution what becomes of it. [bytes]"""

_DAY_MS = 86_400_000
_BAD_DAYS, _WARN_DAYS = 30, 365
_BAD_BYTES, _WARN_BYTES = 1 << 30, 5 << 30

Free = Callable[[Path], int]


def free_bytes(folder: Path) -> int:
    """Space that is left for a user who is not root. [bytes]"""
    return shutil.disk_usage(folder).free


def folder_checks(
    settings: Settings, registry: Registry | None, now_ms: Callable[[], int], free: Free = free_bytes
) -> list[Finding]:
    """Whether the data folder can be written, how long its disk will do, and who uses it now."""
    place = settings.data.resolve()
    while not place.exists():
        place = place.parent
    written = _written(settings.data, place)
    found = [written]
    if written.state == "ok":
        found.append(_space(free(place), registry))
    return [*found, _running(settings, now_ms)]


def _written(folder: Path, place: Path) -> Finding:
    try:
        if not place.is_dir():
            raise NotADirectoryError(20, os.strerror(20), str(place))
        with tempfile.TemporaryFile(dir=place):
            pass
    except OSError as error:
        return Finding(
            AREA,
            "writable",
            "bad",
            Words(f"{folder} 不可写（{error.strerror}）", f"{folder} cannot be written ({error.strerror})"),
            Words("让运行太湖的用户拥有该文件夹", "let the user who runs Taihu own the folder"),
        )
    if place != folder.resolve():
        return Finding(
            AREA, "writable", "ok", Words(f"{folder} 将在首次启动时建立", f"{folder} will be made at the first start")
        )
    return Finding(AREA, "writable", "ok", Words(f"{folder} 可写", f"{folder} can be written"))


def daily_bytes(registry: Registry) -> float:
    """What the plants' readings will take a day, by how often each point is read. [bytes]"""
    return sum(_DAY_MS / point.every_ms for point in registry.points.values()) * READING_BYTES


def _space(free: int, registry: Registry | None) -> Finding:
    growth = 0.0 if registry is None else daily_bytes(registry)
    days = free / growth if growth > 0 else None
    state: State = "ok"
    if free < _WARN_BYTES or (days is not None and days < _WARN_DAYS):
        state = "warn"
    if free < _BAD_BYTES or (days is not None and days < _BAD_DAYS):
        state = "bad"
    size = f"{free / (1 << 30):.1f} GiB"
    zh, en = f"可用 {size}", f"{size} free"
    if days is not None:
        in_years = days >= 2 * 365
        lasts = f"{days / 365 if in_years else days:.0f}"
        daily = f"{growth / (1 << 20):.1f} MiB"
        zh += f"，每天约增 {daily}，约够 {lasts} {'年' if in_years else '天'}"
        en += f", about {daily} a day: enough for {lasts} {'years' if in_years else 'days'}"
    if state == "ok":
        return Finding(AREA, "space", state, Words(zh, en))
    todo = Words(
        "换更大的磁盘，或设 retention.readings_days 精简旧读数",
        "use a larger disk, or let old readings be thinned (retention.readings_days)",
    )
    return Finding(AREA, "space", state, Words(zh, en), todo)


def _running(settings: Settings, now_ms: Callable[[], int]) -> Finding:
    url = read_url(settings.data)
    if url is None:
        return Finding(AREA, "running", "ok", Words("没有太湖在使用该文件夹", "no Taihu uses the folder now"))
    try:
        answers = ask(f"{url.rstrip('/')}/api/v1/health", now_ms).status == 200
    except NoAnswer:
        answers = False
    if not answers:
        return Finding(
            AREA,
            "running",
            "warn",
            Words(f"上次的太湖（{url}）没有正常结束", f"the last Taihu ({url}) did not end in good order"),
            Words("启动 taihu serve；已确认的数据都在", "start taihu serve; what was acknowledged is there"),
        )
    return Finding(AREA, "running", "ok", Words(f"太湖正在 {url} 运行", f"Taihu runs at {url}"))
