"""Which version is tried when?"""

from __future__ import annotations

from collector.dialect import Dialect


def test_a_broker_that_hangs_up_is_asked_with_the_other_version_at_once_and_then_with_patience() -> None:
    dialect = Dialect("auto")
    tried = []
    for _ in range(4):
        tried.append((dialect.version, dialect.not_understood(said=False)))
    assert tried == [("5", True), ("3.1.1", False), ("5", True), ("3.1.1", False)]


def test_a_broker_that_has_answered_is_not_doubted_for_hanging_up_twice() -> None:
    dialect = Dialect("auto")
    dialect.answered()
    assert [dialect.not_understood(said=False) for _ in range(3)] == [False, False, True]
    assert (dialect.version, dialect.found) == ("3.1.1", True)
    dialect.answered()
    assert not dialect.not_understood(said=False)
    assert dialect.version == "3.1.1", "it is only unwell"


def test_a_broker_that_names_the_version_is_believed_at_once() -> None:
    dialect = Dialect("auto")
    dialect.answered()
    assert dialect.not_understood(said=True)
    assert dialect.version == "3.1.1"


def test_a_version_that_was_set_stays() -> None:
    for wanted in ("5", "3.1.1"):
        dialect = Dialect(wanted)
        assert not dialect.not_understood(said=True)
        assert (dialect.version, dialect.found) == (wanted, False)
