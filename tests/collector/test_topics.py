"""Patterns of topics against MQTT's own rules (MQTT 5, 4.7)."""

from __future__ import annotations

import paho.mqtt.client as paho
import pytest
from hypothesis import given
from hypothesis import strategies as st

from collector.topics import Matcher, TopicPattern


@pytest.mark.parametrize(
    ("pattern", "subscription", "topic", "parts"),
    [
        ("a/{d}/up", "a/+/up", "a/E01/up", {"d": "E01"}),
        ("a/{d}/up", "a/+/up", "a/E01/down", None),
        ("a/{d}/up", "a/+/up", "a/E01/x/up", None),
        ("/neuron/{app}", "/neuron/+", "/neuron/x", {"app": "x"}),
        ("a/b", "a/b", "a/b", {}),
        ("a/b", "a/b", "a/B", None),
        ("a/+/{x}", "a/+/+", "a/b/c", {"x": "c"}),
        ("a/meter{n}", "a/+", "a/meter7", {"n": "7"}),
        ("a/meter{n}", "a/+", "a/gas7", None),
        ("a/{x}/#", "a/+/#", "a/b/c/d", {"x": "b"}),
        ("a/#", "a/#", "a", {}),
        ("#", "#", "$SYS/broker/uptime", None),
        ("+/x", "+/x", "$SYS/x", None),
        ("a.b/{x}", "a.b/+", "aXb/c", None),
        ("厂/{表}", "厂/+", "厂/一号", {"表": "一号"}),
    ],
)
def test_match(pattern: str, subscription: str, topic: str, parts: dict[str, str] | None) -> None:
    found = TopicPattern(pattern)
    assert found.filter == subscription
    assert found.match(topic) == parts
    assert Matcher([(found, "it")]).match(topic) == ([] if parts is None else [("it", parts)])


@pytest.mark.parametrize(
    ("pattern", "message"),
    [
        ("", "must be a text of MQTT levels"),
        ("a/#/b", "# at the end"),
        ("a/b#", "must stand alone"),
        ("a/{x}+", "must stand alone"),
        ("a/{x}/{x}", "its own name"),
        ("a/{x y}", "letters, digits and _"),
        ("a/{x", "letters, digits and _"),
    ],
)
def test_a_wrong_pattern_is_refused(pattern: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        TopicPattern(pattern)


LEVEL = st.sampled_from(["a", "b", "$x", ""])


@given(
    st.lists(st.sampled_from(["a", "b", "+", ""]), min_size=1, max_size=4),
    st.booleans(),
    st.lists(LEVEL, min_size=1, max_size=5),
)
def test_as_paho_matches(levels: list[str], open_end: bool, topic: list[str]) -> None:
    pattern = "/".join([*levels, "#"] if open_end else levels)
    name = "/".join(topic)
    if pattern and name:
        expected = paho.topic_matches_sub(pattern, name)
        assert (TopicPattern(pattern).match(name) is not None) == expected
        assert bool(Matcher([(TopicPattern(pattern), 1)]).match(name)) == expected


def test_all_patterns_of_a_topic_are_found() -> None:
    patterns = [(TopicPattern(text), text) for text in ("a/{x}", "a/b", "a/#", "b/{x}")]
    assert sorted(owner for owner, _ in Matcher(patterns).match("a/b")) == ["a/#", "a/b", "a/{x}"]


def test_a_lone_hash_covers_all_topics_but_the_brokers_own() -> None:
    everything = TopicPattern("#")
    assert everything.filter == "#"
    assert everything.match("plant/a") == everything.match("one") == {}
    assert everything.match("$SYS/broker/version") is None
