"""Series that look like points are suggested, each once, and the map that is printed can be read."""

from __future__ import annotations

from pathlib import Path

from collector.bulk.influxlook import Found, likeness, suggested_map
from collector.bulk.influxmap import load_influx_map
from tests.collector.bulk.works import T0_MS, registry


def _found(measurement: str, field: str, last: object = 1.0, **tags: str) -> Found:
    return Found(measurement, field, tuple(sorted(tags.items())), T0_MS, last)


def test_words_in_common_decide_and_the_plant_breaks_a_tie(tmp_path: Path) -> None:
    points = registry(tmp_path).points
    assert likeness(points["works/el.in"], _found("energy", "kwh", meter="EL-IN")) == 1.0
    assert likeness(points["works/hall"], _found("reading", "value", plant="works", series="hall")) > 1.0
    assert likeness(points["works/hall"], _found("能耗", "车间")) == 1.0
    assert likeness(points["works/gas.t"], _found("gas", "temperature")) == 1.0
    assert likeness(points["works/hall"], _found("office", "kwh")) == 0.0


def test_a_suggested_map_can_be_read_and_names_what_is_left(tmp_path: Path) -> None:
    nouns = registry(tmp_path)
    found = [
        _found("reading", "value", plant="works", meter="in", series="el.in"),
        _found("reading", "value", plant="other", meter="in", series="el.in"),
        _found("reading", "value", **{"plant": "works", "a b": 'h"all', "series": "hall"}),
        _found("reading", "note", "text", series="hall"),
    ]
    path = tmp_path / "map.toml"
    path.write_text(suggested_map(found, nouns), encoding="utf-8")
    series = load_influx_map(path, nouns)
    assert {(one.target.full_id, dict(one.where)["plant"]) for one in series} == {
        ("works/el.in", "works"),
        ("works/hall", "works"),
    }
    text = path.read_text(encoding="utf-8")
    assert "# no series looks like works/gas.t" in text
    assert "# not used: reading meter=in plant=other series=el.in value" in text
    assert "note" not in text


def test_of_a_taihus_own_copy_only_readings_are_suggested(tmp_path: Path) -> None:
    nouns = registry(tmp_path)
    tags = {"plant": "works", "meter": "in", "medium": "electricity", "series": "el.in"}
    found = [
        *(_found("interval", field, **tags) for field in ("above", "amount", "known")),
        _found("reading", "known", **tags),
        _found("reading", "value", **tags),
        # Never read: its quarters are known to be unknown, which is no value of a meter.
        _found("interval", "known", 0.0, plant="works", series="hall"),
    ]
    path = tmp_path / "map.toml"
    path.write_text(suggested_map(found, nouns), encoding="utf-8")
    [one] = load_influx_map(path, nouns)
    assert (one.target.full_id, one.measurement, one.field) == ("works/el.in", "reading", "value")
    text = path.read_text(encoding="utf-8")
    assert "A Taihu wrote this database" in text and "# no series looks like works/hall" in text
