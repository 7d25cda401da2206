"""How does a textile dyeing works in Wuxi use energy and water, and what leaves it?

About 36 000 t of knitted fabric a year: gas-fired boilers and stenters, jets full of hot water, an own wastewater
station. Heat recovery, low-liquor jets and a membrane stage let it meet or nearly meet the targets.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import numpy as np

from simulators.channels import Channel, counter, electricity, outlet
from simulators.noise import Float64
from simulators.plant import Economy, Works
from simulators.site import Measure, Site, transformer_loss_kw
from simulators.workdays import MINUTE_MS, Shifts

MEASURES = (
    Measure(date(2016, 7, 1), "heat", 0.875, "高温废水余热回收", "heat recovery from hot effluent"),
    Measure(date(2017, 5, 10), "heat", 0.93, "定形机热风回用", "exhaust air heat recovery of the stenters"),
    Measure(date(2019, 3, 1), "heat", 0.97, "蒸汽冷凝水全回用", "full condensate return"),
    Measure(date(2017, 2, 20), "jets", 0.90, "低浴比染色机改造", "low-liquor-ratio dyeing machines"),
    Measure(date(2016, 3, 1), "water", 0.95, "冷却水回用", "cooling water reuse"),
    Measure(date(2017, 2, 20), "water", 0.91, "低浴比染色机改造", "low-liquor-ratio dyeing machines"),
    Measure(date(2019, 2, 20), "water", 0.94, "中水回用扩容", "more reclaimed water"),
    Measure(date(2016, 10, 1), "organics", 0.80, "生化池提标改造", "biological stage upgraded"),
    Measure(date(2016, 10, 1), "nutrients", 0.78, "深度脱氮除磷", "nitrogen and phosphorus removal"),
    Measure(date(2017, 9, 1), "nox", 0.95, "锅炉低氮燃烧器", "low-NOx burners"),
    Measure(date(2017, 9, 1), "dust", 0.95, "锅炉低氮燃烧器", "low-NOx burners"),
)

FULL_T_H = 5.1
"""Fabric at full production. [t/h]"""
IDLE_SHARE = 0.15
"""Share of the full production below which the boilers are only kept warm."""

SHIFTS = Shifts(night=0.86, saturday=0.97, sunday=0.85, spring_festival=0.06, before=7, after=9, national_day=0.6)

CHANNELS = (
    # 10 kV / 100 V with 400 / 5 A: 100 x 80; four digits before the point, so the display turns every sixteen months
    electricity("el.in", "E01", ("jets", "finish", "utility", "loss"), multiplier=8000, modulus=10_000, decimals=3,
                start=6120.417),
    electricity("el.dye", "E02", ("jets",), modulus=42_949_672.96, start=22_104_377.2),
    electricity("el.util", "E03", ("utility",), start=15_220_904.5),
    counter("gas.in", "G01", ("gas",), "m3", modulus=100_000_000, start=61_204_118.0),
    counter("water.in", "W01", ("water",), "m3", modulus=10_000_000, start=7_610_223.0, decimals=1),
    *outlet("st", "ST1", "Nm3", "mg/m3", {"so2": "SO2", "nox": "NOx", "pm": "PM"}, MINUTE_MS),
    Channel("st.o2", "ST1", "o2", "level", ("st.o2",), "%", every_ms=MINUTE_MS),
    *outlet("ww", "WW1", "m3", "mg/L", {"cod": "COD", "nh3n": "NH3-N", "tn": "TN", "tp": "TP"}),
)  # fmt: skip


def model(site: Site) -> Mapping[str, Float64]:
    """Flows in kW, m3/h, Nm3/h and t/h, concentrations in mg/L and mg/m3."""
    output = site.output(FULL_T_H, SHIFTS, (1.0, 1.02, 1.04, 1.06, 1.07))  # t of fabric
    jets = (560.0 * output + 120.0) * site.effect("jets") * site.wobble("jets", 0.03, 0.02)
    finish = (310.0 * output + 60.0) * site.wobble("finish", 0.03, 0.02)
    utility = (170.0 * output + 260.0 + 9.0 * site.cooling_k) * site.wobble("utility", 0.03)
    gas = (455.0 * output + 90.0 + 11.0 * site.heating_k) * site.effect("heat") * site.wobble("gas", 0.04, 0.02)
    water = (62.0 * output + 14.0) * site.effect("water") * site.wobble("water", 0.05, 0.03)
    cold = 1.0 + 0.012 * site.heating_k
    organics, nutrients = site.effect("organics"), site.effect("nutrients")
    return {
        "output": output,
        "jets": jets,
        "finish": finish,
        "utility": utility,
        "loss": transformer_loss_kw(jets + finish + utility, 10_000.0),
        "gas": gas,
        "water": water,
        "st.flow": 11.2 * gas + 900.0,  # dry flue gas of natural gas at 3 to 4 % oxygen, and fan air
        "st.so2": 9.0 * site.effect("dust") * site.wobble("so2", 0.10, 0.08),
        "st.nox": 118.0 * site.effect("nox") * site.wobble("nox", 0.06, 0.05),
        # Around Spring Festival the boilers idle: mostly air goes up the stack.
        "st.o2": np.where(output < IDLE_SHARE * FULL_T_H, 19.7, 4.8 * site.wobble("o2", 0.05, 0.04)),
        "st.pm": 7.5 * site.effect("dust") * site.wobble("pm", 0.10, 0.08),
        "ww.flow": (0.88 * water) * site.wobble("ww", 0.04, 0.02) + 2.0,
        "ww.cod": 58.0 * organics * site.wobble("cod", 0.08, 0.06),
        "ww.nh3n": 4.6 * nutrients * cold * site.wobble("nh3n", 0.12, 0.08),
        "ww.tn": 15.2 * nutrients * cold * site.wobble("tn", 0.08, 0.06),
        "ww.tp": 0.42 * nutrients * site.wobble("tp", 0.10, 0.08),
    }


WORKS = Works(
    id="wx-dyeing",
    zh="无锡太湖印染厂",
    en="Wuxi Taihu Dyeing Works",
    city="wuxi",
    sector="C17",
    dialect="values",
    economy=Economy("fabric", "t", 0.62, (1.0, 1.012, 1.025, 1.04, 1.05), (98.9, 102.9, 102.6, 99.4)),
    channels=CHANNELS,
    measures=MEASURES,
    model=model,
)
