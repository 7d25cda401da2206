"""What do `taihu notices` and `taihu notices test NAME` do?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Annotated, Any

import typer
from rich.table import Table

from taihu.options import AsJson, Config, Data, Source, Url
from taihu.terminal import emit_json, emit_table, emit_text, fail, say

notices = typer.Typer(
    invoke_without_command=True, help="What was told of limits and of Taihu itself, to whom, and whether it arrived."
)

Plant = Annotated[str | None, typer.Option("--plant", help="Only of this plant.", metavar="ID")]
Limit = Annotated[int, typer.Option("--limit", min=1, max=500, help="So many of the newest.")]


@notices.callback()
def listed(
    context: typer.Context,
    plant: Plant = None,
    limit: Limit = 20,
    config: Config = None,
    data: Data = None,
    url: Url = None,
    as_json: AsJson = False,
) -> None:
    """The newest notices, each in both languages, and what each webhook said."""
    if context.invoked_subcommand is not None:
        return
    found = Source.of(config, data, url).ask("/notices", {"plant": plant, "limit": str(limit)})
    if as_json:
        emit_json(found)
        return
    if not found["webhooks"]:
        emit_text("nobody is told: wanted [webhooks.NAME] in the settings; notices are kept all the same")
    emit_table(table(found["rows"]))
    say(f"{len(found['rows'])} notice{'' if len(found['rows']) == 1 else 's'}")


@notices.command(name="test")
def test(
    name: Annotated[str, typer.Argument(help="Which [webhooks.NAME].", metavar="NAME")],
    config: Config = None,
    data: Data = None,
    url: Url = None,
    as_json: AsJson = False,
) -> None:
    """Offer a webhook a test notice, once; exit status 1 when it does not take it."""
    told = Source.of(config, data, url).ask("/notices/test", body={"webhook": name})
    if as_json:
        emit_json(told)
    elif told["taken"]:
        say(f"{name} took the test notice")
    else:
        fail(f"{name} did not take the test notice: {told['answer']}")
    if not told["taken"]:
        raise typer.Exit(1)


def table(rows: Iterable[Mapping[str, Any]]) -> Table:
    """One notice a line."""
    shown = Table("time", "kind", "state", "text", "sent")
    for row in rows:
        text = row["text"]
        sends = "\n".join(_send(send) for send in row["sends"]) or "—"
        shown.add_row(row["time"], row["kind"], row["state"], f"{text['zh']}\n{text['en']}", sends)
    return shown


def _send(send: Mapping[str, Any]) -> str:
    if send["sent"] is not None:
        return f"{send['webhook']}: {send['sent']}"
    words = f", {send['answer']}" if send["answer"] else ""
    return f"{send['webhook']}: {'refused' if send['refused'] else 'waiting'}, {send['tries']} tries{words}"
