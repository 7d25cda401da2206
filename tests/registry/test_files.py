"""Are plant files loaded with every default filled in, and is every mistake told with place, value and wish?"""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from analytics.columns import LOCAL_DAY, Kind
from registry import ConfigError, PlantFile, Problem, check, load_plant_files

EXAMPLES = Path(__file__).parents[2] / "examples"


def write(folder: Path, text: str, name: str = "x.toml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def problems(folder: Path, text: str) -> list[Problem]:
    return check([write(folder, text)])


def test_every_example_plant_loads() -> None:
    paths = sorted(EXAMPLES.glob("plants/*.toml"))
    assert paths
    assert [str(problem) for problem in check(paths)] == []
    assert len(load_plant_files(paths)) == len(paths)
    for alone in EXAMPLES.glob("*/plant.toml"):  # data sets with a settings file of their own
        assert [str(problem) for problem in check([alone])] == []


def test_a_folder_stands_for_its_files(tmp_path: Path, plant_toml: str) -> None:
    write(tmp_path, plant_toml, "a.toml")
    write(tmp_path, plant_toml.replace('"p1"', '"p2"').replace("site/p1", "site/p2"), "b.toml")
    assert [file.plant.id for file in load_plant_files([tmp_path])] == ["p1", "p2"]


def test_what_the_file_says_and_what_is_filled_in(plant: PlantFile) -> None:
    el, flow, cod, load = plant.points
    assert (el.full_id, el.kind, el.multiplier, el.modulus) == ("p1/el.in", Kind.REGISTER, 8000.0, 1_000_000.0)
    assert el.rating is not None
    assert (el.rating.value, el.rating.unit, el.rating_per_h) == (12_000.0, "kW", 12_000.0)
    assert (el.every_ms, el.hold_ms) == (60_000, 120_000)  # hold: twice the distance
    assert flow.hold_ms == 900_000  # for a rate at least 15 minutes
    assert (cod.every_ms, cod.hold_ms, cod.valid) == (3_600_000, 7_200_000, (0.0, 1000.0))
    assert el.valid == (-math.inf, math.inf)
    assert not el.zero_is_missing and el.stuck_count == 0
    assert (load.id, load.kind, load.unit, load.outlet, load.pollutant) == ("ww.COD", Kind.LOAD, "kg", "ww", "COD")
    assert load.name.zh == "排口 化学需氧量排放量"
    assert plant.sources[0].zone == "Asia/Shanghai"
    assert plant.limits[0].averaging_ms == LOCAL_DAY
    assert (el.amount_unit, flow.amount_unit, load.amount_unit) == ("kWh", "m3", "kg")


def test_topics_and_channels_as_gateways_have_them(tmp_path: Path, plant_toml: str) -> None:
    """A topic that begins with a slash, and a channel that names a member of the payload."""
    text = plant_toml.replace('topic = "site/', 'topic = "/site/').replace(
        'channel = "{device}/{key}"', 'channel = "{meterSN}/{key}"'
    )
    assert text.count("{meterSN}") == 1 and 'topic = "/site/' in text
    assert [str(problem) for problem in problems(tmp_path, text)] == []


def test_zero_stuck_label_and_local_day(tmp_path: Path, plant_toml: str) -> None:
    daily = plant_toml.replace('channel = "{device}/{key}"', 'channel = "{device}/{key}"\nlabel = "end"')
    daily += """
[[points]]
id = "el.day"
name = { zh = "日电量", en = "Daily electricity" }
kind = "amount"
unit = "kWh"
every = "1d"
zero = "missing"
stuck = 8
source = "gw"
channel = "E01/day"
"""
    (file,) = load_plant_files([write(tmp_path, daily)])
    points = {point.id: point for point in file.points}
    day = points["el.day"]
    assert (day.every_ms, day.hold_ms, day.label) == (LOCAL_DAY, 2 * 86_400_000, "end")
    assert day.zero_is_missing and day.stuck_count == 8
    assert points["el.in"].label == "start"  # a register has no period that a label could end


POINTS = 'points[1] "el.in"'
WRONG = [
    # what stands there, what stands there instead, where, key, came, words of what is wanted
    ('unit = "kWh"', 'unit = "kWhh"', POINTS, "unit", '"kWhh"', ["one of kWh, Wh,", "(did you mean kWh?)"]),
    ('unit = "kWh"', 'unit = "kW"', POINTS, "unit", '"kW"', ["a unit of kind register", "kWh"]),
    ('unit = "kWh"', 'unit = "t"', POINTS, "unit", '"t"', ["a unit of electricity", "kWh"]),
    ('unit = "m3/h"', 'unit = "m³/h"', 'points[2] "ww.flow"', "unit", '"m³/h"', ["(did you mean m3/h?)"]),
    ('kind = "register"', 'kind = "counter"', POINTS, "kind", '"counter"', ["one of register, amount"]),
    ('kind = "register"', 'kind = "load"', POINTS, "kind", '"load"', ["one of register"]),
    ('kind = "register"\n', "", POINTS, "kind", None, ["one of register"]),
    ('carrier = "electricity"', 'carrier = "electrcity"', POINTS, "carrier", '"electrcity"',
     ["did you mean electricity"]),
    ('direction = "import"', 'direction = "in"', POINTS, "direction", '"in"', ["one of import, export"]),
    ("multiplier = 8000", 'multiplier = "8000"', POINTS, "multiplier", '"8000"', ["a number"]),
    ("multiplier = 8000", "multiplier = nan", POINTS, "multiplier", "nan", ["a finite number"]),
    ("multiplier = 8000", "multiplier = true", POINTS, "multiplier", "true", ["a number"]),
    ("modulus = 1000000", "modulus = 0", POINTS, "modulus", "0", ["a number above 0"]),
    ("modulus = 1000000", "modulus = -5", POINTS, "modulus", "-5", ["a number above 0"]),
    ('rating = "12000 kW"', 'rating = "12000"', POINTS, "rating", '"12000"', ["a number, a blank and a unit"]),
    ('rating = "12000 kW"', 'rating = "12000 kv"', POINTS, "rating", '"12000 kv"', ["(did you mean kV?)"]),
    ('rating = "12000 kW"', 'rating = "400 m3/h"', POINTS, "rating", '"400 m3/h"', ["a flow of kWh", "kW"]),
    ('rating = "12000 kW"', 'rating = "0 kW"', POINTS, "rating", '"0 kW"', ["a number above 0"]),
    ('every = "1min"\nsource = "gw"\nchannel = "E01', 'every = "soon"\nsource = "gw"\nchannel = "E01',
     POINTS, "every", '"soon"', ['"15min"']),
    ('name = { zh = "总进线", en = "Incomer" }', 'name = "Incomer"', POINTS, "name", '"Incomer"', ["a table"]),
    ('name = { zh = "总进线", en = "Incomer" }', 'name = { zh = "总进线" }', POINTS, "name.en", None, ["a value"]),
    ('name = { zh = "总进线", en = "Incomer" }', 'name = { zh = "总进线", en = "" }', POINTS, "name.en", '""',
     ["not empty"]),
    ("modulus = 1000000", "modulos = 1000000", POINTS, "modulos", "1000000",
     ["a known key", "(did you mean modulus?)"]),
    ("valid = [0, 1000]", "valid = [1000, 0]", 'points[3] "ww.cod"', "valid", "[1000, 0]", ["[lowest, highest]"]),
    ("valid = [0, 1000]", "valid = [0]", 'points[3] "ww.cod"', "valid", "[0]", ["[lowest, highest]"]),
    ("valid = [0, 1000]", 'rating = "5 mg/L"', 'points[3] "ww.cod"', "rating", '"5 mg/L"', ["no rating"]),
    ("valid = [0, 1000]", "modulus = 100", 'points[3] "ww.cod"', "modulus", "100.0", ["no modulus"]),
    ("valid = [0, 1000]", 'label = "end"', 'points[3] "ww.cod"', "label", '"end"', ["no label"]),
    ('meter = "E01"', 'meter = "E1"', POINTS, "meter", '"E1"', ["an id of [[meters]]", "(did you mean E01?)"]),
    ('source = "gw"\nchannel = "E01/ep"', 'source = "gate"\nchannel = "E01/ep"', POINTS, "source", '"gate"',
     ["an id of [[sources]]: one of gw"]),
    ('channel = "E01/ep"', 'channel = "E01"', POINTS, "channel", '"E01"', ["can make: {device}/{key}"]),
    ('\nchannel = "E01/ep"', "", POINTS, "channel", None, ["a channel of source gw"]),
    ('source = "gw"\nchannel = "E01/ep"', 'channel = "E01/ep"', POINTS, "source", None, ['"E01/ep"']),
    ('channel = "WW1/q"', 'channel = "E01/ep"', 'points[2] "ww.flow"', "channel", '"E01/ep"', ["point el.in listens"]),
    ('modulus = 1000000', 'parent = "el.all"', POINTS, "parent", '"el.all"', ["an id of [[points]]"]),
    ('modulus = 1000000', 'parent = "el.in"', POINTS, "parent", '"el.in"', ["no circle of parents (el.in -> el.in)"]),
    ('modulus = 1000000', 'parent = "ww.flow"', POINTS, "parent", '"ww.flow"', ["counts the same as kWh, not m3/h"]),
    ('id = "el.in"', 'id = "el in"', 'points[1] "el in"', "id", '"el in"', ["letters, digits, -, _ and ."]),
    ('flow = "ww.flow"', 'flow = "ww.flwo"', 'outlets[1] "ww"', "flow", '"ww.flwo"', ["(did you mean ww.flow?)"]),
    ('flow = "ww.flow"', 'flow = "el.in"', 'outlets[1] "ww"', "flow", '"el.in"', ["counts a volume"]),
    ('COD = "ww.cod"', 'COD = "ww.tp"', 'outlets[1] "ww"', "pollutants.COD", '"ww.tp"', ["an id of [[points]]"]),
    ('COD = "ww.cod"', 'COD = "ww.flow"', 'outlets[1] "ww"', "pollutants.COD", '"ww.flow"', ["unit of concentration"]),
    ('COD = "ww.cod"', 'SO2 = "ww.cod"', 'outlets[1] "ww"', "pollutants.SO2", '"ww.cod"', ["a pollutant of water"]),
    ('point = "ww.cod"', 'point = "ww.cdo"', 'limits[1] "ww.cdo"', "point", '"ww.cdo"', ["(did you mean ww.cod?)"]),
    ('value = "80 mg/L"', 'value = "80 kg"', 'limits[1] "ww.cod"', "value", '"80 kg"', ["mg/L of ww.cod"]),
    ('value = "80 mg/L"', "value = 80", 'limits[1] "ww.cod"', "value", "80", ["a number, a blank and a unit"]),
    ('city = "wuxi"', 'city = "wuxii"', "plant", "city", '"wuxii"', ["one of nanjing", "(did you mean wuxi?)"]),
    ('sector = "C17"', 'sector = "17"', "plant", "sector", '"17"', ["GB/T 4754"]),
    ('size = "large"', 'size = "big"', "plant", "size", '"big"', ["one of large"]),
    ('size = "large"', 'size = "large"\nzone = "Asia/Shangai"', "plant", "zone", '"Asia/Shangai"',
     ["(did you mean Asia/Shanghai?)"]),
    ('["sunan-2019"]', '["sunan-2020"]', "plant", "programmes", '"sunan-2020"', ["(did you mean sunan-2019?)"]),
    ("site/p1/{device}/up", "site/p1/+/up", 'sources[1] "gw"', "topic", '"site/p1/+/up"',
     ["{name} in place of + and #"]),
    ("site/p1/{device}/up", "site/p1/x{device}", 'sources[1] "gw"', "topic", '"site/p1/x{device}"', ["a whole level"]),
    ("site/p1/{device}/up", "{a}/{a}", 'sources[1] "gw"', "topic", '"{a}/{a}"', ["each {name} once"]),
    ('time = "ts"', 'time = "ts"\ntime_unit = "sec"', 'sources[1] "gw"', "time_unit", '"sec"', ["strptime format"]),
    ('time = "ts"', 'time = "ts"\ncodec = "xml"', 'sources[1] "gw"', "codec", '"xml"', ["one of json"]),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "where", "key", "came", "wanted"), WRONG, ids=lambda v: str(v)[:30])
