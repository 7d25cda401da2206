"""Can dashboards be pushed to Grafana, and do they find their data?"""

from __future__ import annotations

from collections.abc import Callable

from dashboards.refusals import Denied, GrafanaError
from dashboards.server import PERMISSIONS, Server
from dashboards.wanted import DATASOURCE_UID
from taihu.doctor.finding import Finding, Words
from taihu.doctor.web import NoAnswer, ask, clock
from taihu.grafanapush import connection
from taihu.settings import Settings, SettingsError

AREA = "grafana"
_OLDEST = 11

_SAME = Words("检查 grafana.url 和 grafana.token", "check grafana.url and grafana.token")
_PUSH = Words("运行 taihu grafana push", "run taihu grafana push")


def grafana_checks(settings: Settings, now_ms: Callable[[], int]) -> list[Finding]:
    """Whether it answers, its version, what the token may do, whether the data source works, and its clock."""
    if settings.grafana is None:
        return []
    try:
        server = Server(connection(settings), sleep=lambda _: None)
        health = server.health()
    except (GrafanaError, SettingsError) as error:
        return [_bad("reachable", error)]
    found = [_version(server.url, health.version, health.major)]
    try:
        may = server.permissions()
    except GrafanaError as error:
        return [*found, _bad("rights", error)]
    found.append(_rights([wanted for wanted in PERMISSIONS if wanted not in may]))
    found.append(_source(server))
    try:
        timed = clock(AREA, ask(f"{server.url}/api/health", now_ms, tls_ca=settings.grafana.tls_ca))
    except NoAnswer as error:
        return [*found, _bad("clock", error)]
    return found if timed is None else [*found, timed]


def _bad(check: str, error: Exception) -> Finding:
    return Finding(AREA, check, "bad", Words(f"不可用：{error}", str(error)), _SAME)


def _version(url: str, version: str, major: int | None) -> Finding:
    if major is None:
        told = Words(f"{url} 有应答，没有说版本", f"{url} answers and hides its version")
        return Finding(AREA, "version", "ok", told)
    reached = Words(f"{url}，Grafana {version}", f"{url}, Grafana {version}")
    if major < _OLDEST:
        todo = Words(f"升级到 {_OLDEST} 以上", f"use version {_OLDEST} or newer")
        return Finding(AREA, "version", "warn", reached, todo)
    return Finding(AREA, "version", "ok", reached)


def _rights(lacking: list[str]) -> Finding:
    if not lacking:
        return Finding(AREA, "rights", "ok", Words("令牌权限足够", "the token may do all that a push needs"))
    names = ", ".join(lacking)
    return Finding(
        AREA,
        "rights",
        "bad",
        Words(f"令牌缺少权限：{names}", f"the token lacks {names}"),
        Words("给服务账号 Admin 角色", "give the service account the role Admin"),
    )


def _source(server: Server) -> Finding:
    try:
        if server.datasource(DATASOURCE_UID) is None:
            told = Words("还没有太湖的数据源", "there is no data source of Taihu yet")
            return Finding(AREA, "data source", "warn", told, _PUSH)
        good, words = server.datasource_health(DATASOURCE_UID)
    except Denied as error:
        return Finding(AREA, "data source", "warn", Words(f"不能检查数据源：{error}", str(error)), _SAME)
    except GrafanaError as error:
        return _bad("data source", error)
    if good:
        return Finding(AREA, "data source", "ok", Words(f"数据源有应答：{words}", f"the data source answers: {words}"))
    return Finding(
        AREA,
        "data source",
        "bad",
        Words(f"数据源不应答：{words}", f"the data source does not answer: {words}"),
        Words(
            "检查 grafana.influx_url（从 Grafana 看）和 grafana.influx_token，再 taihu grafana push",
            "check grafana.influx_url (as Grafana sees it) and grafana.influx_token, then taihu grafana push",
        ),
    )
