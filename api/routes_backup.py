"""How is a backup asked for, and how far is it?"""

from __future__ import annotations

from typing import Literal

from fastapi import APIRouter
from pydantic import BaseModel, Field

from api.errors import RESPONSES, ErrorBody
from api.models import Answer
from api.services import Services


class BackupIn(BaseModel):
    """Where a backup goes."""

    to: str = Field(min_length=1, description="Folder for backups on the server, absolute.", examples=["/var/backups"])
    keep: int | None = Field(None, ge=1, description="How many backups stay in it; null: all.", examples=[7])
    proof: str = Field(description="What stands in backup.request of the data folder.", examples=["4f2a"])


class BackupOut(Answer):
    """How far the newest backup is."""

    state: Literal["none", "running", "done", "failed"]
    done: float = Field(description="Of the journal. [bytes]", examples=[12_000_000.0])
    total: float = Field(description="Size of the journal. [bytes]", examples=[48_000_000.0])
    folder: str = Field(description="Where it is going to be, and then is.", examples=["/var/backups"])
    error: str = Field(description="Why it failed.", examples=[""])


def router(services: Services) -> APIRouter:
    """Routes of backups."""
    routes = APIRouter(responses=RESPONSES, tags=["system"])

    @routes.get("/backup")
    def state() -> BackupOut:
        """How far the newest backup of this run is."""
        return BackupOut.model_validate(services.backups.state(), from_attributes=True)

    @routes.post("/backup", responses={409: {"model": ErrorBody, "description": "A backup is being made."}})
    def begin(wanted: BackupIn) -> BackupOut:
        """Begin a backup; only who may write the data folder knows the proof (`taihu backup` does it)."""
        begun = services.backups.begin(wanted.to, wanted.keep, wanted.proof)
        return BackupOut.model_validate(begun, from_attributes=True)

    return routes
