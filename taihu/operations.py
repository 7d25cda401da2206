"""Which commands does the person who runs the servers need: access lists, backups?"""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from taihu.options import Config, Data, settings_of
from taihu.terminal import emit_json, emit_text, progress, say


class BrokerFormat(StrEnum):
    """Whose language an access list is written in."""

    MOSQUITTO = "mosquitto"
    RABBITMQ = "rabbitmq"


def register(app: typer.Typer) -> None:
    """Add the commands to the command line."""
    app.command(name="backup")(backup)
    app.command(name="restore")(restore)
    app.command(name="broker-acl")(broker_acl)


def broker_acl(
    config: Config = None,
    data: Data = None,
    kind: Annotated[
        BrokerFormat, typer.Option("--format", help="An acl_file, or a script of rabbitmqctl calls.")
    ] = BrokerFormat.MOSQUITTO,
) -> None:
    """Print who may publish and read which topics: the collector reads all, a plant's gateway writes its own.

    Users are that of [bold]mqtt.username[/] (taihu by default) and gateway-PLANT for each plant; the broker needs their
    passwords.
    """
    from taihu import brokeracl

    wanted = brokeracl.access_of(settings_of(config, data))
    text = brokeracl.mosquitto(wanted) if kind is BrokerFormat.MOSQUITTO else brokeracl.rabbitmq(wanted)
    emit_text(text.rstrip("\n"))


def backup(
    parent: Annotated[Path, typer.Argument(help="Folder for the backups of this Taihu alone.", metavar="FOLDER")],
    config: Config = None,
    data: Data = None,
    keep: Annotated[
        int | None,
        typer.Option(min=1, help="How many backups stay in the folder; older ones go once this one is whole."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the manifest and nothing else.")] = False,
) -> None:
    """Copy journal, registry and settings as of now into FOLDER/taihu-TIME, beside a running `taihu serve` or without.

    The running one writes the copy, so FOLDER must be writable for it. Passwords and tokens are left out.
    """
    from taihu.backupasking import back_up
    from taihu.backupfiles import MANIFEST, read_manifest

    with progress("backup", shown=not as_json, counted=False) as bar:
        folder = back_up(settings_of(config, data), parent, keep, bar.advance_to)
    manifest = read_manifest(folder)
    if as_json:
        emit_json({"folder": str(folder), MANIFEST: manifest.as_dict()})
    else:
        size_mb = sum(file.bytes for file in manifest.files.values()) / 1e6
        say(f"{folder}: {manifest.journal['readings']} readings, {size_mb:.1f} MB")


def restore(
    folder: Annotated[Path, typer.Argument(help="One backup, FOLDER/taihu-TIME.", metavar="BACKUP")],
    config: Config = None,
    data: Data = None,
) -> None:
    """Check a backup and fill an empty data folder from it, and the registry of the settings, SQLite or PostgreSQL."""
    from taihu.restoring import restore as fill

    settings = settings_of(config, data)
    with progress("verified", counted=False) as bar:
        manifest = fill(folder, settings, bar.advance_to)
    say(
        f"{settings.data}: {manifest.journal['readings']} readings up to batch {manifest.journal['batches']}, as of "
        f"{manifest.made}; the plant files of then stand in {folder / 'plants'}"
    )
