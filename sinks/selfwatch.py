"""What is wrong with Taihu itself, for long enough that somebody should be told?

The page shows every hiccup; a notice is sent for what lasts. What was told is told once more when it is right again,
and that must last too: a start finds nothing wrong yet, and what comes and goes each minute is not mended.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from registry import Text
from storage import Matter

PATIENCE_MS = 5 * 60_000
"""How long settling may fail, or the broker be away, before somebody is told. [ms]"""

STEADY_MS = 2 * 60_000
"""How long what was wrong must be right, or wrong in another way, before that is told. [ms]"""

SILENCE_MS = 30 * 60_000
"""How long no reading at all may come from a broker that is connected. [ms]"""

UNSENT_S = 3600.0
"""Age of the oldest unsent line from which a target is told of. [s]"""


class TargetLike(Protocol):
    """How a target stands."""

    @property
    def name(self) -> str:
        """Its name in the settings."""

    @property
    def state(self) -> str:
        """ok, waiting, stopped or off."""

    @property
    def unsent_s(self) -> float:
        """Age of the oldest line that it has not got. [s]"""

    @property
    def last_error(self) -> str:
        """Its server's words."""


@dataclass(frozen=True)
class Condition:
    """One thing that can be wrong.

    Attributes
    ----------
    about : str
    kind : str
        ``settling``, ``broker`` or ``target``.
    state : str
        What is wrong, "" for nothing: ``failing``; ``lost``, ``silent``; ``stopped``, ``behind``.
    since_ms : int
        [ms UTC]
    text : Text
        In words, also of being right.
    """

    about: str
    kind: str
    state: str
    since_ms: int
    text: Text


class SelfWatch:
    """Remembers since when something is wrong, or right."""

    def __init__(self) -> None:
        self._wrong: dict[str, tuple[str, int, int]] = {}  # state, since when, how long it must last [ms]
        self._right: dict[str, int] = {}
        self._heard = False  # whether any reading came since the first look
        self._readings: tuple[int, int] | None = None  # how many, and when there was the first of so many [ms UTC]

    def conditions(self, health: Mapping[str, Any], targets: Iterable[TargetLike], now_ms: int) -> Iterator[Condition]:
        """Everything that is watched; what is wrong only for a moment is left out altogether."""
        if health.get("import", {}).get("state") == "running":
            return
        error = str(health["settling"]["error"] or "")
        yield from self._lasting(
            "settling",
            "settling",
            "failing" if error else "",
            PATIENCE_MS,
            Text(zh=f"结算失败：{error}", en=f"Settling fails: {error}")
            if error
            else Text(zh="结算恢复正常。", en="Settling works again."),
            now_ms,
        )
        yield from self._broker(health["collector"], now_ms)
        for target in targets:
            yield from self._target(target, now_ms)

    def _broker(self, collector: Mapping[str, Any], now_ms: int) -> Iterator[Condition]:
        if collector.get("state") == "off":
            return
        came = int(collector["readings"])
        if self._readings is None or self._readings[0] != came:
            self._heard = self._readings is not None
            self._readings = (came, now_ms)
        where = collector["broker"]
        if not collector["connected"]:
            words = collector["error"] or collector["last_error"] or "not connected"
            text = Text(zh=f"与消息代理 {where} 的连接中断：{words}", en=f"The broker {where} is away: {words}")
            yield from self._lasting("broker", "broker", "lost", PATIENCE_MS, text, now_ms)
        elif now_ms - self._readings[1] >= SILENCE_MS:
            text = Text(
                zh=f"消息代理 {where} 已连接，但 {SILENCE_MS // 60_000} 分钟没有任何读数。",
                en=f"The broker {where} is connected, but no reading came for {SILENCE_MS // 60_000} minutes.",
            )
            self._right.pop("broker", None)
            yield Condition("broker", "broker", "silent", self._readings[1], text)
        elif self._heard:
            text = Text(zh=f"消息代理 {where} 恢复正常。", en=f"The broker {where} is back.")
            yield from self._lasting("broker", "broker", "", PATIENCE_MS, text, now_ms)
        else:
            # Connected since the start: whether it is right the first reading tells.
            self._wrong.pop("broker", None)

    def _target(self, target: TargetLike, now_ms: int) -> Iterator[Condition]:
        of, words = f"target|{target.name}", target.last_error
        if target.state == "stopped":
            text = Text(
                zh=f"InfluxDB 目标 {target.name} 已停止：{words}。数据保留，修正后继续发送。",
                en=f"The InfluxDB target {target.name} was stopped: {words}. Nothing is lost; it goes on once mended.",
            )
            yield from self._lasting(of, "target", "stopped", 0, text, now_ms)
        elif target.unsent_s > UNSENT_S:
            text = Text(
                zh=f"InfluxDB 目标 {target.name} 已落后 {target.unsent_s / 3600:.1f} 小时：{words}",
                en=f"The InfluxDB target {target.name} is {target.unsent_s / 3600:.1f} h behind: {words}",
            )
            yield from self._lasting(of, "target", "behind", 0, text, now_ms)
        elif target.state == "ok":
            text = Text(
                zh=f"InfluxDB 目标 {target.name} 已恢复。", en=f"The InfluxDB target {target.name} is up to date."
            )
            yield from self._lasting(of, "target", "", 0, text, now_ms)
        else:
            self._right.pop(of, None)

    def _lasting(
        self, about: str, kind: str, state: str, patience_ms: int, text: Text, now_ms: int
    ) -> Iterator[Condition]:
        """The condition, if it has lasted."""
        if not state:
            right_ms = self._right.setdefault(about, now_ms)
            if now_ms - right_ms >= STEADY_MS:
                self._wrong.pop(about, None)
                yield Condition(about, kind, "", right_ms, text)
            return
        self._right.pop(about, None)
        known = self._wrong.get(about)
        if known is None or known[0] != state:
            known = self._wrong[about] = (state, now_ms, patience_ms if known is None else max(patience_ms, STEADY_MS))
        _, since_ms, lasting_ms = known
        if now_ms - since_ms >= lasting_ms:
            yield Condition(about, kind, state, since_ms, text)


def is_news(condition: Condition, told: Matter | None) -> bool:
    """Whether a condition differs from what was told of it."""
    return condition.state != ("" if told is None else told.state)
