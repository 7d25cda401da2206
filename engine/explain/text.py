"""How does one say in a sentence or two what a figure is and how sure it is?"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from engine.explain.clauselist import Clause
from engine.explain.names import figure_text, scope_text
from engine.figure import Figure
from registry import FactorRow, Registry, Text

SHORT_MS = 2 * 86_400_000
"""A shorter time is written with its hours. [ms]"""


def text_of(registry: Registry, figure: Figure, zone: str, clause: Clause, factors: Sequence[FactorRow]) -> Text:
    """What a figure is, how much of it is known, and what makes it unsure, in both languages."""
    return Text(
        zh="".join(_zh(registry, figure, zone, clause, factors)),
        en=" ".join(_en(registry, figure, zone, clause, factors)),
    )


def _zh(registry: Registry, figure: Figure, zone: str, clause: Clause, factors: Sequence[FactorRow]) -> list[str]:
    name, whose = figure_text(registry, figure.name).zh, scope_text(registry, figure.scope).zh
    first, last = _days(figure, zone)
    value = "未知" if figure.value is None else f"{_number(figure.value)} {_unit(figure.unit).zh}"
    said = [f"{whose}，{first} 至 {last}，{name}：{value}。"]
    parts = []
    if figure.coverage is not None:
        parts.append(f"时段的 {_share(figure.coverage)} 已知")
        if figure.estimated > 0:
            parts.append(f"其中 {_share(figure.estimated)} 为缺口分摊")
    if figure.provisional > 0:
        parts.append(f"{_share(figure.provisional)} 依据暂定数据")
    if _unsure(factors):
        parts.append("部分系数出处不确定")
    if clause.confidence == "unsure":
        parts.append("计算口径存在不确定性")
    return [*said, "，".join(parts) + "。"] if parts else said


def _en(registry: Registry, figure: Figure, zone: str, clause: Clause, factors: Sequence[FactorRow]) -> list[str]:
    name, whose = figure_text(registry, figure.name).en, scope_text(registry, figure.scope).en
    first, last = _days(figure, zone)
    value = "not known" if figure.value is None else f"{_number(figure.value)} {_unit(figure.unit).en}"
    said = [f"{name} of {whose}, {first} to {last}: {value}."]
    parts = []
    if figure.coverage is not None:
        spread = f" ({_share(figure.estimated)} of it spread over gaps)" if figure.estimated > 0 else ""
        parts.append(f"{_share(figure.coverage)} of the time is known{spread}")
    if figure.provisional > 0:
        parts.append(f"{_share(figure.provisional)} rests on provisional statements")
    if _unsure(factors):
        parts.append("some factors are of unsure source")
    if clause.confidence == "unsure":
        parts.append("the rule itself is unsure")
    return [*said, "; ".join(parts)[:1].upper() + "; ".join(parts)[1:] + "."] if parts else said


def _unsure(factors: Sequence[FactorRow]) -> bool:
    return any(row.confidence != "sure" for row in factors)


def _days(figure: Figure, zone: str) -> tuple[str, str]:
    """First and last instant as a reader writes them: whole days by their dates, both included."""
    short = figure.to_ms - figure.from_ms < SHORT_MS and (figure.to_ms - figure.from_ms) % 86_400_000
    form = "%Y-%m-%d %H:%M" if short else "%Y-%m-%d"
    end_ms = figure.to_ms if short else figure.to_ms - 1
    first, last = (
        datetime.fromtimestamp(ms / 1000.0, UTC).astimezone(ZoneInfo(zone)).strftime(form)
        for ms in (figure.from_ms, end_ms)
    )
    return first, last


def _unit(unit: str) -> Text:
    """A unit as it is read: ``tce/10k_yuan`` as tce/万元."""
    shown = unit or "1"
    zh = shown.replace("10k_yuan", "万元").replace("equivalents", "污染当量")
    return Text(zh=zh, en=shown.replace("10k_yuan", "10k yuan"))


def _number(value: float) -> str:
    """Four significant digits, whole from a thousand on.

    Examples
    --------
    >>> _number(12345.6), _number(0.39423)
    ('12,346', '0.3942')
    """
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}"


def _share(share: float) -> str:
    """As percent; only all is 100 %, only nothing is 0 %.

    Examples
    --------
    >>> _share(0.99997), _share(1.0), _share(0.00001)
    ('99.9 %', '100 %', '0.1 %')
    """
    percent = 100.0 * share
    if percent in (0.0, 100.0):
        return f"{percent:.0f} %"
    return f"{min(max(round(percent, 1), 0.1), 99.9):.1f} %"
