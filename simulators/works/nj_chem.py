"""How does a fine-chemicals plant in a Nanjing chemical park use energy and water, and what leaves it?

Batches of dye and drug intermediates with bought steam, refrigeration and an incinerator for waste gas. It grows in
volume, not in value, keeps its old reactors and adds recipes with more nitrogen: it clearly fails on energy.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from simulators.channels import counter, electricity, outlet
from simulators.noise import Float64
from simulators.plant import Economy, Works
from simulators.site import Measure, Site, transformer_loss_kw
from simulators.workdays import MINUTE_MS, Pause, Shifts

MEASURES = (
    Measure(date(2016, 6, 1), "heat", 1.06, "蒸汽管网老化", "steam lines grow old: leaks, wet insulation", days=500),
    Measure(date(2017, 9, 1), "cold", 1.08, "新增低温配方", "recipes at lower temperature", days=120),
    Measure(date(2017, 3, 15), "water", 0.91, "真空泵水环改干式", "dry vacuum pumps instead of water rings"),
    Measure(date(2017, 11, 1), "organics", 0.88, "铁碳微电解预处理", "iron-carbon pretreatment"),
    Measure(date(2018, 1, 15), "nox", 0.90, "焚烧炉SNCR", "SNCR at the incinerator"),
)

SHIFTS = Shifts(night=0.97, sunday=0.95, spring_festival=0.6, before=3, after=7, national_day=0.9,
                pauses=tuple(Pause(11, 3, 14, 0.12, year) for year in (2015, 2017, 2019)))  # fmt: skip

CHANNELS = (
    # 10 kV / 100 V with 600 / 5 A: 100 x 120
    electricity("el.in", "E01", ("synthesis", "cold", "aux", "loss"), multiplier=12_000, modulus=1_000_000,
                decimals=3, start=21_880.614),
    electricity("el.syn", "E02", ("synthesis",), start=88_141_902.0),
    electricity("el.cold", "E03", ("cold",), modulus=100_000_000, start=61_330_415.0),
    counter("steam.in", "S01", ("steam",), "t", start=905_114.0),
    counter("water.in", "W01", ("water",), "m3", modulus=10_000_000, start=4_410_300.0, decimals=1),
    *outlet("st", "ST1", "Nm3", "mg/m3", {"so2": "SO2", "nox": "NOx"}, MINUTE_MS),
    *outlet("ww", "WW1", "m3", "mg/L", {"cod": "COD", "nh3n": "NH3-N", "tn": "TN"}),
)  # fmt: skip


def model(site: Site) -> Mapping[str, Float64]:
    """Flows in kW, m3/h, Nm3/h and t/h, concentrations in mg/L and mg/m3."""
    output = site.output(5.6, SHIFTS, (1.0, 1.03, 1.06, 1.09, 1.11), fast=0.05)  # t of intermediates
    synthesis = (420.0 * output + 380.0) * site.wobble("synthesis", 0.05, 0.03)
    cold = (230.0 * output + 240.0 + 34.0 * site.cooling_k) * site.effect("cold") * site.wobble("cold", 0.04, 0.02)
    aux = 60.0 * output + 420.0
    steam = (3.6 * output + 2.2 + 0.09 * site.heating_k) * site.effect("heat") * site.wobble("steam", 0.05, 0.03)
    water = (14.5 * output + 6.0 + 0.6 * site.cooling_k) * site.effect("water") * site.wobble("water", 0.06, 0.03)
    cold_water = 1.0 + 0.012 * site.heating_k
    return {
        "output": output,
        "synthesis": synthesis,
        "cold": cold,
        "aux": aux,
        "loss": transformer_loss_kw(synthesis + cold + aux, 12_500.0),
        "steam": steam,
        "water": water,
        "st.flow": (2600.0 * output + 6500.0) * site.wobble("st", 0.03, 0.02),
        "st.so2": 24.0 * site.yearly(1.0, 0.975, 0.945, 0.86, 0.84) * site.wobble("so2", 0.12, 0.08),
        "st.nox": 96.0 * site.effect("nox") * site.wobble("nox", 0.08, 0.05),
        "ww.flow": 0.62 * water * site.wobble("ww", 0.05, 0.03) + 2.0,
        "ww.cod": 168.0 * site.effect("organics") * site.wobble("cod", 0.09, 0.07),
        "ww.nh3n": 11.0 * cold_water * site.wobble("nh3n", 0.12, 0.08),
        "ww.tn": 30.0 * site.yearly(1.0, 1.02, 1.05, 1.08, 1.09) * cold_water * site.wobble("tn", 0.08, 0.06),
    }


WORKS = Works(
    id="nj-chem",
    zh="南京江北精细化工厂",
    en="Nanjing Jiangbei Fine Chemicals",
    city="nanjing",
    sector="C26",
    dialect="items",
    economy=Economy("intermediates", "t", 0.74, (1.0, 0.995, 0.985, 0.975, 0.97), (97.2, 109.5, 106.3, 96.1)),
    materials={"soda_ash": (0.085, 0.084, 0.082, 0.081, 0.080)},  # neutralises acid liquors
    channels=CHANNELS,
    measures=MEASURES,
    model=model,
    gateways={d: "GW1" for d in ("E01", "E02", "E03", "S01", "W01", "ST1", "WW1")},
)
