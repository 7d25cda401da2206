"""InfluxDB for tests: which one, and what does it hold?

Debian's 1.6.7 behind its door (`tests.debianinflux`), or the version 2 that ``TAIHU_TEST_INFLUX_URL``, ``_TOKEN``,
``_ORG`` and ``_BUCKET`` name. There every test gets buckets of its own, whose names begin with that of the variable and
which go when it ends: the token must be allowed to make buckets, and for some tests tokens of fewer rights.
"""

from __future__ import annotations

import json
import os
import secrets
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Self

import pytest

from sinks.connection import packed
from tests import debianinflux
from tests.debianinflux import Debian, influxd_or_skip

_NAMED = {name: os.environ.get(f"TAIHU_TEST_INFLUX_{name}", "") for name in ("URL", "TOKEN", "ORG", "BUCKET")}
NAMED = all(_NAMED.values())
"""Whether the environment names a server: then it is a version 2 that belongs to somebody else."""

TOKEN = _NAMED["TOKEN"] if NAMED else debianinflux.TOKEN
ORG = _NAMED["ORG"] if NAMED else "factory"


def influx_or_skip() -> None:
    """Skips the test, with the reason, where there is no InfluxDB."""
    if not NAMED:
        influxd_or_skip()


class Influx:
    """Databases of our own: of a server that the test starts, or of the one that the environment names.

    Parameters
    ----------
    folder : Path
        For the data of a server that is started; a later start goes on with them.
    bucket : str
        Made at the start.

    Attributes
    ----------
    url : str
        What a target is pointed at.
    query_url, query_token : str, str or None
        Where InfluxQL is answered without a door, and to whom; None: to everybody.
    bucket : str
        What the bucket is called there.
    """

    def __init__(self, folder: Path, bucket: str = "taihu") -> None:
        self._debian = None if NAMED else Debian(folder)
        self._api = _Buckets() if NAMED else None
        self.url = self.query_url = _NAMED["URL"].rstrip("/")
        if self._debian is not None:
            self.url, self.query_url = self._debian.url, self._debian.query_url
        self.query_token = TOKEN if NAMED else None
        self._asked_bucket = self.bucket = bucket

    def start(self) -> Self:
        """Start it and wait until it answers; again after `stop`."""
        if self._debian is not None:
            self._debian.start()
        self.bucket = self.make(self._asked_bucket)
        return self

    def ours_or_skip(self) -> Debian:
        """The server, where it is the test's; else skips the test, with the reason."""
        if self._debian is None:
            pytest.skip("the InfluxDB that the environment names is not ours to stop")
        return self._debian

    def stop(self) -> None:
        """End the server, not its address, which answers 503 then; what it took is on disk."""
        self.ours_or_skip().stop()

    def called(self, name: str) -> str:
        """What a bucket is, or will be, called there."""
        return name if self._api is None else self._api.called(name)

    def make(self, name: str) -> str:
        """A bucket; what it is called there."""
        if self._api is not None:
            return self._api.make(name)
        self.query(f'CREATE DATABASE "{name}"', db="")
        return name

    def drop(self, bucket: str) -> None:
        """Lose a bucket with all that it holds."""
        if self._api is not None:
            self._api.drop(bucket)
        else:
            self.query(f'DROP DATABASE "{bucket}"', db="")

    def keep(self, bucket: str, days: int) -> None:
        """Let a bucket keep so many days; 0: for ever."""
        if self._api is not None:
            self._api.keep(bucket, days)
        else:
            duration = f"{days}d" if days else "INF"
            self.query(f'ALTER RETENTION POLICY "autogen" ON "{bucket}" DURATION {duration}')

    def long_shards(self, bucket: str) -> None:
        """Cut a bucket without an end into years, as `docs/influxdb.md` asks for."""
        if self._api is not None:
            self._api.long_shards(bucket)
        else:
            self.query(f'ALTER RETENTION POLICY "autogen" ON "{bucket}" SHARD DURATION 52w')

    def token_that_may(self, action: Literal["read", "write"], bucket: str) -> str:
        """A token that may do nothing but this; skips the test where a server has no tokens."""
        if self._api is None:
            pytest.skip("Debian's InfluxDB 1 has no tokens, and TAIHU_TEST_INFLUX_URL names no other")
        return self._api.token_that_may(action, bucket)

    def write(self, lines: Sequence[str], bucket: str | None = None) -> None:
        """Write lines whose times are milliseconds, in one request."""
        told = {"org": ORG, "bucket": self.bucket if bucket is None else bucket, "precision": "ms"}
        headers = {"Authorization": f"Token {TOKEN}", "Content-Encoding": "gzip", "Content-Type": "text/plain"}
        url = f"{self.url}/api/v2/write?{urllib.parse.urlencode(told)}"
        with urllib.request.urlopen(urllib.request.Request(url, packed(lines), headers), timeout=120) as answer:
            assert answer.status == 204

    def query(self, influxql: str, db: str | None = None, token: str | None = None) -> list[dict[str, Any]]:
        """The series a query returns: each with name, tags, columns, values; times in milliseconds.

        Parameters
        ----------
        influxql : str
        db : str, optional
            Another bucket than its own; "" for none.
        token : str, optional
            Another than that which may do everything.

        Raises
        ------
        ValueError
            With the server's words, if it refuses the query.
        """
        form = {"q": influxql, "epoch": "ms"} | ({"db": self.bucket if db is None else db} if db != "" else {})
        token = self.query_token if token is None else token
        headers = {} if token is None else {"Authorization": f"Token {token}"}
        request = urllib.request.Request(f"{self.query_url}/query", urllib.parse.urlencode(form).encode(), headers)
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                told = json.load(answer)
        except urllib.error.HTTPError as error:
            raise ValueError(f"{influxql}: {error.read().decode()}") from error
        found: list[dict[str, Any]] = []
        for result in told["results"]:
            if "error" in result:
                raise ValueError(f"{influxql}: {result['error']}")
            found += result.get("series", [])
        return found

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._debian is not None:
            self._debian.close()
        if self._api is not None:
            self._api.close()


