"""Do the units parse, are they closed enough, and do they call commands that exist?"""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from typer.testing import CliRunner

from taihu.cli import app
from taihu.settings import SettingsError, load_settings

UNITS = Path(__file__).resolve().parents[2] / "deploy" / "systemd"
MOST_EXPOSED = 1.5
"""On systemd's own scale from 0 to 10."""


@pytest.fixture(scope="module")
def units(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The units with a program that is there in place of taihu."""
    folder = tmp_path_factory.mktemp("units")
    for path in (*UNITS.glob("*.service"), *UNITS.glob("*.timer")):
        text = path.read_text(encoding="utf-8").replace("/opt/taihu/bin/taihu", "/bin/true")
        (folder / path.name).write_text(text, encoding="utf-8")
    return folder


def _analyze(*words: object) -> str:
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd-analyze is not installed")
    done = subprocess.run(["systemd-analyze", *map(str, words)], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def test_systemd_understands_every_line(units: Path) -> None:
    assert _analyze("verify", "--man=no", *sorted(units.iterdir())).strip() == ""


@pytest.mark.parametrize("name", ["taihu.service", "taihu-backup.service"])
def test_a_service_may_do_little(units: Path, name: str) -> None:
    told = _analyze("security", "--offline=yes", "--no-pager", units / name)
    level = re.search(rf"exposure level for {name}: ([\d.]+)", told)
    assert level is not None and float(level[1]) <= MOST_EXPOSED


@pytest.mark.parametrize("name", ["taihu.service", "taihu-backup.service"])
def test_a_service_calls_a_command_that_exists(name: str) -> None:
    line = re.search(r"^ExecStart=/opt/taihu/bin/taihu (.*)$", (UNITS / name).read_text(encoding="utf-8"), re.MULTILINE)
    assert line is not None
    words = [word.replace("/etc/taihu/", "/nowhere/") for word in line[1].split()]
    done = CliRunner().invoke(app, words)
    # Its words were understood, and only the file is missing.
    assert isinstance(done.exception, SettingsError) and "/nowhere/taihu.toml" in str(done.exception)


def test_a_backup_may_be_written_where_the_unit_puts_it() -> None:
    backup, serve = ((UNITS / name).read_text(encoding="utf-8") for name in ("taihu-backup.service", "taihu.service"))
    where = re.search(r"taihu backup (\S+)", backup)
    # The running one writes it, so it needs the same right.
    assert where is not None and f"ReadWritePaths={where[1]}" in backup and f"ReadWritePaths=-{where[1]}" in serve


def test_the_settings_are_in_order(tmp_path: Path) -> None:
    text = (UNITS / "taihu.toml").read_text(encoding="utf-8")
    (tmp_path / "taihu.toml").write_text(text, encoding="utf-8")
    settings = load_settings(tmp_path / "taihu.toml")
    assert str(settings.data) == "/var/lib/taihu"
    assert "StateDirectory=taihu\n" in (UNITS / "taihu.service").read_text(encoding="utf-8")
    assert settings.http.host == "127.0.0.1"
