"""How much can be relied on: coverage, doubts, what was not understood, and what has not been sent?"""

from __future__ import annotations

from dataclasses import replace

from dashboards import looks
from dashboards.frame import Plan, dashboard, tag_variable
from dashboards.influxql import InfluxQL
from dashboards.looks import FULL_ABOVE, Column, Steps
from dashboards.panels import bars_panel, lines_panel, stat_panel, table_panel
from dashboards.queries import last, newest, steps
from dashboards.sdk import model
from dashboards.spec import JUST_NOW, Spec
from dashboards.tables import ordered
from dashboards.words import Say
from sinks.schema import HEARTBEAT, QUALITY, SINK

UID = "taihu-quality"
CHOSEN = {"plant": "/^$plant$/"}
LATE: Steps = ((None, looks.GREEN), (600.0, looks.AMBER), (3600.0, looks.RED))
"""Age of the oldest line that was not sent; from an hour on it is an alarm."""


def build(t: Say) -> model.Dashboard:
    """Data quality."""
    about = t(
        "Coverage and doubts of each plant, messages not understood, lines that were refused or not sent yet.",
        "各厂的已知程度与疑点、未识别报文、被拒绝或尚未发送的数据行。",
    )
    plant = tag_variable("plant", t("plant", "工厂"), QUALITY, "plant", all_of=True)
    panels: list[model.Panel | str] = [
        *_product(t),
        t("Plants", "工厂"),
        _coverage(t),
        _plants(t),
        _course(t),
        _doubts(t),
        t("On the way to other servers", "向其他服务器的发送"),
        _targets(t),
        _unsent(t),
        _dead(t),
        _lag(t),
    ]
    return dashboard(t, Plan(UID, about, [plant], panels, "now-24h", refresh="1m"))


def _product(t: Say) -> list[model.Panel]:
    beat = t("Time since the newest heartbeat; there is one every minute.", "距最近一次心跳的时间，每分钟一次。")
    heart = last(HEARTBEAT, "known", {}, ["instance"])
    spec = Spec(t("Heartbeat", "心跳"), beat, [InfluxQL("A", heart, table=True)], looks.AGE, 4, 4)
    return [
        stat_panel(t, spec, "/^Time$/", every=True),
        _beat(t, "collecting", t("Collecting", "采集"), "", _collecting(t)),
        _beat(t, "settling", t("Settling", "结算"), "", t("1 while settling works.", "结算正常时为“是”。")),
        _beat(t, "dead_letters", t("Dead letters", "未识别报文"), looks.COUNT, _dead_about(t)),
        _beat(t, "rejected_lines", t("Rejected lines", "被拒绝的行"), looks.COUNT, _rejected(t)),
        _beat(t, "readings", t("Readings", "读数"), "short", t("Readings in the journal.", "日志中的读数条数。")),
    ]


def _collecting(t: Say) -> str:
    return t("Whether the broker is connected.", "与消息服务器是否保持连接。")


def _dead_about(t: Say) -> str:
    return t(
        "Messages that gave no reading, ever; none is dropped, each stands in the product with its reason.",
        "历来没有得出读数的报文；没有丢弃，均附原因保存在本产品中。",
    )


def _rejected(t: Say) -> str:
    return t(
        "Lines that a server refused, ever; each stands in the product with the server's words.",
        "历来被服务器拒绝的数据行，均附服务器原话保存在本产品中。",
    )


def _beat(t: Say, field: str, title: str, unit: str, about: str) -> model.Panel:
    query = InfluxQL("A", newest(HEARTBEAT, [field], {}, ["instance"]), alias="$tag_instance")
    link = (t("Open the product's state", "打开运行状态"), "${page}/#/system")
    mappings = [] if unit else looks.yes_no(t, good=1)
    wanted: Steps = looks.NONE_BAD if unit == looks.COUNT else looks.PLAIN
    spec = Spec(title, about, [query], unit or looks.COUNT, 4, 4, mappings=mappings, steps=wanted, link=link)
    return stat_panel(t, replace(spec, since=JUST_NOW))


def _coverage(t: Say) -> model.Panel:
    about = t(
        "Known share of yesterday's time, mean over the points of each plant.",
        "昨日时间的已知比例，为各厂计量点的平均值。",
    )
    query = InfluxQL("A", newest(QUALITY, ["coverage"], CHOSEN, ["plant"]), alias="$tag_plant")
    title = t("Coverage of yesterday", "昨日已知程度")
    spec = Spec(title, about, [query], looks.SHARE, 10, 9, steps=FULL_ABOVE, since=JUST_NOW, decimals=1)
    return bars_panel(t, spec, 1.0)


