"""Every shape of payload that gateways send, one line a case (metering.md section 5)."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.columns import Quality
from collector import Decoder, Message, Route, SourceSpec, Target

ARRIVED_MS = 1_700_000_000_000
NULL = int(Quality.NULL)
BAD = int(Quality.BAD_AT_SOURCE | Quality.NULL)
NAN = math.nan

Row = tuple[str, int, float, int]


def decode(
    payload: bytes | str, topic: str = "t/E01", channels: str = "a", *, retain: bool = False, **source: Any
) -> Any:
    """Rows (channel, time, value, flag) and reasons of one payload; channels after `|` are state points."""
    plain, _, states = channels.partition("|")
    names = [name for name in [*plain.split(","), *states.split(",")] if name]
    targets = {name: Target(key, state=name in states.split(",")) for key, name in enumerate(names)}
    spec = SourceSpec(**{"id": "p/s", "topic": "t/{device}", "zone": "Asia/Shanghai", **source})
    data = payload.encode() if isinstance(payload, str) else payload
    decoded = Decoder([Route(spec, targets)]).decode([Message.of(topic, data, ARRIVED_MS, retain=retain)])
    r = decoded.readings
    assert (r.received_ms == ARRIVED_MS).all()
    rows = [
        (names[p], int(t), float(v), int(f)) for p, t, v, f in zip(r.point, r.time_ms, r.value, r.flag, strict=True)
    ]
    return rows, [letter.reason for letter in decoded.dead]


NEURON_VALUES = (
    '{"timestamp":1650006388943,"node":"modbus","group":"grp","values":{"tag0":123},"errors":{"tag1":2014},"metas":{}}'
)
NEURON_TAGS = (
    '{"timestamp":1647497389075,"node":"modbus","group":"grp",'
    '"tags":[{"name":"tag0","value":123},{"name":"tag1","error":2014}]}'
)
TASMOTA = (
    '{"Time":"2023-05-19T20:52:56","ENERGY":{"TotalStartTime":"2022-03-20T15:20:48","Total":514.153,"Yesterday":1.495,'
    '"Today":0.537,"Period":0,"Power":56,"ApparentPower":92,"ReactivePower":73,"Factor":0.61,"Voltage":234,"Current":0.392}}'
)
TELEGRAF = '{"fields":{"field_1":30,"n_images":660},"name":"docker","tags":{"host":"raynor"},"timestamp":1458229140}'
CET = (
    '{"version":"1.0","location_code":"x","ts ":1688606685,'
    '"properties":[{"type":"AI","key":"A相电压","value":220.5,"unit":"V","timestamp":1688354258}]}'
)
GATEWAY = '{"Device A":[{"ts":1483228800000,"values":{"temperature":42}}]}'
ONE = {"value": "value", "time": "ts", "channel": "a"}

# name, payload, source, channels, rows. Times by GNU date: 2023-05-19 20:52:56 at UTC+8 is 1684500776.
SHAPES: list[tuple[str, str, dict[str, Any], str, list[Row]]] = [
    ("one value", '{"ts":1650006388943,"value":231.5}', ONE, "a", [("a", 1650006388943, 231.5, 0)]),
    ("one value as text", '{"ts":"1650006388943","value":"231.5"}', ONE, "a", [("a", 1650006388943, 231.5, 0)]),
    ("one value, no time", '{"value":0}', ONE, "a", [("a", ARRIVED_MS, 0.0, 0)]),
    ("bare number", "12345.6", {"items": "bare", "channel": "{device}"}, "E01", [("E01", ARRIVED_MS, 12345.6, 0)]),
    ("bare number in quotes", '"231.5"', {"items": "bare", "channel": "a"}, "a", [("a", ARRIVED_MS, 231.5, 0)]),
    ("bare with line end", " 7\r\n", {"items": "bare", "channel": "a"}, "a", [("a", ARRIVED_MS, 7.0, 0)]),
    ("bare state", "ON", {"items": "bare", "channel": "a"}, "|a", [("a", ARRIVED_MS, 1.0, 0)]),
    ("Telegraf JSON", TELEGRAF, {"items": "fields", "time": "timestamp", "time_unit": "s"}, "field_1", [
        ("field_1", 1458229140000, 30.0, 0)]),
    ("Telegraf batch", f'{{"metrics":[{TELEGRAF},{TELEGRAF}]}}',
     {"items": "metrics.fields", "time": "timestamp", "time_unit": "s", "channel": "{tags.host}/{key}"},
     "raynor/n_images", [("raynor/n_images", 1458229140000, 660.0, 0)] * 2),
    ("Neuron values", NEURON_VALUES, {"items": "values", "time": "timestamp"}, "tag0,tag1", [
        ("tag0", 1650006388943, 123.0, 0)]),
    ("Neuron tags", NEURON_TAGS, {"items": "tags", "name": "name", "value": "value", "time": "timestamp"},
     "tag0,tag1", [
        ("tag0", 1647497389075, 123.0, 0), ("tag1", 1647497389075, NAN, BAD)]),
    ("ThingsBoard flat", '{"temperature":22.5}', {"time": "ts"}, "temperature", [("temperature", ARRIVED_MS, 22.5, 0)]),
    ("ThingsBoard ts", '{"ts":1451649600512,"values":{"k":1,"m":2}}', {"items": "values", "time": "ts"}, "k,m", [
        ("k", 1451649600512, 1.0, 0), ("m", 1451649600512, 2.0, 0)]),
    ("ThingsBoard array", '[{"ts":1,"values":{"k":1}},{"ts":2,"values":{"k":2}}]',
     {"items": "values", "time": "ts"}, "k", [("k", 1, 1.0, 0), ("k", 2, 2.0, 0)]),
    ("ThingsBoard gateway", GATEWAY, {"items": "{meter}.values", "time": "ts", "channel": "{meter}/{key}"},
     "Device A/temperature", [("Device A/temperature", 1483228800000, 42.0, 0)]),
    ("Tasmota", TASMOTA, {"items": "ENERGY", "time": "Time", "time_unit": "iso"}, "Total,Power", [
        ("Total", 1684500776000, 514.153, 0), ("Power", 1684500776000, 56.0, 0)]),
    ("Tasmota from the root", TASMOTA, {"time": "Time", "time_unit": "iso"}, "ENERGY.Total", [
        ("ENERGY.Total", 1684500776000, 514.153, 0)]),
    ("array per phase", '{"Total":[2.813,0.254]}', {}, "Total[1]", [("Total[1]", ARRIVED_MS, 0.254, 0)]),
    ("Shelly em1data", '{"id":0,"total_act_energy":2776175.11,"total_act_ret_energy":571584.87}', {},
     "total_act_energy", [("total_act_energy", ARRIVED_MS, 2776175.11, 0)]),
    ("Shelly rpc, float s", '{"src":"x","params":{"ts":1757060280.21,"em:0":{"p":5}}}',
     {"items": "params", "time": "ts", "time_unit": "s"}, "em:0.p", [("em:0.p", 1757060280210, 5.0, 0)]),
    ("zigbee2mqtt", '{"energy":1.53,"linkquality":120,"state":"ON"}', {}, "energy|state", [
        ("energy", ARRIVED_MS, 1.53, 0), ("state", ARRIVED_MS, 1.0, 0)]),
    ("Alink", '{"id":"1","method":"property.post","params":{"u":220.3,"i":{"value":4,"time":1700000000001}}}',
     {"items": "params.{key}", "value": "value", "time": "time"}, "u,i", [
        ("u", ARRIVED_MS, 220.3, 0), ("i", 1700000000001, 4.0, 0)]),
    ("CET, time of the item", CET, {"items": "properties", "name": "key", "value": "value", "time": "timestamp",
     "time_unit": "s"}, "A相电压", [("A相电压", 1688354258000, 220.5, 0)]),
    ("CET, key with a blank", CET, {"items": "properties", "name": "key", "value": "value", "time": "ts",
     "time_unit": "s"}, "A相电压", [("A相电压", 1688606685000, 220.5, 0)]),
    ("Acrel, 14 digits", '{"type":1,"gwSN":"g","meterSN":"m7","time":"20221008105559","EPI":"77.1"}',
     {"time": "time", "time_unit": "%Y%m%d%H%M%S", "channel": "{meterSN}/{key}"}, "m7/EPI", [
        ("m7/EPI", 1665197759000, 77.1, 0)]),
    ("numbers as text", '{"time":"2018-09-01 00:00:00","data":[{"id":"E01.ep","v":"1234.5"}]}',
     {"items": "data", "name": "id", "value": "v", "time": "time", "time_unit": "iso"}, "E01.ep", [
        ("E01.ep", 1535731200000, 1234.5, 0)]),
    ("array of one-value objects", '[{"ts":5,"value":1},{"ts":6,"value":2}]', ONE, "a", [
        ("a", 5, 1.0, 0), ("a", 6, 2.0, 0)]),
    ("objects a line", '{"ts":5,"value":1}\n{"ts":6,"value":2}\r\n', ONE, "a", [("a", 5, 1.0, 0), ("a", 6, 2.0, 0)]),
    ("byte order mark", '\ufeff{"ts":5,"value":1}', ONE, "a", [("a", 5, 1.0, 0)]),
    ("Chinese key", '{"正向有功":1.5}', {"channel": "{device}/{key}"}, "E01/正向有功", [
        ("E01/正向有功", ARRIVED_MS, 1.5, 0)]),
    ("multiplier of the source", '{"ts":5,"value":2}', {**ONE, "multiplier": 0.001}, "a", [("a", 5, 0.002, 0)]),
    ("null", '{"ts":5,"value":null}', ONE, "a", [("a", 5, NAN, NULL)]),
    ("NaN as text", '{"ts":5,"value":"NaN"}', ONE, "a", [("a", 5, NAN, NULL)]),
    ("NaN", '{"ts":5,"value":NaN}', ONE, "a", [("a", 5, NAN, NULL)]),
    ("true of a state", '{"ts":5,"value":true}', ONE, "|a", [("a", 5, 1.0, 0)]),
    ("nanoseconds are no double", '{"ts":1676522982123456789,"value":1}', {**ONE, "time_unit": "ns"}, "a", [
        ("a", 1676522982123, 1.0, 0)]),
]  # fmt: skip


@pytest.mark.parametrize(("payload", "source", "channels", "rows"), [c[1:] for c in SHAPES], ids=[c[0] for c in SHAPES])
def test_shapes(payload: str, source: dict[str, Any], channels: str, rows: list[Row]) -> None:
    found, reasons = decode(payload, channels=channels, **source)
    assert str(found) == str(rows)  # as text, because NaN is not equal to itself
    assert reasons == []


MANY = {"items": "values", "time": "ts"}

# name, payload, source, rows that are kept, start of the reason
BAD_ONES: list[tuple[str, bytes, dict[str, Any], list[Row], str]] = [
    ("decimal comma", b'{"ts":5,"value":"231,5"}', ONE, [], "not a number: '231,5' has a comma"),
    ("decimal comma, bare", b"231,5", {"items": "bare", "channel": "a"}, [], "not a number: '231,5' has a comma"),
    ("decimal comma, bare as JSON", b"231,5", {"channel": "a"}, [], "not JSON: ',5' follows a value"),
    ("grouping", b'{"ts":5,"value":"1,234.5"}', ONE, [], "not a number: '1,234.5'"),
    ("text", b'{"ts":5,"value":"n/a"}', ONE, [], "not a number: 'n/a'; wanted a number"),
    ("nothing", b'{"ts":5,"value":""}', ONE, [], "not a number: ''"),
    ("underscore", b'{"ts":5,"value":"1_000"}', ONE, [], "not a number: '1_000'"),
    ("infinity as text", b'{"ts":5,"value":"inf"}', ONE, [], "not a number: 'inf'"),
    ("true of a register", b'{"ts":5,"value":true}', ONE, [], "not a number: true; true and false are values of state"),
    ("an object", b'{"ts":5,"value":{"v":1}}', ONE, [], "not a number: an object {'v': 1}"),
    ("no value", b'{"ts":5,"v":1}', ONE, [], "no value: nothing stands at the value path of {'ts': 5, 'v': 1}"),
    ("too many digits", b'{"ts":5,"value":1' + b"0" * 400 + b"}", ONE, [], "not a number: 1000"),
    ("time is text", b'{"ts":"noon","value":1}', ONE, [], "not a time: 'noon', wanted a number of ms"),
    ("time is null", b'{"ts":null,"value":1}', ONE, [], "not a time: None"),
    ("time is true", b'{"ts":true,"value":1}', ONE, [], "not a time: True"),
    ("time beyond", b'{"ts":1e300,"value":1}', ONE, [], "not a time: 1e+300 ms lies beyond"),
    ("not JSON", b"{ts:5}", ONE, [], "not JSON: "),
    ("empty payload", b"", ONE, [], "not JSON: "),
    ("invalid UTF-8", b'{"ts":5,"value":"\xff"}', ONE, [], "invalid UTF-8: byte 0xff at position 17"),
    ("nested too deeply", b"[" * 100_000, ONE, [], "not JSON: nested too deeply"),
    ("no items", b'{"ts":5,"tags":[]}', MANY, [], "no items: nothing stands at items path 'values'"),
    ("item without name", b'[{"value":1}]', {"name": "id", "value": "value"}, [], "no name: "),
    ("one bad of three", b'{"ts":5,"values":{"a":1,"b":"x","c":3}}', MANY, [("a", 5, 1.0, 0), ("c", 5, 3.0, 0)],
     "not a number: b: 'x'"),
    ("second object is bad", b'{"ts":5,"values":{"a":1}}\n{oops', MANY, [("a", 5, 1.0, 0)], "not JSON: "),
    ("rest behind an object", b'{"ts":5,"values":{"a":1}} oops', MANY, [("a", 5, 1.0, 0)], "not JSON: 'oops' follows"),
    ("bad time of one item", b'[{"ts":"x","values":{"a":1}},{"ts":5,"values":{"a":2}}]', MANY, [("a", 5, 2.0, 0)],
     "not a time: a: 'x'"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("payload", "source", "rows", "reason"), [c[1:] for c in BAD_ONES], ids=[c[0] for c in BAD_ONES]
)
def test_what_cannot_be_read_is_a_dead_letter_and_the_rest_is_kept(
    payload: bytes, source: dict[str, Any], rows: list[Row], reason: str
) -> None:
    found, reasons = decode(payload, channels="a,b,c", **source)
    assert found == rows
    assert len(reasons) == 1
    assert reasons[0].startswith(reason)


def test_a_retained_message_is_marked_and_keeps_its_own_time() -> None:
    rows, reasons = decode('{"ts":5,"value":1}', retain=True, **ONE)
    assert (rows, reasons) == ([("a", 5, 1.0, int(Quality.RETAINED))], [])


def test_a_retained_message_without_time_is_not_stored_as_now() -> None:
    rows, reasons = decode('{"value":1}', retain=True, **ONE)
    assert rows == []
    assert reasons[0].startswith("retained without time: ")


def test_many_bad_items_make_one_letter_that_counts_them() -> None:
    payload = json.dumps({"ts": 5, "values": {name: "x" for name in "abcdef"}})
    _, reasons = decode(payload, channels="a,b,c,d,e,f", **MANY)
    assert len(reasons) == 1
    assert reasons[0].endswith("; and 3 more")


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"items": "a..b"}, r"source p/s: path 'a..b'"),
        ({"value": "v.{key}"}, r"source p/s: path 'v.\{key\}' must be keys and positions"),
        ({"time_unit": "minutes"}, "source p/s: time unit 'minutes' must be"),
        ({"zone": "Asia/Wuxi"}, "source p/s: zone 'Asia/Wuxi' is not known"),
        ({"topic": "a/#/b"}, "source p/s: topic 'a/#/b'"),
        ({"codec": "xml"}, "source p/s: codec 'xml' is not known"),
    ],
)
def test_a_wrong_source_is_told_by_name(wrong: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Decoder([Route(SourceSpec(**{"id": "p/s", "topic": "t", **wrong}))])


NUMBERS = st.floats(allow_nan=False, allow_infinity=False) | st.integers(-(2**53), 2**53)
VALUES = st.dictionaries(
    st.text(st.characters(codec="utf-8", exclude_characters=" {}"), min_size=1).map(str.strip).filter(bool), NUMBERS
)
TIMES = st.integers(0, 253_402_300_799_999)


@given(VALUES, TIMES, st.sampled_from(["object", "list", "text"]))
def test_what_is_encoded_comes_back(values: dict[str, float], time_ms: int, shape: str) -> None:
    if shape == "object":
        source, payload = MANY, {"ts": time_ms, "values": values}
    else:
        texts = {key: repr(value) if shape == "text" else value for key, value in values.items()}
        items = [{"id": key, "v": value} for key, value in texts.items()]
        source, payload = {"items": "d", "name": "id", "value": "v", "time": "ts"}, {"ts": time_ms, "d": items}
    targets = {name: Target(key) for key, name in enumerate(values)}
    decoder = Decoder([Route(SourceSpec("p/s", "t", **source), targets)])
    decoded = decoder.decode([Message.of("t", json.dumps(payload).encode(), ARRIVED_MS)])
    assert decoded.readings.value.tolist() == [float(v) for v in values.values()]
    assert decoded.readings.point.tolist() == list(range(len(values)))
    assert (decoded.readings.time_ms == time_ms).all()


@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_no_payload_raises(payload: bytes) -> None:
    for source in (ONE, MANY, {"items": "bare"}, {"items": "{x}[0].y", "name": "n", "time": "t", "time_unit": "iso"}):
        decode(payload, **source)


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(["ts", "values", "value", "a", "b"]), inner),
)


@given(JSON)
def test_no_json_raises(document: Any) -> None:
    for source in (ONE, MANY, {}, {"items": "values", "name": "a", "value": "b", "time": "ts", "time_unit": "iso"}):
        decode(json.dumps(document), channels="a,b|value", **source)
