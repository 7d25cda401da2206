"""Do `taihu grafana push` and `files` say what they do, and end as they should?"""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner, Result

from taihu.cli import app
from tests.dashboards.conftest import grafana as grafana
from tests.dashboards.conftest import small as small
from tests.fakegrafana import TOKEN, FakeGrafana
from tests.servers import free_port

ROOT = Path(__file__).resolve().parents[2]


pytestmark = pytest.mark.usefixtures("small")


def _config(folder: Path, grafana: FakeGrafana | None, more: str = "") -> Path:
    url = "" if grafana is None else f'url = "{grafana.url}"\ntoken = "{TOKEN}"\n'
    path = folder / "taihu.toml"
    path.write_text(
        f"""
plants = ["{ROOT / "examples" / "plants" / "cz-steel.toml"}"]
[influx.main]
url = "http://influx:8086"
token = "writes"
org = "factory"
bucket = "plant1"
[grafana]
{url}influx_token = "reads"
{more}
""",
        encoding="utf-8",
    )
    return path


def _run(*words: str | Path) -> Result:
    return CliRunner().invoke(app, ["grafana", *map(str, words)])


def test_push_says_what_it_made_and_the_second_time_that_nothing_is_to_be_done(
    grafana: FakeGrafana, tmp_path: Path
) -> None:
    config = _config(tmp_path, grafana)
    first = _run("push", "-c", config)
    assert first.exit_code == 0, first.output
    assert 'folder taihu "Taihu": created' in first.stdout
    assert "dashboard taihu-a" in first.stdout
    assert "the data source answers: datasource is working" in first.stderr
    second = _run("push", "-c", config)
    assert (second.exit_code, second.stdout) == (0, "")
    assert "nothing to do: all" in second.stderr
    assert not [secret for secret in (TOKEN, "reads", "writes") if secret in first.output + second.output]
    assert grafana.kept.datasources["taihu-influx"]["jsonData"]["dbName"] == "plant1"


def test_a_grafana_that_is_too_old_is_pointed_out(grafana: FakeGrafana, tmp_path: Path) -> None:
    grafana.kept.version = "10.4.2"
    assert "note: Grafana 10.4.2 is older than 11" in _run("push", "-c", _config(tmp_path, grafana)).stderr


def test_a_dry_run_writes_nothing_and_shows_each_difference(grafana: FakeGrafana, tmp_path: Path) -> None:
    config = _config(tmp_path, grafana)
    assert _run("push", "-c", config, "--dry-run").exit_code == 0
    assert grafana.writes == []
    assert _run("push", "-c", config, "--check").exit_code == 1
    assert _run("push", "-c", config).exit_code == 0
    assert _run("push", "-c", config, "--check").exit_code == 0
    count = len(grafana.writes)
    told = _run("push", "-c", _config(tmp_path, grafana, 'influx_url = "http://db:8086"'), "--dry-run")
    assert (
        'data source taihu-influx "Taihu InfluxDB": would be updated\n  url: "http://influx:8086" -> "http://db:8086"'
        in (told.stdout)
    )
    assert len(grafana.writes) == count


def test_what_a_person_changed_is_named_and_only_force_overwrites_it(grafana: FakeGrafana, tmp_path: Path) -> None:
    config = _config(tmp_path, grafana)
    _run("push", "-c", config, "--lang", "zh")
    grafana.edit_dashboard("taihu-a", lambda model: model.update(title="mine"))
    left = _run("push", "-c", config)
    assert left.exit_code == 0
    assert "left (changed by a person since the last push; left as it is)" in left.stdout
    held = _run("push", "-c", config, "--lang", "en")
    assert held.exit_code == 1
    assert "held (changed by a person since the last push; --force overwrites it)" in held.stdout
    assert grafana.kept.dashboards["taihu-a"]["dashboard"]["title"] == "mine"
    assert _run("push", "-c", config, "--lang", "en", "--force").exit_code == 0
    assert grafana.kept.dashboards["taihu-a"]["dashboard"]["title"] != "mine"


def test_a_missing_right_is_named_and_the_rest_is_pushed(grafana: FakeGrafana, tmp_path: Path) -> None:
    grafana.may.discard("datasources:create")
    done = _run("push", "-c", _config(tmp_path, grafana))
    assert done.exit_code == 1
    assert "failed (Grafana at" in done.stdout and "lacks the permission datasources:create)" in done.stdout
    assert grafana.kept.dashboards


