"""When does Grafana speak up?

The product decides what is exceeded and says so by itself (`sinks.notice`); these rules are the second channel. They
test states that are always written, never the absence of a value: Grafana takes a series that falls silent while it
fires for "resolved". Silence as a whole is the heartbeat's alarm, so the other rules keep their last state without
data.
"""

from __future__ import annotations

from dashboards.alertrule import DAY_S, HOUR_S, MINUTE_S, Rule, made, number
from dashboards.queries import last, steps
from dashboards.sdk import alerts
from dashboards.words import Say
from sinks.schema import HEARTBEAT, LIMIT, SINK, TARGET

BY_LIMIT = ("plant", "medium", "outlet", "series", "limit", "unit")


def rules(t: Say) -> list[alerts.Rule]:
    """All rules, in the order of their severity."""
    told = [_exceeded(t), _unknown(t), _heartbeat(t), _stopped(t), _unsent(t), _behind(t)]
    return [made(rule) for rule in told]


def _exceeded(t: Say) -> Rule:
    """The newest state that is known: an analyser that fails does not end an exceedance."""
    # State 3 (unknown) has a rule of its own; 2 is the largest state below it.
    state = last(LIMIT, "state", {}, BY_LIMIT, below=3)
    value, allowed = (last(LIMIT, field, {}, BY_LIMIT, known=True) for field in ("value", "allowed"))
    return Rule(
        "taihu-limit-exceeded",
        t("Limit exceeded", "超过排放限值"),
        [state, value, allowed],
        1.5,
        3.0,
        HOUR_S,
        "2m",
        "10m",
        "critical",
        "{{ $labels.limit }}",
        t(
            "{{ $labels.plant }}, outlet {{ $labels.outlet }}: {{ $labels.series }} is above its limit",
            "{{ $labels.plant }} 排放口 {{ $labels.outlet }}：{{ $labels.series }} 超过限值",
        ),
        t(
            f"Mean {number('B')}, limit {number('C')} {{{{ $labels.unit }}}} ({{{{ $labels.limit }}}}). Judged by the"
            " product; the plant's permit decides which limits hold.",
            f"均值 {number('B')}，限值 {number('C')} {{{{ $labels.unit }}}}（{{{{ $labels.limit }}}}）。"
            "由本产品判定，适用限值以排污许可证为准。",
        ),
        "/#/plant/{{ $labels.plant }}/emissions",
    )


def _unknown(t: Say) -> Rule:
    state = last(LIMIT, "state", {}, BY_LIMIT)
    return Rule(
        "taihu-limit-unknown",
        t("State of a limit unknown for an hour", "限值状态未知已达一小时"),
        [state],
        2.5,
        3.5,
        10 * MINUTE_S,
        "1h",
        "10m",
        "warning",
        "{{ $labels.limit }}",
        t(
            "{{ $labels.plant }}, outlet {{ $labels.outlet }}: not known whether {{ $labels.series }} keeps its limit",
            "{{ $labels.plant }} 排放口 {{ $labels.outlet }}：无法判断 {{ $labels.series }} 是否达标",
        ),
        t(
            f"State {number('A')} (3: unknown) of {{{{ $labels.limit }}}}, wanted at most 1. The analyser or the flow"
            " gives no valid values.",
            f"{{{{ $labels.limit }}}} 的状态为 {number('A')}（3为未知），正常应不大于1。分析仪或流量没有有效数据。",
        ),
        "/#/plant/{{ $labels.plant }}/emissions",
    )


def _heartbeat(t: Say) -> Rule:
    # Empty steps count 0, so an instance that falls silent is seen for a day although another still speaks.
    beats = steps(HEARTBEAT, "count", ["known"], {}, ["instance"], "10m", empty="0")
    return Rule(
        "taihu-heartbeat",
        t("Heartbeat missing", "心跳中断"),
        [beats],
        -0.5,
        0.5,
        DAY_S,
        "5m",
        "5m",
        "critical",
        "none",
        t(
            "Nothing has come from Taihu {{ $labels.instance }} for ten minutes",
            "已有十分钟未收到太湖 {{ $labels.instance }} 的数据",
        ),
        t(
            f"Heartbeats in the last ten minutes: {number('A')}, wanted 10. The product, the network or this server's"
            " token is at fault; no other rule says anything meanwhile.",
            f"最近十分钟心跳数：{number('A')}，应为10。请检查产品、网络或本服务器令牌；期间其他规则不会告警。",
        ),
        "/#/system",
        no_data="Alerting",
    )


def _stopped(t: Say) -> Rule:
    return _of_sink(
        t,
        "taihu-sink-stopped",
        t("Sending stopped", "发送已停止"),
        "stopped",
        0.5,
        "2m",
        t("Taihu stopped sending to {{ $labels.target }}", "太湖已停止向 {{ $labels.target }} 发送"),
        t(
            f"Stopped: {number('A')}, wanted 0. The server refuses rights or address; nothing is lost, and it goes on"
            " when that is mended.",
            f"停止标志为 {number('A')}，应为0。服务器拒绝权限或地址；数据不会丢失，修复后自动继续。",
        ),
    )


def _unsent(t: Say) -> Rule:
    return _of_sink(
        t,
        "taihu-unsent",
        t("Lines unsent for an hour", "数据行滞留超过一小时"),
        "unsent_s",
        float(HOUR_S),
        "5m",
        t("{{ $labels.target }} is more than an hour behind", "{{ $labels.target }} 落后一小时以上"),
        t(
            f"Age of the oldest unsent line: {number('A')} s, wanted below {HOUR_S} s. The journal keeps all of it.",
            f"最早未发送数据行的时长：{number('A')} 秒，应低于 {HOUR_S} 秒。日志保留全部数据。",
        ),
    )


def _of_sink(t: Say, uid: str, title: str, field: str, above: float, wait: str, summary: str, about: str) -> Rule:
    asked = [last(SINK, field, {}, ["target"])]
    much = 1e15
    return Rule(
        uid, title, asked, above, much, 10 * MINUTE_S, wait, "5m", "warning", "none", summary, about, "/#/system"
    )


def _behind(t: Say) -> Rule:
    where = {"scope": "/^(plant|programme):/", "period": "ytd", "series": "!/:/"}
    by = ("scope", "series")
    change, wanted = (last(TARGET, field, where, by, known=True) for field in ("change", "target"))
    return Rule(
        "taihu-target-behind",
        t("Target behind its pace", "目标进度滞后"),
        [last(TARGET, "status", where, by), change, wanted],
        1.5,
        2.5,
        3 * DAY_S,
        "1h",
        "1h",
        "info",
        "programme",
        t("{{ $labels.scope }}: {{ $labels.series }} is behind", "{{ $labels.scope }}：{{ $labels.series }} 进度滞后"),
        t(
            f"Change {number('B')}, target {number('C')} (as shares; negative is a reduction), this year to yesterday.",
            f"变化 {number('B')}，目标 {number('C')}（比例，负值为下降），今年至昨日。",
        ),
        "/#/{{ $labels.scope }}",
    )
