"""What a server does not want: a bad line goes aside, a server that takes nothing stops its target."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from registry import Registry
from sinks import target
from sinks.answers import Answer, Kind
from storage import Store
from tests.sinks.copying import NOW_MS, fill, sending, state, wanted
from tests.sinks.memory import MemoryServer, until
from tests.storage.rows import T0_MS, readings

STOP = Answer(Kind.STOP, "401 unauthorized access")


def test_a_wrong_token_stops_the_target_until_it_is_right(store: Store, works: Registry) -> None:
    server = MemoryServer()
    server.always = STOP
    fill(store)
    with sending(store, works, main=server) as sender:
        until(lambda: state(sender).state == "stopped")
        assert state(sender).last_error == "401 unauthorized access"
        until(lambda: server.requests > 2)
        assert store.rejected_lines() == []
        server.always = None
        until(lambda: state(sender).unsent_s == 0)
    assert server.known() == wanted(store, works)


def test_one_bad_line_is_kept_with_the_servers_words_and_the_rest_goes_on(store: Store, works: Registry) -> None:
    server = MemoryServer()
    server.refuses = lambda line: "series=hall" in line and "value=7.0" in line
    store.append(readings(*[(2, n, float(n)) for n in range(50)]))
    with sending(store, works, main=server) as sender:
        until(lambda: state(sender).unsent_s == 0)
        assert (state(sender).rejected, state(sender).sent, state(sender).state) == (1, 49, "ok")
    (row,) = store.rejected_lines()
    assert row.target == "main" and NOW_MS < row.at_ms < NOW_MS + 60_000
    assert row.line == f"reading,medium=electricity,plant=works,series=hall value=7.0,known=1,flag=0 {T0_MS + 7}"
    assert row.reason == "400 cannot take reading,medium=electricity,plant=works,series=hall"
    # it is not sent, and not counted, once more
    with sending(store, works, main=server) as sender:
        until(lambda: state(sender).unsent_s == 0)
        assert state(sender).rejected == 1
    assert store.rejected_counts() == {"main": 1}


def test_a_server_that_refuses_everything_gets_no_backlog_of_refused_lines(store: Store, works: Registry) -> None:
    server = MemoryServer()
    server.refuses = lambda line: True
    fill(store)
    with sending(store, works, main=server) as sender:
        until(lambda: state(sender).state == "stopped")
        assert "takes none of the lines: 400" in state(sender).last_error
        assert store.rejected_lines() == []
        server.refuses = lambda line: False
        until(lambda: state(sender).unsent_s == 0)
    # the probe of an earlier try may stand there
    server.has = {key: fields for key, fields in server.has.items() if not key[0].startswith("sink")}
    assert server.known() == wanted(store, works)


class Narrow(MemoryServer):
    """Takes at most `most` lines at once."""

    most = 7

    def post(self, lines: Sequence[str]) -> Answer:
        self.longest = len(lines)
        return super().post(lines) if len(lines) <= self.most else Answer(Kind.TOO_LARGE, "413")


def test_a_server_that_has_room_again_gets_whole_requests_again(
    store: Store, works: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = Narrow()
    store.append(readings(*[(1, n, float(n)) for n in range(50)]))
    with sending(store, works, main=server) as sender:
        until(lambda: state(sender).unsent_s == 0)
        assert server.longest <= 7
        store.append(readings(*[(1, n, float(n)) for n in range(100, 150)]))
        until(lambda: len(server.has) == 100)
        assert server.longest <= 7
        server.most = 5000
        monkeypatch.setattr(target, "FULL_AGAIN_S", 0.0)
        store.append(readings(*[(1, n, float(n)) for n in range(200, 250)]))
        until(lambda: len(server.has) == 150)
        assert server.longest == 50
