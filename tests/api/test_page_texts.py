"""Both languages say everything, and no module speaks past the dictionaries. (api/static/js)"""

from __future__ import annotations

import re

import pytest

from analytics.balance import Verdict
from analytics.columns import Flag, Kind
from analytics.verdict import Reason
from api.app import STATIC
from api.errors import CODES
from engine.events.declaration import DeclareKind
from engine.events.entries import NAMES, State
from engine.events.reopening import LOST
from engine.figure import Period, Status, Step

JS = STATIC / "js"
MODULES = sorted(JS.glob("*.js"))
ENTRY = re.compile(r'"([^"]+)": "((?:[^"\\]|\\.)*)"')
CHINESE = re.compile(r"[\u3400-\u9fff]")


def dictionary(lang: str) -> dict[str, str]:
    pairs = ENTRY.findall((JS / "lang" / f"{lang}.js").read_text(encoding="utf-8"))
    keys = [key for key, _ in pairs]
    assert len(keys) == len(set(keys)), sorted(k for k in set(keys) if keys.count(k) > 1)
    return dict(pairs)


ZH, EN = dictionary("zh"), dictionary("en")


def test_both_languages_have_the_same_keys():
    assert set(ZH) == set(EN)
    assert len(ZH) > 200


def test_both_languages_fill_in_the_same_values():
    for key, text in EN.items():
        assert set(re.findall(r"\{(\w+)\}", text)) == set(re.findall(r"\{(\w+)\}", ZH[key])), key


def test_chinese_texts_are_chinese_and_english_ones_are_not():
    swapped = {"nav.language", "nav.language_hint"}  # each offers the other language in that language
    for key in set(EN) - swapped:
        assert not CHINESE.search(EN[key]), key
        same = ZH[key] == EN[key]
        assert CHINESE.search(ZH[key]) or (same and len(EN[key]) < 8) or "{" in EN[key], key


@pytest.mark.parametrize("module", MODULES, ids=lambda path: path.name)
def test_no_module_holds_words_of_its_own(module):
    code = re.sub(r"(?m)(^|\s)//.*$", "", module.read_text(encoding="utf-8"))
    assert not CHINESE.search(code)
    # A text for people has a space between words or a capital first; selectors, keys and attributes have neither.
    for literal in re.findall(r'"((?:[^"\\\n]|\\.)*)"', code):
        if literal.startswith(("M", "Segoe")) or (module.name in ("text.js",) and literal.startswith("Asia/")):
            continue
        assert not re.search(r"[A-Za-z]{2,} [A-Za-z]{2,}", literal), literal
    for literal in re.findall(r"h\([^()]*?, \{[^{}]*\}, \"([^\"]*)\"", code):
        assert not re.search(r"[A-Za-z]{2}", literal), literal


def keys_in_use() -> set[str]:
    text = "\n".join(path.read_text(encoding="utf-8") for path in MODULES)
    return set(re.findall(r"\bt\(\"([^\"]+)\"", text))


def test_every_key_that_a_module_names_is_there():
    assert keys_in_use() - set(EN) == set()


def values(literal) -> list[str]:
    return list(literal.__args__)


@pytest.mark.parametrize(
    ("prefix", "names"),
    [
        ("status", values(Status)),
        ("step", values(Step)),
        ("period", values(Period)),
        ("flag", [flag.name.lower() for flag in Flag]),
        ("kind", [kind.name.lower() for kind in Kind]),
        ("error", [*CODES.values(), "internal", "unreachable"]),
        ("direction", ["import", "export", "production", "internal", "discharge"]),
        ("event.what", list(NAMES.values())),
        ("say", list(NAMES.values())),
        ("event.state", values(State)),
        ("declare", values(DeclareKind)),
        ("said", values(DeclareKind)),
        ("history", ["accept", "correct", "reject", "declared", "withdraw"]),
        ("lost", list(LOST)),
        ("verdict", [verdict.name.lower() for verdict in Verdict]),
        ("notices.state", ["exceeded", "ended", "withdrawn", "running", "not_exceeded", "warning"]),
        ("notices.state", ["failing", "lost", "silent", "stopped", "behind", "works"]),
        ("plant.size", ["large", "medium", "small", "micro"]),
    ],
)
def test_every_word_of_a_closed_list_is_translated(prefix, names):
    assert {f"{prefix}.{name}" for name in names} <= set(EN)


def test_kinds_of_dead_letters_are_translated():
    root = STATIC.parents[1] / "collector"
    files = [root / f"{name}.py" for name in ("check", "codec_json", "decoder", "json_text", "mqtt", "times", "values")]
    text = "\n".join(path.read_text(encoding="utf-8") for path in files)
    kinds = set(
        re.findall(r'(?:BadItem\(|reason = |problems\.append\(|return \(?\s*)f?"([A-Za-z][A-Za-z0-9 -]+): ', text)
    )
    assert {"not a number", "no point", "time in the future"} <= kinds
    missing = {kind for kind in kinds if "dead." + re.sub(r"[^a-z0-9]+", "_", kind.lower()) not in EN}
    assert not missing


def test_notes_and_reasons_of_the_engine_are_translated():
    root = STATIC.parents[1] / "engine"
    # What a declared event is called stands in "declare" and "said".
    files = [path for path in root.glob("*.py") if path.name != "reopening.py"]
    text = "\n".join(path.read_text(encoding="utf-8") for path in files)
    named = set(re.findall(r'(?:note|reason)="([a-z_]+)"', text))
    named |= set(re.findall(r'or "((?:no|base|part)_[a-z_]+)"', text)) | set(
        re.findall(r'return "([a-z_]*coverage)"', text)
    )
    missing = {name for name in named if f"note.{name}" not in EN and f"reason.{name}" not in EN}
    assert not missing


def test_every_reason_against_a_verdict_or_a_forecast_has_words():
    keys = {reason.key for reason in Reason if reason} | {"history_too_short"}
    assert sorted(key for key in keys if f"reason.{key}" not in EN) == []
