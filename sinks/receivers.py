"""Who shall have a notice, and does the channel work?"""

from __future__ import annotations

from sinks.notice import News, body_of_news, new_id
from sinks.webhook import Answer, Webhook, body_of, post


def wants(webhook: Webhook, news: News) -> bool:
    """Whether a webhook shall have a notice."""
    if news.audience != "all" and not getattr(webhook, news.audience):
        return False
    return not (webhook.plants and news.plant and news.plant not in webhook.plants)


def send_test(webhook: Webhook, base_url: str, now_ms: int) -> Answer:
    """Offer a webhook a test notice, once; it is not kept."""
    id_ = new_id()
    text = {"zh": "太湖测试通知：收到即表示通知渠道可用。", "en": "A test notice of Taihu: the channel works."}
    news = News("test", "test", "", "system", {"plant": "", "text": text, "path": "#/system"})
    told = body_of_news(news, id_, id_, now_ms)
    return post(webhook, id_, body_of(told, webhook, base_url))
