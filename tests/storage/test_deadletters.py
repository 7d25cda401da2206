"""What could not be understood is kept, bounded and counted."""

from __future__ import annotations

from pathlib import Path

import pytest

from analytics.columns import Readings
from storage import DeadLetter, Store, deadletters
from tests.storage.rows import T0_MS, readings


def letters(first: int, count: int, reason: str = "no JSON") -> list[DeadLetter]:
    return [DeadLetter(T0_MS + number, "broker", f"t/{number}", b"{", reason) for number in range(first, first + count)]


def test_letters_come_newest_first_and_page_by_page(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store:
        store.append(readings((1, 0, 1.0)), letters(1, 5))
        store.append(Readings.empty(), letters(6, 2, "unit W/h is unknown"))
        first = store.dead_letters(3)
        assert [row.id for row in first] == [7, 6, 5]
        assert first[2].letter == letters(5, 1)[0]
        assert [row.id for row in store.dead_letters(99, before_id=5)] == [4, 3, 2, 1]
        assert store.dead_letter_counts() == {"no JSON": 5, "unit W/h is unknown": 2}
        assert store.counts().dead_letters == 7


def test_payloads_stay_bytes_and_are_cut(tmp_path: Path) -> None:
    odd = [
        DeadLetter(1, "源", "工厂/电表", b"\xff\x00\xfe", "not UTF-8 "),
        DeadLetter(2, "s", "", b"", ""),
        DeadLetter(3, "s", "a\udcffb\x00c", b"x" * 10_000_000, "10 MB"),
    ]
    with Store.open(tmp_path) as store:
        store.append(Readings.empty(), odd)
    with Store.open(tmp_path) as store:
        long, empty, binary = store.dead_letters(9)
        assert binary.letter == odd[0] and empty.letter == odd[1]
        assert (long.size, long.letter.payload) == (10_000_000, b"x" * 65_536)
        # a lone surrogate is no Unicode text; it is kept readable
        assert long.letter.topic == "a\\udcffb\x00c"


def test_only_the_newest_are_kept_and_all_are_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deadletters, "MOST_KEPT", 10)
    monkeypatch.setattr(deadletters, "TRIM_EVERY", 7)
    with Store.open(tmp_path) as store:
        for first in range(0, 40, 4):
            store.append(Readings.empty(), letters(first, 4))
            shown = store.dead_letters(99)
            assert [row.id for row in shown] == list(range(first + 4, max(0, first + 4 - 10), -1))
            assert [row.letter.received_ms - T0_MS for row in shown] == [row.id - 1 for row in shown]
        assert store.dead_letter_counts() == {"no JSON": 40}
        assert store._database.read(lambda cursor: cursor.execute("from dead_letters").fetchall().__len__()) < 20
    with Store.open(tmp_path) as store:
        store.append(Readings.empty(), letters(40, 1))
        assert store.dead_letters(1)[0].id == 41
        assert store.counts().batches == 11


def test_reasons_that_quote_what_came_do_not_grow_without_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deadletters, "MOST_REASONS", 3)
    with Store.open(tmp_path) as store:
        for number in range(10):
            store.append(Readings.empty(), letters(number, 1, f"value {number} is no number"))
        counts = store.dead_letter_counts()
        assert counts == {
            "other": 7,
            "value 0 is no number": 1,
            "value 1 is no number": 1,
            "value 2 is no number": 1,
        }
        assert store.counts().dead_letters == 10