def test_a_mistake_is_told_once_with_place_value_and_wish(
    tmp_path: Path, plant_toml: str, old: str, new: str, where: str, key: str, came: str | None, wanted: list[str]
) -> None:
    assert plant_toml.count(old) >= 1
    found = problems(tmp_path, plant_toml.replace(old, new, 1))
    assert len(found) == 1, [str(problem) for problem in found]
    problem = found[0]
    assert (problem.where, problem.key, problem.came) == (f"{tmp_path}/x.toml: {where}", key, came)
    for words in wanted:
        assert words in problem.wanted


def test_a_problem_prints_on_one_line() -> None:
    problem = Problem('x.toml: points[3] "el.in"', "unit", '"kWhh"', "one of Wh, kWh (did you mean kWh?)")
    assert str(problem) == 'x.toml: points[3] "el.in": unit = "kWhh": wanted one of Wh, kWh (did you mean kWh?)'
    assert str(Problem("x.toml: plant", "id", None, "an id")) == "x.toml: plant: id is missing: wanted an id"


def test_all_mistakes_of_all_files_come_at_once(tmp_path: Path, plant_toml: str) -> None:
    one = write(tmp_path, plant_toml.replace('"kWh"', '"kWhh"').replace("modulus = 1000000", "modulus = 0"), "a.toml")
    two = write(tmp_path, plant_toml.replace('city = "wuxi"', 'city = "rome"').replace("p1", "p2"), "b.toml")
    assert sorted(problem.key for problem in check([one, two])) == ["city", "modulus", "unit"]
    with pytest.raises(ConfigError) as raised:
        load_plant_files([one, two])
    assert len(raised.value.problems) == 3
    assert str(raised.value).count("\n") == 2


