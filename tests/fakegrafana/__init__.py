"""A server that enforces Grafana's own rules, for tests."""

from tests.fakegrafana.kept import TOKEN, Kept
from tests.fakegrafana.server import ADMIN, FakeGrafana, Request

__all__ = ["ADMIN", "TOKEN", "FakeGrafana", "Kept", "Request"]
