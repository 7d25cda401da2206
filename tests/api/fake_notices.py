"""Made-up notices: an exceedance that ended, one that goes on and is refused, and a broker that was away."""

from __future__ import annotations

import json

from sinks.webhook import Answer, Webhook
from storage import Notice, NoticeRow, Send

HOUR_MS = 3_600_000
LIMIT = {
    "value": 150.0, "unit": "mg/m3", "averaging": "1h", "standard": "GB 13271-2014", "class": "special/gas",
    "confidence": "unsure", "o2_ref": 3.5, "monthly_share": None,
}  # fmt: skip


def _row(number: int, made_ms: int, kind: str, state: str, plant: str, zh: str, en: str, *sends: Send) -> NoticeRow:
    body = {
        "since": "2018-08-31T12:00:00Z",
        "until": "2018-08-31T14:00:00Z" if state == "ended" else None,
        "text": {"zh": zh, "en": en},
    }
    if kind == "limit":
        name = {"zh": "无锡太湖印染厂", "en": "Wuxi Taihu Dyeing Works"}
        body |= {"plant_name": name, "outlet": "st", "pollutant": "NOx", "point": f"{plant}/st.nox", "value": 162.4}
        body |= {"unit": "mg/m3", "limit": LIMIT}
    return NoticeRow(number, Notice(f"n{number}", "n1", made_ms, kind, plant, state, json.dumps(body)), sends)


class FakeNotices:
    """What `sinks.notices.Notices` shows."""

    def __init__(self, now_ms: int) -> None:
        self.webhooks = {
            "office": Webhook("office", "https://hooks.example/robot?key=k", language="zh"),
            "law": Webhook("law", "http://10.0.0.7:8080/in", plants=("wx-dyeing",), system=False),
        }
        self.tested: list[str] = []
        taken = Send("office", 1, now_ms - HOUR_MS, False, "")
        refused = Send("law", 3, None, True, "422: unknown plant")
        self._rows = [
            _row(3, now_ms - HOUR_MS, "broker", "lost", "", "与消息代理的连接中断", "The broker is away", taken),
            _row(
                2,
                now_ms - 2 * HOUR_MS,
                "limit",
                "ended",
                "wx-dyeing",
                "【超标结束】氮氧化物",
                "Ended: NOx",
                taken,
                refused,
            ),
            _row(1, now_ms - 4 * HOUR_MS, "limit", "exceeded", "wx-dyeing", "【超标】氮氧化物", "Exceeded: NOx", taken),
        ]

    def rows(self, limit: int = 100, before: int | None = None, plant: str | None = None) -> list[NoticeRow]:
        found = [row for row in self._rows if before is None or row.number < before]
        return [row for row in found if plant is None or row.notice.plant == plant][:limit]

    def errors(self) -> dict[str, str]:
        return {"office": "", "law": "422: unknown plant"}

    def test(self, name: str) -> Answer:
        self.tested.append(name)
        return Answer(taken=True) if name == "office" else Answer(False, True, "401: who are you")