def _plants(t: Say) -> model.Panel:
    query = newest(QUALITY, ["coverage", "estimated", "silent", "points", "doubts"], CHOSEN, ["plant"])
    link = (t("Open the meters", "打开计量"), "${page}/#/plant/${__value.raw}/meters")
    columns = [
        Column("plant", t("plant", "工厂"), link=link, width=160),
        Column("Time", t("as of", "截至"), looks.AGE, width=135),
        Column("coverage", t("known", "已知"), looks.SHARE, steps=FULL_ABOVE, decimals=1),
        Column("estimated", t("estimated", "估算"), looks.SHARE, decimals=1),
        Column("silent", t("silent points", "静默计量点"), looks.COUNT, steps=looks.NONE_BAD, decimals=0),
        Column("points", t("points", "计量点"), looks.COUNT, decimals=0),
        Column("doubts", t("doubts to decide", "待处理疑点"), looks.COUNT, steps=looks.NONE_BAD, decimals=0),
    ]
    about = t(
        "Known and spread share of yesterday, points that have been silent for longer than they usually are, doubts"
        " about meters that wait for a person.",
        "昨日的已知与估算比例、静默时间超过平常的计量点、等待人工处理的计量疑点。",
    )
    queries = [InfluxQL("A", query, table=True)]
    title = t("Plants and their doubts", "各厂数据与疑点")
    spec = Spec(title, about, queries, looks.COUNT, 14, 9, change=[ordered(columns)])
    return table_panel(t, spec, columns)


def _course(t: Say) -> model.Panel:
    about = t(
        "Known share of the day before, as it was at each moment: it rises when late data comes.",
        "各时刻所见的前一日已知比例，补传数据到达后上升。",
    )
    query = InfluxQL("A", steps(QUALITY, "last", ["coverage"], CHOSEN, ["plant"]), alias="$tag_plant")
    spec = Spec(t("Course of the coverage", "已知程度的变化"), about, [query], looks.SHARE, 12, 8, decimals=1)
    return lines_panel(t, spec, shares=True)


def _doubts(t: Say) -> model.Panel:
    about = t(
        "Doubts about meters that wait for a decision: resets, swaps, spikes, silences.",
        "等待处理的计量疑点：清零、换表、尖峰、静默等。",
    )
    query = InfluxQL("A", steps(QUALITY, "last", ["doubts"], CHOSEN, ["plant"]), alias="$tag_plant")
    return lines_panel(t, Spec(t("Doubts", "疑点"), about, [query], looks.COUNT, 12, 8, decimals=0))


def _targets(t: Say) -> model.Panel:
    query = newest(SINK, ["unsent_s", "stopped", "rejected", "sent"], {}, ["target"])
    columns = [
        Column("target", t("target", "目标"), width=140),
        Column("Time", t("as of", "截至"), looks.AGE, width=135),
        Column("unsent_s", t("oldest unsent", "最早未发送"), looks.SECONDS, steps=LATE, decimals=0),
        Column("stopped", t("stopped", "已停止"), looks.COUNT, mappings=looks.yes_no(t, good=0)),
        Column("rejected", t("rejected", "被拒绝"), looks.COUNT, steps=looks.NONE_BAD, decimals=0),
        Column("sent", t("sent since the start", "启动以来已发送"), "short"),
    ]
    about = t(
        "Servers that take the product's lines. Stopped: an answer that waiting does not mend (rights, address). A"
        " server that is down cannot say so itself: look at another one, or at the product's page.",
        "接收数据的各服务器。“已停止”指等待无法解决的应答（权限、地址）。"
        "停机的服务器无法自报，请看另一服务器或本产品页面。",
    )
    queries = [InfluxQL("A", query, table=True)]
    title = t("Receiving servers", "接收服务器")
    spec = Spec(title, about, queries, looks.COUNT, 12, 7, change=[ordered(columns)])
    return table_panel(t, spec, columns)


def _unsent(t: Say) -> model.Panel:
    about = t(
        "Age of the oldest line that a server has not got; the journal keeps it for as long as it takes.",
        "某服务器尚未收到的最早数据行的时长；日志会一直保留。",
    )
    query = InfluxQL("A", steps(SINK, "max", ["unsent_s"], {}, ["target"]), alias="$tag_target")
    title = t("Oldest unsent line", "最早未发送的行")
    return lines_panel(t, Spec(title, about, [query], looks.SECONDS, 12, 7, steps=LATE))


def _dead(t: Say) -> model.Panel:
    dead = steps(HEARTBEAT, "max", ["dead_letters"], {}, ["instance"])
    rejected = steps(HEARTBEAT, "max", ["rejected_lines"], {}, ["instance"])
    queries = [
        InfluxQL("A", dead, alias=t("dead letters $tag_instance", "未识别报文 $tag_instance")),
        InfluxQL("B", rejected, alias=t("rejected $tag_instance", "被拒绝的行 $tag_instance")),
    ]
    about = t(
        "Running totals of messages that were not understood and of lines that were refused: a step is a new one.",
        "未识别报文与被拒绝数据行的累计数，上升即有新增。",
    )
    title = t("Dead letters and rejected lines", "未识别报文与被拒绝的行")
    return lines_panel(t, Spec(title, about, queries, looks.COUNT, 12, 7, decimals=0))


def _lag(t: Say) -> model.Panel:
    about = t(
        "How long after its own time a reading is settled, 99th percentile.",
        "从读数时刻到结算完成所需时间的第99百分位。",
    )
    query = InfluxQL("A", steps(HEARTBEAT, "max", ["lag_s"], {}, ["instance"]), alias="$tag_instance")
    return lines_panel(t, Spec(t("Settling lag", "结算延迟"), about, [query], looks.SECONDS, 12, 7))
