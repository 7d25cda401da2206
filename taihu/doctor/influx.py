"""Will an InfluxDB take what is sent, and keep it?

Nothing is written. A write request without a line is refused for the token (401), the right (403) or the bucket (404)
before anything else is looked at; only then does the server say that it wants lines (2.x: 400; 1.x: 200 or 204).
"""

from __future__ import annotations

import importlib.util
import json
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from sinks.connection import MISSING, TargetSettings
from taihu.doctor.finding import Finding, State, Words
from taihu.doctor.web import Answer, NoAnswer, ask, clock, unreachable

FIVE_YEARS_S = 5 * 365 * 86_400
"""What is worth keeping: the base year, the years to the target year, and what an inspector asks for. [s]"""

_DURATION = re.compile(r"(\d+)(ns|u|ms|s|m|h|d|w)")
_UNITS_S = {"ns": 1e-9, "u": 1e-6, "ms": 1e-3, "s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800}

_WRITE_TODO = {
    401: Words("检查令牌（TAIHU_INFLUX__名称__TOKEN）", "check the token (TAIHU_INFLUX__NAME__TOKEN)"),
    403: Words("给令牌写该存储桶的权限", "give the token the right to write the bucket"),
    404: Words("建立存储桶，或检查 bucket 和 org", "create the bucket, or check bucket and org"),
}


def influx_checks(target: TargetSettings, now_ms: Callable[[], int]) -> list[Finding]:
    """Whether it answers, its version, whether the token may write the bucket, how long that keeps, and its clock."""
    area = f"influx.{target.name}"
    missing = _library(area)
    try:
        ping = ask(f"{target.url}/ping", now_ms, tls_ca=target.tls_ca)
        found = [_version(area, target, ping), _write(area, target, now_ms)]
        if found[-1].state == "ok":
            found.append(_retention(area, target, now_ms))
    except NoAnswer as error:
        return [*missing, unreachable(area, target.shown_url, error)]
    timed = clock(area, ping)
    return [*missing, *found] if timed is None else [*missing, *found, timed]


def _library(area: str) -> list[Finding]:
    """Without it `taihu serve` does not start, whether the server answers or not."""
    if importlib.util.find_spec("influxdb_client") is not None:
        return []
    missing, _, install = MISSING.partition(": ")
    told = Words("没有安装 influxdb-client", missing)
    return [Finding(area, "library", "bad", told, Words(install, install))]


def _version(area: str, target: TargetSettings, ping: Answer) -> Finding:
    version = (ping.headers.get("X-Influxdb-Version") or "").removeprefix("v")
    where = target.shown_url
    numbers = [int(part) for part in re.findall(r"\d+", version)[:2]]
    if not numbers:
        return Finding(
            area,
            "version",
            "warn",
            Words(f"{where} 有应答，但没有说是哪个 InfluxDB", f"{where} answers and does not say which InfluxDB it is"),
            Words("其他服务器可能改变数值，见 docs/influxdb.md", "others may change values, see docs/influxdb.md"),
        )
    reached = Words(f"{where}，InfluxDB {version}", f"{where}, InfluxDB {version}")
    if numbers < [1, 8]:
        # /api/v2/write came with 1.8.
        todo = Words("升级到 2.8 或 1.8 以上", "use 2.8, or at least 1.8")
        return Finding(area, "version", "bad", reached, todo)
    if numbers[0] >= 3:
        todo = Words(
            "InfluxDB 3 Core 的一次查询默认只到约 72 小时，不宜作长期档案",
            "a query of InfluxDB 3 Core reaches about 72 hours by default: no archive for years",
        )
        return Finding(area, "version", "warn", reached, todo)
    return Finding(area, "version", "ok", reached)


def _headers(target: TargetSettings) -> dict[str, str]:
    return {"Authorization": f"Token {target.token}"} if target.token else {}


def _write(area: str, target: TargetSettings, now_ms: Callable[[], int]) -> Finding:
    query = urlencode({"org": target.org, "bucket": target.bucket, "precision": "ms"})
    url = f"{target.url}/api/v2/write?{query}"
    answer = ask(url, now_ms, method="POST", body=b"", headers=_headers(target), tls_ca=target.tls_ca)
    if answer.status in (200, 204, 400):
        return Finding(
            area,
            "rights",
            "ok",
            Words(f"令牌可写存储桶 {target.bucket}", f"the token may write the bucket {target.bucket}"),
        )
    said = _without(answer.text, target.token)
    told = Words(f"不接受写入：HTTP {answer.status} {said}", f"takes no lines: HTTP {answer.status} {said}")
    todo = _WRITE_TODO.get(answer.status, Words("看该服务器的日志", "see the server's log"))
    state: State = "warn" if answer.status in (429, 503) else "bad"
    return Finding(area, "rights", state, told, todo)


def _without(text: str, secret: str) -> str:
    return text.replace(secret, "...") if secret else text


def _retention(area: str, target: TargetSettings, now_ms: Callable[[], int]) -> Finding:
    kept_s = _bucket_s(target, now_ms)
    if kept_s is None:
        kept_s = _policy_s(target, now_ms)
    bucket = target.bucket
    if kept_s is None:
        return Finding(
            area,
            "retention",
            "ok",
            Words("令牌不能读保存期", "the token may not ask how long the bucket keeps"),
            Words(f"确认存储桶 {bucket} 至少保存五年", f"see to it that the bucket {bucket} keeps five years or more"),
        )
    if kept_s == 0:
        return Finding(area, "retention", "ok", Words("永久保存", "is kept for ever"))
    days = round(kept_s / 86_400)
    found = Words(f"只保存 {days} 天", f"is kept for {days} days")
    if kept_s >= FIVE_YEARS_S:
        return Finding(area, "retention", "ok", found)
    return Finding(
        area,
        "retention",
        "warn",
        found,
        Words(
            f"把存储桶 {bucket} 的保存期设为五年以上（0 为永久），再 taihu sink resync",
            f"let the bucket {bucket} keep five years or more (0: for ever), then taihu sink resync",
        ),
    )


def _bucket_s(target: TargetSettings, now_ms: Callable[[], int]) -> float | None:
    """Version 2: the bucket's rule; 0 is for ever, None is not known. [s]"""
    query = urlencode({"name": target.bucket} | ({"org": target.org} if target.org else {}))
    url = f"{target.url}/api/v2/buckets?{query}"
    told = _json(ask(url, now_ms, headers=_headers(target), tls_ca=target.tls_ca))
    buckets = told.get("buckets") if isinstance(told, dict) else None
    if not buckets:
        return None
    rules = buckets[0].get("retentionRules") or []
    return float(min((rule.get("everySeconds", 0) for rule in rules), default=0))


def _policy_s(target: TargetSettings, now_ms: Callable[[], int]) -> float | None:
    """Version 1, and 2 with a token that may read: the default policy of the database. [s]"""
    query = urlencode({"q": f'SHOW RETENTION POLICIES ON "{target.bucket}"', "db": target.bucket})
    told = _json(ask(f"{target.url}/query?{query}", now_ms, headers=_headers(target), tls_ca=target.tls_ca))
    if not isinstance(told, dict):
        return None
    for result in told.get("results", []):
        for series in result.get("series", []):
            at = {name: place for place, name in enumerate(series["columns"])}
            # To a token that may not read the bucket version 2 names the columns and has no row.
            for row in series.get("values", []):
                if row[at["default"]]:
                    return duration_s(str(row[at["duration"]]))
    return None


def duration_s(text: str) -> float:
    """A duration as InfluxDB writes it. [s]

    Examples
    --------
    >>> duration_s("8760h0m0s") / 86400
    365.0
    """
    return float(sum(int(count) * _UNITS_S[unit] for count, unit in _DURATION.findall(text)))


def _json(answer: Answer) -> Any:
    if answer.status != 200:
        return None
    try:
        return json.loads(answer.body)
    except ValueError:
        return None  # a page of a proxy: nothing is known
