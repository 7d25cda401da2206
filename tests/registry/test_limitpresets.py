"""Do the presets say what the standards say, and does a plant file take from them what it does not say itself?"""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from analytics.columns import HOUR_MS, LOCAL_DAY
from registry import ConfigError, Limit, PlantFile, check, load_plant_files
from registry.limitpresets import limit_presets
from registry.taxrates import tax_rate

STACK = """
[plant]
id = "p"
name = { zh = "厂", en = "Plant" }
city = "wuxi"
sector = "C17"
size = "large"
[[points]]
id = "q"
name = { zh = "烟气", en = "Gas" }
kind = "rate"
unit = "Nm3/h"
every = "1min"
[[points]]
id = "nox"
name = { zh = "氮氧化物", en = "NOx" }
kind = "concentration"
unit = "mg/m3"
every = "1min"
[[points]]
id = "o2"
name = { zh = "氧", en = "Oxygen" }
kind = "concentration"
unit = "%"
every = "1min"
[[outlets]]
id = "st"
name = { zh = "烟囱", en = "Stack" }
medium = "air"
flow = "q"
oxygen = "o2"
pollutants = { NOx = "nox" }
"""


def loaded(folder: Path, text: str) -> PlantFile:
    path = folder / "p.toml"
    path.write_text(text, encoding="utf-8")
    return load_plant_files([path])[0]


def limit_of(folder: Path, keys: str) -> Limit:
    (limit,) = loaded(folder, f'{STACK}[[limits]]\npoint = "nox"\n{keys}').limits
    return limit


def told(folder: Path, text: str) -> list[str]:
    path = folder / "p.toml"
    path.write_text(text, encoding="utf-8")
    return [str(problem) for problem in check([path])]


@pytest.mark.parametrize(
    ("preset", "values", "o2"),
    [
        ("GB 18918-2002/1A", {"COD": 50, "BOD5": 10, "SS": 10, "TN": 15, "NH3-N": 5, "TP": 0.5}, None),
        ("GB 18918-2002/1B", {"COD": 60, "BOD5": 20, "SS": 20, "TN": 20, "NH3-N": 8, "TP": 1}, None),
        ("DB32/1072-2018/table 1", {"COD": 40, "NH3-N": 3, "TN": 10, "TP": 0.3}, None),
        ("GB 13271-2014/in-use/coal", {"PM": 80, "SO2": 400, "NOx": 400}, 9.0),
        ("GB 13271-2014/new/oil", {"PM": 30, "SO2": 200, "NOx": 250}, 3.5),
        ("GB 13271-2014/special/gas", {"PM": 20, "SO2": 50, "NOx": 150}, 3.5),
        ("GB 13223-2011/coal/new", {"PM": 30, "SO2": 100, "NOx": 100, "Hg": 0.03}, 6.0),
        ("GB 13223-2011/gas-turbine", {"PM": 5, "SO2": 35, "NOx": 50}, 15.0),
        ("ultra-low/steel/pellet", {"PM": 10, "SO2": 35, "NOx": 50}, 18.0),
        ("GB 4915-2013/kiln/special", {"PM": 20, "SO2": 100, "NOx": 320}, 10.0),
    ],
)
def test_presets_are_those_of_the_worked_table(preset: str, values: dict[str, float], o2: float | None) -> None:
    found = limit_presets()[preset]
    assert dict(found.values) == values
    assert found.reference_o2 == o2
    assert found.averaging_ms == (HOUR_MS if found.medium == "air" else LOCAL_DAY)


def test_nothing_that_was_not_read_in_the_text_is_called_sure() -> None:
    assert {preset.confidence for preset in limit_presets().values()} == {"unsure"}
    assert len(limit_presets()) == 21


def test_a_preset_gives_all_that_the_file_does_not_say(tmp_path: Path) -> None:
    limit = limit_of(tmp_path, 'preset = "GB 13271-2014/special/gas"')
    assert (str(limit.value), limit.averaging_ms, limit.reference_o2) == ("150 mg/m3", HOUR_MS, 3.5)
    assert (limit.standard, limit.limit_class, limit.confidence) == ("GB 13271-2014", "special/gas", "unsure")
    assert limit.valid_from == dt.date(2014, 7, 1)


def test_the_permit_goes_before_the_preset(tmp_path: Path) -> None:
    more = 'preset = "GB 13271-2014/special/gas"\nvalue = "50 mg/m3"\nclass = "permit"\nconfidence = "sure"'
    limit = limit_of(tmp_path, more)
    assert (str(limit.value), limit.limit_class, limit.confidence) == ("50 mg/m3", "permit", "sure")
    assert limit.reference_o2 == 3.5


def test_without_a_preset_value_averaging_and_standard_are_asked_for(tmp_path: Path) -> None:
    missing = told(tmp_path, f'{STACK}[[limits]]\npoint = "nox"\n')
    assert [line.split(": ")[2].split(" is")[0] for line in missing] == ["value", "averaging", "standard"]