def test_syntax_is_told_with_line_and_column(tmp_path: Path) -> None:
    (problem,) = problems(tmp_path, '[plant]\nid = "a"\nname = = 3\n')
    assert problem.where == f"{tmp_path}/x.toml:3:8"
    assert "name = = 3" in str(problem)


def test_an_unfinished_file_is_told_at_its_end(tmp_path: Path) -> None:
    (problem,) = problems(tmp_path, '[plant]\nid = "a')
    assert problem.where.startswith(f"{tmp_path}/x.toml:2:")


def test_other_bytes_and_absent_files(tmp_path: Path) -> None:
    (tmp_path / "gbk.toml").write_bytes('[plant]\nid = "a"\nname = "无锡"\n'.encode("gbk"))
    empty, utf8, absent = check([tmp_path / "gbk.toml", tmp_path / "none.toml", _empty(tmp_path)])
    assert utf8.where == f"{tmp_path}/gbk.toml:3" and "not UTF-8" in str(utf8)
    assert "No such file" in str(absent)
    assert "a folder without *.toml" in str(empty)


def _empty(folder: Path) -> Path:
    (folder / "empty").mkdir()
    return folder / "empty"


def test_a_byte_order_mark_does_no_harm(tmp_path: Path, plant_toml: str) -> None:
    assert problems(tmp_path, "\ufeff" + plant_toml) == []


