"""How is Grafana reached, and how often is it tried?

The only place that imports grafana-client, version 3 of it: from 4 on it replaces `urllib3` under influxdb-client.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import SplitResult, urlsplit

from dashboards.refusals import GrafanaError, NotGrafana, Refused, Unreachable, refusal, shortened

_T = TypeVar("_T")

PASSING = frozenset({429, 502, 503})
"""Answers after which trying again helps: too many requests, or a Grafana that is just starting behind its proxy."""
WAITS_S = (0.5, 1.0, 2.0)
"""Pauses before trying again. [s]"""


class GrafanaMissing(GrafanaError):
    """The library is not installed."""


@dataclass(frozen=True)
class Connection:
    """Where Grafana is, and as whom.

    Attributes
    ----------
    url : str
        Its address, with the path it is served under where there is one, e.g. ``https://host/grafana``.
    token : str
        Of a service account; never shown.
    tls_ca : Path or None
        File of the authority that signed its certificate; None takes those this machine trusts.
    timeout_s : float
        How long one answer may take. [s]
    """

    url: str
    token: str = field(repr=False)
    tls_ca: Path | None = None
    timeout_s: float = 10.0


class Line:
    """A line to one Grafana.

    Attributes
    ----------
    url : str
    api : grafana_client.GrafanaApi
        Untyped: the library has no types.

    Raises
    ------
    GrafanaMissing
        If grafana-client is not installed.
    dashboards.refusals.Refused
        If the address cannot be one of Grafana.
    """

    def __init__(self, connection: Connection, sleep: Callable[[float], None] = time.sleep) -> None:
        self.url = connection.url.rstrip("/")
        self.api = _api(connection)
        self._sleep = sleep

    def call(self, what: str, call: Callable[[], _T]) -> _T:
        """Call, and again after each wait while the answer is one that passes.

        Raises
        ------
        dashboards.refusals.GrafanaError
            Whatever went wrong, as one line that begins with what was tried.
        """
        import requests
        from grafana_client.client import GrafanaException

        for wait_s in (*WAITS_S, None):
            try:
                return call()
            except GrafanaException as error:
                if error.status_code in PASSING and wait_s is not None:
                    self._sleep(wait_s)
                    continue
                raise refusal(what, self.url, error.status_code, error.response) from None
            except (requests.RequestException, ValueError, OSError) as error:
                raise _unreachable(what, self.url, error) from None
        raise AssertionError("the last try has no wait")


def _api(connection: Connection) -> Any:
    """The client, which would glue a path without a last slash to ``api``, and follow a redirect with the token."""
    try:
        import grafana_client
    except ImportError:
        raise GrafanaMissing("grafana-client is not installed: pip install 'taihu[grafana]'") from None
    parts = _address(connection.url)
    host = parts.hostname or ""
    api = grafana_client.GrafanaApi(
        connection.token,
        host=f"[{host}]" if ":" in host else host,
        port=parts.port,
        url_path_prefix=parts.path.strip("/") + "/" if parts.path.strip("/") else "",
        protocol=parts.scheme,
        verify=True if connection.tls_ca is None else str(connection.tls_ca),
        timeout=connection.timeout_s,
        user_agent="taihu",
    )
    api.client.s.max_redirects = 0
    return api


def _address(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        good = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:  # a port that is no number
        good = False
    if not good or parts.username is not None or parts.query:
        raise Refused("the address of Grafana cannot be used: wanted http(s)://HOST[:PORT][/PATH], without credentials")
    return parts


def _unreachable(what: str, url: str, error: Exception) -> GrafanaError:
    """What an error of the connection means."""
    import requests

    if isinstance(error, requests.TooManyRedirects):
        to = error.response.headers.get("Location", "") if error.response is not None else ""
        where = urlsplit(to)._replace(query="", fragment="").geturl()
        return NotGrafana(f"{url}: {what}: redirected to {shortened(where)}; wanted its own address")
    if isinstance(error, requests.exceptions.SSLError):
        return Unreachable(f"Grafana at {url}: {what}: TLS failed: {_cause(error)}; tls_ca names an authority to trust")
    if isinstance(error, requests.Timeout):
        return Unreachable(f"Grafana at {url}: {what}: no answer in time")
    if isinstance(error, requests.ConnectionError):
        return Unreachable(f"Grafana at {url} cannot be reached: {_cause(error)}")
    if isinstance(error, ValueError):  # JSON promised and not sent
        return NotGrafana(f"{url}: {what}: an answer that is no JSON; wanted Grafana's API")
    return Unreachable(f"Grafana at {url}: {what}: {shortened(str(error))}")


def _cause(error: BaseException) -> str:
    """The words at the bottom of the wrapped errors of requests and urllib3, without object addresses."""
    inner: Any = error
    while True:
        below = getattr(inner, "reason", None) or next((a for a in inner.args if isinstance(a, BaseException)), None)
        if not isinstance(below, BaseException):
            break
        inner = below
    words = str(inner).rpartition(">: ")[2] if ">: " in str(inner) else str(inner)
    return shortened(getattr(inner, "strerror", None) or words)
