"""Which commands bring dashboards and alert rules to Grafana: `taihu grafana push`, `files`?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Literal

import typer

from dashboards.files import MOUNTED, write_files
from dashboards.plan import plan
from dashboards.push import Outcome, carry_out, check_source
from dashboards.server import OLDEST, Server
from taihu.grafanapush import connection, hints, push_settings
from taihu.options import Config, settings_of
from taihu.settings import writing
from taihu.terminal import emit_text, fail, say

MOST_CHANGES = 20
"""Differences of one thing that are shown; a release may change a whole dashboard."""

_DONE = {"create": "created", "update": "updated"}
_PLANNED = {"create": "would be created", "update": "would be updated"}

Language = Annotated[
    Literal["zh", "en"] | None, typer.Option("--lang", help="Language in place of grafana.language.", metavar="zh|en")
]

grafana = typer.Typer(no_args_is_help=True, help="Dashboards and alert rules for Grafana.")


@grafana.command(name="push")
def push_command(
    config: Config = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would change, and how.")] = False,
    check: Annotated[
        bool, typer.Option("--check", help="As --dry-run; exit status 1 when anything would change.")
    ] = False,
    force: Annotated[bool, typer.Option("--force", help="Overwrite what persons changed in Grafana.")] = False,
    lang: Language = None,
) -> None:
    """Create or update folder, data source, contact point, dashboards and alert rules in Grafana.

    A second run changes nothing. What a person changed since the last push is left, and named: a new version of it is
    pushed only with --force. Exit status 1 when something is held back, refused, or the data source does not answer.
    """
    settings = settings_of(config, None)
    server, wanted = Server(connection(settings)), push_settings(settings, lang)
    version = server.health()
    for hint in hints(settings, wanted):
        say(f"note: {hint}")
    if version.major is not None and version.major < OLDEST:
        say(f"note: Grafana {version.version} is older than {OLDEST}: dashboards and alert rules may lose something")
    steps = plan(server, wanted, force=force)
    if dry_run or check:
        outcomes = [Outcome(step) for step in steps]
        _tell(outcomes, _PLANNED)
        if check and not all(step.action in ("same", "left") for step in steps):
            raise typer.Exit(1)
        return
    outcomes = []
    for outcome in carry_out(server, wanted, steps):
        _tell_one(outcome, _DONE)
        outcomes.append(outcome)
    _sum_up(outcomes, _DONE)
    answers, words = check_source(server, wanted, outcomes)
    if answers:
        say(f"the data source answers: {words}")
    else:
        fail(f"the data source does not answer: {words}")
    if not answers or not all(outcome.good for outcome in outcomes):
        raise typer.Exit(1)


@grafana.command(name="files")
def files_command(
    folder: Annotated[Path, typer.Argument(help="Grafana's provisioning folder, or a copy of it.", metavar="DIR")],
    config: Config = None,
    lang: Language = None,
    mounted: Annotated[
        str, typer.Option(help="Path under which Grafana itself finds the folder.", metavar="PATH")
    ] = MOUNTED,
) -> None:
    """Write the same as files for Grafana's provisioning; people cannot edit what comes from files.

    No token is written: Grafana takes it from its own environment, TAIHU_INFLUX_TOKEN.
    """
    settings = settings_of(config, None)
    wanted = push_settings(settings, lang)
    with writing(folder):
        written, removed = write_files(folder, wanted, mounted)
    for path in written:
        emit_text(f"written {path}")
    for path in removed:
        emit_text(f"removed {path}")
    if not written and not removed:
        say(f"nothing to do: the files in {folder} are as they should be")


def _tell(outcomes: Sequence[Outcome], words: dict[str, str]) -> None:
    for outcome in outcomes:
        _tell_one(outcome, words)
    _sum_up(outcomes, words)


def _tell_one(outcome: Outcome, words: dict[str, str]) -> None:
    """A line, and how it differs; nothing where nothing is to be said."""
    step = outcome.step
    if step.action == "same":
        return
    title = f' "{step.title}"' if step.title else ""
    became = "failed" if outcome.error else words.get(step.action, step.action)
    why = outcome.error or step.why
    emit_text(f"{step.kind} {step.uid}{title}: {became}{f' ({why})' if why else ''}")
    for change in step.changes[:MOST_CHANGES]:
        emit_text(f"  {change}")
    if len(step.changes) > MOST_CHANGES:
        emit_text(f"  and {len(step.changes) - MOST_CHANGES} more")


def _sum_up(outcomes: Sequence[Outcome], words: dict[str, str]) -> None:
    counts = Counter("failed" if one.error else one.step.action for one in outcomes)
    if set(counts) == {"same"}:
        say(f"nothing to do: all {counts['same']} things in Grafana are as they should be")
        return
    names = words | {"same": "unchanged"}
    say(", ".join(f"{count} {names.get(action, action)}" for action, count in counts.items()))
