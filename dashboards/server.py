"""What can Grafana be asked and told?

All paths are those of `/api`, which Grafana 13 deprecates in favour of `/apis` and keeps working; data sources are
named by uid only, since their numeric ids are switched off there.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from dashboards.reach import Connection, Line
from dashboards.refusals import Denied, NotFound, NotGrafana, Refused, TokenRefused, described, shortened

Json = dict[str, Any]

OLDEST = 11
"""First number of the oldest version that lets an alert rule name its contact point."""
PERMISSIONS = (
    "folders:read",
    "folders:create",
    "folders:write",
    "dashboards:read",
    "dashboards:create",
    "dashboards:write",
    "datasources:read",
    "datasources:create",
    "datasources:write",
    "datasources:query",
    "alert.provisioning:read",
    "alert.provisioning:write",
)
"""What a token must be allowed to do for everything to be pushed; the basic role Admin is."""


@dataclass(frozen=True)
class Health:
    """What Grafana says of itself.

    Attributes
    ----------
    version : str
        e.g. ``12.4.0``; "" where Grafana hides it from strangers and the token is refused.
    database : str
        ``ok`` while its own database works.
    """

    version: str
    database: str

    @property
    def major(self) -> int | None:
        """First number of the version, None where there is none."""
        first = self.version.partition(".")[0]
        return int(first) if first.isdigit() else None


class Server:
    """One Grafana.

    Every method raises a `dashboards.refusals.GrafanaError` whose text is one line: nobody there, no Grafana there,
    token or permission refused, changed by somebody else. What passes by itself (429, 502, 503) is tried again before.

    Parameters
    ----------
    connection : Connection
    sleep : callable
        Waits so many seconds before another try.

    Raises
    ------
    dashboards.refusals.GrafanaError
        If the library is not installed, or the address cannot be one of Grafana.
    """

    def __init__(self, connection: Connection, sleep: Callable[[float], None] = time.sleep) -> None:
        self._line = Line(connection, sleep)
        self.url, self._api = self._line.url, self._line.api

    def health(self) -> Health:
        """Version and state of its database; no token is needed, unless the version is hidden from strangers."""
        said = self._asked("asking for its health", lambda: self._api.health.check())
        version = str(said.get("version") or "")
        if not version:
            with suppress(TokenRefused, Denied):
                build = self.get("asking for its version", "/frontend/settings").get("buildInfo", {})
                version = str(build.get("version") or "")
        return Health(version, str(said.get("database", "")))

    def permissions(self) -> dict[str, tuple[str, ...]]:
        """What the token may do: scopes by action, e.g. ``datasources:create``."""
        said = self.get("asking what the token may do", "/access-control/user/permissions")
        return {action: tuple(scopes or ()) for action, scopes in said.items()}

    def get(self, what: str, path: str) -> Json:
        """A JSON object of any path below `/api`."""
        return self._asked(what, lambda: self._api.client.GET(path))

    def folder(self, uid: str) -> Json | None:
        """A folder, None if there is none."""
        return self._found(f"reading folder {uid}", lambda: self._api.folder.get_folder(uid))

    def folders(self) -> list[Json]:
        """Folders at the top."""
        return self._listed("reading the folders", lambda: self._api.folder.get_all_folders())

    def create_folder(self, title: str, uid: str) -> Json:
        """A new folder at the top."""
        return self._asked(f'creating folder "{title}"', lambda: self._api.folder.create_folder(title, uid))

    def rename_folder(self, uid: str, title: str, version: int) -> Json:
        """Another title, if the folder is still of this version."""
        return self._asked(
            f"renaming folder {uid}", lambda: self._api.folder.update_folder(uid, title=title, version=version)
        )

    def datasource(self, uid: str) -> Json | None:
        """A data source without its secrets (`secureJsonFields` says which it has), None if there is none."""
        return self._found(f"reading data source {uid}", lambda: self._api.datasource.get_datasource_by_uid(uid))

    def save_datasource(self, body: Json, *, new: bool) -> Json:
        """Create or replace a data source; secrets that the body leaves out stay. Returns it as kept."""
        uid, source = body["uid"], self._api.datasource
        said = self._asked(
            f"saving data source {uid}",
            lambda: source.create_datasource(body) if new else source.update_datasource_by_uid(uid, body),
        )
        kept: Json = said.get("datasource", {})
        return kept

    def datasource_health(self, uid: str) -> tuple[bool, str]:
        """Whether the data source answers Grafana, and Grafana's words about it."""
        try:
            said = self._asked(f"checking data source {uid}", lambda: self._api.datasource.health(uid))
        except Refused as error:  # Grafana says 400 for a data source that does not answer
            return False, str(error)
        return said.get("status") == "OK", shortened(str(said.get("message", "")))

    def dashboard(self, uid: str) -> Json | None:
        """``{"dashboard": ..., "meta": ...}``, None if there is none."""
        return self._found(f"reading dashboard {uid}", lambda: self._api.dashboard.get_dashboard(uid))

    def saves(self, uid: str) -> list[Json]:
        """The kept versions of a dashboard (version, message, createdBy), newest first."""
        said = self._line.call(
            f"reading the versions of dashboard {uid}",
            lambda: self._api.dashboard_versions.get_dashboard_versions_by_uid(uid),
        )
        rows = said.get("versions", []) if isinstance(said, dict) else said  # an object since Grafana 11.5
        if not isinstance(rows, list):
            raise NotGrafana(f"{self.url}: the versions of dashboard {uid} came as {described(said)}")
        return sorted(rows, key=lambda row: int(row.get("version", 0)), reverse=True)

    def save_dashboard(self, body: Json) -> Json:
        """Save ``{"dashboard", "folderUid", "message", "overwrite"}``."""
        uid = body["dashboard"]["uid"]
        return self._asked(f"saving dashboard {uid}", lambda: self._api.dashboard.update_dashboard(body))

    def rule(self, uid: str) -> Json | None:
        """An alert rule, None if there is none."""
        return self._found(f"reading alert rule {uid}", lambda: self._api.alertingprovisioning.get_alertrule(uid))

    def save_rule(self, body: Json, *, new: bool) -> Json:
        """Create or replace an alert rule that people may edit. Returns it as kept."""
        uid, rules = body["uid"], self._api.alertingprovisioning
        return self._asked(
            f"saving alert rule {uid}",
            lambda: (
                rules.create_alertrule(body, disable_provenance=True)
                if new
                else rules.update_alertrule(uid, body, disable_provenance=True)
            ),
        )

    def contact_point(self, uid: str) -> Json | None:
        """A contact point, secrets redacted, None if there is none."""
        rows = self._listed("reading the contact points", lambda: self._api.alertingprovisioning.get_contactpoints())
        return next((row for row in rows if row.get("uid") == uid), None)

    def save_contact_point(self, body: Json, *, new: bool) -> None:
        """Create or replace a contact point that people may edit."""
        uid, headers = body["uid"], {"X-Disable-Provenance": "true"}
        path = "/v1/provisioning/contact-points"
        # grafana-client cannot send the header with an update, and without it the contact point would be locked.
        self._asked(
            f"saving contact point {uid}",
            lambda: (
                self._api.alertingprovisioning.create_contactpoint(body, disable_provenance=True)
                if new
                else self._api.client.PUT(f"{path}/{uid}", json=body, headers=headers)
            ),
        )

    def _found(self, what: str, call: Callable[[], Any]) -> Json | None:
        try:
            return self._asked(what, call)
        except NotFound:
            return None

    def _asked(self, what: str, call: Callable[[], Any]) -> Json:
        said = self._line.call(what, call)
        if not isinstance(said, dict):
            raise NotGrafana(f"{self.url}: {what}: {described(said)} came; wanted an answer of Grafana's API")
        return said

    def _listed(self, what: str, call: Callable[[], Any]) -> list[Json]:
        said = self._line.call(what, call)
        if not isinstance(said, list):
            raise NotGrafana(f"{self.url}: {what}: {described(said)} came; wanted an answer of Grafana's API")
        return said