class _Buckets:
    """Buckets and tokens of a version 2, by its API; they go at the end."""

    def __init__(self) -> None:
        self._begin = f"{_NAMED['BUCKET']}-{secrets.token_hex(3)}"
        self._made: dict[str, str] = {}
        self._tokens: list[str] = []
        self._org_id = ""

    def called(self, name: str) -> str:
        """See `Influx.called`."""
        return f"{self._begin}-{name}"

    def make(self, name: str) -> str:
        """See `Influx.make`; skips the test where the token may not."""
        if not self._org_id:
            self._org_id = self._ask("GET", f"/orgs?{urllib.parse.urlencode({'org': ORG})}")["orgs"][0]["id"]
        full = self.called(name)
        try:
            made = self._ask("POST", "/buckets", {"orgID": self._org_id, "name": full, "retentionRules": []})
        except urllib.error.HTTPError as error:
            pytest.skip(f"the token of TAIHU_TEST_INFLUX_TOKEN may not make buckets: {error.read().decode()}")
        self._made[full] = made["id"]
        return full

    def drop(self, bucket: str) -> None:
        """See `Influx.drop`."""
        self._ask("DELETE", f"/buckets/{self._made.pop(bucket)}")

    def keep(self, bucket: str, days: int) -> None:
        """See `Influx.keep`."""
        rules = [{"type": "expire", "everySeconds": days * 86_400}]
        self._ask("PATCH", f"/buckets/{self._made[bucket]}", {"retentionRules": rules})

    def long_shards(self, bucket: str) -> None:
        """See `Influx.long_shards`."""
        rules = [{"type": "expire", "everySeconds": 0, "shardGroupDurationSeconds": 52 * 7 * 86_400}]
        self._ask("PATCH", f"/buckets/{self._made[bucket]}", {"retentionRules": rules})

    def token_that_may(self, action: str, bucket: str) -> str:
        """See `Influx.token_that_may`."""
        on = {"type": "buckets", "id": self._made[bucket], "orgID": self._org_id}
        told = {"orgID": self._org_id, "permissions": [{"action": action, "resource": on}]}
        made = self._ask("POST", "/authorizations", told)
        self._tokens.append(made["id"])
        return str(made["token"])

    def close(self) -> None:
        """Leave nothing there."""
        for one in self._tokens:
            self._ask("DELETE", f"/authorizations/{one}")
        for one in self._made.values():
            self._ask("DELETE", f"/buckets/{one}")

    def _ask(self, method: str, path: str, body: object = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        headers = {"Authorization": f"Token {TOKEN}", "Content-Type": "application/json"}
        request = urllib.request.Request(f"{_NAMED['URL'].rstrip('/')}/api/v2{path}", data, headers, method=method)
        with urllib.request.urlopen(request, timeout=60) as answer:
            text = answer.read()
        return json.loads(text) if text else None
