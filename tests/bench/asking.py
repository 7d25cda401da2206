"""How long does an answer of the product's API take, by the clock on the wall and of the processor?"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Any, NamedTuple

import httpx

from api import create_app
from taihu.assembly import Product

Get = Callable[..., Any]
"""The JSON of a path below ``/api/v1``; with a body it is posted."""


class Took(NamedTuple):
    """By the clock on the wall, and of the processor. [s]"""

    wall_s: float
    cpu_s: float

    @classmethod
    def now(cls) -> Took:
        """Both clocks."""
        return cls(time.perf_counter(), time.process_time())

    def since(self, began: Took) -> Took:
        """What went by."""
        return Took(self.wall_s - began.wall_s, self.cpu_s - began.cpu_s)


def getter(product: Product) -> Get:
    """Asks the product's API without a socket."""
    transport = httpx.ASGITransport(create_app(product))

    def get(path: str, body: object = None) -> Any:
        async def send() -> httpx.Response:
            async with httpx.AsyncClient(transport=transport, base_url="http://taihu.test/api/v1") as client:
                return await (client.get(path) if body is None else client.post(path, json=body))

        answer = asyncio.run(send())
        answer.raise_for_status()
        return answer.json()

    return get


def timed(get: Get, path: str, body: object = None) -> Took:
    """One answer."""
    began = Took.now()
    get(path, body)
    return Took.now().since(began)


def best(get: Get, path: str, body: object = None, *, times: int = 3) -> Took:
    """The quickest of some answers: what the machine did meanwhile is not the product's."""
    return min((timed(get, path, body) for _ in range(times)), key=lambda one: one.wall_s)
