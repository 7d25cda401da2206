"""Which options do the commands share, and how does one ask with them?"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer

from taihu.asking import Params, ask, fetch
from taihu.settings import Settings, load_settings

Config = Annotated[Path | None, typer.Option("--config", "-c", help="Settings file (taihu.toml).", metavar="FILE")]
Data = Annotated[Path | None, typer.Option("--data", help="Folder of the journal and the registry.", metavar="DIR")]
Url = Annotated[
    str | None,
    typer.Option(help="A running Taihu to ask, in place of the data folder.", metavar="http://HOST:PORT"),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print the JSON of the API and nothing else.")]
AsOf = Annotated[
    str | None,
    typer.Option("--as-of", help="Answer with what was known then: a date, or ISO 8601 with zone.", metavar="TIME"),
]


def settings_of(config: Path | None, data: Path | None) -> Settings:
    """The settings a command runs by: those of the file, with the data folder that was named.

    Raises
    ------
    taihu.settings.SettingsError
        If the settings cannot be used.
    """
    return load_settings(config, **({} if data is None else {"data": data}))


@dataclass(frozen=True)
class Source:
    """Whom a command asks."""

    settings: Settings
    url: str | None

    @classmethod
    def of(cls, config: Path | None, data: Path | None, url: str | None) -> Source:
        """From the options of a command.

        Raises
        ------
        taihu.settings.SettingsError
            If the settings cannot be used.
        """
        return cls(settings_of(config, data), url)

    def ask(self, path: str, params: Params | None = None, body: Any = None) -> Any:
        """The JSON of a path of the API; see `taihu.asking.ask`."""
        return ask(self.settings, path, params, url=self.url, body=body)

    def fetch(self, path: str, params: Params | None = None) -> bytes:
        """The bytes of a path of the API."""
        return fetch(self.settings, path, params, url=self.url)
