"""Are the programme's targets those of the plan, and are faulty programmes told?"""

from __future__ import annotations

from pathlib import Path

import pytest

from registry import ConfigError, load_factors, load_programmes
from registry.programme import PROGRAMMES_FOLDER


def test_the_targets_of_the_plan() -> None:
    # shared notes on intensity, section 5, and on pollutants, section 4
    (programme,) = load_programmes()
    assert (programme.id, programme.base_year, programme.target_year) == ("sunan-2019", 2015, 2019)
    assert (programme.energy_basis, programme.min_coverage) == ("equivalent", 0.75)
    assert {i.id: i.reduction for i in programme.indicators} == {
        "energy_per_value_added": 0.18,
        "water_per_value_added": 0.20,
        "water_pollutants": 0.16,
        "air_pollutants": 0.20,
        "co2": 0.0,
    }
    water, air, co2 = programme.indicators[2:]
    assert (water.medium, water.pollutants, water.group) == ("water", ("COD", "NH3-N", "TN", "TP"), "every")
    assert (air.medium, air.pollutants, air.group) == ("air", ("SO2", "NOx", "PM"), "every")
    # CO2 notes, section 6
    assert (co2.kind, co2.sectors, co2.uncertainty) == ("carbon", ("C26", "C30", "C31", "C32"), 0.0)
    assert programme.co2_edition == "NDRC 2013-2015"


def test_its_factor_editions_are_in_the_book() -> None:
    (programme,) = load_programmes()
    assert load_factors().edition(programme.factor_edition).rows
    assert programme.co2_edition is not None
    book = load_factors().edition(programme.co2_edition)
    assert book.lookup("electricity", "co2", "equivalent", 2019).value == 0.7035


FAULTY = """
[programme]
id = "x"
name = { zh = "某", en = "X" }
base_year = 2019
target_year = 2019
energy_basis = "equivalant"
factor_edition = "GB/T 2589-2008"

[[indicators]]
id = "a"
name = { zh = "某", en = "A" }
kind = "load"
medium = "water"
pollutants = ["COOD"]
group = "every"
reduction = 18
source = "s"
confidence = "sure"

[[indicator]]
"""


def test_all_faults_are_told(tmp_path: Path) -> None:
    path = tmp_path / "programme-x.toml"
    path.write_text(FAULTY, encoding="utf-8")
    with pytest.raises(ConfigError) as raised:
        load_programmes([path])
    told = {problem.key: str(problem) for problem in raised.value.problems}
    assert set(told) == {"indicator", "reduction", "energy_basis"}
    assert "(did you mean equivalent?)" in told["energy_basis"]
    assert "indicators[1]: reduction = 18: wanted" in told["reduction"]


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("equivalant", "equivalent", "target_year after base_year (2019)"),
        ("reduction = 18", "reduction = 0.18", "(did you mean COD?)"),
    ],
)
def test_what_does_not_fit_together_is_told(tmp_path: Path, old: str, new: str, words: str) -> None:
    path = tmp_path / "programme-x.toml"
    path.write_text(FAULTY.replace(old, new), encoding="utf-8")
    with pytest.raises(ConfigError) as raised:
        load_programmes([path])
    assert words in str(raised.value)


