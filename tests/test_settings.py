"""Are the settings read, checked and documented?"""

from __future__ import annotations

from pathlib import Path

import pytest

from taihu.grafanasettings import Grafana
from taihu.influxsettings import Influx, target_settings
from taihu.settings import (
    Http,
    Mqtt,
    Settings,
    SettingsError,
    Storage,
    load_settings,
    mqtt_settings,
    plant_files,
    writing,
)
from taihu.webhooksettings import WebhookSection, webhooks_of

ROOT = Path(__file__).resolve().parents[1]


def _write(folder: Path, text: str) -> Path:
    path = folder / "taihu.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_environment_goes_before_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = _write(tmp_path, '[mqtt]\nhost = "broker"\nport = 1884\n[http]\nport = 9000\n')
    monkeypatch.setenv("TAIHU_HTTP__PORT", "9001")
    monkeypatch.setenv("TAIHU_MQTT__PASSWORD", "secret")
    settings = load_settings(path)
    assert settings.http.port == 9001
    assert settings.mqtt == Mqtt(host="broker", port=1884, password="secret")
    assert "secret" not in repr(settings)


def test_paths_of_the_file_are_relative_to_the_file(tmp_path: Path) -> None:
    (tmp_path / "plants").mkdir()
    (tmp_path / "plants" / "a.toml").touch()
    settings = load_settings(_write(tmp_path, 'data = "kept"\nplants = ["plants"]\n'))
    assert settings.data == tmp_path / "kept"
    assert plant_files(settings) == [tmp_path / "plants" / "a.toml"]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("[mqtt]\nport = 1883\n", "mqtt.host is missing: wanted name or address of the broker"),
        ('[mqtt]\nhost = "b"\nprot = 1\n', "mqtt.prot is unknown: wanted one of host, port"),
        ('[mqtt]\nhost = "b"\nport = 70000\n', "mqtt.port = 70000"),
        ('[mqtt]\nhost = "b"\nprotocol = "4"\n', "mqtt.protocol = '4'"),
        ("[htttp]\nport = 1\n", "htttp is unknown: wanted one of data, plants, programmes"),
        ("port = \n", "taihu.toml:1:8: Invalid value: port =: wanted TOML"),
        ('[http]\nport = "x"\n', "http.port = 'x': wanted a valid integer"),
        ('plants = "a.toml"\n', "plants"),
    ],
)
def test_a_wrong_setting_names_file_and_key(tmp_path: Path, text: str, wanted: str) -> None:
    path = _write(tmp_path, text)
    with pytest.raises(SettingsError) as caught:
        load_settings(path)
    assert str(path) in str(caught.value)
    assert wanted in str(caught.value)


@pytest.mark.parametrize("password", ['"sesame"', "31415"])
def test_a_password_is_in_no_message(tmp_path: Path, password: str) -> None:
    with pytest.raises(SettingsError) as caught:
        load_settings(_write(tmp_path, f"[mqtt]\nport = 0\npassword = {password}\n"))
    assert password.strip('"') not in str(caught.value)


@pytest.mark.parametrize(
    ("name", "value", "wanted"),
    [
        ("TAIHU_HTP__PORT", "1", "TAIHU_HTP__PORT is unknown: wanted one of TAIHU_DATA"),
        ("TAIHU_PLANTS", "a.toml", """wanted JSON, e.g. TAIHU_PLANTS='["a.toml", "b.toml"]'"""),
        ("TAIHU_MQTT__PORT", "1883", "mqtt.host is missing"),
    ],
)
def test_a_wrong_variable_is_named(monkeypatch: pytest.MonkeyPatch, name: str, value: str, wanted: str) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError) as caught:
        load_settings()
    assert "the environment" in str(caught.value)
    assert wanted in str(caught.value)


def test_variables_of_tests_are_no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TAIHU_TEST_INFLUX_URL", "http://127.0.0.1:8086")
    load_settings()


def test_a_list_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TAIHU_PLANTS", '["a.toml"]')
    assert load_settings().plants == (Path("a.toml"),)


def test_a_folder_or_other_bytes_in_place_of_the_file_are_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="Is a directory: wanted a TOML file"):
        load_settings(tmp_path)
    path = tmp_path / "taihu.toml"
    path.write_bytes(b'data = "\xcc\xab\xff"\n')
    with pytest.raises(SettingsError, match=r"taihu\.toml:1: not UTF-8 .*: wanted a file saved as UTF-8"):
        load_settings(path)


def test_values_of_the_broker_that_do_not_go_together_are_named(tmp_path: Path) -> None:
    settings = load_settings(_write(tmp_path, '[mqtt]\nhost = "b"\ntls_ca = "none.pem"\n'))
    assert settings.mqtt is not None
    with pytest.raises(SettingsError, match=r"mqtt: tls_ca \(.*none\.pem\) must be a PEM file that exists"):
        mqtt_settings(settings.mqtt)


