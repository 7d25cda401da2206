"""How does a steel works with an electric arc furnace in Changzhou use energy and water, and what leaves it?

About 640 000 t of bars a year from scrap: one arc furnace that pulls 50 MW in heats of an hour, a ladle furnace, a bar
mill with a gas-fired reheating furnace. Night power is cheap, so nights run harder than days. Scrap preheating brings
energy on pace and closed cooling circuits meet the water target; dust and NOx stay behind.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from simulators.channels import QUARTER_MS, Channel, counter, electricity, outlet
from simulators.noise import Float64
from simulators.plant import Economy, Works
from simulators.site import Measure, Site, transformer_loss_kw
from simulators.workdays import MINUTE_MS, Pause, Shifts

MEASURES = (
    Measure(date(2017, 3, 1), "furnace", 0.86, "废钢预热", "scrap preheating"),
    Measure(date(2016, 5, 1), "furnace", 0.97, "炉壁氧枪优化", "wall lances tuned"),
    Measure(date(2019, 4, 1), "furnace", 0.955, "泡沫渣自动控制", "foamy slag under control"),
    Measure(date(2016, 9, 1), "reheating", 0.90, "连铸坯热送热装", "hot charging of billets"),
    Measure(date(2018, 1, 10), "reheating", 0.91, "蓄热式烧嘴", "regenerative burners"),
    Measure(date(2016, 4, 1), "water", 0.92, "浊环水回用", "direct cooling water reused"),
    Measure(date(2017, 6, 1), "water", 0.86, "闭式冷却塔", "closed cooling towers"),
    Measure(date(2017, 6, 1), "effluent", 1.045, "循环水浓缩倍数提高", "less blow-down, but more concentrated"),
    Measure(date(2016, 12, 1), "fume", 0.86, "二次除尘改造", "secondary dedusting rebuilt"),
)

SHIFTS = Shifts(night=1.08, sunday=1.0, spring_festival=0.45, before=3, after=7, national_day=0.92,
                pauses=(Pause(8, 1, 8, 0.35),))  # fmt: skip

CHANNELS = (
    # 35 kV / 100 V with 1500 / 5 A: 350 x 300; four digits before the point
    electricity("el.in", "E01", ("furnace", "mill", "aux", "loss"), multiplier=105_000, modulus=10_000, decimals=4,
                start=4187.3055),
    electricity("el.eaf", "E02", ("furnace",), multiplier=105_000, modulus=10_000, decimals=4, start=2210.0917),
    electricity("el.mill", "E03", ("mill",), multiplier=8000, modulus=100_000, decimals=3, start=31_877.512),
    counter("gas.in", "G01", ("gas",), "m3", modulus=100_000_000, start=88_412_077.0),
    Channel("coal.inj", "C01", "w", "amount", ("coal",), "t", every_ms=QUARTER_MS, decimals=3),
    counter("water.in", "W01", ("water",), "m3", start=6_034_118.0, decimals=1),
    *outlet("st", "ST1", "Nm3", "mg/m3", {"so2": "SO2", "nox": "NOx", "pm": "PM"}, MINUTE_MS),
    *outlet("ww", "WW1", "m3", "mg/L", {"cod": "COD", "nh3n": "NH3-N", "tn": "TN"}),
)  # fmt: skip


def model(site: Site) -> Mapping[str, Float64]:
    """Flows in kW, m3/h, Nm3/h and t/h, concentrations in mg/L and mg/m3."""
    output = site.output(76.0, SHIFTS, (1.0, 0.98, 1.01, 1.03, 1.04), fast=0.06)  # t of steel
    furnace = (470.0 * output + 900.0) * site.effect("furnace") * site.wobble("furnace", 0.05, 0.02)
    mill = (82.0 * output + 700.0) * site.wobble("mill", 0.05, 0.02)
    aux = 45.0 * output + 1900.0 + 18.0 * site.cooling_k
    gas = (33.0 * output + 160.0) * site.effect("reheating") * site.wobble("gas", 0.05, 0.03)
    water = (1.75 * output + 12.0 + 0.9 * site.cooling_k) * site.effect("water") * site.wobble("water", 0.06, 0.03)
    fume, effluent = site.effect("fume"), site.effect("effluent")
    return {
        "output": output,
        "furnace": furnace,
        "mill": mill,
        "aux": aux,
        "loss": transformer_loss_kw(furnace + mill + aux, 90_000.0),
        "gas": gas,
        "coal": 0.013 * output * site.wobble("coal", 0.06, 0.04),  # anthracite for foamy slag
        "water": water,
        "st.flow": (6300.0 * output + 190_000.0) * site.wobble("st", 0.02, 0.01),  # furnace and roof hoods together
        "st.so2": 7.5 * fume * site.wobble("so2", 0.12, 0.08),
        "st.nox": 21.0 * fume * site.wobble("nox", 0.10, 0.06),
        "st.pm": 8.8 * fume * site.wobble("pm", 0.12, 0.08),
        "ww.flow": 0.36 * water * site.wobble("ww", 0.06, 0.03) + 3.0,
        "ww.cod": 38.0 * effluent * site.wobble("cod", 0.08, 0.06),
        "ww.nh3n": 2.7 * effluent * site.wobble("nh3n", 0.12, 0.08),
        "ww.tn": 11.5 * effluent * site.wobble("tn", 0.08, 0.06),
    }


WORKS = Works(
    id="cz-steel",
    zh="常州金坛特钢厂",
    en="Changzhou Jintan Steel Works",
    city="changzhou",
    sector="C31",
    dialect="values",
    economy=Economy("steel", "t", 0.086, (1.0, 1.01, 1.025, 1.035, 1.045), (98.3, 127.9, 108.6, 97.7)),
    materials={
        "limestone": (0.031, 0.031, 0.030, 0.030, 0.030),
        "dolomite": (0.018, 0.018, 0.018, 0.017, 0.017),
        "graphite_electrode": (0.0021, 0.0020, 0.0019, 0.0018, 0.0018),
        "pig_iron": (0.052, 0.052, 0.054, 0.055, 0.055),
        "crude_steel": (1.042,) * 5,  # some of it is cut off on the way to bars
    },
    channels=CHANNELS,
    measures=MEASURES,
    model=model,
    ripple={"furnace": 0.35},
)
