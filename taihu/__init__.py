"""Settings, the `taihu` command and the wiring of all rooms."""

from importlib.metadata import version

__version__ = version("taihu")
