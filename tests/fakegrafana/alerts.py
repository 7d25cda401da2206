"""What does Grafana say to alert rules and contact points?"""

from __future__ import annotations

import copy
import re
from typing import TYPE_CHECKING, Any

from tests.fakegrafana.kept import Json, Refusal, need

if TYPE_CHECKING:
    from tests.fakegrafana.server import FakeGrafana, Request

Said = tuple[int, Any]

_DURATION = re.compile(r"(\d+)(ms|s|m|h|d|w)")
_SECONDS = {"ms": 0.001, "s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800}


def rules(grafana: FakeGrafana, method: str, uid: str, request: Request) -> Said:
    held_rules, body = grafana.kept.rules, request.body
    need(grafana, f"alert.provisioning:{'read' if method == 'GET' else 'write'}")
    if method != "POST" and uid not in held_rules:
        raise Refusal(404, None)  # an empty body
    if method == "GET":
        return 200, held_rules[uid]
    if method == "POST" and body["uid"] in held_rules:
        raise Refusal(409, "rule with this UID already exists", messageId="alerting.alert-rule.conflict")
    _check_rule(grafana, body)
    uid = uid or body["uid"]  # of the path, where it has one
    held = held_rules.get(uid, {})
    provenance = "" if "x-disable-provenance" in request.headers else "api"
    if held.get("provenance") == "file":
        raise Refusal(409, "cannot update with provided provenance '', needs 'file'")
    kept = copy.deepcopy(body) | {"id": held.get("id", len(held_rules) + 1), "orgID": 1, "updated": "2026-11-23T08:00Z"}
    kept |= {"provenance": provenance} if provenance else {}
    kept = {"isPaused": False, "notification_settings": None, "record": None, "keep_firing_for": "0s", **kept}
    kept |= {key: _go(kept[key]) for key in ("for", "keep_firing_for")}
    kept |= grafana.kept.rule_extra
    for query in kept["data"]:
        query.setdefault("queryType", "")
        query["model"] = {"intervalMs": 1000, "maxDataPoints": 43200} | query["model"]
    held_rules[uid] = kept
    return (201 if method == "POST" else 200), kept


def _check_rule(grafana: FakeGrafana, body: Json) -> None:
    """What `AlertRule.ValidateAlertRule` and the service above it want."""
    wrong = ""
    if body["folderUID"] not in grafana.kept.folders:
        wrong = "folder does not exist"
    elif not 1 <= len(body.get("title", "")) <= 190 or not body.get("ruleGroup"):
        wrong = "title and rule group must be 1 to 190 characters"
    elif body.get("condition") not in [query["refId"] for query in body.get("data", [])]:
        wrong = f"condition {body.get('condition')} does not exist"
    elif body["noDataState"] not in {"Alerting", "NoData", "OK", "KeepLast"}:
        wrong = f"unknown NoData state option {body['noDataState']}"
    elif body["execErrState"] not in {"Alerting", "Error", "OK", "KeepLast"}:
        wrong = f"unknown Error state option {body['execErrState']}"
    else:
        receiver = (body.get("notification_settings") or {}).get("receiver")
        if receiver and receiver not in [point["name"] for point in grafana.kept.contact_points.values()]:
            wrong = f"receiver '{receiver}' does not exist"
    if wrong:
        raise Refusal(400, f"invalid alert rule: {wrong}")


def contact_points(grafana: FakeGrafana, method: str, uid: str, request: Request) -> Said:
    held, body = grafana.kept.contact_points, request.body
    need(grafana, f"alert.provisioning:{'read' if method == 'GET' else 'write'}")
    if method == "GET":
        return 200, list(held.values())
    provenance = "" if "x-disable-provenance" in request.headers else "api"
    if method == "PUT":
        if uid not in held:
            raise Refusal(404, f"contact point with uid '{uid}' not found")
        if held[uid].get("provenance", "") not in ("", provenance):
            raise Refusal(403, f"cannot change provenance from '{held[uid]['provenance']}' to '{provenance}'")
    if not body.get("name") or not body.get("settings", {}).get("url"):
        raise Refusal(400, "contact point is not valid: required field 'url' is not specified")
    held[body["uid"]] = body | ({"provenance": provenance} if provenance else {})
    return 202, held[body["uid"]] if method == "POST" else {"message": "contactpoint updated"}


def _go(duration: str) -> str:
    """As Prometheus' model.Duration is written: 300s is 5m."""
    left = sum(int(n) * _SECONDS[unit] for n, unit in _DURATION.findall(duration))
    text = ""
    for unit in ("w", "d", "h", "m", "s"):
        count, left = divmod(int(left), int(_SECONDS[unit]))
        text += f"{count}{unit}" if count else ""
    return text or "0s"
