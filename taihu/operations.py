"""Which commands does the person who runs the servers need: access lists, backups?"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from taihu.options import Config, Data, settings_of
from taihu.terminal import emit_text


class BrokerFormat(StrEnum):
    """Whose language an access list is written in."""

    MOSQUITTO = "mosquitto"
    RABBITMQ = "rabbitmq"


def register(app: typer.Typer) -> None:
    """Add the commands to the command line."""
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
