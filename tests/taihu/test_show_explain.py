"""`taihu explain` and `taihu import factors`, as typed, over a folder with one plant."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from openpyxl import load_workbook
from typer.testing import CliRunner

from registry import import_statements
from taihu.asking import AskError, ask
from taihu.assembly import Product
from taihu.cli import app
from taihu.clock import Clock
from taihu.settings import Http, Settings

ROOT = Path(__file__).resolve().parents[2]
NOW_MS = 1_535_731_200_000
STATED = """plant,period,item,value,unit,status
wx-dyeing,2017,value_added,36500,10k_yuan,final
wx-dyeing,2016,price_index,98,previous_year=100,final
wx-dyeing,2017,price_index,105,previous_year=100,provisional
"""
VALUE_ADDED = "plant:wx-dyeing/2017-01-01..2017-02-01/value_added_base_prices"
# Intensity notes, 2: V(2015) = V / prod(PPI / 100); 31 of 365 days at 98 % x 105 %.
BY_HAND = 36500 * 31 / 365 / (0.98 * 1.05)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    settings = Settings(data=tmp_path / "data", plants=(ROOT / "examples/plants/wx-dyeing.toml",), http=Http(port=0))
    product = Product(settings, Clock(NOW_MS), collect=False, serve=False)
    (tmp_path / "said.csv").write_text(STATED, encoding="utf-8")
    assert import_statements(product.database, tmp_path / "said.csv", lambda: NOW_MS).bad == ()
    product.stop()
    return settings.data


def typed(*words: str) -> str:
    done = CliRunner().invoke(app, list(words), catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.output


def test_explain_prints_the_sentence_the_rule_and_what_it_rests_on(folder: Path) -> None:
    text = typed("explain", VALUE_ADDED, "--data", str(folder))
    assert "Wuxi Taihu Dyeing Works, 2017-01-01 to 2017-01-31" in text
    assert "V = Σ VAₘ / Π (PPIₛ / 100)" in text
    assert re.search(r"price_index.*2016.*98", text)


def test_explain_prints_the_json_of_the_api(folder: Path) -> None:
    found = json.loads(typed("explain", VALUE_ADDED, "--json", "--data", str(folder)))
    assert found["figure"]["value"] == pytest.approx(BY_HAND, rel=1e-12)
    assert found["figure"]["provisional"] == 1.0  # an index on its way is provisional


def test_explain_writes_the_workbook(folder: Path, tmp_path: Path) -> None:
    typed("explain", VALUE_ADDED, "--xlsx", str(tmp_path / "v.xlsx"), "--data", str(folder))
    sheet = load_workbook(tmp_path / "v.xlsx")["figure"]
    assert (sheet["B2"].value, sheet["D2"].value) == ("=statements!$L$2", pytest.approx(BY_HAND))


def test_what_is_no_id_is_told(folder: Path) -> None:
    with pytest.raises(AskError, match="wanted SCOPE/PERIOD/NAME"):
        typed("explain", "energy_tce", "--data", str(folder))
    with pytest.raises(AskError, match=r"known are .*energy_tce"):
        typed("explain", "plant:wx-dyeing/ytd/enery", "--data", str(folder))


def test_the_factors_file_of_the_page_is_imported_and_seen_as_of_then(folder: Path, tmp_path: Path) -> None:
    page = (ROOT / "docs" / "explain.md").read_text(encoding="utf-8")
    example = page.split("```csv\n")[1].split("```")[0]
    (tmp_path / "factors.csv").write_text(example, encoding="utf-8")
    said = ["--data", str(folder), "--who", "王芳", "--why", "heating value"]
    assert "1 added, 0 changed" in typed("import", "factors", str(tmp_path / "factors.csv"), *said)
    (tmp_path / "factors.csv").write_text(example.replace("1.2300", "1.2400"), encoding="utf-8")
    assert "0 added, 1 changed" in typed("import", "factors", str(tmp_path / "factors.csv"), *said)

    id_ = "plant:wx-dyeing/2018-01-01..2018-02-01/factor:natural_gas"
    # No reading is there, so no factor turned anything: the name is told, not a number made up.
    with pytest.raises(AskError, match="has no figure 'factor:natural_gas'"):
        ask(Settings(data=folder), f"/figures/{id_}/explain")
    changes = ask(
        Settings(data=folder), "/plants/wx-dyeing/changes", {"since": "2018-09-05", "from": "2018-08-01T00:00:00Z"}
    )
    (factor,) = changes["factors"]
    assert factor["then"] is None and (factor["now"]["value"], factor["now"]["plant"]) == (1.24, "wx-dyeing")


def test_a_bad_row_ends_with_status_1_and_a_report(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "f.csv").write_text(
        "carrier,quantity,basis,value,unit,edition,source,confidence\ncoal,coal,both,0,kgce/kg,any,x,sure\n",
        encoding="utf-8",
    )
    done = CliRunner().invoke(
        app, ["import", "factors", str(tmp_path / "f.csv"), "--data", str(folder), "--report", str(tmp_path / "r.csv")]
    )
    assert done.exit_code == 1
    assert "f.csv:2: refused: value = 0" in done.output
    assert "a factor is above 0" in (tmp_path / "r.csv").read_text(encoding="utf-8-sig")
