"""Where does the page of a running Taihu listen, for another process that has only its data folder?

The running one writes the address into the folder when its page is up, and removes it when it stops. After a power cut
the file is still there: whoever reads it must be ready to find nobody at the address.
"""

from __future__ import annotations

import logging
from pathlib import Path

FILE_NAME = "page.url"

log = logging.getLogger(__name__)


def write_url(folder: Path, url: str) -> None:
    """Leave the address in a data folder; without it others ask with ``--url``."""
    try:
        (folder / FILE_NAME).write_text(url + "\n", encoding="utf-8")
    except OSError as error:
        log.warning("%s cannot be written (%s): other commands need --url %s", folder / FILE_NAME, error.strerror, url)


def remove_url(folder: Path, url: str) -> None:
    """Take the address away, if it is still this one's."""
    if read_url(folder) == url:
        (folder / FILE_NAME).unlink(missing_ok=True)


def read_url(folder: Path) -> str | None:
    """The address in a data folder; None where none is."""
    try:
        return (folder / FILE_NAME).read_text(encoding="utf-8").strip() or None
    except FileNotFoundError:
        return None
    except OSError as error:
        log.warning("%s cannot be read (%s)", folder / FILE_NAME, error.strerror)
        return None