@pytest.mark.parametrize(
    ("keys", "words"),
    [
        ('preset = "GB 13271-2014/special/gaz"', "did you mean GB 13271-2014/special/gas?"),
        ('preset = "GB 18918-2002/1A"', "sets one for COD, BOD5, SS, TN, NH3-N, TP only"),
        ('value = "5 mg/m3"\naveraging = "1h"\nstandard = "x"\nreference_o2 = 21.0', "reference_o2"),
        (
            'preset = "GB 13271-2014/special/gas"\nklass = "x"',
            "one of point, preset, value, averaging, standard, class",
        ),
        (
            'preset = "GB 13271-2014/special/gas"\nvalid_from = 2019-01-01\nvalid_to = 2018-01-01',
            "a date after 2019-01-01",
        ),
    ],
)
def test_mistakes_in_limits_are_told(tmp_path: Path, keys: str, words: str) -> None:
    (line,) = told(tmp_path, f'{STACK}[[limits]]\npoint = "nox"\n{keys}')
    assert words in line


def test_reference_oxygen_needs_measured_oxygen(tmp_path: Path) -> None:
    bare = STACK.replace('oxygen = "o2"\n', "")
    keys = 'value = "5 mg/m3"\naveraging = "1h"\nstandard = "x"\nreference_o2 = 3.5'
    (line,) = told(tmp_path, f'{bare}[[limits]]\npoint = "nox"\n{keys}')
    assert "reference_o2 = 3.5: wanted an outlet of this point that has oxygen" in line


def test_rates_of_the_tax_are_those_of_the_cities() -> None:
    day = dt.date(2018, 8, 1)
    found = {city: (rate.air, rate.water) for city in ("nanjing", "suzhou", "other") if (rate := tax_rate(city, day))}
    assert found == {"nanjing": (8.4, 8.4), "suzhou": (6.0, 7.0), "other": (4.8, 5.6)}
    assert tax_rate("suzhou", dt.date(2017, 12, 31)) is None


# --- Raw gas ----------------------------------------------------------------------------------------------------------

GAS_POINTS = """
[[points]]
id = "v"
name = { zh = "流速", en = "Velocity" }
kind = "state"
unit = "m/s"
every = "1min"
[[points]]
id = "t"
name = { zh = "温度", en = "Temperature" }
kind = "state"
unit = "degC"
every = "1min"
[[points]]
id = "x"
name = { zh = "湿度", en = "Moisture" }
kind = "concentration"
unit = "%"
every = "1min"
"""


def raw(flow: str) -> str:
    return STACK.replace('flow = "q"', f"flow = {{ {flow} }}").replace("[[outlets]]", f"{GAS_POINTS}[[outlets]]")


def test_raw_gas_makes_a_derived_dry_flow(tmp_path: Path) -> None:
    plant = loaded(tmp_path, raw('area_m2 = 4.0, velocity = "v", temperature = "t", moisture = "x", altitude_m = 0.0'))
    (outlet,) = plant.outlets
    assert outlet.gas is not None
    assert (outlet.flow, outlet.gas.air_pa, outlet.gas.air_assumed) == ("st.dry_flow", 101_325.0, False)
    assert [(p.id, p.kind.name, p.amount_unit) for p in plant.points[-2:]] == [
        ("st.dry_flow", "DRY_FLOW", "Nm3"),
        ("st.NOx", "LOAD", "kg"),
    ]


def test_an_unknown_air_pressure_is_assumed_and_says_so(tmp_path: Path) -> None:
    (outlet,) = loaded(tmp_path, raw('area_m2 = 4.0, velocity = "v", temperature = "t", moisture_percent = 8')).outlets
    assert outlet.gas is not None
    assert (outlet.gas.air_pa, outlet.gas.air_assumed, outlet.gas.moisture_share) == (101_325.0, True, 0.08)


@pytest.mark.parametrize(
    ("flow", "words"),
    [
        ('area_m2 = 4.0, velocity = "v", temperature = "t"', "the point of the moisture, or moisture_percent"),
        ('area_m2 = 4.0, velocity = "t", temperature = "t", moisture = "x"', "in m/s, not degC"),
        ('area_m2 = 4.0, velocity = "v", temperature = "t", moisture = "t"', "in 1, %, not degC"),
        ('area_m2 = 4.0, velocity = "w", temperature = "t", moisture = "x"', "flow.velocity"),
        ('area_m2 = 0.0, velocity = "v", temperature = "t", moisture = "x"', "a number above 0"),
    ],
)
def test_mistakes_in_raw_gas_are_told(tmp_path: Path, flow: str, words: str) -> None:
    assert any(words in line for line in told(tmp_path, raw(flow)))


def test_a_stop_is_told_in_the_unit_of_its_point(tmp_path: Path) -> None:
    good = STACK.replace('flow = "q"', 'flow = "q"\nstopped = { below = "500 Nm3/h" }')
    (outlet,) = loaded(tmp_path, good).outlets
    assert outlet.stopped is not None
    assert outlet.stopped.below.canonical == 500.0
    bad = STACK.replace('flow = "q"', 'flow = "q"\nstopped = { below = "500 kW" }')
    with pytest.raises(ConfigError, match=r"stopped\.below"):
        loaded(tmp_path, bad)
