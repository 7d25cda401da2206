"""How do the routes, the page and the error shape become one application?"""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from fastapi import FastAPI
from fastapi.responses import FileResponse
from starlette.middleware.gzip import GZipMiddleware
from starlette.staticfiles import StaticFiles

from api import (
    errors,
    metrics,
    routes_backup,
    routes_carbon,
    routes_editions,
    routes_events,
    routes_figures,
    routes_limits,
    routes_notices,
    routes_overview,
    routes_plants,
    routes_points,
    routes_savings,
    routes_sinks,
    routes_system,
    routes_targets,
    routes_trends,
    routes_why,
)
from api.headers import SecurityHeaders
from api.services import Services

STATIC = Path(__file__).parent / "static"

DESCRIPTION = """\
Energy, water and pollutants of factories, live and against a base year.

Instants are ISO 8601 in UTC; fields that end in _ms are UTC milliseconds. Ranges are half-open.
Missing is null, never 0.
Every query that gives figures takes as_of and answers with what was known at that moment.
Every error has the shape {"error": {"code", "message", "where"}}.
"""

TAGS = [
    {"name": "plants", "description": "Plants, programmes and the words they use."},
    {"name": "figures", "description": "Current figures and targets, each with how it came about."},
    {"name": "points", "description": "Readings, series, intervals and findings of single points."},
    {"name": "editions", "description": "Factors and statements: what another value would change, and keeping it."},
    {"name": "events", "description": "Doubts about meters, declared events, and what persons decided."},
    {"name": "system", "description": "Health, dead letters and the live stream."},
]


def create_app(services: Services) -> FastAPI:
    """The whole HTTP side: REST and live stream under ``/api/v1``, reference at ``/docs``, the page at ``/``."""
    app = FastAPI(
        title="Taihu 太湖",
        description=DESCRIPTION,
        version=_version(),
        openapi_url="/api/v1/openapi.json",
        docs_url=None,  # the framework's own pages load scripts from elsewhere
        redoc_url=None,
        openapi_tags=TAGS,
    )
    errors.install(app)
    for routes in (
        routes_plants,
        routes_figures,
        routes_editions,
        routes_carbon,
        routes_targets,
        routes_savings,
        routes_why,
        routes_overview,
        routes_trends,
        routes_limits,
        routes_points,
        routes_events,
        routes_system,
        routes_sinks,
        routes_notices,
        routes_backup,
    ):
        app.include_router(routes.router(services), prefix="/api/v1")
    metrics.install(app, services)
    _add_page(app)
    app.add_middleware(GZipMiddleware, minimum_size=1000, compresslevel=5)  # leaves event streams alone
    app.add_middleware(SecurityHeaders)
    return app


def _add_page(app: FastAPI) -> None:
    app.mount("/static", StaticFiles(directory=STATIC), name="static")

    @app.get("/", include_in_schema=False)
    def page() -> FileResponse:
        return FileResponse(STATIC / "index.html")

    @app.get("/docs", include_in_schema=False)
    def docs() -> FileResponse:
        return FileResponse(STATIC / "docs.html")

    @app.get("/favicon.ico", include_in_schema=False)
    def icon() -> FileResponse:
        return FileResponse(STATIC / "favicon.svg", media_type="image/svg+xml")


def _version() -> str:
    try:
        return version("taihu")
    except PackageNotFoundError:  # run from a plain checkout
        return "0"
