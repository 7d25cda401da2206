"""What does Grafana say to folders, data sources and dashboards? One function a resource."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from tests.fakegrafana.alerts import contact_points, rules
from tests.fakegrafana.kept import Json, Refusal, need

if TYPE_CHECKING:
    from tests.fakegrafana.server import FakeGrafana, Request

Said = tuple[int, Any]


_UID = re.compile(r"^[a-zA-Z0-9\-_]{1,40}$")


def answer(grafana: FakeGrafana, request: Request, path: str) -> Said:
    """Status and JSON of the answer; `path` begins after `/api`."""
    kept, method = grafana.kept, request.method
    if path == "/health":
        return 200, {"database": "ok", **({"version": kept.version} if kept.version else {})}
    if request.headers.get("authorization") != f"Bearer {kept.token}":
        raise Refusal(401, "Invalid API key", messageId="api-key.invalid", statusCode=401, traceID="")
    if path == "/frontend/settings":
        return 200, {"buildInfo": {"version": kept.version or "12.4.0"}}
    if path == "/access-control/user/permissions":
        return 200, {action: ["*"] for action in sorted(grafana.may)}
    for start, rule in _RULES:
        if path == start or path.startswith(start + "/"):
            return rule(grafana, method, path[len(start) :].strip("/"), request)
    raise Refusal(404, "Not found")


def _folders(grafana: FakeGrafana, method: str, uid: str, request: Request) -> Said:
    folders, body = grafana.kept.folders, request.body
    if method == "GET":
        need(grafana, "folders:read")
        if not uid:
            return 200, [{k: f[k] for k in ("id", "uid", "title")} for f in folders.values()]
        if uid not in folders:
            raise Refusal(404, "folder not found", status="not-found")
        return 200, folders[uid]
    if method == "POST":
        need(grafana, "folders:create")
        if not body.get("title"):
            raise Refusal(400, "folder title cannot be empty")
        if body["uid"] in folders or any(f["title"] == body["title"] for f in folders.values()):
            raise Refusal(409, "a folder with the same name already exists in the current location")
        folders[body["uid"]] = {"id": len(folders) + 1, "version": 1, "canSave": True, **body}
        return 200, folders[body["uid"]]
    need(grafana, "folders:write")
    if not body.get("overwrite") and body.get("version") != folders[uid]["version"]:
        raise Refusal(412, "the folder has been changed by someone else", status="version-mismatch")
    folders[uid] |= {"title": body["title"], "version": folders[uid]["version"] + 1}
    return 200, folders[uid]


def _datasources(grafana: FakeGrafana, method: str, rest: str, request: Request) -> Said:
    held, body = grafana.kept.datasources, request.body
    uid = rest.removeprefix("uid/").partition("/")[0]
    if method == "POST":
        need(grafana, "datasources:create")
        if body["uid"] in held or any(d["name"] == body["name"] for d in held.values()):
            raise Refusal(409, "data source with the same name already exists")
        uid = body["uid"]
    elif uid not in held:
        need(grafana, "datasources:read")
        raise Refusal(404, "Data source not found")
    if rest.endswith("/health"):
        need(grafana, "datasources:query")
        given, wanted = grafana.kept.secrets[uid].get("httpHeaderValue1"), grafana.kept.token_in_influx
        if wanted is not None and given != f"Token {wanted}":
            return 400, {"status": "ERROR", "message": "error reading influxDB: InfluxDB returned 401"}
        return 200, {"status": "OK", "message": "datasource is working. 14 measurements found"}
    if method == "GET":
        need(grafana, "datasources:read")
        return 200, held[uid]
    if method == "PUT":
        need(grafana, "datasources:write")
        if held[uid]["readOnly"]:
            raise Refusal(403, "Cannot update read-only data source")
        if 0 < body.get("version", 0) < held[uid]["version"]:
            raise Refusal(409, "Datasource has already been updated by someone else. Please reload and try again")
    if urlsplit(body["url"]).scheme not in ("http", "https"):
        raise Refusal(400, "Validation error, invalid URL")
    secrets = grafana.kept.secrets.setdefault(uid, {}) | body.get("secureJsonData", {})
    grafana.kept.secrets[uid] = secrets
    added = {"isDefault": False, "basicAuth": False, "database": "", "user": "", "readOnly": False, "typeLogoUrl": ""}
    given = {key: value for key, value in body.items() if key != "secureJsonData"}
    version = held.get(uid, {}).get("version", 0) + 1
    fields = dict.fromkeys(secrets, True)
    held[uid] = added | given | {"id": 1, "orgId": 1, "version": version, "secureJsonFields": fields}
    said = "Datasource added" if method == "POST" else "Datasource updated"
    return 200, {"message": said, "id": 1, "name": body["name"], "datasource": held[uid]}


def _dashboards(grafana: FakeGrafana, method: str, rest: str, request: Request) -> Said:
    kept = grafana.kept
    if method == "POST":
        need(grafana, "dashboards:create", "dashboards:write")
        return _save_dashboard(grafana, request.body)
    uid = rest.removeprefix("uid/").partition("/")[0]
    need(grafana, "dashboards:write" if rest.endswith("/versions") else "dashboards:read")
    if uid not in kept.dashboards:
        raise Refusal(404, "Dashboard not found", status="not-found")
    if rest.endswith("/versions"):
        return 200, {"continueToken": "", "versions": kept.saves[uid]}
    return 200, kept.dashboards[uid]


def _save_dashboard(grafana: FakeGrafana, body: Json) -> Said:
    kept, model = grafana.kept, body["dashboard"]
    uid, folder = model.get("uid") or "", body.get("folderUid") or ""
    if not str(model.get("title", "")).strip():
        raise Refusal(400, "Dashboard title cannot be empty", status="empty-name")
    if not _UID.match(uid):
        raise Refusal(400, "uid contains illegal characters" if len(uid) <= 40 else "uid too long, max 40 characters")
    if len(body.get("message", "")) > 500:
        raise Refusal(400, "message too long, max 500 characters")
    if folder and folder not in kept.folders:
        raise Refusal(400, "folder not found")
    there = kept.dashboards.get(uid)
    if there is not None and uid in kept.provisioned:
        raise Refusal(400, "Cannot save provisioned dashboard")
    if there is not None and not body.get("overwrite") and model.get("version") != there["dashboard"]["version"]:
        raise Refusal(412, "The dashboard has been changed by someone else", status="version-mismatch")
    if ("dashboards:create" if there is None else "dashboards:write") not in grafana.may:
        raise Refusal(403, "Access denied to save dashboard")
    saved = kept.save_dashboard(model, folder, body.get("message", ""))
    return 200, {"status": "success", "id": saved["id"], "uid": uid, "version": saved["version"], "url": f"/d/{uid}/x"}


_RULES = (
    ("/folders", _folders),
    ("/datasources", _datasources),
    ("/dashboards", _dashboards),
    ("/v1/provisioning/alert-rules", rules),
    ("/v1/provisioning/contact-points", contact_points),
)
