"""A notice is kept with what it is about, and told as taken only when it was."""

from __future__ import annotations

from pathlib import Path

import pytest

from storage import Matter, Notice, Store
from storage.notices import Send


def notice(id_: str, plant: str = "wx") -> Notice:
    return Notice(id_, "first", 1000, "limit", plant, "exceeded", '{"text": "超标 \'over\'"}')


def test_notices_are_numbered_listed_and_outlive_the_store(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store:
        store.keep_notices([(notice("a"), ["x", "y"]), (notice("b", "cz"), [])])
        store.keep_notices([(notice("c"), ["x"])])
    with Store.open(tmp_path) as store:
        assert [(row.number, row.notice.id) for row in store.notices()] == [(3, "c"), (2, "b"), (1, "a")]
        assert [row.notice.id for row in store.notices(limit=1, before=3)] == ["b"]
        assert [row.notice.id for row in store.notices(plant="wx")] == ["c", "a"]
        assert store.notices(plant="wx")[1].notice == notice("a")
        assert store.notices(plant="wx")[1].sends == (
            Send("x", 0, None, False, ""),
            Send("y", 0, None, False, ""),
        )


def test_what_a_webhook_took_is_not_sent_to_it_again(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store:
        store.keep_notices([(notice("a"), ["x", "y"]), (notice("b"), ["x"])])
        store.notice_tried(1, "x", answer="connection refused")
        store.notice_tried(2, "x", refused=True, answer="400: no")
        assert [row.notice.id for row in store.notices_to_send("x")] == ["a", "b"]
        store.keep_notices([(notice("c"), ["x"])])
        assert [row.notice.id for row in store.notices_to_send("x")] == ["a", "c", "b"]  # what was refused last
        assert [row.notice.id for row in store.notices_to_send("x", 2)] == ["a", "c"]
        assert (store.notice("b"), store.notice("z")) == (notice("b"), None)
        store.notice_tried(3, "x", sent_ms=76)
        store.notice_tried(1, "x", sent_ms=77)
    with Store.open(tmp_path) as store:
        assert [row.notice.id for row in store.notices_to_send("x")] == ["b"]
        assert [row.notice.id for row in store.notices_to_send("y")] == ["a"]
        assert [row.sends for row in store.notices()] == [
            (Send("x", 1, 76, False, ""),),
            (Send("x", 1, None, True, "400: no"),),
            (Send("x", 2, 77, False, ""), Send("y", 0, None, False, "")),
        ]


def test_matters_are_exchanged_and_forgotten_with_the_notices(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store:
        store.keep_notices([(notice("a"), [])], [Matter("a", "NOx", "exceeded", 10, 20), Matter("b", "SO2", "x", 5, 6)])
        store.keep_notices([], [Matter("a", "NOx", "ended", 10, 30, True)], ["b"])
        with pytest.raises(TypeError):
            store.keep_notices([(None, [])], [], ["a"])  # type: ignore[list-item]
    with Store.open(tmp_path) as store:
        assert store.matters() == [Matter("a", "NOx", "ended", 10, 30, True)]
