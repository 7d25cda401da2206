"""The examples of docs/import.md are run as they stand there, and the Chinese page has the same ones."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest

from taihu.cli import app, main
from tests.collector.bulk.works import PLANT, T0_MS
from tests.influx import Influx
from tests.reference import ROOT

pytestmark = pytest.mark.server

_BLOCK = re.compile(r"(?:`(?P<file>[\w.]+)`:\n\n)?```(?P<kind>\w+)\n(?P<text>.*?)```", re.DOTALL)


def _blocks(page: str) -> list[tuple[str | None, str, str]]:
    """File name, kind and text of every block of a page."""
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    return [(found["file"], found["kind"], found["text"]) for found in _BLOCK.finditer(text)]


@pytest.fixture(name="server", scope="module")
def _server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Influx]:
    """A server with a day of the register that the page asks for, from midnight UTC on."""
    day_ms = T0_MS + 8 * 3_600_000
    lines = [f"energy,meter=E01 kwh={48 + n / 100} {day_ms + n * 900_000}" for n in range(96)]
    with Influx(tmp_path_factory.mktemp("influx"), "plant") as server:
        server.write(lines)
        yield server


def test_each_example_answers_as_the_page_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], server: Influx
) -> None:
    monkeypatch.chdir(tmp_path)
    if server.query_token is not None:
        monkeypatch.setenv("INFLUX_TOKEN", server.query_token)
    Path("works.toml").write_text(PLANT, encoding="utf-8")
    Path("taihu.toml").write_text('data = "data"\nplants = ["works.toml"]\n', encoding="utf-8")
    answered = 0
    said = ""
    for file, kind, text in _blocks("import.md"):
        if file is not None:
            Path(file).write_text(text, encoding="utf-8")
        elif kind == "sh":
            asked = text.replace("http://127.0.0.1:8086", server.query_url)
            asked = asked.replace("--database plant", f"--database {server.bucket}")
            said = "".join(_run(line, capsys) for line in asked.splitlines()).replace(server.bucket, "plant")
        elif kind == "text":
            pattern = re.escape(text.strip()).replace("…", ".*")
            assert re.fullmatch(pattern, said.strip()), said
            answered += 1
    assert answered == 4


def _run(line: str, capsys: pytest.CaptureFixture[str]) -> str:
    """Standard output of a command line; written to a file where the line says so."""
    command, _, target = line.partition(" > ")
    program, *arguments = shlex.split(command)
    assert program == "taihu"
    with pytest.raises(SystemExit):
        main(lambda: app(arguments))
    out, err = capsys.readouterr()
    assert "taihu: " not in err, err
    if target:
        Path(target).write_text(out, encoding="utf-8")
    return "" if target else out


def test_both_pages_have_the_same_examples() -> None:
    assert _blocks("import.md") == _blocks("import.zh.md")
    # Every key of a map is explained.
    for page in ("import.md", "import.zh.md"):
        text = (ROOT / "docs" / page).read_text(encoding="utf-8")
        for key in ("skip_lines", "missing", "column", "format", "zone", "midnight", "others", "empty", "merge"):
            assert f"`{key}" in text, (page, key)
