"""What is one alert rule, and how does Grafana take it?

Each query stands under Q and its letter, its newest value under the letter alone, so that a text can name it; the first
is held against the threshold T.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from dashboards.influxql import InfluxQL
from dashboards.sdk import alerting, alerts, variants
from dashboards.shipped import DATASOURCE_UID, FOLDER_UID, PAGE

GROUP = "taihu"
EXPRESSION = "__expr__"
MINUTE_S, HOUR_S, DAY_S = 60, 3600, 86_400
MOST_POINTS = 43_200
"""Steps of a series at most: a day of steps of two seconds."""


@dataclass
class Expression(variants.Dataquery):
    """A step of Grafana's own arithmetic: reduce or threshold."""

    model: dict[str, object]

    def to_json(self) -> dict[str, object]:
        """As Grafana keeps it."""
        return self.model


@dataclass(frozen=True)
class Rule:
    """One alert rule.

    Attributes
    ----------
    uid, title : str
    queries : sequence of str
        InfluxQL; the first is judged, the others stand in the text.
    above, below : float
        It fires strictly between.
    range_s : int
        How far back is looked; longer than lines take to come. [s]
    wait, keep : str
        How long it must be so before it fires, and how long it fires on.
    severity, regulation : str
        Labels beside those of the series.
    summary, description, link : str
    no_data : str
        What is said without any data.
    """

    uid: str
    title: str
    queries: Sequence[str]
    above: float
    below: float
    range_s: int
    wait: str
    keep: str
    severity: str
    regulation: str
    summary: str
    description: str
    link: str
    no_data: Literal["KeepLast", "Alerting"] = "KeepLast"


def number(query: str) -> str:
    """The value of a query in a text; a dash where it has none for this series."""
    told = f'(index $values "{query}")'
    return f'{{{{ if {told}.Labels }}}}{{{{ printf "%.4g" {told}.Value }}}}{{{{ else }}}}–{{{{ end }}}}'


def made(rule: Rule) -> alerts.Rule:
    """As the provisioning API takes it."""
    link = PAGE + rule.link
    told = (
        alerting.Rule(rule.title)
        .uid(rule.uid)
        .folder_uid(FOLDER_UID)
        .rule_group(GROUP)
        .condition("T")
        .for_val(rule.wait)
        .keep_firing_for(rule.keep)
        .exec_err_state("Error")
        .no_data_state(rule.no_data)
        .is_paused(False)
        .org_id(1)
        .labels({"severity": rule.severity, "regulation": rule.regulation, "product": "taihu"})
        .annotations({"summary": rule.summary, "description": rule.description, "link": link, "runbook_url": link})
        .build()
    )
    for letter, query in zip("ABC", rule.queries, strict=False):
        told.data += [_query(f"Q{letter}", query, rule.range_s), _reduced(letter, rule.range_s)]
    told.data.append(_threshold(rule))
    return told


def _query(ref: str, query: str, range_s: int) -> alerts.Query:
    model = InfluxQL(ref, query, datasource_uid=DATASOURCE_UID).to_json()
    model |= {"intervalMs": MINUTE_S * 1000, "maxDataPoints": MOST_POINTS}
    when = alerts.RelativeTimeRange(from_val=range_s, to=0)
    return alerts.Query(DATASOURCE_UID, Expression(model), "", ref, when)


def _reduced(letter: str, range_s: int) -> alerts.Query:
    # dropNN: a step without a value is not the newest one.
    model: dict[str, object] = {"type": "reduce", "expression": f"Q{letter}", "reducer": "last"}
    return _expression(letter, model | {"settings": {"mode": "dropNN"}}, range_s)


def _threshold(rule: Rule) -> alerts.Query:
    within = {"evaluator": {"type": "within_range", "params": [rule.above, rule.below]}}
    return _expression("T", {"type": "threshold", "expression": "A", "conditions": [within]}, rule.range_s)


def _expression(ref: str, model: dict[str, object], range_s: int) -> alerts.Query:
    told = {"refId": ref, "datasource": {"type": EXPRESSION, "uid": EXPRESSION}} | model
    when = alerts.RelativeTimeRange(from_val=range_s, to=0)
    return alerts.Query(EXPRESSION, Expression(told), "", ref, when)
