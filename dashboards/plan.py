"""What would a push change? Grafana is read, nothing is written.

A dashboard carries its mark in the message of its newest version, which every save of a person replaces: Grafana may
rewrite the JSON itself when it is upgraded, and that is no change by a person. Alert rules and the data source have no
versions to ask for; theirs stands in an annotation and in ``jsonData``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from urllib.parse import urlsplit

from dashboards import wanted
from dashboards.difference import Change, changes, fingerprint, plain
from dashboards.refusals import Denied
from dashboards.server import Server
from dashboards.steps import Json, Kind, Step, Touch, decided, touch_of
from dashboards.wanted import PushSettings

SECRET = "httpHeaderValue1"
MARK_OF_SOURCE = "taihu"
MARK_OF_RULE = "__taihu__"
"""Annotations in double underscores are not sent with notifications."""

_MESSAGE = re.compile(r"^Taihu ([0-9a-f]{16} in \S+)$")
_OF_DASHBOARDS = frozenset({"id", "version", "iteration"})
_OF_RULES = frozenset({"id", "orgID", "updated", "provenance", "guid", "version"})
_DURATIONS = frozenset({"for", "keep_firing_for"})
_DEFAULTS = {"intervalMs": 1000, "maxDataPoints": 43200, "queryType": ""}


def plan(server: Server, settings: PushSettings, *, force: bool = False) -> list[Step]:
    """Everything that is wanted, with what is to be done about it, in the order of writing.

    Raises
    ------
    dashboards.refusals.GrafanaError
        If Grafana cannot be read; what a token may not read is a step ``denied``.
    """
    folder = _folder(server, settings, force)
    source = partial(_datasource, server, settings, force)
    steps = [folder, _step("data source", wanted.DATASOURCE_UID, source), *_contact_point(server, settings, force)]
    for uid, model in wanted.dashboards(settings).items():
        steps.append(_step("dashboard", uid, partial(_dashboard, server, uid, model, folder.uid, force)))
    for rule in wanted.rules(settings, folder.uid):
        steps.append(_step("alert rule", rule["uid"], partial(_rule, server, rule, force)))
    return steps


def message(model: Json, folder_uid: str) -> str:
    """What the version of a dashboard that a push makes is called."""
    return f"Taihu {_mark(model, folder_uid)}"


def plain_rule(rule: Json) -> Json:
    """A rule without what Grafana adds and without our mark."""
    kept: Json = plain(rule, _OF_RULES, _DURATIONS)
    notes = {key: text for key, text in kept.pop("annotations", {}).items() if key != MARK_OF_RULE}
    data = [_plain_query(query) for query in kept.pop("data", [])]
    paused = {"isPaused": True} if kept.pop("isPaused", False) else {}
    return kept | paused | ({"annotations": notes} if notes else {}) | {"data": data}


def plain_source(source: Json, like: Json) -> Json:
    """Those keys of a data source that are ours to set, without our mark."""
    kept: Json = plain({key: value for key, value in source.items() if key in like})
    data = {key: value for key, value in kept.get("jsonData", {}).items() if key != MARK_OF_SOURCE}
    return kept | {"jsonData": data}


def _step(kind: Kind, uid: str, make: Callable[[], Step]) -> Step:
    """A step; what may not be read is one, too."""
    try:
        return make()
    except Denied as error:
        return Step(kind, uid, "", "denied", why=str(error))


def _folder(server: Server, settings: PushSettings, force: bool) -> Step:
    """Our folder by its uid, else one of that title, which somebody made before."""
    found = server.folder(wanted.FOLDER_UID)
    if found is None:
        found = next((one for one in server.folders() if one.get("title") == settings.folder), None)
    uid = wanted.FOLDER_UID if found is None else str(found["uid"])
    differing = () if found is None else changes({"title": found["title"]}, {"title": settings.folder})
    step = Step("folder", uid, settings.folder, "same", differing, body={"title": settings.folder}, found=found)
    return decided(step, None, "", force=force)


def _datasource(server: Server, settings: PushSettings, force: bool) -> Step:
    body, found = wanted.datasource(settings), server.datasource(wanted.DATASOURCE_UID)
    want = plain_source(body, body)
    step = Step("data source", body["uid"], body["name"], "same", body=body, found=found)
    if found is None:
        return decided(step, None, "")
    kept = plain_source(found, body)
    touch = touch_of(found.get("jsonData", {}).get(MARK_OF_SOURCE, ""), kept)
    locked = "provisioned by a file of Grafana, which refuses to change it" if found.get("readOnly") else ""
    step = decided(replace(step, changes=changes(kept, want)), touch, fingerprint(want), locked=locked, force=force)
    lacking = bool(wanted.secret(settings)) and not found.get("secureJsonFields", {}).get(SECRET)
    if lacking and step.action == "same" and not locked:
        lack = Change(f"secureJsonData.{SECRET}", "(nothing)", "(secret)")
        return replace(step, action="update", changes=(lack,))
    return step


def _contact_point(server: Server, settings: PushSettings, force: bool) -> Iterator[Step]:
    """None where no address is set; it can carry no mark, so any difference is held."""
    body = wanted.contact_point(settings)
    if body is None:
        return

    def made() -> Step:
        found = server.contact_point(body["uid"])
        step = Step("contact point", body["uid"], body["name"], "same", body=body, found=found)
        if found is None:
            return decided(step, None, "")
        kept = {key: found.get(key) for key in body}
        if (found.get("settings") or {}).get("url") == "[REDACTED]":
            kept["settings"] = found["settings"] | {"url": body["settings"]["url"]}
        locked = "provisioned by a file of Grafana, which refuses to change it" if _by_file(found) else ""
        return decided(
            replace(step, changes=changes(_veiled(kept), _veiled(body))), None, "", locked=locked, force=force
        )

    yield _step("contact point", body["uid"], made)


def _dashboard(server: Server, uid: str, model: Json, folder_uid: str, force: bool) -> Step:
    found = server.dashboard(uid)
    step = Step("dashboard", uid, str(model["title"]), "same", body=model | {"folderUid": folder_uid}, found=found)
    if found is None:
        return decided(step, None, "")
    now = str(found["meta"].get("folderUid", ""))
    differing = changes(plain(found["dashboard"], _OF_DASHBOARDS), plain(model, _OF_DASHBOARDS))
    moved = changes({"folder": now}, {"folder": folder_uid})
    step = replace(step, changes=(*moved, *differing))
    if not step.changes:
        return decided(step, None, "")
    locked = ""
    if found["meta"].get("provisioned"):
        locked = "provisioned by a file of Grafana, which refuses to save it (Cannot save provisioned dashboard)"
    touch = None if locked else _last_push(server, uid, now)
    return decided(step, touch, _mark(model, folder_uid), locked=locked, force=force)


def _last_push(server: Server, uid: str, folder_now: str) -> Touch | None:
    """What the versions of a dashboard tell; a move to another folder makes no version."""
    found = [_MESSAGE.match(str(row.get("message", ""))) for row in server.saves(uid)]
    newest = next((one[1] for one in found if one is not None), None)
    if newest is None:
        return None
    return Touch(newest, found[0] is not None and newest.endswith(f" in {folder_now}"))


def _mark(model: Json, folder_uid: str) -> str:
    return f"{fingerprint(plain(model, _OF_DASHBOARDS))} in {folder_uid}"


def _rule(server: Server, rule: Json, force: bool) -> Step:
    found = server.rule(rule["uid"])
    step = Step("alert rule", rule["uid"], str(rule["title"]), "same", body=rule, found=found)
    if found is None:
        return decided(step, None, "")
    kept, want = plain_rule(found), plain_rule(rule)
    touch = touch_of((found.get("annotations") or {}).get(MARK_OF_RULE, ""), kept)
    locked = "provisioned by a file of Grafana, which refuses to change it" if _by_file(found) else ""
    return decided(replace(step, changes=changes(kept, want)), touch, fingerprint(want), locked=locked, force=force)


def _by_file(found: Json) -> bool:
    return "file" in str(found.get("provenance", ""))


def _plain_query(query: Json) -> Json:
    """A query without the defaults that Grafana writes into it."""
    model = {key: value for key, value in query.get("model", {}).items() if _DEFAULTS.get(key) != value}
    return {key: value for key, value in query.items() if _DEFAULTS.get(key) != value} | {"model": model}


def _veiled(point: Json) -> Json:
    """A contact point whose address can be compared and not read: its path may be a key."""
    url = str((point.get("settings") or {}).get("url", ""))
    veiled = f"{urlsplit(url).scheme}://{urlsplit(url).hostname} (address {fingerprint(url)[:6]})"
    return plain(point | {"settings": (point.get("settings") or {}) | {"url": veiled}})  # type: ignore[no-any-return]
