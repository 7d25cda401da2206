from __future__ import annotations

import json
import math
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion

from simulators.replay import parse_speed, replay
from simulators.replay_profile import ProfileError, ReplayError, load_profile
from simulators.replay_rows import DataError, read_rows
from tests.reference import COSSMIC, MELBOURNE, ROOT, STEEL, reference_file
from tests.servers import Mosquitto, free_port, wait_until

PROFILE = """
[time]
column = "t"
zone = "UTC"
[publish]
topic = "p/{device}/up"
shape = "values"
[columns]
a = "m1/kwh"
"""


@pytest.fixture
def mosquitto(tmp_path: Path) -> Iterator[Mosquitto]:
    with Mosquitto(tmp_path / "broker", "max_queued_messages 0\n") as broker:
        yield broker


@contextmanager
def listening(port: int, topics: str) -> Iterator[list[MQTTMessage]]:
    """What a subscriber hears, in order; subscribed before the block begins."""
    heard: list[MQTTMessage] = []
    subscribed: list[int] = []
    client = Client(CallbackAPIVersion.VERSION2, "listener")
    client.on_message = lambda client, userdata, message: heard.append(message)
    client.on_subscribe = lambda client, userdata, mid, *_: subscribed.append(mid)
    client.on_connect = lambda client, *_: client.subscribe(topics, 1)
    client.connect("127.0.0.1", port)
    client.loop_start()
    try:
        wait_until(lambda: subscribed, what="the subscription")
        yield heard
    finally:
        client.disconnect()
        client.loop_stop()


def files(tmp_path: Path, data: str) -> tuple[Path, Path]:
    (tmp_path / "replay.toml").write_text(PROFILE)
    (tmp_path / "data.csv").write_text(data)
    return tmp_path / "replay.toml", tmp_path / "data.csv"


@pytest.mark.parametrize("text", ["fast", "0", "-1", "nan", ""])
def test_other_speeds_are_refused(text: str) -> None:
    with pytest.raises(ReplayError, match="wanted max or a number above 0"):
        parse_speed(text)


def test_speeds() -> None:
    assert (parse_speed("max"), parse_speed("0.5")) == (math.inf, 0.5)


def test_wrong_columns_and_files_are_found_before_the_broker_is_asked(tmp_path: Path) -> None:
    nobody = f"mqtt://127.0.0.1:{free_port()}"
    profile, data = files(tmp_path, "t,b\n")
    with pytest.raises(ProfileError, match="has no such column; it has t, b"):
        replay(profile, data, nobody)
    with pytest.raises(DataError, match="cannot be read"):
        replay(profile, tmp_path / "absent.csv", nobody)


@pytest.mark.server
def test_the_report_counts_rows_messages_and_bad_rows(tmp_path: Path, mosquitto: Mosquitto) -> None:
    profile, data = files(tmp_path, "t,a\n2018-01-01,1\n2018-01-02,x\n2018-01-03,\n2018-01-04,4\n")
    shares: list[float] = []
    with listening(mosquitto.port, "p/#") as heard:
        report = replay(
            profile,
            data,
            f"mqtt://127.0.0.1:{mosquitto.port}",
            progress=lambda done, whole: shares.append(done / whole),
        )
        wait_until(lambda: len(heard) == 2, what="both messages")
    assert (report.rows, report.messages, report.acknowledged, report.unheard) == (3, 2, 2, 0)
    assert [str(bad) for bad in report.bad_rows] == ["line 3, column a: 'x' is not a number with decimal mark '.'"]
    assert (report.first_ms, report.last_ms) == (1514764800000, 1515024000000)
    assert shares[-1] == 1.0
    assert [json.loads(m.payload)["values"] for m in heard] == [{"kwh": 1.0}, {"kwh": 4.0}]


@pytest.mark.server
def test_a_speed_paces_by_data_time_and_a_late_row_goes_at_once(tmp_path: Path, mosquitto: Mosquitto) -> None:
    # At 60x a minute of data takes a second; the third row is older than the second and must not wait.
    profile, data = files(
        tmp_path, "t,a\n2018-01-01 00:00,1\n2018-01-01 00:15,2\n2018-01-01 00:10,3\n2018-01-01 01:00,4\n"
    )
    clock = [1000.0]
    waits: list[float] = []

    def sleep(seconds: float) -> None:
        waits.append(seconds)
        clock[0] += seconds

    report = replay(profile, data, f"mqtt://127.0.0.1:{mosquitto.port}", "60", now_s=lambda: clock[0], sleep=sleep)
    assert waits == [15.0, 45.0]
    assert report.acknowledged == 4


@pytest.mark.server
@pytest.mark.reference
@pytest.mark.parametrize(("name", "data"), [("melbourne", MELBOURNE), ("steel-kr", STEEL), ("cossmic", COSSMIC)])
def test_a_subscriber_gets_every_value_of_the_file_exactly(name: str, data: str, mosquitto: Mosquitto) -> None:
    path = reference_file(data)
    profile_path = ROOT / "examples" / name / "replay.toml"
    profile = load_profile(profile_path)
    wanted: dict[tuple[str, str], list[tuple[int, float]]] = {}
    with read_rows(profile, path) as rows:
        for row in rows:
            for channel, value in zip(profile.columns.values(), row.values, strict=True):
                wanted.setdefault((profile.topic_of(channel), channel.key), []).append((row.time_ms, value))
    with listening(mosquitto.port, "#") as heard:
        report = replay(profile_path, path, f"mqtt://127.0.0.1:{mosquitto.port}")
        wait_until(lambda: len(heard) == report.messages, 60.0, "all messages")
    assert report.messages == report.acknowledged == len(heard)
    assert (report.unheard, report.bad_row_count) == (0, 0)
    got: dict[tuple[str, str], list[tuple[int, float]]] = {}
    for message in heard:
        payload = json.loads(message.payload)
        values = payload["values"] if "values" in payload else {message.topic.rpartition("/")[2]: payload["value"]}
        time_ms = payload["ts"] * (1000 if profile.publish.time_unit == "s" else 1)
        for key, value in values.items():
            got.setdefault((message.topic, key), []).append((time_ms, value))
    assert got == wanted
