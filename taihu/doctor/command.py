"""How does the doctor say what it found: `taihu doctor`?"""

from __future__ import annotations

import logging
import os
from collections import Counter
from collections.abc import Sequence
from typing import Annotated, Literal

import typer
from rich.table import Table
from rich.text import Text

from taihu.clock import WallClock
from taihu.doctor.examine import examine
from taihu.doctor.finding import Finding, Words
from taihu.options import Config, Data, settings_of
from taihu.terminal import emit_json, emit_table, say

Language = Literal["zh", "en"]

_STATES = {
    "ok": (Words("正常", "ok"), "green"),
    "warn": (Words("注意", "warn"), "yellow"),
    "bad": (Words("错误", "bad"), "bold red"),
}
_HEADS = (Words("项目", "part"), Words("状态", "state"), Words("发现", "found"), Words("处理", "what to do"))


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command(name="doctor")(doctor)


def doctor(
    config: Config = None,
    data: Data = None,
    lang: Annotated[
        Language | None, typer.Option("--lang", help="zh or en; by default that of the terminal.", metavar="zh|en")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object, in both languages.")] = False,
) -> None:
    """Check folder, disk, registry, broker, InfluxDB, Grafana, webhooks and clocks, and say what to do.

    Changes nothing, and may be run beside a running `taihu serve`. Exit status 1 when something is bad.

    检查设置中的每个服务器：能否连接、版本、权限、时钟、磁盘、保存期，并说明如何处理。
    """
    # What the connection to the broker logs is told in the findings.
    logging.getLogger("collector").setLevel(logging.CRITICAL)
    found = examine(settings_of(config, data), WallClock().now_ms)
    bad = any(finding.state == "bad" for finding in found)
    if as_json:
        emit_json({"ok": not bad, "findings": [finding.as_dict() for finding in found]})
    else:
        shown = lang or language()
        emit_table(table(found, shown))
        say(_sum(found, shown))
    if bad:
        raise typer.Exit(1)


def language() -> Language:
    """That of the terminal, by the variables of POSIX in their order (XBD 8.2)."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if value := os.environ.get(name):
            return "zh" if value.lower().startswith("zh") else "en"
    return "en"


def table(found: Sequence[Finding], shown: Language) -> Table:
    """One line a finding."""
    made = Table(*(getattr(head, shown) for head in _HEADS))
    for finding in found:
        words, colour = _STATES[finding.state]
        todo = "" if finding.todo is None else getattr(finding.todo, shown)
        made.add_row(finding.area, Text(getattr(words, shown), colour), Text(getattr(finding.found, shown)), Text(todo))
    return made


def _sum(found: Sequence[Finding], shown: Language) -> str:
    counts = Counter(finding.state for finding in found)
    if shown == "zh":
        return f"共 {len(found)} 项：{counts['bad']} 个错误，{counts['warn']} 个注意"
    return f"{len(found)} checks: {counts['bad']} bad, {counts['warn']} to look at"