SOUND = (
    FAULTY.replace("equivalant", "equivalent")
    .replace("target_year = 2019", "target_year = 2023")
    .replace("[[indicator]]", "")
    .replace("reduction = 18", "reduction = 0.18")
    .replace('"COOD"', '"COD"')
)
CARBON = 'kind = "carbon"\nsectors = ["C31"]'
LOAD = 'kind = "load"\nmedium = "water"\npollutants = ["COD"]\ngroup = "every"'


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("reduction = 0.18", "reduction = 0.0", "wanted reduction, a share above 0"),
        ("reduction = 0.18\n", "", "wanted reduction, a share above 0"),
        ('group = "every"', 'group = "every"\nuncertainty = 0.02', "sectors and uncertainty for carbon only"),
        (LOAD, 'kind = "carbon"', "wanted sectors, e.g."),
        (LOAD, 'kind = "carbon"\nsectors = ["steel"]', 'not "steel"'),
        (LOAD, f"{CARBON}\nuncertainty = 1.5", "uncertainty = 1.5: wanted a share"),
        # Three measures of the same organic matter are one pollutant; in a group of each for itself all may stand.
        ('["COD"]\ngroup = "every"', '["COD", "BOD5", "TOC"]\ngroup = "equivalents"', "only one of COD, BOD5, TOC"),
        ('["COD"]\ngroup = "every"', '["COD", "BOD5", "TOC"]\ngroup = "every"', None),
        ('group = "every"', 'group = "equivalents"', None),
        (f"{LOAD}\nreduction = 0.18", CARBON, None),
        (LOAD, f"{CARBON}\nuncertainty = 0.02", None),
    ],
)
def test_kinds_of_targets(tmp_path: Path, old: str, new: str, words: str | None) -> None:
    assert old in SOUND
    path = tmp_path / "programme-x.toml"
    path.write_text(SOUND.replace(old, new), encoding="utf-8")
    if words is None:
        assert load_programmes([path])[0].indicators[0].id == "a"
        return
    with pytest.raises(ConfigError) as raised:
        load_programmes([path])
    assert words in str(raised.value)


def test_other_values_in_place_of_tables_are_told(tmp_path: Path) -> None:
    path = tmp_path / "programme-x.toml"
    path.write_text('indicators = 3\nprogramme = "x"\n', encoding="utf-8")
    with pytest.raises(ConfigError) as raised:
        load_programmes([path])
    assert "indicators = 3: wanted tables, [[indicators]]" in str(raised.value)
    assert 'programme = "x": wanted a table, [programme]' in str(raised.value)


SAVINGS = """
[savings]
goal_tce = {goal}
from_year = {year}
scope = "{scope}"
counts = "{counts}"
source = {{ zh = "某", en = "s" }}
confidence = "unsure"
"""


def _with_savings(folder: Path, goal: str, year: str, scope: str, counts: str) -> Path:
    head = (PROGRAMMES_FOLDER / "programme-sunan-2019.toml").read_text(encoding="utf-8").partition("[savings]")[0]
    path = folder / "programme-x.toml"
    path.write_text(head + SAVINGS.format(goal=goal, year=year, scope=scope, counts=counts), encoding="utf-8")
    return path


def test_a_goal_is_that_of_its_scope(tmp_path: Path) -> None:
    (shipped,) = load_programmes()
    assert shipped.savings is not None
    # The notes on savings, section 5: only the name is known, so all of it is a parameter.
    assert (shipped.savings.goal_tce, shipped.savings.from_year, shipped.savings.confidence) == (1e6, 2016, "unsure")
    assert shipped.goal_of("city:wuxi") is shipped.savings
    assert shipped.goal_of("programme:sunan-2019") is shipped.goal_of("city:suzhou") is None
    (whole,) = load_programmes([_with_savings(tmp_path, "5e5", "2017", "", "fixed_base")])
    assert whole.goal_of("programme:sunan-2019") is whole.savings


@pytest.mark.parametrize(
    ("values", "told"),
    [
        (("0", "2016", "", "yearly"), "savings: goal_tce = 0: wanted"),
        (("1", "2016", "wuxi", "yearly"), 'savings: scope = "wuxi": wanted'),
        (("1", "2016", "", "both"), 'savings: counts = "both": wanted'),
        (("1", "2015", "", "yearly"), "wanted savings.from_year after base_year (2015), not 2015"),
    ],
)
def test_a_faulty_goal_is_told(tmp_path: Path, values: tuple[str, str, str, str], told: str) -> None:
    with pytest.raises(ConfigError) as raised:
        load_programmes([_with_savings(tmp_path, *values)])
    assert told in str(raised.value)