def test_wrong_tables(tmp_path: Path, plant_toml: str) -> None:
    (unknown,) = problems(tmp_path, plant_toml.replace("[[meters]]", "[[metres]]").replace('meter = "E01"\n', ""))
    assert (unknown.key, "did you mean meters" in unknown.wanted) == ("metres", True)
    (single,) = problems(tmp_path, plant_toml.replace("[[limits]]", "[limits]"))
    assert (single.key, "[[limits]], a table for each" in single.wanted) == ("limits", True)
    (missing,) = problems(tmp_path, '[[meters]]\nid = "E"\nname = { zh = "表", en = "Meter" }\n')
    assert missing.key == "[plant]" and missing.came is None


def test_a_reference_to_a_faulty_table_is_no_second_mistake(tmp_path: Path, plant_toml: str) -> None:
    found = problems(tmp_path, plant_toml.replace('unit = "m3/h"', 'unit = "m3/hour"'))
    assert [problem.key for problem in found] == ["unit"]


def test_a_circle_of_three_is_told_once(tmp_path: Path, plant_toml: str) -> None:
    text = plant_toml
    for name, parent in (("a", "b"), ("b", "c"), ("c", "a")):
        text += f"""
[[points]]
id = "{name}"
name = {{ zh = "点", en = "Point" }}
kind = "register"
unit = "kWh"
every = "1min"
parent = "{parent}"
"""
    (problem,) = problems(tmp_path, text)
    assert "(a -> b -> c -> a)" in problem.wanted


SECOND_SOURCE = """
[[sources]]
id = "gw2"
topic = "{topic}"
items = "{items}"
time = "ts"
channel = "{channel}"
"""


@pytest.mark.parametrize(
    ("topic", "items", "channel", "count"),
    [
        ("site/p1/E01/{dir}", "values", "E01/{key}", 1),
        ("site/p1/E01/{dir}", "values", "other/{key}/x", 1),  # {key} may hold a stroke
        ("site/p1/E01/{dir}", "status", "E01/{key}", 0),
        ("site/p1/E01/down", "values", "E01/{key}", 0),
        ("site/p1/up", "values", "E01/{key}", 0),
    ],
)
def test_two_sources_that_could_make_one_channel(
    tmp_path: Path, plant_toml: str, topic: str, items: str, channel: str, count: int
) -> None:
    found = problems(tmp_path, plant_toml + SECOND_SOURCE.format(topic=topic, items=items, channel=channel))
    assert [problem.key for problem in found] == ["topic"] * count


