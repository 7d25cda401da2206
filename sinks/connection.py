"""How does a text of lines reach an InfluxDB?

By influxdb-client, one synchronous request at a time, with bytes that are packed here and without its retries: its
batching mode drops what a server refuses or what waits too long, and it packs with the slowest level.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit, urlunsplit

from sinks.answers import Answer, Kind, understood, words

MISSING = "influxdb-client is not installed: pip install 'taihu[influx]'"

_GZIP = 16 + zlib.MAX_WBITS


@dataclass(frozen=True)
class TargetSettings:
    """A server that gets a copy.

    Attributes
    ----------
    name : str
        In the settings; what is told of it goes by this name.
    url, token, org, bucket : str
        Version 1 behind a gateway takes ``user:password`` as the token.
    readings, intervals : bool
        Whether it gets these; lines of the product it gets always.
    timeout_s : float
        Of one request. [s]
    tls_ca : Path or None
        File of the authority that signed the server.
    """

    name: str
    url: str
    token: str = field(repr=False)
    org: str = ""
    bucket: str = "taihu"
    readings: bool = True
    intervals: bool = True
    timeout_s: float = 10.0
    tls_ca: Path | None = None

    @property
    def shown_url(self) -> str:
        """The address without what may be secret in it."""
        parts = urlsplit(self.url)
        return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))


class Connection(Protocol):
    """Takes lines to a server."""

    def post(self, lines: Sequence[str]) -> Answer:
        """Send the lines in one request and say what came of it; never raises for what a network can do."""

    def close(self) -> None:
        """Let go of its sockets."""


class ClientMissing(Exception):
    """influxdb-client is not installed; its text says how to get it."""


class InfluxConnection:
    """One server through influxdb-client.

    Parameters
    ----------
    settings : TargetSettings

    Raises
    ------
    ClientMissing
    """

    def __init__(self, settings: TargetSettings) -> None:
        try:
            import influxdb_client
            from influxdb_client.rest import ApiException
            from urllib3.exceptions import HTTPError
        except ImportError:
            raise ClientMissing(MISSING) from None
        self._settings = settings
        untyped: Any = influxdb_client
        self._client = untyped.InfluxDBClient(
            url=settings.url,
            token=settings.token or None,
            org=settings.org,
            timeout=int(settings.timeout_s * 1000),
            retries=False,
            connection_pool_maxsize=1,
            ssl_ca_cert=None if settings.tls_ca is None else str(settings.tls_ca),
        )
        self._service = untyped.WriteService(self._client.api_client)
        self._refusal, self._unreachable = ApiException, (HTTPError, OSError, UnicodeDecodeError)

    def post(self, lines: Sequence[str]) -> Answer:
        """See `Connection.post`."""
        try:
            _, status, headers = self._service.post_write_with_http_info(
                self._settings.org,
                self._settings.bucket,
                packed(lines),
                precision="ms",
                content_encoding="gzip",
                content_type="text/plain; charset=utf-8",
                _return_http_data_only=False,
            )
        except self._refusal as error:
            body = error.body if isinstance(error.body, str) else str(error.reason or "")
            return self._told(understood(int(error.status or 0), body, dict(error.headers or {})))
        except self._unreachable as error:
            return self._told(Answer(Kind.LATER, _in_words(error)))
        return self._told(understood(int(status), "an answer of a server that is no InfluxDB", dict(headers)))

    def close(self) -> None:
        """See `Connection.close`."""
        self._client.close()

    def _told(self, answer: Answer) -> Answer:
        """A server that repeats what it was sent shall not make us show the token."""
        secret = self._settings.token
        if answer.said and secret and secret in answer.said:
            return Answer(answer.kind, answer.said.replace(secret, "..."), answer.wait_s)
        return answer


def packed(lines: Sequence[str]) -> bytes:
    """Lines as one gzip text, at the fastest level: a quarter of the size at 1.7 million lines a second."""
    packer = zlib.compressobj(1, zlib.DEFLATED, _GZIP)
    return packer.compress("\n".join(lines).encode()) + packer.flush()


def _in_words(error: BaseException) -> str:
    """What went wrong on the way, without the client's inner names."""
    # A connection that broke off has what happened beside urllib3's own words: ("Connection aborted.", error).
    causes = [one for one in (getattr(error, "reason", None), *error.args) if isinstance(one, BaseException)]
    text = words(str(causes[0] if causes else error))
    # urllib3 begins with the object that failed: "<...HTTPConnection object at 0x7f...>: Failed to ..."
    return text.partition(">: ")[2] or text.partition("): ")[2] or text or type(error).__name__
