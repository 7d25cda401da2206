"""Does a server hold what a restored journal holds, although the numbers of its batches are given a second time?"""

from __future__ import annotations

from pathlib import Path

from sinks.sender import Sender
from storage import Store
from tests.sinks.copying import sending, settle, state, wanted
from tests.sinks.memory import MemoryServer, until
from tests.sinks.works import registry
from tests.storage.rows import T0_MS, readings


def _all_sent(sender: Sender) -> None:
    until(lambda: state(sender).unsent_s == 0 and state(sender).unsent == 0)


def test_what_came_later_stays_and_what_the_restored_journal_holds_is_sent(tmp_path: Path) -> None:
    """::

    batch     1        2          3             3 again
              sent     not sent   sent          sent
                         ^ backup   ^ lost journal  ^ restored journal
    """
    works, server = registry(tmp_path), MemoryServer()
    with Store.open(tmp_path / "old") as old:
        old.append(readings((1, 0, 1.0)))
        settle(old, (1, 0))
        with sending(old, works, main=server) as sender:
            _all_sent(sender)
        assert old.append(readings((1, 60_000, 2.0))) == 2
        settle(old, (1, 1))
        (tmp_path / "new").mkdir()
        old.copy(tmp_path / "new" / "journal.duckdb")
        assert old.append(readings((1, 120_000, 3.0))) == 3
        with sending(old, works, main=server) as sender:
            _all_sent(sender)
    later = {key for key in server.known() if key[1] == T0_MS + 120_000}
    assert len(later) == 1

    with Store.open(tmp_path / "new") as new:
        assert new.append(readings((1, 180_000, 4.0))) == 3
        settle(new, (1, 2), amount=5.0)
        with sending(new, works, main=server) as sender:
            _all_sent(sender)
        holds = wanted(new, works)
    assert len(holds) == 6  # readings 1, 2 and 4, and three quarters
    assert {key: server.known()[key] for key in holds} == holds
    assert set(server.known()) == set(holds) | later
