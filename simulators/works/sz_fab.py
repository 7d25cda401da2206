"""How does a semiconductor fab in Suzhou use energy and water, and what leaves it?

About 34 000 wafers of 200 mm a month around the clock: clean rooms that never rest, process tools, ultrapure water.
From 2016 a photovoltaic roof feeds the support building, whose surplus at weekends flows into the grid. It meets
energy, water and air; nitrogen in its wastewater grows with capacity.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import numpy as np

from simulators.channels import counter, electricity, outlet
from simulators.noise import Float64
from simulators.plant import Economy, Works
from simulators.site import Measure, Site, transformer_loss_kw
from simulators.workdays import MINUTE_MS, Shifts, activity

MEASURES = (
    Measure(date(2016, 6, 1), "pv", 0.0, "屋顶光伏并网", "photovoltaic roof on the grid", days=1),
    Measure(date(2016, 4, 10), "cleanroom", 0.94, "FFU变频", "fan filter units with variable speed"),
    Measure(date(2017, 3, 20), "cleanroom", 0.86, "高温冷冻水系统", "chilled water at two temperatures"),
    Measure(date(2019, 5, 1), "cleanroom", 0.96, "冷机群控", "chillers under one control"),
    Measure(date(2017, 7, 1), "heat", 0.84, "空压机余热回收", "heat recovery from air compressors"),
    Measure(date(2016, 9, 1), "water", 0.90, "超纯水浓水回用", "reject of ultrapure water reused"),
    Measure(date(2018, 1, 20), "water", 0.90, "酸碱废水分质回用", "rinse water reused by quality"),
    Measure(date(2017, 7, 1), "nox", 0.84, "低氮燃烧器", "low-NOx burners"),
    Measure(date(2017, 12, 10), "nitrogen", 0.93, "氨氮吹脱", "ammonia stripping"),
)

SHIFTS = Shifts(spring_festival=0.94, before=2, after=5)
OFFICE = Shifts(night=0.30, saturday=0.40, sunday=0.30, spring_festival=0.22, before=3, after=5, national_day=0.28)
PEAK_KW = 3800.0
"""Peak power of the roof."""

CHANNELS = (
    # 20 kV / 100 V with 1000 / 5 A: 200 x 200
    electricity("el.in", "E01", ("cleanroom", "tools", "support", "loss", "-pv", "surplus"), multiplier=40_000,
                modulus=100_000, decimals=4, start=66_204.9310),
    electricity("el.clean", "E02", ("cleanroom",), multiplier=40_000, decimals=4, start=9120.5538),
    electricity("el.tool", "E03", ("tools",), multiplier=40_000, decimals=4, start=7702.1904),
    electricity("pv.gen", "PV1", ("pv",)),
    electricity("pv.out", "PV2", ("surplus",)),
    counter("gas.in", "G01", ("gas",), "m3", start=7_330_118.0),
    counter("water.in", "W01", ("water",), "m3", modulus=10_000_000, start=2_204_117.0, decimals=1),
    *outlet("st", "ST1", "Nm3", "mg/m3", {"so2": "SO2", "nox": "NOx"}, MINUTE_MS),
    *outlet("ww", "WW1", "m3", "mg/L", {"cod": "COD", "nh3n": "NH3-N", "tn": "TN"}),
)  # fmt: skip


def model(site: Site) -> Mapping[str, Float64]:
    """Flows in kW, m3/h, Nm3/h and wafers/h, concentrations in mg/L and mg/m3."""
    output = site.output(46.5, SHIFTS, (1.0, 1.05, 1.10, 1.14, 1.17), fast=0.02)  # wafers of 200 mm
    cleanroom = (6100.0 + 34.0 * output + 92.0 * site.cooling_k) * site.effect("cleanroom")
    cleanroom = cleanroom * site.wobble("cleanroom", 0.01, 0.01)
    tools = (2300.0 + 92.0 * output) * site.wobble("tools", 0.015, 0.01)
    support = 1500.0 * activity(OFFICE) + 260.0 + 30.0 * site.cooling_k
    pv = PEAK_KW * site.sun_share * (1.0 - site.effect("pv"))
    gas = (150.0 + 1.2 * output + 12.0 * site.heating_k) * site.effect("heat") * site.wobble("gas", 0.04, 0.02)
    water = (60.0 + 4.6 * output + 1.4 * site.cooling_k) * site.effect("water") * site.wobble("water", 0.03, 0.02)
    nitrogen = 21.0 * site.yearly(1.0, 1.03, 1.06, 1.10, 1.12) * site.effect("nitrogen")
    return {
        "output": output,
        "cleanroom": cleanroom,
        "tools": tools,
        "support": support,
        "loss": transformer_loss_kw(cleanroom + tools + support, 25_000.0),
        "pv": pv,
        "surplus": np.maximum(pv - support, 0.0),
        "gas": gas,
        "water": water,
        "st.flow": 11.0 * gas + 800.0,
        "st.so2": 6.5 * site.effect("nox") * site.wobble("so2", 0.10, 0.06),
        "st.nox": 84.0 * site.effect("nox") * site.wobble("nox", 0.06, 0.05),
        "ww.flow": 0.78 * water * site.wobble("ww", 0.03, 0.02),
        "ww.cod": 71.0 * site.wobble("cod", 0.07, 0.05),
        "ww.nh3n": 10.5 * site.effect("nitrogen") * site.wobble("nh3n", 0.10, 0.06),
        "ww.tn": nitrogen * site.wobble("tn", 0.07, 0.05),
    }


WORKS = Works(
    id="sz-fab",
    zh="苏州园区晶圆厂",
    en="Suzhou SIP Wafer Fab",
    city="suzhou",
    sector="C39",
    dialect="items",
    economy=Economy("wafer", "piece", 0.31, (1.0, 1.01, 1.02, 1.03, 1.04), (98.6, 100.4, 99.8, 98.9)),
    channels=CHANNELS,
    measures=MEASURES,
    model=model,
    gateways={
        **{device: "GW1" for device in ("E01", "E02", "E03", "PV1", "PV2", "G01", "W01")},
        **{device: "GW2" for device in ("ST1", "WW1")},
    },
    ripple={"cleanroom": 0.02, "tools": 0.04, "support": 0.06, "loss": 0.02, "pv": 0.12, "surplus": 0.05},
)
