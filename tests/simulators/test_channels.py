"""Does an instrument show the truth digit by digit?"""

from __future__ import annotations

import numpy as np

from simulators.channels import Channel, counter, electricity, outlet
from simulators.curve import Flow, Level
from simulators.workdays import EDGES, HOUR_MS, SPAN_FROM_MS

# 600 kW all the time: 600 kWh an hour, 150 a quarter, 10 a minute.
FLOWS = {"a": Flow(1, "a", np.full(EDGES, 600.0), ripple=0.0), "b": Flow(1, "b", np.full(EDGES, 100.0), ripple=0.0)}


def _at(*hours: float) -> np.ndarray:
    return np.array([SPAN_FROM_MS + round(h * HOUR_MS) for h in hours], np.int64)


def test_a_register_behind_transformers_shows_secondary_full_steps() -> None:
    channel = electricity("el", "E", ("a",), multiplier=8000, start=1.0, decimals=2)
    # 600 kWh / 8000 = 0.075 an hour; full steps of 0.01 only
    assert channel.read(FLOWS, {}, _at(0, 1, 2, 3)).tolist() == [1.0, 1.07, 1.15, 1.22]


def test_a_register_starts_again_at_its_modulus() -> None:
    channel = counter("w", "W", ("a",), "m3", modulus=10_000, start=8500.0)
    assert channel.read(FLOWS, {}, _at(0, 2, 2.5, 3)).tolist() == [8500.0, 9700.0, 0.0, 300.0]


def test_flows_add_and_subtract() -> None:
    channel = electricity("el", "E", ("a", "-b"))
    assert channel.read(FLOWS, {}, _at(0, 1)).tolist() == [0.0, 500.0]


def test_amounts_carry_the_label_of_their_edge_and_keep_their_remainder() -> None:
    start = Channel("c", "C", "w", "amount", ("b",), "t", decimals=0)
    end = Channel("c", "C", "w", "amount", ("b",), "t", decimals=0, label_end=True)
    due = _at(0.25, 0.5)
    third = Channel("c", "C", "w", "amount", ("third",), "t", decimals=0)
    flows = {"third": Flow(1, "t", np.full(EDGES, 10.0), ripple=0.0)}  # 2.5 a quarter
    assert start.label(due).tolist() == _at(0, 0.25).tolist()
    assert end.label(due).tolist() == due.tolist()
    assert end.read(FLOWS, {}, due).tolist() == [25.0, 25.0]
    assert third.read(flows, {}, _at(0.25, 0.5, 0.75, 1)).tolist() == [2.0, 3.0, 2.0, 3.0]


def test_an_outlet_has_a_flow_and_its_levels() -> None:
    flow, cod, tp = outlet("ww", "WW1", "m3", "mg/L", {"cod": "COD", "tp": "TP"})
    assert (flow.point, flow.kind, flow.every_ms) == ("ww.flow", "rate", 60_000)
    assert (cod.point, cod.pollutant, cod.every_ms, cod.outlet) == ("ww.cod", "COD", HOUR_MS, "ww")
    level = Level(1, "tp", np.full(EDGES, 0.12345), 0.0)
    assert tp.read({}, {"ww.tp": level}, _at(7)).tolist() == [0.123]
