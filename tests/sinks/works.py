"""A works with four points and a store, for tests of the copy."""

from __future__ import annotations

from pathlib import Path

from registry import Registry, load_plant_files

PLANT = """
[plant]
id = "works"
name = { zh = "试验工厂", en = "Test Works" }
city = "wuxi"
sector = "C33"
size = "small"
zone = "Asia/Shanghai"

[[sources]]
id = "gateway"
topic = "works/{device}"
items = "values"
time = "ts"
channel = "{device}/{key}"

[[meters]]
id = "E1"
name = { zh = "总表", en = "Main meter" }

[[points]]
id = "el.in"
name = { zh = "总进线", en = "Incomer" }
meter = "E1"
source = "gateway"
channel = "a/ep"
kind = "register"
unit = "kWh"
carrier = "electricity"
direction = "import"
every = "1min"

[[points]]
id = "hall"
name = { zh = "车间", en = "Hall" }
source = "gateway"
channel = "b/ep"
kind = "register"
unit = "kWh"
carrier = "electricity"
parent = "el.in"
every = "1min"

[[points]]
id = "ww.cod"
name = { zh = "排口化学需氧量", en = "COD at the outlet" }
source = "gateway"
channel = "c/cod"
kind = "concentration"
unit = "mg/L"
every = "1h"

[[points]]
id = "ww.flow"
name = { zh = "排口流量", en = "Flow at the outlet" }
source = "gateway"
channel = "c/flow"
kind = "rate"
unit = "m3/h"
every = "1min"

[[outlets]]
id = "ww"
name = { zh = "废水总排口", en = "Wastewater outlet" }
medium = "water"
flow = "ww.flow"
pollutants = { COD = "ww.cod" }
"""


def registry(folder: Path) -> Registry:
    """The works; keys of el.in, hall, ww.cod, ww.flow and the load ww.COD are 1 to 5."""
    path = folder / "works.toml"
    path.write_text(PLANT, encoding="utf-8")
    return Registry.of_files(load_plant_files([path]))
