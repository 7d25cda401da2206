"""What does the server hold, and how does it refuse?"""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.fakegrafana.server import FakeGrafana

Json = dict[str, Any]

TOKEN = "glsa_fakeToken_1a2b3c4d"
"""The only token it knows."""


class Refusal(Exception):
    """An answer that is an error."""

    def __init__(self, status: int, message: str | None, /, **more: Any) -> None:
        super().__init__(message)
        self.status = status
        self.body: Json | None = None if message is None else {"message": message, **more}


class Kept:
    """What the server holds.

    Attributes
    ----------
    token_in_influx : str or None
        Token that InfluxDB behind the data source wants; None: any, or none.
    migrates : bool
        As Grafana 13 does, keep dashboards in a newer schema than they came in.
    rule_extra : dict
        Fields that this version adds to every alert rule; None: one that it does not know and drops.
    """

    def __init__(self) -> None:
        self.version = "12.4.0"
        self.token = TOKEN
        self.folders: dict[str, Json] = {}
        self.dashboards: dict[str, Json] = {}
        self.saves: dict[str, list[Json]] = {}
        self.datasources: dict[str, Json] = {}
        self.secrets: dict[str, dict[str, str]] = {}
        self.rules: dict[str, Json] = {}
        self.contact_points: dict[str, Json] = {}
        self.provisioned: set[str] = set()
        self.token_in_influx: str | None = None
        self.migrates = False
        self.rule_extra: Json = {}

    def save_dashboard(self, model: Json, folder_uid: str, message: str, by: str = "sa-taihu") -> Json:
        """The next version of a dashboard."""
        uid = model["uid"]
        version = len(self.saves.setdefault(uid, [])) + 1
        at = sorted({*self.dashboards, uid}).index(uid) + 1
        kept = copy.deepcopy(model) | {"id": self.dashboards.get(uid, {}).get("dashboard", {}).get("id", at)}
        kept["version"] = version
        if self.migrates:
            kept |= {"schemaVersion": 43, "preload": False}
        meta = {"folderUid": folder_uid, "provisioned": uid in self.provisioned, "version": version, "updatedBy": by}
        self.dashboards[uid] = {"dashboard": kept, "meta": meta}
        self.saves[uid].append({"version": version, "message": message, "createdBy": by, "uid": uid})
        return kept


def need(grafana: FakeGrafana, *actions: str) -> None:
    """403 unless the token may do one of these; the words are those of `accesscontrol/middleware.go`."""
    if grafana.may.isdisjoint(actions):
        needed = actions[0] if len(actions) == 1 else f"any of {', '.join(actions)}"
        raise Refusal(
            403,
            f"You'll need additional permissions to perform this action. Permissions needed: {needed}",
            title="Access denied",
            accessErrorId="ACE0123456789",
        )
