"""Can the messages be read back to the last digit?"""

from __future__ import annotations

import json
import math
from datetime import datetime
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from simulators import Plant, Series
from simulators.payload import Message, channel_name, messages
from simulators.workdays import HOUR_MS, MINUTE_MS
from tests.simulators.when import ms

AT = ms("2018-09-01 10:00")


def parse(plant: Plant, message: Message) -> dict[tuple[str, int], float]:
    """Channel and time of each value, as the plant file would name them."""
    body = json.loads(message.payload)
    if "values" in body:
        device = message.topic.split("/")[2]
        return {(f"{device}/{key}", body["ts"]): value for key, value in body["values"].items()}
    local = datetime.strptime(body["time"], "%Y-%m-%d %H:%M:%S").replace(tzinfo=ZoneInfo("Asia/Shanghai"))
    return {(item["id"], round(local.timestamp() * 1000)): float(item["v"]) for item in body["data"]}


@pytest.mark.parametrize("plant_id", ["wx-dyeing", "cz-steel", "zj-cement", "nj-chem", "sz-fab", "wx-plating"])
def test_an_hour_reads_back_to_what_was_shown(plants: dict[str, Plant], plant_id: str) -> None:
    plant = plants[plant_id]
    series = plant.readings(AT, AT + HOUR_MS)
    sent = messages(plant, series)
    found: dict[tuple[str, int], float] = {}
    for message in sent:
        values = parse(plant, message)
        assert len(values) == message.readings
        assert not set(values) & set(found)
        found |= values
    shown = {
        (channel_name(plant.works, s.channel), int(t)): v
        for s in series
        for t, v in zip(s.label_ms, s.value.tolist(), strict=True)
    }
    assert found == shown
    assert [m.due_ms for m in sent] == sorted(m.due_ms for m in sent)
    # Every channel speaks within an hour.
    assert {name for name, _ in found} == {channel_name(plant.works, c) for c in plant.channels}


def test_two_makers_two_shapes(plants: dict[str, Plant]) -> None:
    first = messages(plants["wx-dyeing"], plants["wx-dyeing"].readings(AT, AT + 1))
    assert {m.topic for m in first} == {
        f"taihu/wx-dyeing/{d}/up" for d in ("E01", "E02", "E03", "G01", "W01", "ST1", "WW1")
    }
    assert json.loads(first[0].payload)["ts"] == AT
    second = messages(plants["sz-fab"], plants["sz-fab"].readings(AT, AT + 1))
    assert [m.topic for m in second] == ["taihu/sz-fab/GW1/data", "taihu/sz-fab/GW2/data"]
    body = json.loads(second[0].payload)
    assert body["time"] == "2018-09-01 10:00:00"
    assert all(isinstance(item["v"], str) for item in body["data"])


def test_cadences(plants: dict[str, Plant]) -> None:
    count = {s.channel.point: len(s.value) for s in plants["zj-cement"].readings(AT, AT + HOUR_MS)}
    assert (count["el.in"], count["st.flow"], count["st.nox"]) == (60, 60, 60)
    assert (count["ww.cod"], count["coal.kiln"]) == (1, 4)


def test_a_start_label_goes_back_and_an_end_label_does_not(plants: dict[str, Plant]) -> None:
    def times(plant_id: str) -> list[int]:
        plant = plants[plant_id]
        coal = [m for m in messages(plant, plant.readings(AT, AT + 1)) if "/C01/" in m.topic]
        return [json.loads(m.payload)["ts"] - m.due_ms for m in coal]

    assert times("cz-steel") == [-15 * MINUTE_MS]
    assert times("zj-cement") == [0]


def test_a_missing_value_is_said_to_be_missing(plants: dict[str, Plant]) -> None:
    for plant in (plants["wx-dyeing"], plants["nj-chem"]):
        channel = plant.channels[0]
        now = np.array([AT])
        (message,) = messages(plant, [Series(plant.id, channel, now, now, np.array([math.nan]))])
        ((_, value),) = parse(plant, message).items()
        assert math.isnan(value)
