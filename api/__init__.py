"""REST under ``/api/v1``, the live stream, and the page.

`create_app(services)` is the door; `api.services` says what it needs.
"""

from api.app import create_app
from api.services import FiguresLike, Services, StoreLike

__all__ = ["FiguresLike", "Services", "StoreLike", "create_app"]