def test_a_data_source_that_does_not_answer_ends_with_1(grafana: FakeGrafana, tmp_path: Path) -> None:
    grafana.kept.token_in_influx = "another"
    done = _run("push", "-c", _config(tmp_path, grafana))
    assert done.exit_code == 1 and "the data source does not answer" in done.stderr


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "grafana is missing: wanted a section [grafana]"),
        ("[grafana]\n", "grafana.token is missing: wanted the token of a service account"),
        ('[grafana]\ntoken = "t"\ntls_ca = "none.pem"\n', "must be a PEM file that exists"),
        ('[grafana]\ntoken = "t"\n', "influx is missing: Grafana asks an InfluxDB"),
        ('[grafana]\ntoken = "t"\nurl = "grafana"\n', "the address of Grafana cannot be used"),
    ],
)
def test_settings_that_do_not_do_are_one_line(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "taihu.toml"
    path.write_text(text, encoding="utf-8")
    error = _run("push", "-c", path).exception
    assert error is not None and said in str(error)


def test_the_writers_token_is_never_given_to_grafana(grafana: FakeGrafana, tmp_path: Path) -> None:
    path = _config(tmp_path, grafana)
    path.write_text(path.read_text(encoding="utf-8").replace('"reads"', '"writes"'), encoding="utf-8")
    error = _run("push", "-c", path).exception
    assert "that is the token Taihu writes with" in str(error) and grafana.requests == []


def test_several_targets_want_a_choice(grafana: FakeGrafana, tmp_path: Path) -> None:
    second = '[influx.b]\nurl = "http://b:8086"\ntoken = "w"\norg = "o"\nbucket = "other"\n'
    assert "grafana.influx is missing: wanted one of main, b" in str(
        _run("push", "-c", _config(tmp_path, grafana, second)).exception
    )
    assert "grafana.influx = 'c': wanted one of main, b" in str(
        _run("push", "-c", _config(tmp_path, grafana, f'influx = "c"\n{second}')).exception
    )
    assert _run("push", "-c", _config(tmp_path, grafana, f'influx = "b"\n{second}')).exit_code == 0
    assert grafana.kept.datasources["taihu-influx"]["jsonData"]["dbName"] == "other"


def test_a_server_that_is_down_is_one_line_and_2(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from taihu.cli import main

    path = _config(tmp_path, None, f'token = "t"\nurl = "http://127.0.0.1:{free_port()}"')
    with pytest.raises(SystemExit) as ended:
        main(lambda: app(["grafana", "push", "-c", str(path)], standalone_mode=False))
    assert ended.value.code == 2
    told = capsys.readouterr().err.strip().splitlines()[-1]
    assert told.startswith("taihu: Grafana at http://127.0.0.1:") and "cannot be reached" in told


def test_addresses_of_this_machine_are_pointed_out_where_grafana_is_on_another(tmp_path: Path) -> None:
    from taihu.grafanapush import hints, push_settings
    from taihu.settings import load_settings

    path = _config(tmp_path, None, 'url = "https://grafana.plant.example"\ninflux_url = "http://127.0.0.1:8086"')
    settings = load_settings(path)
    assert [hint.partition(":")[0] for hint in hints(settings, push_settings(settings))] == [
        "Grafana on another machine cannot ask http",
        "links in dashboards lead to http",
    ]


def test_files_are_written_once_and_hold_no_token(tmp_path: Path) -> None:
    config, folder = _config(tmp_path, None), tmp_path / "provisioning"
    first = _run("files", folder, "-c", config, "--lang", "en", "--mounted", "/srv/grafana")
    assert first.exit_code == 0, first.output
    assert f"written {folder / 'datasources' / 'taihu.yaml'}" in first.stdout
    texts = {path.name: path.read_text(encoding="utf-8") for path in folder.rglob("*") if path.is_file()}
    assert not [name for name, text in texts.items() if "reads" in text.split() or '"writes"' in text]
    (provider,) = yaml.safe_load((folder / "dashboards/taihu.yaml").read_text(encoding="utf-8"))["providers"]
    assert provider["options"]["path"] == "/srv/grafana/dashboards/taihu"
    assert _run("files", folder, "-c", config, "--lang", "en", "--mounted", "/srv/grafana").stdout == ""


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    error = _run("files", tmp_path / "file", "-c", _config(tmp_path, None)).exception
    assert "cannot be written" in str(error)
