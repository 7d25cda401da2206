"""How is a plan carried out?

Each thing is written by itself: what one refuses does not keep the others away, but without its folder nothing else is
tried. Nothing is overwritten blindly, not even with ``--force``: a dashboard is saved as the successor of the version
that was read, and Grafana refuses (412) when somebody saved in between. It keeps no versions of alert rules and contact
points; those are read once more right before they are written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from dashboards import wanted
from dashboards.difference import fingerprint
from dashboards.plan import MARK_OF_RULE, MARK_OF_SOURCE, message, plain_rule, plain_source
from dashboards.refusals import Changed, Denied, GrafanaError, Refused
from dashboards.server import Server
from dashboards.steps import Json, Step, mark, touch_of
from dashboards.wanted import PushSettings

KEPT_OF_SOURCE = ("isDefault", "basicAuth", "basicAuthUser", "withCredentials", "user", "database", "version")
"""Keys of a data source that are not ours and that saving would reset; by its version a newer one is not lost (409)."""


@dataclass(frozen=True)
class Outcome:
    """What became of a step.

    Attributes
    ----------
    step : Step
    error : str
        Why Grafana did not take it; "" where it did or was not asked.
    """

    step: Step
    error: str = ""

    @property
    def good(self) -> bool:
        """Whether nothing is left to be done by a person."""
        return self.step.done and not self.error


def carry_out(server: Server, settings: PushSettings, steps: Sequence[Step]) -> Iterator[Outcome]:
    """Write what is to be written, step by step.

    Raises
    ------
    dashboards.refusals.GrafanaError
        If the folder cannot be made, or Grafana cannot be reached any more.
    """
    for step in steps:
        if not step.writes:
            yield Outcome(step)
            continue
        try:
            _WRITERS[step.kind](server, settings, step)
            yield Outcome(step)
        except (Denied, Changed, Refused) as error:
            if step.kind == "folder":
                raise
            yield Outcome(step, str(error))


def check_source(server: Server, settings: PushSettings, outcomes: Sequence[Outcome]) -> tuple[bool, str]:
    """Whether the data source answers Grafana, and Grafana's words.

    A token that was replaced cannot be seen, since Grafana never gives it back: where the data source is ours, carries
    a token and does not answer, ours is written once more.
    """
    uid = wanted.DATASOURCE_UID
    try:
        good, words = server.datasource_health(uid)
        ours = next((one for one in outcomes if one.step.kind == "data source" and one.step.action == "same"), None)
        if not good and ours is not None and wanted.secret(settings) and not (ours.step.found or {}).get("readOnly"):
            _write_source(server, settings, replace(ours.step, action="update"))
            good, words = server.datasource_health(uid)
            words += "; its token was written again"
        return good, words
    except GrafanaError as error:
        return False, str(error)


def _write_folder(server: Server, settings: PushSettings, step: Step) -> None:
    if step.found is None:
        server.create_folder(step.title, step.uid)
    else:
        server.rename_folder(step.uid, step.title, int(step.found.get("version", 0)))


def _write_source(server: Server, settings: PushSettings, step: Step) -> None:
    """With a mark inside that names the form Grafana keeps, which is known after the first write."""
    body, want = step.body, plain_source(step.body, step.body)
    full = body | {"secureJsonData": wanted.secret(settings)}

    def write(kept_as: Any, found: Json | None) -> Json:
        others = {key: found[key] for key in KEPT_OF_SOURCE if key in found} if found is not None else {}
        data = body["jsonData"] | {MARK_OF_SOURCE: mark(want, kept_as)}
        return server.save_datasource(others | full | {"jsonData": data}, new=found is None)

    found = write(want, step.found)
    kept = plain_source(found, body)
    if fingerprint(kept) != fingerprint(want):
        write(kept, found)


def _write_contact_point(server: Server, settings: PushSettings, step: Step) -> None:
    _as_read(server, step, server.contact_point(step.uid))
    server.save_contact_point(step.body, new=step.found is None)


def _write_dashboard(server: Server, settings: PushSettings, step: Step) -> None:
    model = {key: value for key, value in step.body.items() if key != "folderUid"}
    folder = step.body["folderUid"]
    there = None if step.found is None else step.found["dashboard"]
    numbers = {"id": None} if there is None else {"id": there.get("id"), "version": there.get("version")}
    server.save_dashboard(
        {
            "dashboard": model | numbers,
            "folderUid": folder,
            "message": message(model, folder),
            "overwrite": False,
        }
    )


def _write_rule(server: Server, settings: PushSettings, step: Step) -> None:
    """As `_write_source`: a second write where Grafana keeps the rule in a form that was not foreseen."""
    want = plain_rule(step.body)
    _as_read(server, step, server.rule(step.uid))

    def write(kept_as: Any, new: bool) -> Json:
        notes = step.body.get("annotations", {}) | {MARK_OF_RULE: mark(want, kept_as)}
        return server.save_rule(step.body | {"annotations": notes}, new=new)

    kept = write(want, step.found is None)
    touch = touch_of((kept.get("annotations") or {}).get(MARK_OF_RULE, ""), plain_rule(kept))
    if touch is not None and not touch.untouched:
        write(plain_rule(kept), False)


def _as_read(server: Server, step: Step, now: Json | None) -> None:
    """Refuse to write what somebody changed since it was read."""
    if now != step.found:
        what = f"{step.kind} {step.uid}"
        raise Changed(f"Grafana at {server.url}: {what} has been changed since it was read; run it again")


_WRITERS: dict[str, Callable[[Server, PushSettings, Step], None]] = {
    "folder": _write_folder,
    "data source": _write_source,
    "contact point": _write_contact_point,
    "dashboard": _write_dashboard,
    "alert rule": _write_rule,
}
