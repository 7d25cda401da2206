"""Answers of the API, whoever gives them: the opened folder, the running product of the folder, or an address."""

from __future__ import annotations

from pathlib import Path

import pytest

from storage import Store, StoreError
from taihu.asking import AskError, ask
from taihu.assembly import Product
from taihu.clock import Clock
from taihu.settings import Http, Settings
from taihu.urlfile import FILE_NAME, read_url, write_url

PLANTS = Path(__file__).resolve().parents[2] / "examples" / "plants"
NOW_MS = 1_535_731_200_000


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data=tmp_path / "data", plants=(PLANTS / "wx-dyeing.toml",), http=Http(port=0))


@pytest.fixture
def running(settings: Settings):
    product = Product(settings, Clock(NOW_MS), collect=False)
    product.start()
    yield product
    product.stop()


def test_the_folder_of_nobody_is_opened(settings: Settings) -> None:
    assert [plant["id"] for plant in ask(settings, "/plants")] == ["wx-dyeing"]


def test_the_running_one_of_the_folder_answers(settings: Settings, running: Product) -> None:
    assert read_url(settings.data) == running.url
    assert ask(settings, "/health")["now_ms"] >= NOW_MS
    assert ask(settings, "/health")["now_ms"] < NOW_MS + 3_600_000  # its clock, not that of this machine


def test_an_address_answers(settings: Settings, running: Product, tmp_path: Path) -> None:
    elsewhere = Settings(data=tmp_path / "elsewhere")
    assert ask(elsewhere, "/plants", url=running.url)[0]["id"] == "wx-dyeing"
    assert not (tmp_path / "elsewhere").exists()


def test_the_address_goes_when_the_running_one_stops(settings: Settings) -> None:
    product = Product(settings, Clock(NOW_MS), collect=False)
    product.start()
    product.stop()
    assert not (settings.data / FILE_NAME).exists()


def test_an_address_that_a_power_cut_left_behind_does_no_harm(settings: Settings) -> None:
    settings.data.mkdir()
    write_url(settings.data, "http://127.0.0.1:9/")
    assert ask(settings, "/plants")[0]["id"] == "wx-dyeing"


def test_a_query_may_repeat_a_name(settings: Settings) -> None:
    found = ask(settings, "/indicators", {"scope": ["plant:wx-dyeing", "city:wuxi"], "period": "ytd", "as_of": None})
    assert {indicator["scope"] for indicator in found} == {"plant:wx-dyeing", "city:wuxi"}


@pytest.mark.parametrize("running_too", [False, True])
def test_an_error_of_the_api_says_what_was_wanted(settings: Settings, running_too: bool, request) -> None:
    if running_too:
        request.getfixturevalue("running")
    with pytest.raises(AskError, match=r"there is no plant 'x'; known are wx-dyeing \(path.plant\)"):
        ask(settings, "/plants/x")


def test_nobody_at_an_address(settings: Settings) -> None:
    with pytest.raises(AskError, match=r"http://127\.0\.0\.1:9 does not answer"):
        ask(settings, "/plants", url="http://127.0.0.1:9")
    with pytest.raises(AskError, match="wanted the address of a running Taihu"):
        ask(settings, "/plants", url="var/page")


def test_a_folder_that_only_collects_says_that_it_is_held(settings: Settings) -> None:
    with Store.open(settings.data), pytest.raises(StoreError, match=r"name its address with --url"):
        ask(settings, "/plants")
