"""Does the page about the plant file name every key, table and word there is, and no other?"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from registry.lists import KIND_WORDS
from registry.problems import keys_of
from registry.sections import SECTIONS

PAGE = (Path(__file__).parents[2] / "docs" / "plant-file.md").read_text(encoding="utf-8")


def keys(section: str) -> list[str]:
    """Keys of the table below the section's heading."""
    heading = "## `[plant]`" if section == "plant" else f"## `[[{section}]]`"
    below = PAGE.split(f"\n{heading}\n", 1)[1].split("\n## ", 1)[0]
    table = below.split("| key | meaning | unit | default |\n", 1)[1].split("\n\n", 1)[0]
    return re.findall(r"^\| `(\w+)` \|", table, flags=re.MULTILINE)


@pytest.mark.parametrize("section", SECTIONS)
def test_every_key_is_on_the_page_once(section: str) -> None:
    assert sorted(keys(section)) == sorted(keys_of(SECTIONS[section]))


@pytest.mark.parametrize("section", SECTIONS)
def test_required_keys_are_called_so(section: str) -> None:
    below = PAGE.split("[plant]`\n" if section == "plant" else f"## `[[{section}]]`", 1)[1]
    for field_name, field in SECTIONS[section].model_fields.items():
        name = field.alias or field_name
        row = re.search(rf"^\| `{name}` \|.*$", below, flags=re.MULTILINE)
        assert row is not None
        assert row[0].endswith("| required |") is field.is_required(), name


def test_kinds_are_on_the_page() -> None:
    for word in KIND_WORDS:
        assert f"`{word}`" in PAGE
