"""Is a webhook that nobody answers told, without a notice being posted?"""

from __future__ import annotations

from sinks.webhook import Webhook
from taihu.doctor.webhooks import webhook_checks
from tests.servers import free_port
from tests.taihu.doctor.conftest import Canned, now_ms, states


def test_any_answer_will_do_but_not_an_unknown_path(canned: Canned) -> None:
    canned.answers["HEAD", "/in"] = (405, b"", {})
    assert states(webhook_checks(Webhook("office", f"{canned.url}/in", secret="geheim-geheim"), now_ms)) == {
        "reachable": "ok"
    }
    assert states(webhook_checks(Webhook("office", f"{canned.url}/in"), now_ms)) == {
        "reachable": "ok", "signature": "warn"
    }  # fmt: skip
    assert states(webhook_checks(Webhook("office", f"{canned.url}/out"), now_ms)) == {"reachable": "warn"}
    assert {method for method, _, _ in canned.asked} == {"HEAD"}


def test_nobody_there_is_told_without_what_may_be_a_key() -> None:
    [found] = webhook_checks(Webhook("office", f"http://127.0.0.1:{free_port()}/hook/geheim"), now_ms)
    assert (found.area, found.state) == ("webhooks.office", "bad")
    assert "geheim" not in str(found)
