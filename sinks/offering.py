"""Which notice is offered to a webhook next, and when once more, so that each arrives at least once?

What is not taken is offered again, ever more seldom and for ever, in order. What is refused is kept with the server's
words and offered again every hour, while later notices go on; so do they past one that its server fails at again and
again, and at no other.
"""

from __future__ import annotations

import json
import logging
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Protocol

from sinks.patience import Patience
from sinks.webhook import MOST_WORDS, TIMEOUT_S, Answer, Webhook, body_of, post
from storage import NoticeRow, StoreError

log = logging.getLogger(__name__)

FIRST_WAIT_S, LONGEST_WAIT_S = 1.0, 300.0
REFUSED_WAIT_S = 3600.0
"""After which a notice that was refused is tried again. [s]"""
STUCK = 10
"""When a server failed so often at one notice, the next one is offered: is it the notice, or the server?"""
LOOK_S = 60.0


class Sends(Protocol):
    """The part of `storage.Store` that is needed."""

    def notices_to_send(self, webhook: str, limit: int = 100) -> list[NoticeRow]:
        """What a webhook has not taken."""

    def notice_tried(
        self, number: int, webhook: str, *, sent_ms: int | None = None, refused: bool = False, answer: str = ""
    ) -> None:
        """What it answered."""


class Sender:
    """The thread of one webhook: offers what it has not taken, in order.

    Parameters
    ----------
    webhook : Webhook
    store : Sends
    base_url : callable
        Address of the page; "" while there is none.
    now_ms : callable
        The product's clock.
    """

    def __init__(self, webhook: Webhook, store: Sends, base_url: Callable[[], str], now_ms: Callable[[], int]) -> None:
        self.webhook = webhook
        self._store, self._base_url, self._now_ms = store, base_url, now_ms
        self._wake, self._stopping = threading.Event(), threading.Event()
        self._refused_until: dict[int, float] = {}
        self._failures = 0
        self._thread = threading.Thread(target=self._run, name=f"webhook-{webhook.name}", daemon=True)
        self.last_error = ""

    def start(self) -> None:
        """Begin with what was not taken before."""
        self._thread.start()

    def end(self) -> None:
        """Offer no more; returns at once."""
        self._stopping.set()
        self._wake.set()

    def stop(self) -> None:
        """End after the offer under way; one to a server that never comes to an end is left behind."""
        self.end()
        if self._thread.is_alive():
            self._thread.join(2 * TIMEOUT_S)

    def wake(self) -> None:
        """There is something new."""
        self._wake.set()

    def _run(self) -> None:
        tries = 0
        while not self._stopping.is_set():
            self._wake.clear()
            answer = self._try()
            if answer is None:
                self._wake.wait(LOOK_S)
            elif answer.taken or answer.refused:
                tries = 0
            else:
                tries += 1
                pauses = Patience(first_s=FIRST_WAIT_S, most_s=LONGEST_WAIT_S)
                self._stopping.wait(pauses.pause_s(tries, answer.wait_s))

    def _try(self) -> Answer | None:
        """Offer the next one; None where nothing is due. Whatever goes wrong, the thread lives on."""
        try:
            answer = self._offer()
        except Exception as error:
            answer = Answer(False, words=f"{type(error).__name__}: {error}"[:MOST_WORDS])
            if not self.last_error and not isinstance(error, StoreError):
                log.error("webhook %s: a notice could not be sent", self.webhook.name, exc_info=True)
        if answer is not None:
            self._tell(answer)
        return answer

    def _offer(self) -> Answer | None:
        due = self._due()
        if not due:
            return None
        if self._failures >= STUCK and len(due) > 1:
            return self._offer_past(due[0], due[1])
        answer = self._post(due[0])
        self._failures = self._failures + 1 if answer.failed else 0
        return answer

    def _offer_past(self, stuck: NoticeRow, row: NoticeRow) -> Answer:
        """Offer the one after a notice that the server fails at; where only that fails, it is as good as refused."""
        self._failures = 0
        answer = self._post(row)
        if answer.taken and (again := self._post(stuck)).failed:
            self._note(stuck, replace(again, refused=True))
        return answer

    def _post(self, row: NoticeRow) -> Answer:
        told = json.loads(row.notice.body)
        answer = post(self.webhook, row.notice.id, body_of(told, self.webhook, self._base_url()))
        self._note(row, answer)
        return answer

    def _note(self, row: NoticeRow, answer: Answer) -> None:
        """Write down what became of a notice."""
        if answer.refused:
            self._refused_until[row.number] = time.monotonic() + REFUSED_WAIT_S
        if answer.taken:
            self._refused_until.pop(row.number, None)
            self._store.notice_tried(row.number, self.webhook.name, sent_ms=self._now_ms())
        else:
            self._store.notice_tried(row.number, self.webhook.name, refused=answer.refused, answer=answer.words)

    def _due(self) -> list[NoticeRow]:
        now_s = time.monotonic()
        rows = self._store.notices_to_send(self.webhook.name)
        return [row for row in rows if self._refused_until.get(row.number, 0.0) <= now_s]

    def _tell(self, answer: Answer) -> None:
        """Once when lost, once when back."""
        if answer.words and not self.last_error:
            log.warning("webhook %s does not get a notice, tried again: %s", self.webhook.name, answer.words)
        elif answer.taken and self.last_error:
            log.warning("webhook %s takes notices again", self.webhook.name)
        self.last_error = answer.words
