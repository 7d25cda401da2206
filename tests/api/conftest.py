"""A client of the app over fakes: requests go straight into the app, without a socket."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from api import create_app
from tests.api.fakes import FakeServices


class Client:
    """Sends one request at a time; a fault of the app comes back as its answer 500."""

    def __init__(self, app: FastAPI) -> None:
        self._app = app

    def request(self, method: str, url: str, **options: Any) -> httpx.Response:
        async def send() -> httpx.Response:
            transport = httpx.ASGITransport(self._app, raise_app_exceptions=False)
            async with httpx.AsyncClient(transport=transport, base_url="http://taihu.test") as client:
                return await client.request(method, url, **options)

        return asyncio.run(send())

    def get(self, url: str, **options: Any) -> httpx.Response:
        return self.request("GET", url, **options)


@pytest.fixture(scope="module")
def services() -> FakeServices:
    return FakeServices()


@pytest.fixture(scope="module")
def client(services: FakeServices) -> Client:
    return Client(create_app(services))
