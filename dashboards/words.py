"""How does a dashboard speak Chinese or English?

Each text is written once, in both languages side by side; a build picks one.
"""

from __future__ import annotations

from collections.abc import Callable

from dashboards.shipped import Lang

Say = Callable[[str, str], str]
"""English and Chinese in, the language of the build out."""


def speaker(lang: Lang) -> Say:
    """Picks the language of a build.

    Examples
    --------
    >>> speaker("zh")("plant", "工厂")
    '工厂'
    """
    return (lambda en, zh: zh) if lang == "zh" else (lambda en, zh: en)


NO_DATA = ("no data", "无数据")
NOT_KNOWN = ("not known", "未知")

ENERGY = (
    "Comprehensive energy: each carrier times its standard coal factor (GB/T 2589; equivalent or equal values and their"
    " edition as the programme has them).",
    "综合能耗：各能源实物量乘以折标准煤系数（GB/T 2589；当量值或等价值及其版本按项目规定）。",
)
FRESH_WATER = ("Fresh water taken in; reclaimed water is not counted.", "新水取水量，不含回用水。")

TARGET_STATES = (("met", "已达标"), ("on pace", "进度正常"), ("behind", "进度滞后"), ("cannot be assessed", "无法评价"))
"""Of a target, 0 to 3."""

LIMIT_STATES = (("kept", "达标"), ("warning", "接近"), ("exceeded", "超标"), ("unknown", "未知"))
"""Of a limit, 0 to 3."""

TARGETS = {
    "energy_per_value_added": ("Energy per value added", "单位工业增加值能耗"),
    "water_per_value_added": ("Water per value added", "单位工业增加值用水量"),
    "water_pollutants": ("Main water pollutants", "主要水污染物排放量"),
    "air_pollutants": ("Main air pollutants", "主要大气污染物排放量"),
    "co2": ("Zero growth of CO2", "碳排放零增长"),
}
"""Names of the targets that come with the product; others are shown by their id."""

MEMBERS = {
    "water_pollutants:COD": ("Water: COD", "水：化学需氧量"),
    "water_pollutants:NH3-N": ("Water: ammonia nitrogen", "水：氨氮"),
    "water_pollutants:TN": ("Water: total nitrogen", "水：总氮"),
    "water_pollutants:TP": ("Water: total phosphorus", "水：总磷"),
    "air_pollutants:SO2": ("Air: SO2", "气：二氧化硫"),
    "air_pollutants:NOx": ("Air: NOx", "气：氮氧化物"),
    "air_pollutants:PM": ("Air: particulates", "气：颗粒物"),
    "co2:C26": ("CO2: chemicals", "碳排放：化工"),
    "co2:C30": ("CO2: building materials", "碳排放：建材"),
    "co2:C31": ("CO2: steel", "碳排放：钢铁"),
    "co2:C32": ("CO2: nonferrous metals", "碳排放：有色金属"),
}
"""Names of the members of their groups; others are shown by their id."""

CARRIERS = {
    "electricity": ("Electricity", "电力"),
    "heat": ("Heat", "热力"),
    "steam": ("Steam", "蒸汽"),
    "coal": ("Raw coal", "原煤"),
    "washed_coal": ("Washed coal", "洗精煤"),
    "coke": ("Coke", "焦炭"),
    "fuel_oil": ("Fuel oil", "燃料油"),
    "gasoline": ("Gasoline", "汽油"),
    "diesel": ("Diesel", "柴油"),
    "lpg": ("LPG", "液化石油气"),
    "lng": ("LNG", "液化天然气"),
    "natural_gas": ("Natural gas", "天然气"),
    "coke_oven_gas": ("Coke-oven gas", "焦炉煤气"),
    "blast_furnace_gas": ("Blast-furnace gas", "高炉煤气"),
    "converter_gas": ("Converter gas", "转炉煤气"),
}
"""Names of the carriers that factories use most, as the registry has them; others are shown by their id."""

MEDIA = {"water": ("Water", "水"), "air": ("Exhaust gas", "废气")}
"""Names of what is no carrier, in the tag `medium`."""

CITIES = {
    "nanjing": ("Nanjing", "南京"),
    "wuxi": ("Wuxi", "无锡"),
    "changzhou": ("Changzhou", "常州"),
    "suzhou": ("Suzhou", "苏州"),
    "zhenjiang": ("Zhenjiang", "镇江"),
    "other": ("Other", "其他"),
}
"""Names of the cities, as the registry has them."""

UNITS = {
    "tce/10k_yuan": ("tce/10⁴ CNY", "tce/万元"),
    "m3/10k_yuan": ("m³/10⁴ CNY", "m³/万元"),
    "equivalents": ("pollution equivalents", "污染当量"),
    "tCO2": ("tCO2", "tCO2"),
    "mg/L": ("mg/L", "mg/L"),
    "mg/m3": ("mg/m³", "mg/m³"),
    "share": ("share", "比例"),
}
"""Units of the targets' figures; others are shown as they are."""

PERIODS = {
    "ytd": ("this year to yesterday", "今年至昨日"),
    "rolling12": ("the last 12 months", "最近12个月"),
    "full_year": ("the last whole year", "上一整年"),
}
