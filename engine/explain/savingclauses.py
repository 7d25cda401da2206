"""By which rules are savings reckoned, and how sure are they?

GB/T 13234-2018 replaces the edition of 2009, whose text was seen in part; the standard subtracts base from report, so a
saving is negative there (2009, 5.4). Which savings a goal adds up, and from when, is the programme's to say.
"""

from __future__ import annotations

from engine.explain.clauselist import Clause
from engine.savings.saving import FINAL, FIXED_BASE, OF_SUMS, TOTAL, YEARLY
from registry import Text

_SOURCE = "GB/T 13234-2018, value-based saving at constant prices; sign turned round: positive is a saving"

_BY_KIND = {
    FIXED_BASE: Clause(
        "S = (e(base) − e) · V",
        Text(
            zh="产值节能量（定比）：基准年单位增加值能耗减当年的，乘以当年增加值（基准年价格）；正数为节约。当年未过完时，与基准年同日期相比。",
            en="Value-based saving against the base year: its energy per value added less that of the year, times "
            "the year's value added at base-year prices; positive is a saving. A running year is held against the same "
            "dates.",
        ),
        _SOURCE,
        "unsure",
    ),
    YEARLY: Clause(
        "S = (e(year before) − e) · V",
        Text(
            zh="产值节能量（环比）：上一年单位增加值能耗减当年的，乘以当年增加值（基准年价格）；正数为节约。与定比是同一节约的两种看法，不能相加。",
            en="Value-based saving against the year before: its energy per value added less that of the year, times "
            "the year's value added at base-year prices; positive is a saving. It and the saving against the base year "
            "are two views of the same, never added.",
        ),
        _SOURCE,
        "unsure",
    ),
}

_BY_END = {
    OF_SUMS: Clause(
        "S = (ΣE(then) / ΣV(then) − ΣE / ΣV) · ΣV",
        Text(
            zh="先将全部工厂的能耗与增加值分别求和，再按合计强度计算；包含各厂比重变化的影响，与各厂节能量之和不能相加。",
            en="Energy and value added of all plants are summed first; it holds the change of weights between plants, "
            "too, and is never added to the sum of the plants' savings.",
        ),
        _SOURCE,
        "unsure",
    ),
    TOTAL: Clause(
        "S = Σ S(year)",
        Text(
            zh="各年节能量之和。逐年环比之和、末年定比和逐年定比之和是三个不同的量；目标按哪一种累计由方案规定。",
            en="The savings of the years added up. The sum of yearly savings, the last year against the base year and "
            "the sum of all years against it are three quantities; which one counts is said by the programme.",
        ),
        "GB/T 13234, 环比 and 定比; rule of the programme",
        "unsure",
    ),
    FINAL: Clause(
        "S(final) = Σ S, where all statements are final and coverage ≥ min_coverage",
        Text(
            zh="其中所依据的报送数据均为最终、且已知时段不少于方案要求的部分；只差一个月为暂定，全年都不计入。",
            en="The part whose statements are all final and of which at least the programme's share of the time is "
            "known; one provisional month keeps the plant's whole year out.",
        ),
        "Taihu, docs/savings.md",
        "unsure",
    ),
}


def saving_clause(name: str) -> Clause | None:
    """The clause of a saving by its name; None for anything else.

    Examples
    --------
    >>> saving_clause("saving_yearly_total").formula
    'S = Σ S(year)'
    >>> saving_clause("energy_tce") is None
    True
    """
    kind = next((kind for kind in _BY_KIND if name.startswith(kind)), None)
    if kind is None:
        return None
    end = next((end for end in (FINAL, TOTAL, OF_SUMS) if name.endswith(end)), "")
    return _BY_END[end] if end else _BY_KIND[kind]
