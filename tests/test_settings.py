"""Are the settings read, checked and documented?"""

from __future__ import annotations

from pathlib import Path

import pytest

from taihu.settings import Http, Mqtt, Settings, SettingsError, Storage, load_settings, plant_files

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
        ("[mqtt]\nport = 1883\n", "mqtt.host"),
        ('[mqtt]\nhost = "b"\nport = 70000\n', "mqtt.port = 70000"),
        ('[mqtt]\nhost = "b"\nprotocol = "4"\n', "mqtt.protocol = '4'"),
        ("[htttp]\nport = 1\n", "htttp"),
        ("port = \n", "line 1"),
        ('plants = "a.toml"\n', "plants"),
    ],
)
def test_a_wrong_setting_names_file_and_key(tmp_path: Path, text: str, wanted: str) -> None:
    path = _write(tmp_path, text)
    with pytest.raises(SettingsError) as caught:
        load_settings(path)
    assert str(path) in str(caught.value)
    assert wanted in str(caught.value)


def test_a_missing_file_and_a_missing_plant_are_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="no such file"):
        load_settings(tmp_path / "none.toml")
    with pytest.raises(SettingsError, match=r"none\.toml: there is no such file or folder"):
        plant_files(load_settings(_write(tmp_path, 'plants = ["none.toml"]\n')))


def test_every_setting_is_documented() -> None:
    text = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    for section, model in (("", Settings), ("mqtt.", Mqtt), ("http.", Http), ("storage.", Storage)):
        for name, field in model.model_fields.items():
            assert f"`{section}{name}`" in text, f"{section}{name} is not in docs/settings.md"
            assert field.description
