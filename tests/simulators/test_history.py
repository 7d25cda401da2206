"""Is the history what the publisher would have sent?"""

from __future__ import annotations

import numpy as np
import pytest

from simulators import Plant, Series, history
from simulators.plant import faultless
from simulators.workdays import HOUR_MS, HOURS, MINUTE_MS
from tests.simulators.when import ms

END = ms("2018-09-01")


def test_hourly_then_every_quarter_of_an_hour(plants: dict[str, Plant]) -> None:
    ((ids, chunk),) = history([plants["cz-steel"]], ms("2018-01-01"), END)
    assert ids[0] == "cz-steel/el.in"
    assert len(set(ids)) == len(ids) == 14
    times = chunk["time_ms"][chunk["index"] == 0]
    steps = np.diff(times)
    turn = END - 60 * 24 * HOUR_MS
    assert set(steps[times[:-1] < turn]) == {HOUR_MS}
    assert set(steps[times[:-1] >= turn]) == {15 * MINUTE_MS}
    assert (times[0], times[-1]) == (ms("2018-01-01"), END - 15 * MINUTE_MS)
    cod = chunk["time_ms"][chunk["index"] == ids.index("cz-steel/ww.cod")]
    assert set(np.diff(cod)) == {HOUR_MS}
    coal = chunk["time_ms"][chunk["index"] == ids.index("cz-steel/coal.inj")]
    assert set(np.diff(coal)) == {15 * MINUTE_MS}


def test_history_and_live_meet_without_a_seam(plants: dict[str, Plant]) -> None:
    for plant in plants.values():
        ((ids, chunk),) = history([plant], END - 2 * HOUR_MS, END)
        live = {s.full_id: s for s in plant.readings(END, END + HOUR_MS)}
        for index, full_id in enumerate(ids):
            rows = chunk["index"] == index
            told, follows = chunk["time_ms"][rows], live[full_id]
            assert told.max() < follows.label_ms.min()
            if follows.channel.kind == "amount":
                assert follows.label_ms[0] - told[-1] == 15 * MINUTE_MS
            if follows.channel.kind == "register":
                step = follows.value[0] - chunk["value"][rows][-1]
                before = np.diff(chunk["value"][rows])[-1]
                assert 0.3 * before <= step <= 3.0 * before, full_id


def test_the_whole_of_five_years_has_every_hour(plants: dict[str, Plant]) -> None:
    rows = {}
    for ids, chunk in history([plants["wx-plating"], plants["zj-cement"]], ms("2015-01-01"), ms("2020-01-01")):
        assert not np.isnan(chunk["value"]).any()
        assert np.all(np.diff(chunk["time_ms"])[np.diff(chunk["index"]) == 0] > 0)
        rows |= dict(zip(ids, np.bincount(chunk["index"]).tolist(), strict=True))
    assert rows["wx-plating/ww.cod"] == HOURS
    assert rows["wx-plating/el.in"] == HOURS + 60 * 24 * 3
    assert rows["zj-cement/coal.kiln"] == HOURS * 4 - 1  # the first period has not ended when the years begin


def test_a_fault_changes_what_arrives(plants: dict[str, Plant]) -> None:
    def silent_water(series: list[Series]) -> list[Series]:
        return [s for s in series if s.channel.point != "water.in"]

    day = (ms("2017-05-01"), ms("2017-05-02"))
    ((ids, all_of_it),) = history([plants["nj-chem"]], *day, fault=faultless)
    ((_, chunk),) = history([plants["nj-chem"]], *day, fault=silent_water)  # type: ignore[arg-type]
    gone = ids.index("nj-chem/water.in")
    assert gone in all_of_it["index"]
    assert gone not in chunk["index"]
    ((_, nothing),) = history([plants["nj-chem"]], *day, fault=lambda series: [])
    assert len(nothing["value"]) == 0


def test_an_empty_period_is_empty_and_a_reversed_one_refused(plants: dict[str, Plant]) -> None:
    ((_, chunk),) = history([plants["sz-fab"]], END, END)
    assert len(chunk["value"]) == 0
    with pytest.raises(ValueError, match="must not be before"):
        list(history([plants["sz-fab"]], END, END - 1))
