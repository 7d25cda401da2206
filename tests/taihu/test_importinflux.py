"""What `taihu import influx` says before it asks a server, and when none answers."""

from __future__ import annotations

from pathlib import Path

import pytest

from collector.bulk import influxclient
from taihu.cli import app, main
from tests.collector.bulk.works import PLANT
from tests.servers import free_port

MAP = '[[series]]\nmeasurement = "m"\nfield = "v"\npoint = "works/hall"\n'


@pytest.fixture(name="works", autouse=True)
def _works(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(influxclient, "FIRST_PATIENCE_S", 0.0)
    Path("works.toml").write_text(PLANT, encoding="utf-8")
    Path("taihu.toml").write_text('data = "data"\nplants = ["works.toml"]\n', encoding="utf-8")
    Path("map.toml").write_text(MAP, encoding="utf-8")
    Path("wrong.toml").write_text(MAP.replace("hall", "hal"), encoding="utf-8")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "--map is missing: wanted a map of series and points; --suggest prints a first one"),
        (("--map", "wrong.toml"), "did you mean works/hall?"),
        (("--map", "map.toml", "--from", "2018-09-02", "--to", "2018-09-01"), "--from 2018-09-02 is not before --to"),
        (("--map", "map.toml", "--from", "yesterday"), "--from 'yesterday' is not a time"),
        (("--map", "map.toml"), "does not answer: no connection"),
        (("--list",), "does not answer: no connection"),
        (("--suggest",), "does not answer: no connection"),
        (("--url", "influx:8086", "--map", "map.toml"), "wanted the address of an InfluxDB"),
    ],
)
def test_what_is_wrong_is_told(capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], said: str) -> None:
    url = f"http://127.0.0.1:{free_port()}"
    base = ("import", "influx", "--url", url, "--database", "d", "--config", "taihu.toml")
    with pytest.raises(SystemExit) as end:
        main(lambda: app([*base, *arguments]))
    told = capsys.readouterr()
    assert (end.value.code, said in told.err) == (2, True), told.err
