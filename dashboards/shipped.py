"""Which dashboards and alert rules come with the product?

The JSON that `dashboards.build` wrote, as it lies in ``dashboards/json/<lang>/``; nothing here needs the builder's
library. What differs from server to server has one default each, named here, and is put in on the way out.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Literal

Lang = Literal["en", "zh"]
LANGS: tuple[Lang, ...] = ("en", "zh")

FOLDER = Path(__file__).parent / "json"
RULES_FILE = "rules.json"

DATASOURCE_UID = "taihu-influx"
"""Of the data source that alert rules ask; dashboards have it in their variable `datasource`."""
FOLDER_UID = "taihu"
"""Of the folder that rules stand in."""
PAGE = "http://127.0.0.1:8321"
"""Address of the product's own page, without a slash at its end."""
ZONE = "Asia/Shanghai"
"""Time zone of the dashboards, and of the days in their queries."""


def dashboards(
    lang: Lang, *, page: str = PAGE, zone: str = ZONE, datasource_uid: str = DATASOURCE_UID
) -> dict[str, dict[str, Any]]:
    """Dashboards by uid, ready for ``POST /api/dashboards/db`` and for file provisioning.

    Parameters
    ----------
    lang : str
        ``en`` or ``zh``.
    page : str
        Address of the product's page: where a figure opens.
    zone : str
        IANA time zone of the plants.
    datasource_uid : str
        What the variable `datasource` starts with.

    Raises
    ------
    ValueError
        If there is no such language.
    """
    found = {path.stem: json.loads(_put(path, page, zone, datasource_uid)) for path in _files(lang)}
    return {uid: found[uid] for uid in sorted(found)}


def rules(
    lang: Lang,
    *,
    page: str = PAGE,
    zone: str = ZONE,
    datasource_uid: str = DATASOURCE_UID,
    folder_uid: str = FOLDER_UID,
) -> list[dict[str, Any]]:
    """Alert rules as ``POST /api/v1/provisioning/alert-rules`` takes them.

    Parameters
    ----------
    lang, page, zone, datasource_uid
        As of `dashboards`.
    folder_uid : str
        Of the folder they stand in.

    Raises
    ------
    ValueError
        If there is no such language.
    """
    found: list[dict[str, Any]] = json.loads(_put(_folder(lang) / RULES_FILE, page, zone, datasource_uid))
    return [rule | {"folderUID": folder_uid} for rule in found]


def _folder(lang: Lang) -> Path:
    if lang not in LANGS:
        raise ValueError(f"language = {lang!r}: wanted one of {', '.join(LANGS)}")
    return FOLDER / lang


def _files(lang: Lang) -> list[Path]:
    return [path for path in sorted(_folder(lang).glob("*.json")) if path.name != RULES_FILE]


def _put(path: Path, page: str, zone: str, datasource_uid: str) -> str:
    """The text of a file with what this server has in place of the defaults."""
    text = path.read_text(encoding="utf-8")
    for default, ours in ((PAGE, page.rstrip("/")), (ZONE, zone), (DATASOURCE_UID, datasource_uid)):
        text = text.replace(default, json.dumps(ours, ensure_ascii=False)[1:-1])
    return text
