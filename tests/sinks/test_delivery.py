"""Lines against servers that take only some of them; servers are functions here."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

import pytest

from sinks.answers import Answer, Kind
from sinks.delivery import Delivery

TAKEN, LATER = Answer(Kind.TAKEN), Answer(Kind.LATER, "503")


class Server:
    """Takes the lines it likes; writes the rest of a refused request or nothing of it."""

    def __init__(self, likes: Callable[[str], bool], most: int = 10**9, *, writes_rest: bool = False) -> None:
        self.likes, self.most, self.writes_rest = likes, most, writes_rest
        self.has: set[str] = set()
        self.requests = 0

    def post(self, lines: Sequence[str]) -> Answer:
        self.requests += 1
        if len(lines) > self.most:
            return Answer(Kind.TOO_LARGE, "413")
        good = [line for line in lines if self.likes(line)]
        if len(good) == len(lines) or self.writes_rest:
            self.has.update(good)
        bad = next((line for line in lines if not self.likes(line)), None)
        return TAKEN if bad is None else Answer(Kind.REFUSED, f"400 cannot take {bad}")


def run(delivery: Delivery, post: Callable[[Sequence[str]], Answer], most_steps: int = 100_000) -> Answer | None:
    """Steps until done or stopped."""
    for _ in range(most_steps):
        if delivery.done:
            return None
        answer = delivery.step(post)
        if answer.kind is Kind.STOP:
            return answer
    raise AssertionError("it does not end")


def lines(count: int) -> list[str]:
    return [f"line {n}" for n in range(count)]


def no_probe() -> str:
    raise AssertionError("nobody asked for a probe")


def test_what_is_taken_goes_in_as_few_requests_as_it_can() -> None:
    server = Server(lambda line: True)
    assert run(Delivery(lines(5000 * 3), 5000, no_probe), server.post) is None
    assert (len(server.has), server.requests) == (15_000, 3)


@pytest.mark.parametrize("writes_rest", [False, True])
def test_bad_lines_are_set_aside_with_the_servers_words(writes_rest: bool) -> None:
    bad = {"line 17", "line 700", "line 701"}
    server = Server(lambda line: line not in bad, writes_rest=writes_rest)
    delivery = Delivery(lines(1000), 5000, no_probe)
    assert run(delivery, server.post) is None
    assert delivery.refused == [(line, f"400 cannot take {line}", 1) for line in ("line 17", "line 700", "line 701")]
    assert server.has == set(lines(1000)) - bad
    # two searches of 10 halvings, two requests each
    assert server.requests <= 60


def test_too_much_at_once_is_halved_and_remembered() -> None:
    server = Server(lambda line: True, most=130)
    delivery = Delivery(lines(1000), 5000, no_probe)
    assert run(delivery, server.post) is None
    assert len(server.has) == 1000
    assert delivery.most == 125


def test_a_single_line_that_is_too_large_is_set_aside() -> None:
    server = Server(lambda line: True, most=0)
    delivery = Delivery(["long", "longer"], 5000, lambda: "probe")
    # not even the probe is taken, so it is the server
    stop = run(delivery, server.post)
    assert stop is not None and stop.said == "takes none of the lines: 413"
    server = Server(lambda line: True)

    def by_size(sent: Sequence[str]) -> Answer:
        return Answer(Kind.TOO_LARGE, "413") if sum(map(len, sent)) > 10 else server.post(sent)

    delivery = Delivery(["x" * 20, "short"], 5000, no_probe)
    assert run(delivery, by_size) is None
    assert delivery.refused == [("x" * 20, "413", 1)]


def test_a_server_that_refuses_everything_gets_nothing_set_aside() -> None:
    server = Server(lambda line: False)
    delivery = Delivery(lines(5000), 5000, no_probe)
    stop = run(delivery, server.post)
    assert stop is not None and stop.said == "takes none of the lines: 400 cannot take line 19"
    assert delivery.refused == []
    assert server.requests < 70
    # it is mended: everything is there
    server.likes = lambda line: True
    assert run(delivery, server.post) is None
    assert server.has == set(lines(5000))


def test_a_few_lines_that_are_all_refused_are_told_from_a_server_that_takes_nothing() -> None:
    good = Server(lambda line: line == "probe")
    delivery = Delivery(lines(3), 5000, lambda: "probe")
    assert run(delivery, good.post) is None
    assert [line for line, _, _ in delivery.refused] == lines(3)
    nothing = Server(lambda line: False)
    delivery = Delivery(lines(3), 5000, lambda: "probe")
    stop = run(delivery, nothing.post)
    assert stop is not None and "takes none of the lines: 400 cannot take probe" in stop.said
    assert delivery.refused == [] and not delivery.done


def test_a_run_of_bad_lines_at_the_beginning_does_not_stop_the_rest() -> None:
    server = Server(lambda line: int(line.split()[1]) >= 96)
    delivery = Delivery(lines(4000), 5000, no_probe)
    assert run(delivery, server.post) is None
    assert len(delivery.refused) == 96 and len(server.has) == 4000 - 96


def test_a_pause_in_the_middle_of_a_search_goes_on_where_it_was() -> None:
    rng = random.Random(7)
    server = Server(lambda line: line != "line 3")

    def shaky(sent: Sequence[str]) -> Answer:
        return LATER if rng.random() < 0.6 else server.post(sent)

    delivery = Delivery(lines(2000), 5000, no_probe)
    assert run(delivery, shaky) is None
    assert [line for line, _, _ in delivery.refused] == ["line 3"]
    assert len(server.has) == 1999


def test_a_stop_in_the_middle_begins_anew() -> None:
    server = Server(lambda line: line not in ("line 1", "line 9"))
    answers = iter([server.post, server.post, server.post, lambda sent: Answer(Kind.STOP, "401")])
    delivery = Delivery(lines(10), 5000, no_probe)
    stop = run(delivery, lambda sent: next(answers, server.post)(sent))
    assert stop == Answer(Kind.STOP, "401")
    assert run(delivery, server.post) is None
    assert [line for line, _, _ in delivery.refused] == ["line 1", "line 9"]


@pytest.mark.parametrize("seed", range(8))
def test_every_line_is_taken_or_set_aside_whatever_the_server_does(seed: int) -> None:
    rng = random.Random(seed)
    given = lines(rng.randint(1, 900))
    bad = set(rng.sample(given, rng.randint(0, len(given) // 3)))
    server = Server(lambda line: line not in bad, most=rng.choice([40, 10**9]), writes_rest=rng.random() < 0.5)

    def shaky(sent: Sequence[str]) -> Answer:
        return LATER if rng.random() < 0.3 else server.post(sent)

    delivery = Delivery(given, rng.choice([100, 5000]), lambda: "probe")
    assert run(delivery, shaky) is None
    assert {line for line, _, _ in delivery.refused} == bad
    assert server.has - {"probe"} == set(given) - bad


def test_what_a_bucket_does_not_keep_so_long_is_counted_and_not_searched() -> None:
    server = Server(lambda line: int(line.split()[1]) >= 7000, writes_rest=True)

    def short(sent: Sequence[str]) -> Answer:
        answer = server.post(sent)
        old = sum(not server.likes(line) for line in sent)
        told = f"422 partial write: points beyond retention policy dropped={old}"
        return TAKEN if answer.kind is Kind.TAKEN else Answer(Kind.REFUSED, told)

    delivery = Delivery(lines(10_000), 5000, no_probe)
    assert run(delivery, short) is None
    assert [(line, count) for line, _, count in delivery.refused] == [("line 0", 5000), ("line 5000", 2000)]
    assert server.requests == 2 and len(server.has) == 3000


def test_bad_lines_beside_lines_that_are_too_old_stop_nothing() -> None:
    """5000 readings older than the bucket keeps, then some of a type that was changed, then old ones again."""

    def short(sent: Sequence[str]) -> Answer:
        numbers = [int(line.split()[1]) for line in sent]
        bad = next((n for n in numbers if 5000 <= n < 5040), None)
        if bad is not None:
            return Answer(Kind.REFUSED, f"400 partial write: field type conflict: line {bad} dropped=1")
        return Answer(Kind.REFUSED, f"400 partial write: points beyond retention policy dropped={len(sent)}")

    delivery = Delivery(lines(6000), 5000, no_probe)
    assert run(delivery, short) is None
    assert sum(count for _, _, count in delivery.refused) == 6000
    assert sum("type conflict" in said for _, said, _ in delivery.refused) == 40


def test_what_is_too_old_proves_that_the_rest_of_the_bad_lines_are_bad() -> None:
    """The bad ones come first, and no line of all is one that the bucket keeps."""

    def short(sent: Sequence[str]) -> Answer:
        if any(int(line.split()[1]) < 30 for line in sent):
            return Answer(Kind.REFUSED, "422 field type conflict")
        return Answer(Kind.REFUSED, f"422 partial write: points beyond retention policy dropped={len(sent)}")

    delivery = Delivery(lines(1000), 5000, no_probe)
    assert run(delivery, short) is None
    assert sum(count for _, _, count in delivery.refused) == 1000
