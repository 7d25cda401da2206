"""How does an electroplating park in Wuxi with its wastewater station use energy and water, and what leaves it?

Some forty workshops under one roof, rectifiers, heated baths, rinse water, and one station that treats it all. Switched
rectifiers and counter-current rinsing keep it on pace; a membrane stage more than meets the water pollutants.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from simulators.channels import counter, electricity, outlet
from simulators.noise import Float64
from simulators.plant import Economy, Works
from simulators.site import Measure, Site, transformer_loss_kw
from simulators.workdays import MINUTE_MS, Shifts

MEASURES = (
    Measure(date(2016, 8, 1), "rectifiers", 0.88, "高频开关电源", "switched rectifiers"),
    Measure(date(2017, 10, 15), "heat", 0.82, "槽体保温与热泵", "insulated baths and heat pumps"),
    Measure(date(2019, 4, 15), "heat", 0.94, "锅炉冷凝器", "condensing economiser"),
    Measure(date(2016, 3, 15), "water", 0.93, "逆流漂洗", "counter-current rinsing"),
    Measure(date(2017, 4, 15), "water", 0.92, "镍回收线", "nickel recovery line"),
    Measure(date(2019, 2, 20), "water", 0.93, "中水回用", "reclaimed water"),
    Measure(date(2017, 6, 1), "effluent", 0.82, "MBR膜生物反应器", "membrane bioreactor"),
    Measure(date(2017, 10, 15), "burner", 0.945, "低氮燃烧器", "low-NOx burners"),
)

SHIFTS = Shifts(night=0.45, saturday=0.92, sunday=0.30, spring_festival=0.03, before=8, after=11, national_day=0.35)

CHANNELS = (
    # 10 kV / 100 V with 300 / 5 A: 100 x 60
    electricity("el.in", "E01", ("rectifiers", "station", "halls", "loss"), multiplier=6000, modulus=10_000,
                decimals=3, start=1806.220),
    electricity("el.rect", "E02", ("rectifiers",), start=30_412_775.0),
    electricity("el.ws", "E03", ("station",), modulus=10_000_000, start=6_118_420.0),
    counter("gas.in", "G01", ("gas",), "m3", modulus=10_000_000, start=3_360_208.0),
    counter("water.in", "W01", ("water",), "m3", start=1_440_612.0, decimals=1),
    *outlet("st", "ST1", "Nm3", "mg/m3", {"nox": "NOx", "pm": "PM"}, MINUTE_MS),
    *outlet("ww", "WW1", "m3", "mg/L", {"cod": "COD", "tn": "TN", "tp": "TP"}),
)  # fmt: skip


def model(site: Site) -> Mapping[str, Float64]:
    """Flows in kW, m3/h, Nm3/h and m2/h, concentrations in mg/L and mg/m3."""
    output = site.output(430.0, SHIFTS, (1.0, 1.03, 1.05, 1.08, 1.10), fast=0.05)  # m2 of plated surface
    rectifiers = (5.6 * output + 60.0) * site.effect("rectifiers") * site.wobble("rectifiers", 0.05, 0.03)
    station = (0.95 * output + 210.0) * site.wobble("station", 0.04, 0.02)
    halls = 1.1 * output + 160.0 + 12.0 * site.cooling_k
    gas = (0.78 * output + 32.0 + 7.0 * site.heating_k) * site.effect("heat") * site.wobble("gas", 0.05, 0.03)
    water = (0.21 * output + 6.0) * site.effect("water") * site.wobble("water", 0.06, 0.03)
    effluent = site.effect("effluent")
    return {
        "output": output,
        "rectifiers": rectifiers,
        "station": station,
        "halls": halls,
        "loss": transformer_loss_kw(rectifiers + station + halls, 6300.0),
        "gas": gas,
        "water": water,
        "st.flow": 11.2 * gas + 350.0,
        "st.nox": 112.0 * site.effect("burner") * site.wobble("nox", 0.06, 0.05),
        "st.pm": 6.8 * site.effect("burner") * site.wobble("pm", 0.10, 0.07),
        "ww.flow": 0.80 * water * site.wobble("ww", 0.04, 0.02) + 1.0,
        "ww.cod": 58.0 * effluent * site.wobble("cod", 0.08, 0.06),
        "ww.tn": 13.4 * effluent * (1.0 + 0.01 * site.heating_k) * site.wobble("tn", 0.08, 0.06),
        "ww.tp": 0.38 * effluent * site.wobble("tp", 0.10, 0.08),
    }


WORKS = Works(
    id="wx-plating",
    zh="无锡惠山电镀园",
    en="Wuxi Huishan Plating Park",
    city="wuxi",
    sector="C33",
    dialect="items",
    economy=Economy("plated_area", "m2", 0.0058, (1.0, 1.01, 1.02, 1.03, 1.04), (99.2, 104.1, 102.7, 99.6)),
    channels=CHANNELS,
    measures=MEASURES,
    model=model,
    gateways={d: "GW1" for d in ("E01", "E02", "E03", "G01", "W01", "ST1", "WW1")},
)
