"""What each answer means; texts as the servers write them."""

from __future__ import annotations

import pytest

from sinks.answers import Kind, beyond_retention, retry_after_s, understood, words


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (204, Kind.TAKEN),
        (429, Kind.LATER),
        (500, Kind.LATER),
        (502, Kind.LATER),
        (503, Kind.LATER),
        (504, Kind.LATER),
        (408, Kind.LATER),
        (0, Kind.LATER),
        (413, Kind.TOO_LARGE),
        (400, Kind.REFUSED),
        (422, Kind.REFUSED),
        (401, Kind.STOP),
        (403, Kind.STOP),
        (404, Kind.STOP),
        (405, Kind.STOP),
        (301, Kind.STOP),
        # a login page in between: nothing was written
        (200, Kind.STOP),
    ],
)
def test_every_status_has_one_meaning(status: int, kind: Kind) -> None:
    assert understood(status, "", {}).kind is kind


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ('{"code":"unauthorized","message":"unauthorized access"}', "unauthorized access"),
        ('{"error":"partial write: points beyond retention policy dropped=1"}', "points beyond retention policy"),
        ("<html>\n<h1>Bad\n Gateway</h1>", "<html> <h1>Bad Gateway</h1>"),
        ("[1, 2]", "[1, 2]"),
        ("", ""),
    ],
)
def test_a_server_is_quoted_on_one_line(body: str, said: str) -> None:
    assert said in words(body) and "\n" not in words(body)


def test_a_long_answer_is_cut() -> None:
    assert len(words("x" * 10_000)) == 504


@pytest.mark.parametrize(
    ("asked", "wait_s"),
    [
        ("7", 7.0),
        ("0.5", 0.5),
        ("-3", 0.0),
        ("86400", 300.0),
        ("nan", None),
        ("soon", None),
        ("", None),
        ("Mon, 23 Nov 2026 08:01:00 GMT", 60.0),
    ],
)
def test_a_pause_is_as_long_as_the_server_asks_within_reason(asked: str, wait_s: float | None) -> None:
    assert retry_after_s({"retry-after": asked, "date": "Mon, 23 Nov 2026 08:00:00 GMT"}) == wait_s


def test_a_date_means_nothing_without_the_servers_own() -> None:
    assert retry_after_s({"retry-after": "Mon, 23 Nov 2026 08:01:00 GMT"}) is None


@pytest.mark.parametrize(
    ("said", "dropped"),
    [
        ("400 partial write: points beyond retention policy dropped=3", 3),
        ("422 failure writing points to database: partial write: dropped 17 points outside retention policy of d", 17),
        ("422 partial write: field type conflict: input field dropped=1", 0),
        ("400 retention policy not found: autogen", 0),
    ],
)
def test_what_a_bucket_does_not_keep_so_long_is_known_by_its_words(said: str, dropped: int) -> None:
    assert beyond_retention(said) == dropped


def test_names_of_headers_come_in_any_case() -> None:
    assert understood(429, "", {"Retry-After": "9"}).wait_s == understood(429, "", {"retry-after": "9"}).wait_s == 9.0
