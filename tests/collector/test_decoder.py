from __future__ import annotations

import time
from pathlib import Path

import pytest

from collector import Decoder, Message, Route, SourceSpec, Target

NOW_MS = 1_535_731_200_000
ROUTE = Route(SourceSpec("p/s", "plant/{device}/up", value="value", time="ts", channel="{device}"), {"E01": Target(1)})
GOOD = b'{"ts":1535731200000,"value":1.5}'


def test_a_topic_without_a_point_is_told_once_with_its_channel_and_counted() -> None:
    decoder = Decoder([ROUTE])
    decoded = decoder.decode([Message.of("plant/E99/up", GOOD)] * 3)
    assert len(decoded.readings) == 0
    assert [d.reason for d in decoded.dead] == ["no point: no point of p/s listens to what came; channels: E99"]
    assert decoder.unheard["plant/E99/up"] == 3


def test_a_topic_without_a_source_is_told_once() -> None:
    decoded = Decoder([ROUTE]).decode([Message.of("other", GOOD)] * 2)
    assert [(d.source, d.reason) for d in decoded.dead] == [("", "no source: no source has the topic other")]


def test_topics_of_the_broker_itself_are_no_dead_letters() -> None:
    everything = Route(SourceSpec("p/s", "#", value="value", time="ts", channel="x"), {"x": Target(1)})
    decoded = Decoder([everything]).decode([Message.of("$SYS/version", b"2.0"), Message.of("a/b", GOOD)])
    assert (decoded.dead, decoded.readings.value.tolist()) == ([], [1.5])


def test_two_sources_may_read_one_topic() -> None:
    other = Route(SourceSpec("p/t", "plant/#", value="value", time="ts", channel="all"), {"all": Target(2)})
    decoder = Decoder([ROUTE, other])
    assert decoder.filters == ("plant/+/up", "plant/#")
    assert sorted(decoder.decode([Message.of("plant/E01/up", GOOD)]).readings.point.tolist()) == [1, 2]


def test_ten_megabytes_are_not_parsed_and_stall_nothing() -> None:
    huge = Message.of("plant/E01/up", b'{"ts":1535731200000,"value":' + b"1" * 10_000_000 + b"}", NOW_MS)
    began = time.perf_counter()
    decoded = Decoder([ROUTE]).decode([huge, Message.of("plant/E01/up", GOOD)])
    assert time.perf_counter() - began < 0.5
    assert decoded.readings.value.tolist() == [1.5]
    assert decoded.first_row.tolist() == [0, 0]
    assert decoded.dead[0].reason.startswith("too large: 10000029 bytes came, at most 1048576 are read")
    assert decoded.dead[0].source == "p/s"


def test_a_sender_that_invents_topics_and_keys_does_not_fill_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("collector.decoder._MOST_TOPICS", 10)
    monkeypatch.setattr("collector.channels._MOST_KEYS", 10)
    many = Route(SourceSpec("p/m", "many/{x}", time="ts"), {"k5": Target(5)})
    decoder = Decoder([many])
    messages = [Message.of(f"many/{i}", f'{{"ts":{NOW_MS},"k{i}":1}}'.encode()) for i in range(100)]
    assert decoder.decode(messages).readings.point.tolist() == [5]
    wide = ",".join(f'"k{i}":1' for i in range(100, 0, -1))
    decoder.decode([Message.of("many/w", f'{{"ts":{NOW_MS},{wide}}}'.encode())])
    assert len(decoder._plans) <= 10
    assert len(decoder.unheard) <= 11
    assert len(decoder._plans["many/w"][0][1]) <= 10


def test_the_examples_of_the_registry_can_be_received() -> None:
    registry = pytest.importorskip("registry")
    files = registry.load_plant_files(sorted((Path(__file__).parents[2] / "examples" / "plants").glob("*.toml")))
    decoder = Decoder.from_registry(registry.Registry.of_files(files))
    payload = b'{"ts":1535731200000,"values":{"ep":1.5}}'
    decoded = decoder.decode([Message.of("taihu/wx-dyeing/E01/up", payload)])
    assert (decoded.readings.value.tolist(), decoded.dead) == ([1.5], [])
