"""What becomes of the builders: JSON that is committed, shipped and pushed.

``python -m dashboards.build`` writes ``dashboards/json/<lang>/<uid>.json`` and ``rules.json``; a test builds them again
and compares.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from dashboards import alerts, emissions, energy, plant, programme, quality, savings
from dashboards.sdk import encoder, model, plugins
from dashboards.shipped import FOLDER, LANGS, RULES_FILE, Lang
from dashboards.words import Say, speaker

BUILDERS: Mapping[str, Callable[[Say], model.Dashboard]] = {
    module.UID: module.build for module in (programme, plant, energy, emissions, savings, quality)
}

# The library fills in what every panel type can have, when it reads JSON again.
plugins.register_default_plugins()


def texts(lang: Lang) -> dict[str, str]:
    """Every file of a language by its name.

    Parameters
    ----------
    lang : str

    Returns
    -------
    dict of str to str
        JSON, two spaces deep, a line feed at the end.
    """
    t = speaker(lang)
    found = {f"{uid}.json": _text(plain(build(t))) for uid, build in BUILDERS.items()}
    return found | {RULES_FILE: _text([plain(rule) for rule in alerts.rules(t)])}


def main() -> None:
    """Write them all, and take away what is none any more."""
    for lang in LANGS:
        folder = FOLDER / lang
        folder.mkdir(parents=True, exist_ok=True)
        made = texts(lang)
        for path in folder.glob("*.json"):
            if path.name not in made:
                path.unlink()
        for name, text in made.items():
            (Path(folder) / name).write_text(text, encoding="utf-8")


def plain(made: object) -> Any:
    """Through the library's own encoder, as dicts and lists.

    The library puts every link into a menu of Grafana 13 (``placement``); ours stay where all can see them.
    """
    return json.loads(json.dumps(made, cls=encoder.JSONEncoder), object_hook=_without_placement)


def _without_placement(found: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in found.items() if key != "placement" or value != "inControlsMenu"}


def _text(found: object) -> str:
    return json.dumps(found, ensure_ascii=False, indent=2) + "\n"


if __name__ == "__main__":
    main()
