"""Is anybody there who is told of notices?"""

from __future__ import annotations

from collections.abc import Callable

from sinks.webhook import Webhook
from taihu.doctor.finding import Finding, Words
from taihu.doctor.web import NoAnswer, ask, unreachable


def webhook_checks(webhook: Webhook, now_ms: Callable[[], int]) -> list[Finding]:
    """Whether a server answers at the address; nothing is posted there, so what it does with a notice is not known."""
    area = f"webhooks.{webhook.name}"
    try:
        answer = ask(webhook.url, now_ms, method="HEAD")
    except NoAnswer as error:
        return [unreachable(area, webhook.where, error)]
    if answer.status == 404:
        return [
            Finding(
                area,
                "reachable",
                "warn",
                Words(f"{webhook.where} 有应答，但没有该路径（404）", f"{webhook.where} answers, 404 at the path"),
                Words("检查地址；有的服务器只对 POST 应答", "check the address; some servers answer only to POST"),
            )
        ]
    found = [Finding(area, "reachable", "ok", Words(f"{webhook.where} 有应答", f"{webhook.where} answers"))]
    if webhook.secret is None:
        found.append(
            Finding(
                area,
                "signature",
                "warn",
                Words("没有 secret：通知不签名", "no secret: notices are not signed"),
                Words("设 secret，由接收方验证签名", "set a secret, and let the receiver check the signature"),
            )
        )
    return found
