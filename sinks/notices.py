"""Who watches limits and Taihu itself, writes down what is to be told, and has it sent?

Once a minute of product time; a legal notice hangs on nothing but this process. What is told is written down in one
transaction with what it is about (`storage.notices`), so a restart repeats nothing and loses nothing.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np

from analytics.columns import Int32
from engine.outlets.hours import ReadHours
from registry import Registry
from sinks.limitwatch import Step
from sinks.notice import News, body_of_news, exceedance_news, new_id, running_news, system_news, taken_back
from sinks.offering import Sender
from sinks.pace import Pace
from sinks.plantwatch import HEADS, PlantWatch, Times, Wanted, next_is_judged
from sinks.receivers import send_test, wants
from sinks.selfwatch import SelfWatch, TargetLike, is_news
from sinks.webhook import Answer, Webhook
from sinks.written import Written
from storage import Matter, Notice, NoticeRow, Store

SINCE_KEY = "notices_since_ms"
"""Where the store keeps when the first look was: what ended before it is history."""


class Notices:
    """Notices of one product.

    Parameters
    ----------
    store : Store
    read : ReadHours
    registry : callable
        Gives the current snapshot.
    now_ms : callable
        The product's clock.
    health : callable
        State of the product, as the page shows it.
    targets : callable
        How each target stands.
    webhooks : sequence of Webhook
    base_url : callable
        Address of the page; "" while there is none.
    """

    def __init__(
        self,
        store: Store,
        read: ReadHours,
        registry: Callable[[], Registry],
        now_ms: Callable[[], int],
        health: Callable[[], Mapping[str, Any]],
        targets: Callable[[], Sequence[TargetLike]],
        webhooks: Sequence[Webhook],
        base_url: Callable[[], str],
    ) -> None:
        self._store, self._read, self._registry, self._now_ms = store, read, registry, now_ms
        self._health, self._targets, self._base_url = health, targets, base_url
        self.webhooks = {webhook.name: webhook for webhook in webhooks}
        self._senders = [Sender(webhook, store, base_url, now_ms) for webhook in webhooks]
        self._self_watch = SelfWatch()
        self._lock = threading.Lock()
        self._dirty_ms: dict[str, int] = {}
        self._looked_ms: dict[str, int] = {}
        self._seen: Registry | None = None
        self._pace = Pace("notices", now_ms, self._look)

    # -- threads -------------------------------------------------------------------------------------------------------

    def start(self) -> None:
        """Watch and send from now on; what was not sent goes first."""
        for sender in self._senders:
            sender.start()
        self._pace.start()

    def stop(self) -> None:
        """Finish the look and the offers under way, then end."""
        self._pace.stop()
        for sender in self._senders:
            sender.end()
        for sender in self._senders:
            sender.stop()

    def settled(self, points: Int32, from_ms: int) -> None:
        """Something of these points (keys) was settled from then on. [ms UTC]"""
        by_key = self._registry().by_key
        plants = {by_key[key].plant for key in np.unique(points).tolist() if key in by_key}
        self._touched(dict.fromkeys(plants, from_ms))

    # -- what the page and the command line ask ------------------------------------------------------------------------

    @property
    def last_error(self) -> str:
        """Why the last look failed; "" while all is well."""
        return self._pace.last_error

    def rows(self, limit: int = 100, before: int | None = None, plant: str | None = None) -> list[NoticeRow]:
        """Notices, the newest first."""
        return self._store.notices(limit, before, plant)

    def errors(self) -> dict[str, str]:
        """By webhook: why it took nothing the last time; "" where it did."""
        return {sender.webhook.name: sender.last_error for sender in self._senders}

    def test(self, name: str) -> Answer:
        """Offer one webhook a test notice, once.

        Raises
        ------
        KeyError
            If there is no such webhook.
        """
        return send_test(self.webhooks[name], self._base_url(), self._now_ms())

    # -- one look ------------------------------------------------------------------------------------------------------

    def _look(self) -> None:
        self.step()

    def step(self) -> int:
        """Look once; returns how many notices are new."""
        now_ms = self._now_ms()
        with self._lock:
            dirty, self._dirty_ms = self._dirty_ms, {}
        try:
            told, written = self._store.matters(), Written()
            written.part(lambda own: self._look_at_self(told, now_ms, own))
            looked = self._look_at_limits(told, dirty, now_ms, written)
            if written:
                self._store.keep_notices(written.notices, written.matters, written.forgotten)
        except BaseException:
            self._touched(dirty)
            raise
        self._looked_ms |= looked
        for sender in self._senders if written.notices else ():
            sender.wake()
        if written.errors:
            self._touched({plant: from_ms for plant, from_ms in dirty.items() if plant not in looked})
            raise written.errors[0]
        return len(written.notices)

    def _touched(self, dirty: Mapping[str, int]) -> None:
        with self._lock:
            for plant, from_ms in dirty.items():
                self._dirty_ms[plant] = min(self._dirty_ms.get(plant, from_ms), from_ms)

    def _look_at_self(self, told: Sequence[Matter], now_ms: int, written: Written) -> None:
        before = {matter.about: matter for matter in told}
        targets = self._targets()
        named = {f"target|{target.name}" for target in targets}
        # A copy that is not in the settings any more will never be right again.
        written.forgotten += [m.id for m in told if m.about.startswith("target|") and m.about not in named]
        for condition in self._self_watch.conditions(self._health(), targets, now_ms):
            known = before.get(condition.about)
            if not is_news(condition, known):
                continue
            state = condition.state or "works"
            extra = {"target": condition.about.partition("|")[2]} if condition.kind == "target" else {}
            news = system_news(condition.kind, state, condition.since_ms, condition.text, **extra)
            id_ = self._tell(news, known, now_ms, written)
            if not condition.state and known is not None:
                written.forgotten.append(known.id)
            else:
                matter_id = id_ if known is None else known.id
                since_ms = condition.since_ms
                written.matters.append(Matter(matter_id, condition.about, condition.state, since_ms, since_ms))

    def _look_at_limits(
        self, told: Sequence[Matter], dirty: Mapping[str, int], now_ms: int, written: Written
    ) -> dict[str, int]:
        """Every plant that has limits; returns when each that could be judged was looked at. [ms UTC]"""
        registry = self._registry()
        if registry is not self._seen:
            self._looked_ms.clear()
            self._seen = registry
        since_ms = self._since_ms(now_ms)
        wanted = Wanted(self._wants("early"), self._wants("warnings"))
        # What was told of a plant that cannot be judged now stays as it is.
        looked, known, blind = dict[str, int](), set[str](), set[str]()
        for plant in registry.plants:
            if registry.limits(plant):
                times = Times(now_ms, self._looked_ms.get(plant), dirty.get(plant), since_ms)
                look = partial(self._look_at_plant, registry, plant, told, times, wanted, known)
                if written.part(look):
                    looked[plant] = now_ms
                else:
                    blind.add(plant)
        for matter in told:
            head, plant, *_ = (*matter.about.split("|"), "")
            if head in HEADS and matter.about not in known and plant not in blind:
                step = Step("" if matter.is_over else "withdrawn", forgotten=matter)
                self._do(registry, [step], now_ms, written)
        return looked

    def _look_at_plant(
        self,
        registry: Registry,
        plant: str,
        told: Sequence[Matter],
        times: Times,
        wanted: Wanted,
        known: set[str],
        written: Written,
    ) -> None:
        """One plant; what its matters may be about is added to `known`."""
        watch = PlantWatch(self._read, registry, plant, told, times, wanted)
        self._do(registry, watch.steps(), times.now_ms, written)
        known.update(name for _, of in watch.subjects() for name in of.values())

    def _wants(self, audience: str) -> bool:
        return any(getattr(webhook, audience) for webhook in self.webhooks.values())

    def _do(self, registry: Registry, steps: Iterable[Step], now_ms: int, written: Written) -> None:
        for step in steps:
            earlier = step.matter if step.matter is not None and step.matter.id else step.forgotten
            matter = step.matter
            for news in self._news_of(registry, step, now_ms):
                id_ = self._tell(news, earlier, now_ms, written)
                if matter is not None and not matter.id:
                    matter = replace(matter, id=id_)
            if matter is not None:
                written.matters.append(matter)
            if step.forgotten is not None:
                written.forgotten.append(step.forgotten.id)

    def _news_of(self, registry: Registry, step: Step, now_ms: int) -> Iterator[News]:
        if not step.state:
            return
        if step.exceedance is not None:
            ended = step.state == "ended"
            judged_after = next_is_judged(self._read, registry, step.exceedance) if ended else None
            yield exceedance_news(registry, step.state, step.exceedance, judged_after)
        elif step.running is not None:
            yield running_news(registry, step.state, step.running)
        elif step.forgotten is not None:
            before = self._store.notice(step.forgotten.id)
            if before is not None:
                yield taken_back(json.loads(before.body), step.state, now_ms)

    def _tell(self, news: News, earlier: Matter | None, now_ms: int, written: Written) -> str:
        """Make a notice of news, for those who want it; its id."""
        id_ = new_id()
        matter = id_ if earlier is None else earlier.id
        body = json.dumps(body_of_news(news, id_, matter, now_ms), ensure_ascii=False, allow_nan=False)
        notice = Notice(id_, matter, now_ms, news.kind, news.plant, news.state, body)
        written.notices.append((notice, [hook.name for hook in self.webhooks.values() if wants(hook, news)]))
        return id_

    def _since_ms(self, now_ms: int) -> int:
        kept = self._store.meta_get(SINCE_KEY)
        # A first look that is yet to come was taken by a clock that was wrong.
        if kept is None or int(kept) > now_ms:
            self._store.meta_set(SINCE_KEY, str(now_ms))
            return now_ms
        return int(kept)