def test_two_plants_on_one_topic_and_channel(tmp_path: Path, plant_toml: str) -> None:
    one = write(tmp_path, plant_toml, "a.toml")
    copied = plant_toml.replace('id = "p1"', 'id = "p2"')  # the topic still says p1
    found = check([one, write(tmp_path, copied, "b.toml")])
    assert [problem.key for problem in found] == ["channel"] * 3
    assert "p1/el.in already listens to site/p1/{device}/up" in found[0].wanted


def test_an_id_twice(tmp_path: Path, plant_toml: str) -> None:
    again = '\n[[points]]\nid = "el.in"\nname = { zh = "点", en = "Point" }\nkind = "state"\nunit = "1"\nevery = "1h"\n'
    (point,) = problems(tmp_path, plant_toml + again)
    assert (point.where, point.key) == (f'{tmp_path}/x.toml: points[4] "el.in"', "id")
    assert 'points[1] "el.in" has this one' in point.wanted
    (meter,) = problems(tmp_path, plant_toml + '\n[[meters]]\nid = "E01"\nname = { zh = "表", en = "Meter" }\n')
    assert (meter.where, meter.key) == (f'{tmp_path}/x.toml: meters[2] "E01"', "id")
    (load,) = problems(tmp_path, plant_toml + again.replace("el.in", "ww.COD"))
    assert (load.where, load.key) == (f'{tmp_path}/x.toml: outlets[1] "ww"', "id")


def test_a_plant_twice(tmp_path: Path, plant_toml: str) -> None:
    other = plant_toml.replace("site/p1", "site/p2")
    found = check([write(tmp_path, plant_toml, "a.toml"), write(tmp_path, other, "b.toml")])
    assert [(problem.key, problem.came) for problem in found] == [("id", '"p1"')]
    assert "a.toml" in found[0].wanted


FACTOR = '\n[[factors]]\ncarrier = "natural_gas"\nsource = "supplier"\n'


@pytest.mark.parametrize(
    ("lines", "key"),
    [
        ('heat = "35588 kJ/m3"', None),
        ('value = 1.2\nunit = "kgce/m3"', None),
        ("", "heat"),
        ('heat = "35588"', "heat"),
        ('heat = "35588 kJ/h"', "heat"),
        ('heat = "-1 kJ/m3"', "heat"),
        ('heat = "35588 kJ/m3"\nquantity = "co2"', "heat"),
        ("value = 1.2", "unit"),
        ('value = 1.2\nunit = "m3/kgce"', "unit"),
        ('heat = "35588 kJ/m3"\nvalid_from = 2019-01-01\nvalid_to = 2018-01-01', "valid_to"),
        ('heat = "35588 kJ/m3"\nvalid_from = "2019"', "valid_from"),
    ],
)
def test_factors_of_a_plant(tmp_path: Path, plant_toml: str, lines: str, key: str | None) -> None:
    found = problems(tmp_path, plant_toml + FACTOR + lines)
    assert [problem.key for problem in found] == ([] if key is None else [key])


@pytest.mark.parametrize(
    ("lines", "key"),
    [
        ('quantity = "co2"\nvalue = 0.527\nunit = "tCO2/t"', None),
        ('quantity = "co2"\nvalue = 527\nunit = "kgCO2/t"', None),
        ('quantity = "coal"\nvalue = 0.527\nunit = "kgce/t"', "unit"),
        ('quantity = "co2"\nvalue = 0.527\nunit = "tCO2/m3"', "unit"),
    ],
)
def test_own_factors_of_materials(tmp_path: Path, plant_toml: str, lines: str, key: str | None) -> None:
    text = f'{plant_toml}\n[[factors]]\ncarrier = "clinker"\nsource = "analysis"\n{lines}\n'
    assert [problem.key for problem in problems(tmp_path, text)] == ([] if key is None else [key])
    wrong = problems(tmp_path, text.replace('"clinker"', '"klinker"'))[0]
    assert "(did you mean clinker?)" in str(wrong)


def test_a_measured_heating_value_becomes_a_factor(tmp_path: Path, plant_toml: str) -> None:
    (file,) = load_plant_files([write(tmp_path, plant_toml + FACTOR + 'heat = "35588 kJ/m3"')])
    (row,) = file.factors
    # shared notes on GB/T 2589, section 3: 1.2143 corresponds to 35 588 kJ/m3
    assert (round(row.value, 4), row.unit, row.plant, row.edition) == (1.2143, "kgce/m3", "p1", "plant")
