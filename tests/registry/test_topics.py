"""Do topics and channels meet where one message could reach both?"""

from __future__ import annotations

import pytest

from registry.topics import template_makes, templates_meet, topic_fault, topics_overlap


@pytest.mark.parametrize(
    ("one", "other", "meet"),
    [
        ("a/b", "a/b", True),
        ("a/{x}", "a/b", True),
        ("{x}/b", "a/{y}", True),
        ("a/{x}", "a/b/c", False),
        ("a/{x}/up", "a/{y}/down", False),
        ("/a/{x}", "/a/b", True),
        ("/a/{x}", "a/b", False),
        ("{x}/a", "/a", True),
    ],
)
def test_topics(one: str, other: str, meet: bool) -> None:
    assert topics_overlap(one, other) is meet
    assert topics_overlap(other, one) is meet


@pytest.mark.parametrize(
    ("one", "other", "meet"),
    [
        ("{device}/{key}", "E01/ep", True),
        ("{device}/{key}", "{key}", True),
        ("{device}-{key}", "E01/ep", False),
        ("a{x}c", "ab{y}", True),
        ("a{x}", "b{x}", False),
        ("{x}.kwh", "{x}.m3", False),
        ("E01/ep", "E01/ep", True),
        ("E01/ep", "E01/eq", False),
        ("{meterSN}/{key}", "{device}/ep", True),
        ("{data.meterSN}/{key}", "E01/ep", True),
    ],
)
def test_templates(one: str, other: str, meet: bool) -> None:
    assert templates_meet(one, other) is meet
    assert templates_meet(other, one) is meet


def test_a_template_makes_its_channels_only() -> None:
    assert template_makes("{device}/{key}", "E01/ep")
    assert not template_makes("{device}/{key}", "E01")


@pytest.mark.parametrize(
    "topic", ["", "/", "//a", "/a/", "/a//b", "/{x", "a/", "a//b", "a/+", "#", "a/{x", "a/x}", "a/{x}{y}", "{x}/{x}"]
)
def test_faulty_topics(topic: str) -> None:
    assert topic_fault(topic) is not None


@pytest.mark.parametrize(
    "topic", ["a", "a/b", "{plant}/{device}/up", "无锡/{设备}", "/a", "/neuron/{node}/{group}/upload"]
)
def test_good_topics(topic: str) -> None:
    assert topic_fault(topic) is None
