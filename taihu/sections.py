"""What do the settings of one server and those of another have in common: address, secret, a name of their own?"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, BeforeValidator

_NAME = re.compile(r"[a-z0-9]+(_[a-z0-9]+)*")


def _address(came: str) -> str:
    parts = urlsplit(came)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("wanted an address that begins with http:// or https://")
    return came


def _empty_is_none(came: object) -> object:
    """A variable that is passed on although nobody set it is the empty text."""
    return None if isinstance(came, str) and not came.strip() else came


Address = Annotated[str, AfterValidator(_address)]
"""Of a server that is spoken to by HTTP."""

Unset = BeforeValidator(_empty_is_none)
"""For what the environment may pass on empty: then it is not set."""


def each_named(table: str, model: type[BaseModel], keys: str, example: str) -> Callable[[Any], Any]:
    """A check of sections `[TABLE.NAME]`: each is a table, under a name that a variable of the environment can have.

    Parameters
    ----------
    table : str
        ``influx`` or ``webhooks``.
    model : type
        What a section becomes.
    keys : str
        Keys of such a section, for the message.
    example : str
        A good name, for the message.
    """

    def check(came: Any) -> Any:
        if isinstance(came, Mapping):
            for name, section in came.items():
                if not isinstance(section, Mapping | model):
                    raise ValueError(f"{name} stands in no section of its own: wanted [{table}.NAME] with {keys} ...")
                if not _NAME.fullmatch(str(name)):
                    raise ValueError(
                        f"[{table}.{name}]: wanted a name of small letters and digits, e.g. [{table}.{example}]"
                    )
        return came

    return check
