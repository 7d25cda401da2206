"""What holds for every test, in whichever room."""

from __future__ import annotations

from hypothesis import settings

# How long an example may take says nothing on a machine that others use too; speed is `make bench`'s matter.
settings.register_profile("taihu", deadline=None)
settings.load_profile("taihu")
