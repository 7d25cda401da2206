"""What does a client get when something is wrong? Always the same shape: what failed, what came, what was wanted.

::

    {"error": {"code": "not_found", "message": "there is no plant 'x'", "where": "path.plant"}}
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException

from api.headers import SECURITY

log = logging.getLogger(__name__)

CODES = {404: "not_found", 405: "method_not_allowed", 409: "conflict", 422: "invalid", 503: "unavailable"}
"""Code of each status; the page translates them."""


class ErrorDetail(BaseModel):
    """What failed."""

    code: str = Field(description="Stable word for programs.", examples=["not_found"])
    message: str = Field(
        description="What failed, what came, what was wanted.", examples=["there is no plant 'x'; known are wx-dyeing"]
    )
    where: str = Field(description="Which part of the request, or its path.", examples=["path.plant"])


class ErrorBody(BaseModel):
    """The one error shape."""

    error: ErrorDetail


RESPONSES: dict[int | str, dict[str, Any]] = {
    404: {"model": ErrorBody, "description": "There is no such thing."},
    422: {"model": ErrorBody, "description": "The request cannot be answered as it stands."},
    500: {"model": ErrorBody, "description": "A fault of the product; the log says more."},
}
"""For routers, so that the OpenAPI schema names the shape."""


STREAM_RESPONSES: dict[int | str, dict[str, Any]] = {
    status: {
        "description": entry["description"],
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/ErrorBody"}}},
    }
    for status, entry in RESPONSES.items()
}
"""The same for a route that answers with a stream but refuses in JSON."""


class ApiError(Exception):
    """A refusal with a reason.

    Parameters
    ----------
    status : int
        HTTP status, one of `CODES`.
    message : str
        What failed, what came, what was wanted.
    where : str
        Part of the request, e.g. ``query.step``.
    """

    def __init__(self, status: int, message: str, where: str) -> None:
        super().__init__(message)
        self.status, self.message, self.where = status, message, where


def not_found(noun: str, came: str, known: Sequence[str] | Mapping[str, Any], where: str) -> ApiError:
    """A 404 that says what there is instead, shortened to a dozen."""
    some = ", ".join(sorted(known)[:12]) + (", …" if len(known) > 12 else "")
    return ApiError(404, f"there is no {noun} {came!r}; known are {some or 'none yet'}", where)


def invalid(message: str, where: str) -> ApiError:
    """A 422."""
    return ApiError(422, message, where)


def install(app: FastAPI) -> None:
    """Answer every error of the app in the one shape."""
    app.add_exception_handler(ApiError, _refused)
    app.add_exception_handler(RequestValidationError, _unfit)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(Exception, _fault)


def _answer(
    status: int, message: str, where: str, code: str | None = None, headers: Mapping[str, str] | None = None
) -> JSONResponse:
    body = ErrorBody(error=ErrorDetail(code=code or CODES.get(status, "error"), message=message, where=where))
    return JSONResponse(body.model_dump(), status_code=status, headers={"Cache-Control": "no-store", **(headers or {})})


def _refused(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, ApiError)
    return _answer(error.status, error.message, error.where)


def _unfit(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    faults = error.errors()
    first = faults[0]
    more = f" (and {len(faults) - 1} more)" if len(faults) > 1 else ""
    came = "" if first["type"] == "missing" else f"; came {str(first['input'])[:100]!r}"
    return _answer(422, f"{first['msg']}{came}{more}", ".".join(str(part) for part in first["loc"]))


def _http(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    message = f"there is nothing at {request.url.path}" if error.status_code == 404 else str(error.detail)
    return _answer(error.status_code, message, request.url.path, headers=error.headers)


def _fault(request: Request, error: Exception) -> JSONResponse:
    log.error("%s %s failed", request.method, request.url.path, exc_info=error)
    message = f"this request failed inside the product ({type(error).__name__}); the log of the server says more"
    # This answer is made outside all middleware, so it brings its headers along.
    return _answer(500, message, request.url.path, code="internal", headers=SECURITY)