def test_a_file_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    path = tmp_path / "none" / "report.csv"
    with pytest.raises(SettingsError, match=r"report\.csv: cannot be written \(No such file"), writing(path):
        path.write_text("")


def test_a_missing_file_and_a_missing_plant_are_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="No such file or directory: wanted a TOML file"):
        load_settings(tmp_path / "none.toml")
    with pytest.raises(SettingsError, match=r"none\.toml: there is no such file or folder"):
        plant_files(load_settings(_write(tmp_path, 'plants = ["none.toml"]\n')))


def test_every_setting_is_documented() -> None:
    text = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    models = {
        "": Settings,
        "mqtt.": Mqtt,
        "http.": Http,
        "storage.": Storage,
        "grafana.": Grafana,
        "influx.NAME.": Influx,
        "webhooks.NAME.": WebhookSection,
    }
    for section, model in models.items():
        for name, field in model.model_fields.items():
            assert f"`{section}{name}`" in text, f"{section}{name} is not in docs/settings.md"
            assert field.description


def test_the_secrets_of_grafana_are_not_told(tmp_path: Path) -> None:
    path = _write(tmp_path, '[grafana]\ntls_ca = "ca.pem"\ntoken = "glsa_1"\ncontact_url = "https://h/key"\n')
    settings = load_settings(path)
    assert settings.grafana is not None and settings.grafana.tls_ca == tmp_path / "ca.pem"
    assert "glsa_1" not in repr(settings) and "https://h/key" not in repr(settings)
    for key in ("token", "influx_token", "contact_url"):
        with pytest.raises(SettingsError, match=rf"grafana\.{key} = \.\.\.: "):
            load_settings(_write(tmp_path, f"[grafana]\n{key} = 12345\n"))


INFLUX = (
    '[influx.main]\nurl = "https://db:8086/"\ntls_ca = "ca.pem"\n[influx.second]\nurl = "http://b"\nreadings = false\n'
)


def test_copies_go_to_as_many_servers_as_have_a_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TAIHU_INFLUX__MAIN__TOKEN", "sesame")
    settings = load_settings(_write(tmp_path, INFLUX))
    main, second = target_settings(settings.influx)
    assert (main.name, main.url, main.token, main.tls_ca) == ("main", "https://db:8086", "sesame", tmp_path / "ca.pem")
    assert (second.name, second.token, second.readings, second.bucket) == ("second", "", False, "taihu")
    assert "sesame" not in repr(settings) + repr(main)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (
            '[influx]\nurl = "http://a"\ntoken = "sesame"\n',
            r"url stands in no section of its own: wanted \[influx.NAME\]",
        ),
        ('[influx.Main]\nurl = "http://a"\ntoken = "sesame"\n', r"\[influx.Main\]: wanted a name of small letters"),
        ('[influx.main]\ntoken = "sesame"\n', "influx.main.url is missing: wanted address of InfluxDB"),
        ('[influx.main]\nurl = "db:8086"\n', "influx.main.url = 'db:8086': .*wanted an address that begins"),
        (
            '[influx.main]\nurl = "http://a"\nbuket = "x"\n',
            "influx.main.buket is unknown: wanted one of url, token, org, bucket",
        ),
        ('[influx.main]\nurl = "http://a"\ntoken = 31415\n', r"influx.main.token = \.\.\.: "),
    ],
)
def test_a_wrong_target_is_named_and_its_token_is_not_told(tmp_path: Path, text: str, wanted: str) -> None:
    with pytest.raises(SettingsError, match=wanted) as caught:
        load_settings(_write(tmp_path, text))
    assert "sesame" not in str(caught.value) and "31415" not in str(caught.value)


def test_webhooks_and_their_secrets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TAIHU_WEBHOOKS__OFFICE__SECRET", "open sesame")
    text = (
        '[webhooks.office]\nurl = "https://h/key"\nplants = ["wx"]\nlanguage = "zh"\n[webhooks.law]\nurl = "http://b"\n'
    )
    settings = load_settings(_write(tmp_path, text))
    office, law = webhooks_of(settings.webhooks)
    assert (office.name, office.secret, office.plants, office.language) == ("office", "open sesame", ("wx",), "zh")
    assert (law.secret, law.plants, law.language, law.warnings, law.early, law.system) == (
        None, (), "both", False, False, True,
    )  # fmt: skip
    assert "sesame" not in repr(settings) and "https://h/key" not in repr(settings)
    with pytest.raises(SettingsError, match=r"webhooks\.law\.language = 'de': wanted 'zh', 'en' or 'both'"):
        load_settings(_write(tmp_path, '[webhooks.law]\nurl = "http://b"\nlanguage = "de"\n'))
    with pytest.raises(SettingsError, match=r"webhooks\.law\.secret = \.\.\.: "):
        load_settings(_write(tmp_path, '[webhooks.law]\nurl = "http://b"\nsecret = "short"\n'))
    with pytest.raises(SettingsError, match=r"wanted \[webhooks\.NAME\] with url"):
        load_settings(_write(tmp_path, '[webhooks]\nurl = "http://b"\n'))
