"""What must a reader know beside the split of a group? Whose verdict it is: the sum may fall while the target does not.

The case is the chemical works of the demo: nitrogen +7.3 %, everything in pollution equivalents -13.2 %.
"""

from __future__ import annotations

from typing import cast

import pytest

from engine.figure import Figure, Indicator, Status
from engine.pointsums import PointSums
from engine.targets.indicators import Comparison
from engine.why.notes import Note, notes
from engine.why.question import Question
from registry import Programme, load_programmes

(PROGRAMME,) = load_programmes()
BASE, NOW = (Figure("sum", value, "kg", 0, 1, coverage=1.0) for value in (100.0, 86.8))


def one(name: str, change: float | None, status: Status, parts: tuple[Indicator, ...] = ()) -> Indicator:
    return Indicator(name, "plant:a", BASE, NOW, change, -0.16, None, 0.75, status, parts=parts)


def said(found: Indicator, programme: Programme = PROGRAMME) -> dict[str, Note]:
    target = next(t for t in programme.indicators if t.id == found.id.partition(":")[0])
    whole = cast(Comparison, None)
    question = Question("plant:a", found.id, programme, (), whole, "ytd", dict.__getitem__, cast(PointSums, None))
    return {note.key: note for note in notes(question, target, found, (), ())}


def test_a_group_names_the_member_that_decides() -> None:
    cod, tn = one("water_pollutants:COD", -0.139, "behind"), one("water_pollutants:TN", 0.073, "behind")
    note = said(one("water_pollutants", 0.073, "behind", (cod, tn)))["judged_by"]
    assert "TN load +7.3 %" in note.text.en and "equivalents" in note.text.en
    assert "总氮排放量 +7.3 %" in note.text.zh


def test_sectors_are_judged_apart_too() -> None:
    parts = one("co2:C26", 0.116, "behind"), one("co2:C30", -0.023, "met")
    note = said(one("co2", -0.032, "behind", parts))["judged_by"]
    assert "CO2 emissions of C26 +11.6 %" in note.text.en and note.text.en.endswith("the sum")


@pytest.mark.parametrize("parts", [(), (one("water_pollutants:COD", -0.2, "met"),)])
def test_one_member_is_the_group(parts: tuple[Indicator, ...]) -> None:
    assert not said(one("water_pollutants", -0.2, "met", parts))


def test_a_group_of_equivalents_is_judged_by_its_sum() -> None:
    targets = [t.model_copy(update={"group": "equivalents"}) if t.group else t for t in PROGRAMME.indicators]
    parts = one("air_pollutants:SO2", -0.3, "met"), one("air_pollutants:NOx", 0.1, "behind")
    other = PROGRAMME.model_copy(update={"indicators": tuple(targets)})
    assert not said(one("air_pollutants", -0.25, "met", parts), other)
