"""Do both pages of the deployment say the same commands, and are there such commands, options and files?"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import typer

from taihu.cli import app

DOCS = Path(__file__).resolve().parents[2] / "docs"
PAGES = {name: (DOCS / name).read_text(encoding="utf-8") for name in ("deploy.md", "deploy.zh.md")}

COMMAND = typer.main.get_command(app)

each_page = pytest.mark.parametrize("name", PAGES)


def _code(text: str) -> str:
    """The commands, without what is said about them."""
    blocks = re.findall(r"^```sh\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    lines = (re.sub(r"\s+# .*$", "", line) for block in blocks for line in block.splitlines())
    return "\n".join(lines).replace("\\\n", " ")


def _calls(text: str) -> list[list[str]]:
    """What follows the program's name in each command."""
    found = re.findall(r"(?:^|/bin/|--rm |taihu )taihu ([a-z][^\n`>|]*)", _code(text) + "\n" + text, re.MULTILINE)
    names = set(COMMAND.commands)  # type: ignore[attr-defined]
    return [call.split() for call in found if call.split()[0] in names]


def test_both_say_the_same_commands() -> None:
    assert _code(PAGES["deploy.md"]) == _code(PAGES["deploy.zh.md"])


@each_page
def test_every_command_and_option_is_there(name: str) -> None:
    calls = _calls(PAGES[name])
    assert {"backup", "restore", "broker-acl", "doctor", "check", "grafana", "sink"} <= {call[0] for call in calls}
    for call in calls:
        command = COMMAND
        for word in call:
            if word in getattr(command, "commands", {}):
                command = command.commands[word]  # type: ignore[attr-defined]
        known = {option for param in command.params for option in param.opts}
        assert {word for word in call if re.fullmatch(r"--[a-z-]+", word)} <= known, call


@each_page
def test_every_link_leads_somewhere(name: str) -> None:
    for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", PAGES[name]):
        assert (DOCS / target).exists(), target


@each_page
def test_every_link_inside_leads_to_a_heading(name: str) -> None:
    headings = re.findall(r"^#+ (.*)$", PAGES[name], re.MULTILINE)
    # As GitHub makes them: small, without punctuation, - for blanks.
    anchors = {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}
    wanted = re.findall(r"\]\(#([^)]*)\)", PAGES[name])
    assert wanted and set(wanted) <= anchors


@each_page
def test_every_file_that_is_copied_is_there(name: str) -> None:
    root = DOCS.parent
    for path in re.findall(r"(?<![\w/])((?:deploy|examples)/[\w./*-]+)", _code(PAGES[name])):
        assert list(root.glob(path)), path
