"""How does a cement plant in Zhenjiang use energy and water, and what leaves it?

One kiln line of 5 000 t of clinker a day and two cement mills. Coal weighs nearly everything. Denitration and new
filters more than meet the air target; energy per value added hardly moves: the kiln is old, the market is slack.
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
    Measure(date(2017, 4, 1), "grinding", 0.90, "辊压机预粉磨", "roller press before the mills"),
    Measure(date(2018, 3, 10), "kiln", 0.985, "篦冷机改造", "clinker cooler rebuilt"),
    Measure(date(2016, 11, 1), "water", 0.93, "循环水补水优化", "make-up of the cooling circuit trimmed"),
    Measure(date(2016, 6, 1), "nox", 0.80, "SNCR脱硝优化", "SNCR tuned"),
    Measure(date(2017, 10, 1), "nox", 0.78, "分级燃烧", "staged combustion"),
    Measure(date(2016, 8, 1), "dust", 0.66, "窑尾电改袋", "bag filter instead of precipitator"),
    Measure(date(2016, 8, 1), "sulphur", 0.70, "低硫原料替代", "raw meal of less sulphur"),
    Measure(date(2016, 5, 1), "effluent", 0.91, "生活污水站改造", "sewage station rebuilt"),
)

# The market pauses in the plum rains of June and in the cold; the kiln stops around Spring Festival (错峰生产).
SHIFTS = Shifts(night=1.06, spring_festival=0.03, before=9, after=12, national_day=0.95,
                pauses=(Pause(1, 5, 25, 0.80), Pause(6, 12, 24, 0.82)))  # fmt: skip

CHANNELS = (
    # 110 kV / 100 V with 200 / 5 A: 1100 x 40
    electricity("el.in", "E01", ("kiln", "mill", "aux", "loss"), multiplier=44_000, modulus=100_000, decimals=4,
                start=81_950.1182),
    electricity("el.kiln", "E02", ("kiln",), start=412_337_080.0),
    electricity("el.mill", "E03", ("mill",), start=305_518_644.0),
    Channel("coal.kiln", "C01", "w", "amount", ("coal",), "t", every_ms=QUARTER_MS, decimals=2, label_end=True),
    counter("water.in", "W01", ("water",), "m3", start=2_816_040.0, decimals=1),
    *outlet("st", "ST1", "Nm3", "mg/m3", {"so2": "SO2", "nox": "NOx", "pm": "PM"}, MINUTE_MS),
    *outlet("ww", "WW1", "m3", "mg/L", {"cod": "COD", "nh3n": "NH3-N"}),
)  # fmt: skip


def model(site: Site) -> Mapping[str, Float64]:
    """Flows in kW, m3/h, Nm3/h and t/h, concentrations in mg/L and mg/m3."""
    output = site.output(245.0, SHIFTS, (1.0, 1.0, 0.985, 0.98, 0.985))  # t of cement
    clinker = 0.76 * output
    kiln = (57.0 * clinker + 900.0) * site.wobble("kiln", 0.03, 0.02)
    mill = (36.0 * output + 350.0) * site.effect("grinding") * site.wobble("mill", 0.05, 0.02)
    aux = 3.0 * output + 420.0 + 8.0 * site.cooling_k
    coal = (0.148 * clinker + 0.8) * site.effect("kiln") * site.wobble("coal", 0.03, 0.015)
    water = (0.22 * output + 7.0 + 0.7 * site.cooling_k) * site.effect("water") * site.wobble("water", 0.06, 0.03)
    return {
        "output": output,
        "kiln": kiln,
        "mill": mill,
        "aux": aux,
        "loss": transformer_loss_kw(kiln + mill + aux, 31_500.0),
        "coal": coal,
        "water": water,
        "st.flow": (2050.0 * clinker + 21_000.0) * site.wobble("st", 0.02, 0.01),
        "st.so2": 42.0 * site.effect("sulphur") * site.wobble("so2", 0.14, 0.10),
        "st.nox": 292.0 * site.effect("nox") * site.wobble("nox", 0.07, 0.05),
        "st.pm": 17.0 * site.effect("dust") * site.wobble("pm", 0.10, 0.08),
        "ww.flow": 0.16 * water * site.wobble("ww", 0.06, 0.03) + 1.2,
        "ww.cod": 44.0 * site.effect("effluent") * site.wobble("cod", 0.08, 0.06),
        "ww.nh3n": 4.1 * site.effect("effluent") * site.wobble("nh3n", 0.12, 0.08),
    }


WORKS = Works(
    id="zj-cement",
    zh="镇江句容水泥厂",
    en="Zhenjiang Jurong Cement Plant",
    city="zhenjiang",
    sector="C30",
    dialect="values",
    economy=Economy("cement", "t", 0.0112, (1.0, 1.015, 1.035, 1.055, 1.065), (99.1, 107.6, 110.4, 103.1)),
    materials={"clinker": (0.76,) * 5},
    channels=CHANNELS,
    measures=MEASURES,
    model=model,
)
