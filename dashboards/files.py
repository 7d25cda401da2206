"""How does the same get into a Grafana that is provisioned by files?

::

    FOLDER/datasources/taihu.yaml        the data source; its token is the variable TAIHU_INFLUX_TOKEN of Grafana
    FOLDER/dashboards/taihu.yaml         where the dashboards lie
    FOLDER/dashboards/taihu/<uid>.json   the dashboards, read-only in Grafana
    FOLDER/alerting/taihu.yaml           alert rules, and the contact point where one is set

The folder is Grafana's own, ``/etc/grafana/provisioning`` as a rule. Every JSON text is YAML as well, so the files are
written as JSON below a comment. Grafana puts variables of its environment where a value says ``$NAME``, and writes
``$`` for ``$$``; not in dashboards and not in queries of rules (`pkg/services/provisioning/values` and `alerting`).
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from dashboards import wanted
from dashboards.wanted import RULE_INTERVAL_S, Json, PushSettings

MOUNTED = "/etc/grafana/provisioning"
"""Where Grafana finds the folder."""
TOKEN_VARIABLE = "TAIHU_INFLUX_TOKEN"

_HEADER = """\
# Written by `taihu grafana files`; written again by the next run.
# 由 `taihu grafana files` 生成，再次运行时会重写。
"""
_RENAMED = {"keep_firing_for": "keepFiringFor"}
_OF_RULES = frozenset({"folderUID", "ruleGroup", "orgID"})
_TEMPLATE_NAMES = ((r"\$labels\b", ".Labels"), (r"\$values\b", ".Values"), (r"\$value\b", ".Value"))


def provisioning(settings: PushSettings, mounted: str = MOUNTED) -> dict[str, str]:
    """Texts of the files by their path in the provisioning folder.

    Parameters
    ----------
    settings : PushSettings
        Its token is not written.
    mounted : str
        Path under which Grafana finds the folder.

    Raises
    ------
    ValueError
        If an alert rule has a text that Grafana would take for a variable.
    """
    texts = {
        "datasources/taihu.yaml": _yaml({"apiVersion": 1, "datasources": [_datasource(settings)]}),
        "dashboards/taihu.yaml": _yaml({"apiVersion": 1, "providers": [_provider(settings, mounted)]}),
        "alerting/taihu.yaml": _yaml({"apiVersion": 1, **_alerting(settings)}),
    }
    for uid, model in wanted.dashboards(settings).items():
        texts[f"dashboards/taihu/{uid}.json"] = json.dumps(model, ensure_ascii=False, indent=2) + "\n"
    return texts


def write_files(folder: Path, settings: PushSettings, mounted: str = MOUNTED) -> tuple[list[Path], list[Path]]:
    """Write what is new or different; take away dashboards that no longer come with the product.

    Returns
    -------
    written, removed : list of Path

    Raises
    ------
    OSError
        If the folder cannot be written.
    ValueError
        As of `provisioning`.
    """
    texts = provisioning(settings, mounted)
    written = []
    for name, text in texts.items():
        path = folder / name
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
            written.append(path)
    removed = [path for path in sorted((folder / "dashboards/taihu").glob("*.json")) if _stale(path, folder, texts)]
    for path in removed:
        path.unlink()
    return written, removed


def _stale(path: Path, folder: Path, texts: dict[str, str]) -> bool:
    return path.relative_to(folder).as_posix() not in texts


def _yaml(document: Json) -> str:
    return f"{_HEADER}{json.dumps(document, ensure_ascii=False, indent=2)}\n"


def _datasource(settings: PushSettings) -> Json:
    source: Json = _escaped(wanted.datasource(settings)) | {"orgId": 1, "editable": False}
    if wanted.secret(settings):
        source["secureJsonData"] = {"httpHeaderValue1": f"Token ${TOKEN_VARIABLE}"}
    return source


def _provider(settings: PushSettings, mounted: str) -> Json:
    """Found by its title, as alert rules find theirs: with a uid there would be two folders of that title."""
    return {
        "name": "taihu",
        "orgId": 1,
        "type": "file",
        "folder": _escaped(settings.folder),
        "disableDeletion": True,
        "allowUiUpdates": False,
        "updateIntervalSeconds": 60,
        "options": {"path": _escaped(f"{mounted.rstrip('/')}/dashboards/taihu")},
    }


def _alerting(settings: PushSettings) -> Json:
    groups: dict[str, Json] = {}
    for rule in wanted.rules(settings, wanted.FOLDER_UID):
        name = rule["ruleGroup"]
        empty = {"orgId": 1, "name": _escaped(name), "folder": _escaped(settings.folder), "rules": []}
        group = groups.setdefault(name, empty | {"interval": f"{RULE_INTERVAL_S}s"})
        group["rules"].append(_rule(rule))
    said: Json = {"groups": list(groups.values())}
    point = wanted.contact_point(settings)
    if point is not None:
        receiver = {key: point[key] for key in ("uid", "type", "settings", "disableResolveMessage")}
        said["contactPoints"] = [{"orgId": 1, "name": point["name"], "receivers": [receiver]}]
    return said


def _rule(rule: Json) -> Json:
    """As files name things; queries are taken as they are."""
    told = {_RENAMED.get(key, key): value for key, value in rule.items() if key not in _OF_RULES}
    texts = {key: _templates(rule["uid"], told.get(key, {})) for key in ("annotations", "labels")}
    rest = {key: _escaped(value) for key, value in told.items() if key not in (*texts, "data")}
    return rest | {"data": told["data"]} | {key: value for key, value in texts.items() if value}


def _templates(uid: str, texts: dict[str, str]) -> dict[str, str]:
    """Texts with templates: ``$labels`` and ``.Labels`` are the same there, and the second is no variable.

    Escaping would not do: newer Grafana leaves ``$$`` in annotations as it is.
    """
    made = {}
    for key, text in texts.items():
        for name, plain in _TEMPLATE_NAMES:
            text = re.sub(name, plain, text)
        if "$" in text:
            raise ValueError(f"alert rule {uid}: {key} = {text!r}: Grafana would take $ for a variable")
        made[key] = text
    return made


def _escaped(value: Any) -> Any:
    """A value with every ``$`` doubled."""
    if isinstance(value, str):
        return value.replace("$", "$$")
    if isinstance(value, dict):
        return {key: _escaped(one) for key, one in value.items()}
    return [_escaped(one) for one in value] if isinstance(value, list) else value
