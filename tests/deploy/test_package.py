"""An installed Taihu has every file that it reads, not only its Python."""

from __future__ import annotations

import tomllib
from pathlib import Path

from dashboards.shipped import dashboards
from taihu.demo import PLANTS
from tests.reference import ROOT

SETUPTOOLS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"]
PACKAGES = [name.rstrip("*") for name in SETUPTOOLS["packages"]["find"]["include"]]


def shipped() -> set[Path]:
    """All files of the packages that are no Python and go into the wheel."""
    return {
        file
        for package, patterns in SETUPTOOLS["package-data"].items()
        for pattern in patterns
        for file in (ROOT / package.replace(".", "/")).glob(pattern)
        if file.is_file()
    }


def test_no_file_of_a_package_stays_behind() -> None:
    there = {
        file
        for package in PACKAGES
        for file in (ROOT / package.replace(".", "/")).rglob("*")
        if file.is_file() and file.suffix not in (".py", ".pyc")
    }
    assert there - shipped() == set()


def test_what_the_commands_read_is_shipped() -> None:
    assert len(dashboards("en")) == 6
    plants = sorted(PLANTS.glob("*.toml"))
    assert len(plants) == 6 and set(plants) <= shipped()


def test_the_plants_of_the_demo_lie_in_a_package() -> None:
    assert ".".join(PLANTS.relative_to(ROOT).parts) in PACKAGES
