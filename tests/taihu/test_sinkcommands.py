"""What `taihu sink` prints, asked of a folder without a running product."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from storage import Follower, RejectedLine, Store
from taihu.cli import app
from taihu.settings import SettingsError
from taihu.sinkcommands import chosen, table
from taihu.terminal import _fit
from tests.storage.rows import T0_MS

SETTINGS = 'data = "data"\n[influx.main]\nurl = "http://user:sesame@127.0.0.1:9"\ntoken = "sesame"\n'


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sink")
    path = folder / "taihu.toml"
    path.write_text(SETTINGS, encoding="utf-8")
    with Store.open(folder / "data") as store:
        place = store.follow([Follower("main", True, True)], T0_MS)[0]
        store.advance(place, [RejectedLine("main", T0_MS, "reading,plant=a value=x 1", "400 invalid number")])
    return path


def run(*arguments: str) -> tuple[int, str]:
    done = CliRunner().invoke(app, list(arguments), catch_exceptions=False)
    return done.exit_code, done.output


def test_the_status_beside_no_product(config: Path) -> None:
    code, printed = run("sink", "status", "-c", str(config))
    assert code == 0
    assert "main" in printed and "off" in printed and "http://127.0.0.1:9" in printed
    assert "refused by main at 2018-08-31T16:00:00Z: 400 invalid number\n  reading,plant=a value=x 1" in printed
    assert "sesame" not in printed
    _, as_json = run("sink", "status", "-c", str(config), "--json")
    told = json.loads(as_json)
    assert told["sinks"][0]["rejected"] == 1 and told["rejected"]["counts"] == {"main": 1}


def test_a_resync_beside_no_product_is_kept_for_the_next(config: Path) -> None:
    with Store.open(config.parent / "data") as store:
        (place,) = store.followers()
        store.advance(Follower(**{**place.__dict__, "line": 7}))
    code, printed = run("sink", "resync", "--from", "2018-08-01", "-c", str(config))
    assert (code, "main gets what is of 2018-08-01 or later once more" in printed) == (0, True)
    with Store.open(config.parent / "data") as store:
        assert store.followers()[0].line == 0


@pytest.mark.parametrize(
    ("names", "target", "answer"),
    [(["main"], None, "main"), (["a", "b"], "b", "b"), (["a"], "c", "c")],
)
def test_the_only_target_needs_no_name(names: list[str], target: str | None, answer: str) -> None:
    assert chosen(names, target) == answer


def test_of_several_targets_one_must_be_named() -> None:
    with pytest.raises(SettingsError, match="2 copies are configured; wanted --target with one of a, b"):
        chosen(["a", "b"], None)
    with pytest.raises(SettingsError, match=r"0 copies are configured; wanted \[influx.NAME\] in the settings"):
        chosen([], None)


def test_a_table_shows_each_target() -> None:
    row = {
        "name": "main",
        "state": "waiting",
        "since": "2018-08-31T16:00:00Z",
        "unsent": 12_345,
        "unsent_s": 5400.0,
        "sent": 1,
        "rejected": 0,
        "last_error": "503 busy",
        "url": "http://a",
    }
    shown = table([row])
    assert [str(next(iter(column.cells))) for column in shown.columns][3:5] == ["12,345", "90 min"]
    assert _fit(shown, 200) == 200
