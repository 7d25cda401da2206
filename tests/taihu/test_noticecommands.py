"""`taihu notices` says who was told what, and tries a webhook."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from storage import Notice, Store
from taihu.cli import app
from taihu.noticecommands import table
from taihu.settings import SettingsError
from tests.servers import free_port
from tests.sinks.webhookserver import Receiver

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "plants" / "wx-dyeing.toml"
BODY = '{"since": "2018-08-31T12:00:00Z", "until": null, "text": {"zh": "超标", "en": "Exceeded"}}'


def settings(folder: Path, url: str, more: str = "") -> str:
    path = folder / "taihu.toml"
    path.write_text(
        f'data = "data"\nplants = ["{EXAMPLE}"]\n[webhooks.office]\nurl = "{url}"\n{more}', encoding="utf-8"
    )
    return str(path)


def test_notices_of_the_folder_are_listed(tmp_path: Path) -> None:
    with Store.open(tmp_path / "data") as store:
        store.keep_notices([(Notice("a", "a", 1_535_731_200_000, "limit", "wx-dyeing", "exceeded", BODY), ["office"])])
        store.notice_tried(1, "office", refused=True, answer="422: no")
    said = CliRunner().invoke(app, ["notices", "-c", settings(tmp_path, "http://h/"), "--json"])
    assert said.exit_code == 0
    assert '"exceeded"' in said.stdout and "422: no" in said.stdout
    send = {"webhook": "office", "tries": 1, "sent": None, "refused": True, "answer": "422: no"}
    text = {"zh": "超标", "en": "Exceeded"}
    row = {"time": "2018-08-31T16:00:00Z", "kind": "limit", "state": "exceeded", "text": text, "sends": [send]}
    cells = [next(iter(column.cells)) for column in table([row]).columns]
    assert cells[3:] == ["超标\nExceeded", "office: refused, 1 tries, 422: no"]


def test_a_webhook_is_tried(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    with Receiver() as receiver:
        config = settings(tmp_path, receiver.url)
        assert CliRunner().invoke(app, ["notices", "test", "office", "-c", config]).exit_code == 0
        assert receiver.got[0].told["kind"] == "test"
        assert set(receiver.got[0].told["text"]) == {"zh", "en"}
    config = settings(tmp_path, f"http://127.0.0.1:{free_port()}/")
    assert CliRunner().invoke(app, ["notices", "test", "office", "-c", config]).exit_code == 1


def test_a_webhook_of_a_plant_that_is_not_there_is_named(tmp_path: Path) -> None:
    config = settings(tmp_path, "http://h/", 'plants = ["wx-dying"]\n')
    said = CliRunner().invoke(app, ["notices", "-c", config])
    assert isinstance(said.exception, SettingsError)
    assert "webhooks.office.plants: there is no plant 'wx-dying'" in str(said.exception)
    assert "did you mean wx-dyeing?" in str(said.exception)
