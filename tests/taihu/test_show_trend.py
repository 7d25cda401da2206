"""`taihu trend`: the API's trends as a table that says which p counts and what only totals say."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from rich.console import Console

from api.trends_out import trends_out
from taihu import show_trend
from tests.api.fake_trends import made_up_trends
from tests.api.fakes import FakeServices


@pytest.fixture(name="body", scope="module")
def _body() -> dict[str, Any]:
    services = FakeServices()
    found = made_up_trends(services.registry(), "wx-dyeing", services.now_ms())
    out = trends_out(services.registry(), found, list(found.trends))
    body: dict[str, Any] = json.loads(out.model_dump_json(by_alias=True))
    return body


def lines(trends: list[dict[str, Any]]) -> list[str]:
    out = Console(file=io.StringIO(), width=400)
    out.print(show_trend.table(trends))
    return out.file.getvalue().splitlines()  # type: ignore[attr-defined]


def test_a_line_a_series(body: dict[str, Any]) -> None:
    text = lines(body["trends"])
    (cod,) = [line for line in text if "water COD load" in line]
    assert "no_trend" in cod
    assert "-18.0 % of -16.0 %: met" in cod
    (tn,) = [line for line in text if "water TN load" in line]
    test = next(t["test"] for t in body["trends"] if (t["pollutant"], t["quantity"]) == ("TN", "load"))
    assert f"{test['slope']:.4g} kg" in tn
    assert f"{test['p_plain']:.2g} *" in tn
    assert "falling" in tn
    assert any("energy_per_value_added" in line for line in text)


def test_what_is_too_short_has_no_number(body: dict[str, Any]) -> None:
    short = json.loads(json.dumps(body["trends"][0]))
    short["test"] |= {"slope": None, "low": None, "high": None, "slope_share": None, "p_plain": None}
    short |= {"verdict": "unknown", "notes": ["too_short"], "outlet": "ww", "total": None}
    (line,) = [row for row in lines([short]) if "unknown" in row]
    assert "(too_short)" in line
    assert "— kg" in line
    assert "[ww]" in line


def test_the_command_asks_for_the_plant(monkeypatch: pytest.MonkeyPatch, body: dict[str, Any]) -> None:
    asked: list[tuple[str, Any]] = []

    class Source:
        @classmethod
        def of(cls, *_: object) -> Source:
            return cls()

        def ask(self, path: str, params: Any) -> dict[str, Any]:
            asked.append((path, params))
            return body

    said: list[Any] = []
    monkeypatch.setattr(show_trend, "Source", Source)
    monkeypatch.setattr(show_trend, "emit_json", said.append)
    show_trend.trend("wx-dyeing", medium="water", as_json=True)
    assert asked == [("/plants/wx-dyeing/trends", {"medium": "water", "pollutant": None, "as_of": None})]
    assert said == [body]
