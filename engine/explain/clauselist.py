"""Which rules are there, each with its formula, its words in both languages, its source and how sure it is?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from registry import Text
from registry.lists import Confidence


@dataclass(frozen=True)
class Clause:
    """The rule behind a figure.

    Attributes
    ----------
    formula : str
        In symbols, e.g. ``E = Σ Eᵢ · kᵢ``.
    text : Text
        What the rule says.
    source : str
        Standard and clause.
    confidence : str
        sure or unsure.
    """

    formula: str
    text: Text
    source: str
    confidence: Confidence


SUM = Clause(
    "x = Σ xᵢ",
    Text(zh="各部分之和；任一部分未知则合计未知。", en="The sum of its parts; unknown as soon as one part is."),
    "Taihu",
    "sure",
)

_CLAUSES: dict[str, Clause] = {
    "power_kw": Clause(
        "P = Σ P(import) + Σ P(production) − Σ P(export)",
        Text(
            zh="最近一个已知的十五分钟内的平均电功率：购入加自产减外送。",
            en="Mean electric power of the newest known quarter of an hour: taken in plus made less sent out.",
        ),
        "GB/T 2589-2020, boundary balance",
        "sure",
    ),
    "energy_tce": Clause(
        "E = Σ Eᵢ · kᵢ",
        Text(
            zh="综合能耗：各种能源的实物消费量乘以各自折标准煤系数之和；跨越边界的能源只计一次，新水不计入。",
            en="Comprehensive energy: what crossed the boundary of each carrier times its coal coefficient, "
            "each counted once; fresh water is left out.",
        ),
        "GB/T 2589-2008 / 2020, E = Σ(Eᵢ × kᵢ)",
        "sure",
    ),
    "coal": Clause(
        "Eᵢ · kᵢ",
        Text(
            zh="一种能源的实物量乘以所选版本、所选口径（当量值或等价值）当年的折标准煤系数；自发自用的光伏电按当量值。",
            en="A carrier's amount times its coefficient of the year, in the chosen edition and basis (equivalent or "
            "equal value); own solar power used here counts at the equivalent value.",
        ),
        "GB/T 2589-2008 / 2020, tables A.1 and A.2",
        "sure",
    ),
    "carrier": Clause(
        "E = Σ E(import) + Σ E(production) − Σ E(export)",
        Text(
            zh="一种能源进入边界和自产之量减去外供之量；没有计量的月份用账单。",
            en="What came in of a carrier and was made here, less what was sent out; months without any "
            "metering by bills.",
        ),
        "GB/T 2589-2020, boundary balance",
        "sure",
    ),
    "bought": Clause(
        "E = Σ E(import) − Σ E(export beyond own production)",
        Text(zh="从外部购入并在此使用之量。", en="What was bought outside and used here."),
        "GB/T 32150-2015",
        "sure",
    ),
    "water_m3": Clause(
        "W = Σ W(import)",
        Text(
            zh="取自公共供水和自备水源的新水量，不含重复利用水。",
            en="Fresh water from public supply and own sources, without what is used again.",
        ),
        "NBS water use per value added; GB/T 7119",
        "sure",
    ),
    "load": Clause(
        "m = Σ C · Q · Δt",
        Text(
            zh="浓度乘以流量并按时间累加；任一者缺失时该段未知，不作零计。",
            en="Concentration times flow, summed over time; where either is missing nothing is known, which is "
            "not zero.",
        ),
        "HJ 75-2017 (air), HJ 356-2019 (water)",
        "sure",
    ),
    "equivalents": Clause(
        "N = Σ mᵢ / kᵢ",
        Text(
            zh="各污染物质量除以其污染当量值后相加；没有当量值的（如总氮）不计入并注明。",
            en="Each pollutant's mass over its equivalent value, added; those without one (TN) are left out, "
            "and said so.",
        ),
        "Environmental Protection Tax Law (2018), annex 2",
        "unsure",
    ),
    "value_added_base_prices": Clause(
        "V = Σ VAₘ / Π (PPIₛ / 100)",
        Text(
            zh="各月工业增加值按日分摊，用基准年以后各年工业生产者出厂价格指数连乘缩减到基准年价格。",
            en="Monthly value added by days, deflated to prices of the base year by the chained producer price indices "
            "since then.",
        ),
        "NBS constant-price method, single deflation",
        "unsure",
    ),
    "intensity": Clause(
        "e = E / V",
        Text(
            zh="先分别求和再相除；增加值按基准年价格。累计变化用比值连乘，完成进度为对数之比。",
            en="Sums first, then the ratio; value added at prices of the base year. Changes chain, progress is "
            "a ratio of logarithms.",
        ),
        "NBS / NDRC energy per value added, comparable prices",
        "sure",
    ),
    "loads": Clause(
        "R = m(now) / m(base) − 1",
        Text(
            zh="逐一比较各污染物的排放总量，全部达标才算达标；计划文件未列明污染物及合计方法，此为我们的解读。",
            en="Each pollutant's mass discharged is compared, and all have to reach the target; the plan names "
            "neither the pollutants nor how to add them, this is our reading.",
        ),
        "plan of 2017-03-21; pollutants and group rule of the programme",
        "unsure",
    ),
    "co2_t": Clause(
        "E = Σ Eᵢ · EFᵢ + Σ Mⱼ · EFⱼ + E(power, heat)",
        Text(
            zh="燃料燃烧、生产过程和购入电力热力的二氧化碳排放之和，扣除固定在产品中的碳。",
            en="CO2 of fuels burned, of processes, and of power and heat bought, less carbon that stays in products.",
        ),
        "GB/T 32150-2015; NDRC sector guides 2013-2015",
        "sure",
    ),
    "co2": Clause(
        "E = AD · EF",
        Text(zh="活动水平乘以当年的排放因子。", en="An amount times the emission factor of the year."),
        "GB/T 32150-2015, activity data × emission factor",
        "sure",
    ),
    "zero_growth": Clause(
        "E(now) ≤ E(base), for each sector",
        Text(
            zh="行业内全部工厂（含新投产和关停的）的二氧化碳吨数之和，两端系数相同；各行业分别判断。计划文件没有公式，此为我们的解读。",
            en="Tonnes of CO2 of all plants of the sector, also of those that came or went, by the same factors at "
            "both ends; each sector by itself. The plan gives no formula, this is our reading.",
        ),
        "plan of 2017-03-21; sectors of the programme",
        "unsure",
    ),
    "own": Clause(
        "E = Σ E(production) − Σ E(export), at least 0",
        Text(
            zh="在厂内产生并在此使用的量：自发电没有碳排放，副产燃料的碳已计在产生它的燃料中。",
            en="What was made here and used here: own power has no carbon, and that of by-product fuels is counted in "
            "what they were made from.",
        ),
        "GB/T 32150-2015; NDRC steel guide 2013",
        "sure",
    ),
    "tax": Clause(
        "T = Σ m / k · r · d",
        Text(
            zh="各排放口应税污染物的污染当量数乘以税额标准，浓度低于限值三成或五成的减按 75 % 或 50 % 征收；为估算。",
            en="Pollution equivalents of each outlet's taxed pollutants times the rate, at 75 % or 50 % where the "
            "concentration stays 30 % or 50 % below its limit; an estimate.",
        ),
        "Environmental Protection Tax Law (2018), Art. 9, 10 and 13",
        "unsure",
    ),
    "point": Clause(
        "x = ∫ x' dt",
        Text(
            zh="一个测点在时段内的量：累积曲线两端之差；短缺按规则分摊并标明。",
            en="What one point amounted to: the difference of its cumulative curve between the two ends; gaps "
            "are spread by rule and marked.",
        ),
        "Taihu, docs/design.md section 4",
        "sure",
    ),
    "statement": Clause(
        "as stated",
        Text(
            zh="企业报送的数据，保留每个版本及其状态。",
            en="What the plant stated; every edition is kept with its status.",
        ),
        "statement of the plant",
        "sure",
    ),
    "factor": Clause(
        "k",
        Text(
            zh="系数表中的一行：数值、单位、有效期、版本和出处。",
            en="A row of the factor book: value, unit, validity, edition and source.",
        ),
        "factor book",
        "sure",
    ),
    "material": Clause(
        "M = Σ Mₘ",
        Text(zh="报送的物料用量或产量之和。", en="The sum of the amounts stated of a material."),
        "statement of the plant",
        "sure",
    ),
}

CLAUSES: Mapping[str, Clause] = MappingProxyType(_CLAUSES)
