"""Which words may a plant file use, and what are they called in Chinese and English?

Closed lists: cities, size classes, carriers, materials, pollutants. A word outside its list is a problem to report,
never a guess.
Carriers name the dimensions (`analytics.units`) in which they can be counted; the first is the usual one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from analytics.columns import DERIVED, Kind
from analytics.units import UNITS, is_amount, is_rate
from registry.text import Text

City = Literal["nanjing", "wuxi", "changzhou", "suzhou", "zhenjiang", "other"]
Size = Literal["large", "medium", "small", "micro"]
Direction = Literal["import", "export", "production", "internal", "discharge"]
Edge = Literal["start", "end"]
Medium = Literal["water", "air"]
Confidence = Literal["sure", "unsure"]

CITY_NAMES: Mapping[str, Text] = MappingProxyType(
    {
        "nanjing": Text(zh="南京", en="Nanjing"),
        "wuxi": Text(zh="无锡", en="Wuxi"),
        "changzhou": Text(zh="常州", en="Changzhou"),
        "suzhou": Text(zh="苏州", en="Suzhou"),
        "zhenjiang": Text(zh="镇江", en="Zhenjiang"),
        "other": Text(zh="其他", en="Other"),
    }
)

KIND_WORDS: Mapping[str, Kind] = MappingProxyType({kind.name.lower(): kind for kind in Kind if kind not in DERIVED})
"""Kinds as written in a plant file; what is derived of outlets cannot be written."""


@dataclass(frozen=True)
class Carrier:
    """What is counted, e.g. electricity.

    Attributes
    ----------
    id : str
    name : Text
    dimensions : tuple of str
        Dimensions of `analytics.units` in which an amount may be counted.
    """

    id: str
    name: Text
    dimensions: tuple[str, ...]


_GAS = ("volume", "normal_volume")
_LIQUID = ("mass", "volume")
_CARRIERS: tuple[tuple[str, str, str, tuple[str, ...]], ...] = (
    ("electricity", "电力", "Electricity", ("energy",)),
    ("heat", "热力", "Heat", ("energy",)),
    ("steam", "蒸汽", "Steam", ("mass", "energy")),
    ("hot_water", "热水", "Hot water", ("energy",)),
    ("chilled_water", "冷冻水", "Chilled water", ("energy",)),
    ("coal", "原煤", "Raw coal", ("mass",)),
    ("washed_coal", "洗精煤", "Washed coal", ("mass",)),
    ("coke", "焦炭", "Coke", ("mass",)),
    ("coal_tar", "煤焦油", "Coal tar", ("mass",)),
    ("crude_oil", "原油", "Crude oil", _LIQUID),
    ("fuel_oil", "燃料油", "Fuel oil", _LIQUID),
    ("gasoline", "汽油", "Gasoline", _LIQUID),
    ("kerosene", "煤油", "Kerosene", _LIQUID),
    ("diesel", "柴油", "Diesel", _LIQUID),
    ("lpg", "液化石油气", "LPG", ("mass", *_GAS)),
    ("lng", "液化天然气", "LNG", ("mass", *_GAS)),
    ("natural_gas", "天然气", "Natural gas", (*_GAS, "energy")),
    ("coke_oven_gas", "焦炉煤气", "Coke-oven gas", _GAS),
    ("blast_furnace_gas", "高炉煤气", "Blast-furnace gas", _GAS),
    ("converter_gas", "转炉煤气", "Converter gas", _GAS),
    ("producer_gas", "发生炉煤气", "Producer gas", _GAS),
    ("hydrogen", "氢气", "Hydrogen", _GAS),
    ("biogas", "沼气", "Biogas", _GAS),
    ("methanol", "甲醇", "Methanol", _LIQUID),
    ("ethanol", "乙醇", "Ethanol", _LIQUID),
    ("water", "新水", "Fresh water", ("volume", "mass")),
    ("reclaimed_water", "中水", "Reclaimed water", ("volume", "mass")),
    ("soft_water", "软化水", "Soft water", ("volume", "mass")),
    ("deoxygenated_water", "除氧水", "Deoxygenated water", ("volume", "mass")),
    ("compressed_air", "压缩空气", "Compressed air", _GAS),
    ("oxygen", "氧气", "Oxygen", _GAS),
    ("nitrogen", "氮气", "Nitrogen", _GAS),
    ("nitrogen_byproduct", "氮气（副产品）", "Nitrogen (by-product)", _GAS),
    ("argon", "氩气", "Argon", _GAS),
    ("carbon_dioxide", "二氧化碳气", "Carbon dioxide", (*_GAS, "mass")),
    ("acetylene", "乙炔", "Acetylene", _GAS),
    ("calcium_carbide", "电石", "Calcium carbide", ("mass",)),
)

CARRIERS: Mapping[str, Carrier] = MappingProxyType(
    {id_: Carrier(id_, Text(zh=zh, en=en), dimensions) for id_, zh, en, dimensions in _CARRIERS}
)


@dataclass(frozen=True)
class Material:
    """What gives off CO2 when it is processed, or takes carbon away; stated by the tonne, never metered.

    Attributes
    ----------
    id : str
        No carrier's; also the carrier of its rows in the factor book.
    name : Text
    kept : bool
        Its carbon stays in the product or is taken back: taken off the plant's CO2.
    """

    id: str
    name: Text
    kept: bool = False


_MATERIALS: tuple[tuple[str, str, str], ...] = (
    ("limestone", "石灰石（熔剂）", "Limestone (flux)"),
    ("dolomite", "白云石（熔剂）", "Dolomite (flux)"),
    ("fgd_limestone", "石灰石（脱硫剂）", "Limestone (flue gas desulphurisation)"),
    ("magnesite", "菱镁矿", "Magnesite"),
    ("soda_ash", "纯碱", "Soda ash"),
    ("sodium_bicarbonate", "碳酸氢钠", "Sodium bicarbonate"),
    ("siderite", "菱铁矿", "Siderite"),
    ("manganese_carbonate", "碳酸锰", "Manganese carbonate"),
    ("barium_carbonate", "碳酸钡", "Barium carbonate"),
    ("lithium_carbonate", "碳酸锂", "Lithium carbonate"),
    ("potassium_carbonate", "碳酸钾", "Potassium carbonate"),
    ("strontium_carbonate", "碳酸锶", "Strontium carbonate"),
    ("clinker", "水泥熟料", "Cement clinker"),
    ("lime", "石灰", "Lime"),
    ("graphite_electrode", "石墨电极", "Graphite electrodes"),
    ("pig_iron", "外购生铁", "Bought pig iron"),
    ("dri", "直接还原铁", "Sponge iron (DRI)"),
    ("primary_aluminium", "原铝（阳极消耗）", "Primary aluminium (anodes)"),
    ("feedstock_carbon", "原料中的碳", "Carbon in feedstock"),
)
_KEPT: tuple[tuple[str, str, str], ...] = (
    ("crude_steel", "粗钢", "Crude steel"),
    ("product_carbon", "产品中的碳", "Carbon in products"),
    ("waste_carbon", "废物中的碳", "Carbon in waste"),
    ("co2_recovered", "回收利用的二氧化碳", "CO2 recovered for use"),
)

MATERIALS: Mapping[str, Material] = MappingProxyType(
    {
        id_: Material(id_, Text(zh=zh, en=en), kept)
        for rows, kept in ((_MATERIALS, False), (_KEPT, True))
        for id_, zh, en in rows
    }
)


@dataclass(frozen=True)
class Pollutant:
    """A pollutant whose mass is counted.

    Attributes
    ----------
    id : str
        Usual symbol, e.g. ``NH3-N``.
    name : Text
    media : tuple of str
        ``water``, ``air`` or both.
    """

    id: str
    name: Text
    media: tuple[Medium, ...]


_POLLUTANTS: tuple[tuple[str, str, str, tuple[Medium, ...]], ...] = (
    ("COD", "化学需氧量", "Chemical oxygen demand", ("water",)),
    ("BOD5", "五日生化需氧量", "Biochemical oxygen demand", ("water",)),
    ("TOC", "总有机碳", "Total organic carbon", ("water",)),
    ("SS", "悬浮物", "Suspended solids", ("water",)),
    ("NH3-N", "氨氮", "Ammonia nitrogen", ("water",)),
    ("TN", "总氮", "Total nitrogen", ("water",)),
    ("TP", "总磷", "Total phosphorus", ("water",)),
    ("oil", "石油类", "Petroleum oil", ("water",)),
    ("phenol", "挥发酚", "Volatile phenol", ("water",)),
    ("cyanide", "氰化物", "Cyanide", ("water",)),
    ("fluoride", "氟化物", "Fluoride", ("water", "air")),
    ("Cr", "总铬", "Chromium", ("water",)),
    ("Cr6", "六价铬", "Chromium (VI)", ("water",)),
    ("Ni", "总镍", "Nickel", ("water",)),
    ("Cu", "总铜", "Copper", ("water",)),
    ("Zn", "总锌", "Zinc", ("water",)),
    ("Pb", "总铅", "Lead", ("water", "air")),
    ("Cd", "总镉", "Cadmium", ("water", "air")),
    ("Hg", "总汞", "Mercury", ("water", "air")),
    ("As", "总砷", "Arsenic", ("water", "air")),
    ("SO2", "二氧化硫", "Sulphur dioxide", ("air",)),
    ("NOx", "氮氧化物", "Nitrogen oxides", ("air",)),
    ("PM", "颗粒物", "Particulate matter", ("air",)),
    ("CO", "一氧化碳", "Carbon monoxide", ("air",)),
    ("VOC", "挥发性有机物", "Volatile organic compounds", ("air",)),
    ("NMHC", "非甲烷总烃", "Non-methane hydrocarbons", ("air",)),
    ("HCl", "氯化氢", "Hydrogen chloride", ("air",)),
    ("NH3", "氨", "Ammonia", ("air",)),
    ("H2S", "硫化氢", "Hydrogen sulphide", ("air",)),
)

POLLUTANTS: Mapping[str, Pollutant] = MappingProxyType(
    {id_: Pollutant(id_, Text(zh=zh, en=en), media) for id_, zh, en, media in _POLLUTANTS}
)

_LEVELS = frozenset({"concentration", "ratio", "ph"})


def kind_units(kind: Kind) -> list[str]:
    """Symbols of the units that fit a kind: amounts, rates, concentrations or any (for a state).

    Examples
    --------
    >>> "kWh" in kind_units(Kind.REGISTER), "kWh" in kind_units(Kind.RATE), kind_units(Kind.LOAD)
    (True, False, ['t', 'kg', 'g'])
    """
    return [symbol for symbol, unit in UNITS.items() if _fits(kind, unit.dimension)]


def _fits(kind: Kind, dimension: str) -> bool:
    if kind in (Kind.REGISTER, Kind.AMOUNT):
        return is_amount(dimension)
    if kind in (Kind.RATE, Kind.MEAN):
        return is_rate(dimension)
    if kind is Kind.CONCENTRATION:
        return dimension in _LEVELS
    if kind in DERIVED:
        return dimension == ("mass" if kind is Kind.LOAD else "normal_volume")
    return True
